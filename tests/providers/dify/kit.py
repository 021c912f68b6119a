"""Short words for the tests against the fake Dify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.dify.platform import Dify as Platform
from tests.providers.openai.kit import Heard, hear
from widget.domain.events import RunEvent, RunStarted
from widget.providers.base import Attachment, Turn, UpstreamRef
from widget.providers.dify.provider import Dify
from widget.providers.dify.settings import DifySettings
from widget.providers.dify.stream import Pace
from widget.providers.http import Patience, make_client
from widget.providers.registry import parse_settings

VISITOR = "vis_1"
HURRY = Pace(grace_s=0.2, retry_s=0.02, after_s=5.0, pauses_s=(0.01, 0.01))
QUICK = Patience(connect_s=2, first_byte_s=5, between_bytes_s=2, free_connection_s=2)
FLOW = "advanced-chat"


@contextmanager
def docked(platform: Platform, patience: Patience = QUICK, **settings: Any) -> Iterator[Dify]:
    """A provider for the fake, in a hurry; ``clock`` and ``pace`` are its own, the rest set it."""
    own = {name: settings.pop(name) for name in ("clock", "pace") if name in settings}
    parsed = parse_settings("dify", platform.settings(**settings))
    assert isinstance(parsed, DifySettings)
    with make_client(patience=patience) as client:
        yield Dify(parsed, client, **{"pace": HURRY, **own})


class Clock:
    """Time that the test moves on; every look at it takes ``tick_s``."""

    def __init__(self, tick_s: float = 0.0) -> None:
        self.now = 1_000.0
        self.tick_s = tick_s

    def __call__(self) -> float:
        self.now += self.tick_s
        return self.now


def turn(question: str, **more: Any) -> Turn:
    return Turn(**{"kind": "send", "text": question, "visitor": VISITOR, **more})


def ask(provider: Dify, question: str, **more: Any) -> Heard:
    return hear(provider.run(turn(question, **more)))


def told(question: str, *, settings: dict[str, Any] | None = None, **behaviour: Any) -> Heard:
    """One question to a fresh app."""
    with Platform(**behaviour) as platform, docked(platform, **(settings or {})) as provider:
        return ask(provider, question)


def only(events: Iterable[RunEvent], *kinds: type) -> list[Any]:
    return [event for event in events if isinstance(event, kinds)]


def ref_of(events: Iterable[RunEvent]) -> UpstreamRef:
    """What the store would know after these events."""
    last = only(events, RunStarted)[-1]
    return UpstreamRef(VISITOR, last.upstream_conversation, last.upstream_run, None)


def conversation_of(heard: Heard) -> str:
    conversation = only(heard.events, RunStarted)[-1].upstream_conversation
    assert isinstance(conversation, str)
    return conversation


def attachment(
    folder: Path,
    name: str = "a.png",
    kind: str = "image/png",
    *,
    content: bytes = b"1",
    **more: Any,
) -> Attachment:
    path = folder / "stored"
    path.write_bytes(content)
    own: dict[str, Any] = {"id": f"att_{name}", "name": name, "content_type": kind}
    return Attachment(**{**own, "size": len(content), "path": path, **more})
