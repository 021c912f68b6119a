"""A run of the fake Coze: what is streamed of it, and what stays when nobody reads."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.coze.door import Identity
from tests.fakes.coze.wire import ENDS, USAGE, Chat, Event, Style, dumps, frame
from tests.fakes.upstream import Step

ALIVE = ("created", "in_progress")
_numbers = itertools.count(1)


def new_id() -> str:
    """19 digits, as the platform's: too long for a JavaScript number."""
    return f"75{next(_numbers):017d}"


@dataclass
class Conversation:
    id: str
    owner: Identity
    name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Run:
    """``sent`` is the body that began it, ``outputs`` what its tools were answered."""

    chat: Chat
    conversation: Conversation
    style: Style
    sent: dict[str, Any]
    tries: int
    gate: Callable[[str], threading.Event]
    key: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    is_cancelled: bool = False

    @property
    def is_alive(self) -> bool:
        return self.chat.status in ALIVE

    @property
    def question(self) -> str:
        return text_of(self.sent["additional_messages"][-1])

    def cancel(self) -> None:
        """Flips the status; the stream goes on."""
        self.is_cancelled = True
        self.chat.status = "cancelled" if self.style.startswith("studio") else "canceled"

    def frames(self, script: Iterator[Step | Event]) -> Iterator[Step]:
        for number, step in enumerate(script):
            yield frame(step, self.style, number) if isinstance(step, Event) else step

    # -- what a scenario is made of

    def opening(self) -> Iterator[Event]:
        yield self.event("created")
        yield self.event("in_progress")

    def event(self, status: str, **more: Any) -> Event:
        if not self.is_cancelled:
            self.chat.status = status
        return Event(f"conversation.chat.{status}", {**self.chat.shown(), **more})

    def delta(self, content: str, *, message: str = "", **more: Any) -> Event:
        return Event("conversation.message.delta", self._message(content, message, more))

    def completed(self, content: Any, *, message: str = "", **more: Any) -> Event:
        words = content if isinstance(content, str) else dumps(content)
        made = self._message(words, message, more)
        self.messages.append(made)
        return Event("conversation.message.completed", made)

    def say(self, *pieces: str, message: str = "") -> Iterator[Event]:
        """One answer: its pieces, then the whole."""
        for piece in pieces:
            yield self.delta(piece, message=message)
        yield self.completed("".join(pieces), message=message)

    def ending(self) -> Iterator[Step | Event]:
        yield self.complete()
        yield self.end

    def complete(self) -> Event:
        if self.style.startswith("studio"):
            usage = {"token_count": 33, "output_tokens": 22, "input_tokens": 11}
        else:
            usage = dict(USAGE)
        self.chat.usage = usage
        return self.event("completed")

    @property
    def end(self) -> bytes:
        return ENDS[self.style]

    def require(self, *calls: dict[str, Any]) -> Event:
        """The run waits; in a chatflow nobody says for what."""
        if calls:
            action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}
            self.chat.required_action = action
        is_studio = self.style.startswith("studio")
        self.chat.status = "required_action" if is_studio else "requires_action"
        return Event("conversation.chat.requires_action", self.chat.shown())

    def _message(self, content: str, message: str, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": message or f"{self.chat.id}1",
            "conversation_id": self.conversation.id,
            "bot_id": self.chat.bot_id,
            "chat_id": self.chat.id,
            "role": "assistant",
            "type": "answer",
            "content": content,
            "content_type": "text",
            "created_at": 1735000000,
            **more,
        }


def text_of(message: dict[str, Any]) -> str:
    if message["content_type"] == "text":
        return str(message["content"])
    items = json.loads(message["content"])
    return next((str(item["text"]) for item in items if item["type"] == "text"), "")


Scenario = Callable[[Run], Iterator[Step | Event]]
