"""Short words for the tests against the fake Coze."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.coze.platform import Coze as Platform
from tests.providers.openai.kit import Heard, hear
from widget.domain.events import RunCompleted, RunEvent, RunStarted
from widget.providers.base import Turn, UpstreamRef
from widget.providers.coze.pace import Pace
from widget.providers.coze.provider import Coze
from widget.providers.coze.settings import CozeSettings
from widget.providers.http import Patience, make_client
from widget.providers.registry import parse_settings

VISITOR = "vis_1"
HURRY = Pace(
    poll_s=0.01,
    patience_s=0.1,
    trouble_pauses_s=(0.01,),
    busy_pauses_s=(0.01, 0.01),
    conflict_pauses_s=(0.01, 0.01),
)
SHORT = Patience(connect_s=2, first_byte_s=0.4, between_bytes_s=0.4, free_connection_s=2)


@contextmanager
def docked(
    platform: Platform, settings: dict[str, Any] | None = None, **own: Any
) -> Iterator[Coze]:
    """A provider for the fake, in a hurry; ``clock``, ``pace`` and ``patience`` are its own."""
    parsed = parse_settings("coze", settings or platform.settings())
    assert isinstance(parsed, CozeSettings)
    patience = own.pop("patience", Patience(first_byte_s=10, between_bytes_s=5))
    with make_client(patience=patience) as client:
        yield Coze(parsed, client, **{"pace": HURRY, **own})


def turn(question: str, **more: Any) -> Turn:
    return Turn(**{"kind": "send", "text": question, "visitor": VISITOR, **more})


def ask(provider: Coze, question: str, **more: Any) -> Heard:
    return hear(provider.run(turn(question, **more)))


def only(events: Iterable[RunEvent], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def ref_of(heard: Heard, visitor: str = VISITOR) -> UpstreamRef:
    """What the store would know after these events."""
    last = only(heard.events, RunStarted)[-1]
    return UpstreamRef(visitor, last.upstream_conversation, last.upstream_run, None)


def ended(heard: Heard) -> str:
    """How a good run ended; fails for a bad one."""
    if heard.error:
        raise heard.error
    last = heard.events[-1]
    assert isinstance(last, RunCompleted)
    return last.reason
