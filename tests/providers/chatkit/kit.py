"""Short words for the tests of the ``chatkit`` provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.chatkit.platform import ChatKitHost
from tests.providers.openai.kit import Heard, ask, hear, message
from widget.domain.events import RunEvent, RunStarted
from widget.domain.inputs import Reply
from widget.providers.base import Attachment, Turn, UpstreamRef
from widget.providers.chatkit.provider import ChatKit
from widget.providers.chatkit.settings import ChatKitSettings
from widget.providers.http import Patience, make_client
from widget.providers.registry import parse_settings

VISITOR = "vis_1"
PATIENCE = Patience(connect_s=2, first_byte_s=5, between_bytes_s=5)

__all__ = ["Heard", "ask", "hear", "message"]


@contextmanager
def docked(settings: dict[str, Any], patience: Patience = PATIENCE) -> Iterator[ChatKit]:
    parsed = parse_settings("chatkit", settings)
    assert isinstance(parsed, ChatKitSettings)
    with make_client(patience=patience) as client:
        yield ChatKit(parsed, client)


def only(events: Iterable[RunEvent], *kinds: type) -> list[Any]:
    return [event for event in events if isinstance(event, kinds)]


def thread_of(heard: Heard) -> str:
    thread = only(heard.events, RunStarted)[-1].upstream_conversation
    assert isinstance(thread, str)
    return thread


def question_of(heard: Heard) -> str:
    """The visitor's message over there, kept as the run."""
    run = only(heard.events, RunStarted)[-1].upstream_run
    assert isinstance(run, str)
    return run


def go_on(provider: ChatKit, before: Heard, text: str, **more: Any) -> Heard:
    """The next question in the same thread."""
    return ask(provider, text, upstream_conversation=thread_of(before), **more)


def again(provider: ChatKit, before: Heard, text: str, **more: Any) -> Heard:
    """The question tried again."""
    target = {"target_run": question_of(before), "upstream_conversation": thread_of(before)}
    return ask(provider, text, kind="retry", **{**target, **more})


def answer(provider: ChatKit, before: Heard, reply: Reply) -> Heard:
    """What the visitor or the page answered to what was asked."""
    return hear(
        provider.run(
            Turn(
                kind="answer",
                text="",
                visitor=VISITOR,
                upstream_conversation=thread_of(before),
                target_run=question_of(before),
                reply=reply,
            )
        )
    )


def ref_of(heard: Heard) -> UpstreamRef:
    return UpstreamRef(VISITOR, thread_of(heard), question_of(heard), None)


def file(folder: Path, name: str, content: bytes = b"hello", **more: Any) -> Attachment:
    (folder / name).write_bytes(content)
    values = {"content_type": "text/plain", "size": len(content), "path": folder / name}
    return Attachment(**{"id": f"att_{name}", "name": name, **values, **more})


def sent(host: ChatKitHost) -> dict[str, Any]:
    body: dict[str, Any] = host.requests[-1].json
    return body
