"""Short words for the tests against the fake XpertAI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.xpertai.platform import XpertAI as Platform
from widget.domain.errors import UpstreamError
from widget.domain.events import Cursor, RunEvent, RunStarted, TextDelta, TextReplaced
from widget.domain.inputs import Reply
from widget.providers.base import Turn, UpstreamRef
from widget.providers.http import Patience, make_client
from widget.providers.registry import parse_settings
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.settings import XpertAISettings
from widget.providers.xpertai.stream import Pace

VISITOR = "vis_1"
HURRY = Pace(quiet_s=0.2, pauses_s=(0.01, 0.01, 0.01))


@contextmanager
def docked(platform: Platform, **settings: Any) -> Iterator[XpertAI]:
    """A provider for the fake, in a hurry; ``clock`` and ``pace`` are its own, the rest set it."""
    own = {name: settings.pop(name) for name in ("clock", "pace") if name in settings}
    parsed = parse_settings("xpertai", platform.settings(**settings))
    assert isinstance(parsed, XpertAISettings)
    with make_client(patience=Patience(first_byte_s=10, between_bytes_s=5)) as client:
        yield XpertAI(parsed, client, **{"pace": HURRY, **own})


def turn(question: str, **more: Any) -> Turn:
    return Turn(**{"kind": "send", "text": question, "visitor": VISITOR, **more})


def play(provider: XpertAI, question: str, **more: Any) -> list[RunEvent]:
    return list(provider.run(turn(question, **more)))


def fails(events: Iterable[RunEvent]) -> tuple[list[RunEvent], UpstreamError]:
    """What came before the run failed, and with what."""
    seen: list[RunEvent] = []
    try:
        for event in events:
            seen.append(event)
    except UpstreamError as error:
        return seen, error
    raise AssertionError(f"the run did not fail: {seen}")


def until(events: Iterator[RunEvent], kind: type) -> list[RunEvent]:
    """The events up to the next one of this kind."""
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, kind):
            return seen
    raise AssertionError(f"no {kind.__name__} came, only {seen}")


def text_of(events: Iterable[RunEvent], before: str = "") -> str:
    """The answer as the events leave it."""
    text = before
    for event in events:
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, TextReplaced):
            text = event.text
    return text


def only(events: Iterable[RunEvent], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def ref_of(events: Iterable[RunEvent], cursor: str | None = None) -> UpstreamRef:
    """What the store would know after these events."""
    started = only(events, RunStarted)
    run = [event.upstream_run for event in started if event.upstream_run]
    cursors = only(events, Cursor)
    last = cursors[-1].value if cursors else None
    return UpstreamRef(
        VISITOR, started[-1].upstream_conversation, run[-1] if run else None, cursor or last
    )


def asked_of(platform: Platform, at: int = -1) -> dict[str, Any]:
    """The ``input`` of a run that was asked for."""
    body: dict[str, Any] = platform.asked("POST", "/runs/stream")[at].json
    found: dict[str, Any] = body["input"]
    return found


def answered(
    provider: XpertAI, events: Iterable[RunEvent], reply: Reply, **more: Any
) -> Iterator[RunEvent]:
    """The turn that answers what the run of these events waits for."""
    started = only(events, RunStarted)[-1]
    return provider.run(
        turn(
            "",
            kind="answer",
            reply=reply,
            upstream_conversation=started.upstream_conversation,
            target_message=started.upstream_message,
            target_run=started.upstream_run,
            **more,
        )
    )
