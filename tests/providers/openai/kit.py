"""Short words for the tests against the fake OpenAI-compatible host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.openai.platform import OpenAIHost
from widget.domain.conversations import Message, Part, Role, TextPart
from widget.domain.errors import UpstreamError
from widget.domain.events import ReasoningDelta, RunEvent, TextDelta, TextReplaced, Usage
from widget.providers.base import Provider, Turn
from widget.providers.http import Patience, make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.openai.settings import OpenAISettings
from widget.providers.registry import parse_settings

QUICK = Patience(connect_s=2, first_byte_s=0.4, between_bytes_s=0.4, free_connection_s=0.4)


@contextmanager
def docked(host: OpenAIHost, patience: Patience | None = None, **settings: Any) -> Iterator[OpenAI]:
    """A provider for the fake host, its connections closed at the end."""
    parsed = parse_settings("openai", host.settings(**settings))
    assert isinstance(parsed, OpenAISettings)
    with make_client(parsed.proxy, patience) as client:
        yield OpenAI(parsed, client)


@dataclass
class Heard:
    """What came of one question."""

    events: list[RunEvent] = field(default_factory=list)
    error: UpstreamError | None = None

    @property
    def text(self) -> str:
        said = ""
        for event in self.events:
            if isinstance(event, TextDelta):
                said += event.text
            elif isinstance(event, TextReplaced):
                said = event.text
        return said

    @property
    def thinking(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, ReasoningDelta))

    @property
    def usage(self) -> list[Usage]:
        return [event for event in self.events if isinstance(event, Usage)]

    @property
    def failed(self) -> UpstreamError:
        assert self.error is not None, f"the run did not fail: {self.events}"
        return self.error


def ask(provider: Provider, question: str, **more: Any) -> Heard:
    return hear(
        provider.run(Turn(**{"kind": "send", "text": question, "visitor": "vis_1", **more}))
    )


def hear(events: Iterable[RunEvent]) -> Heard:
    heard = Heard()
    try:
        for event in events:
            heard.events.append(event)
    except UpstreamError as error:
        heard.error = error
    return heard


def message(role: Role, *parts: str | Part) -> Message:
    """A stored message of these parts; text may be given bare."""
    return Message(
        id="msg_1",
        conversation="cnv_1",
        role=role,
        state="done",
        parts=tuple(TextPart(p) if isinstance(p, str) else p for p in parts),
        position=1,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def thread(*texts: str) -> tuple[Message, ...]:
    """Visitor and assistant in turns."""
    roles: tuple[Role, Role] = ("visitor", "assistant")
    return tuple(message(roles[n % 2], text) for n, text in enumerate(texts))
