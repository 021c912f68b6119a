"""Coze's stream as run events: pure, no I/O. Records in, events out, and how the run ended.

One reader serves every dialect: agents and chatflows, both clouds, and a self-hosted Coze Studio.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    Notice,
    ReasoningDelta,
    RunCompleted,
    RunEvent,
    RunStarted,
    Suggestions,
    Usage,
)
from widget.providers.coze.answers import Answers
from widget.providers.coze.failures import refusal
from widget.providers.coze.objects import read_objects
from widget.providers.coze.parsing import as_object, parse
from widget.providers.coze.questions import Question, question_of_card, waited_for
from widget.providers.coze.steps import Steps
from widget.providers.coze.texts import Texts
from widget.providers.sse import Record

Ending = Literal["", "good", "waits", "failed"]

MAX_BROKEN = 2
SUGGESTIONS = 8
SUGGESTION_CHARS = 300
CANCELLED = frozenset({"canceled", "cancelled"})
WAITING = frozenset({"requires_action", "required_action"})
_MARKERS = frozenset({b"[DONE]", b'"[DONE]"'})
_DONE = frozenset({"done", "conversation.stream.done"})
_TOOL_RESPONSES = frozenset({"tool_response", "tool_output"})


class Message(Struct):
    """Only what is used; ids are numbers in some dialects, and everything else may be missing."""

    id: str | int | None = None
    type: str | None = None
    content: str | None = None
    content_type: str | None = None
    reasoning_content: str | None = None


_decode_message = msgspec.json.Decoder(Message).decode


class Reader:
    """Reads one run. ``ending`` says how it ended (empty: it has not), ``trouble`` why it failed;
    ``log_id`` is the stream's own, for the owner to quote.

    ``replaces``: what is read may be shown already, so the text comes whole and thinking not again.
    """

    def __init__(self, texts: Texts, *, key: str = "", replaces: bool = False) -> None:
        self.conversation: str | None = None
        self.chat: str | None = None
        self.ending: Ending = ""
        self.trouble: UpstreamError | None = None
        self.log_id: str | None = None
        self._texts = texts
        self._key = key
        self._replaces = replaces
        self._answers = Answers(replaces=replaces)
        self._steps = Steps(texts)
        self._thought: set[str] = set()
        self._suggested: list[str] = []
        self._awaits = False
        self._usage: Usage | None = None
        self._answer_id: str | None = None
        self._broken = 0
        self._completed: set[str] = set()

    def read(self, records: Iterable[Record]) -> list[RunEvent]:
        events: list[RunEvent] = []
        for record in records:
            self._take(record, events)
            if self.ending:
                break
        return events

    def read_stored(self, messages: Iterable[Any], chat: dict[str, Any]) -> list[RunEvent]:
        """A run as the platform keeps it: what the stream would still have brought."""
        events: list[RunEvent] = []
        for message in messages:
            try:
                self._complete(msgspec.convert(message, Message), events)
            except msgspec.ValidationError:
                continue
        self._take_chat("", chat, events)
        return events

    def finish(self) -> list[RunEvent]:
        """What stands at the end of a good run; raises when it was none."""
        if self.trouble:
            raise self.trouble
        if not self.ending:
            raise UpstreamInterrupted("the stream ended before the run did")
        return self._close("tool" if self._awaits else "stop")

    def release(self) -> list[RunEvent]:
        """Text that was held back: part of a bad end too."""
        return self._answers.flush()

    def fail(self, said: Any, where: str) -> None:
        self.trouble = refusal(said, where=where, key=self._key, log_id=self.log_id)
        self.ending = "failed"

    def _close(self, reason: Literal["stop", "tool"]) -> list[RunEvent]:
        events: list[RunEvent] = [*self._steps.finish(), *self.release()]
        if self._suggested:
            events.append(Suggestions(tuple(self._suggested[:SUGGESTIONS])))
        if self._usage:
            events.append(self._usage)
        return [*events, RunCompleted(reason, upstream_message=self._answer_id)]

    # -- records

    def _take(self, record: Record, events: list[RunEvent]) -> None:
        name, data = record.event, record.data
        if name in ("conversation.message.delta", "conversation.message.completed"):
            self._take_message(data, events, is_whole=name.endswith("completed"))
        elif name.startswith("conversation.chat."):
            chat = parse(data)
            if isinstance(chat, dict):
                self._take_chat(name.rpartition(".")[2], chat, events)
            else:
                self._note_broken()
        elif name in ("error", "conversation.error"):
            self.fail(parse(data), "error event")
        elif name in _DONE or data.strip() in _MARKERS:
            self.ending = "good"

    def _take_message(self, data: bytes, events: list[RunEvent], *, is_whole: bool) -> None:
        if not data.strip():
            return
        try:
            message = _decode_message(data)
        except (msgspec.DecodeError, RecursionError):
            self._note_broken()
            return
        if is_whole:
            self._complete(message, events)
        else:
            self._add(message, events)

    def _note_broken(self) -> None:
        """One record is passed over, its text comes again when completed; two mean we misread."""
        self._broken += 1
        if self._broken >= MAX_BROKEN:
            self.trouble = UpstreamProtocolError("the stream holds records that make no sense")
            self.ending = "failed"

    # -- the run

    def _take_chat(self, name: str, chat: dict[str, Any], events: list[RunEvent]) -> None:
        """By event name and status only: times and errors are filled in from the start."""
        self._note_ids(chat, events)
        status = chat.get("status")
        if name in CANCELLED or status in CANCELLED:
            self.trouble = UpstreamInterrupted("the run was cancelled on the platform")
            self.ending = "failed"
        elif name == "failed" or status == "failed":
            error = chat.get("last_error")
            self.fail(error if isinstance(error, dict) else chat, "failed run")
        elif name in WAITING or status in WAITING:
            self._note_usage(chat)
            self._wait(chat, events)
        elif name == "completed" or status == "completed":
            self._note_usage(chat)
            self.ending = "good"

    def _note_ids(self, chat: dict[str, Any], events: list[RunEvent]) -> None:
        run, conversation = _id(chat.get("id")), _id(chat.get("conversation_id"))
        if (run and run != self.chat) or (conversation and conversation != self.conversation):
            self.chat = run or self.chat
            self.conversation = conversation or self.conversation
            events.append(RunStarted(self.conversation, self.chat))

    def _note_usage(self, chat: dict[str, Any]) -> None:
        """Two spellings; zeros stand there from the first event on."""
        given = as_object(chat.get("usage"))
        numbers = [
            next((given[name] for name in names if _is_count(given.get(name))), None)
            for names in (
                ("input_count", "input_tokens"),
                ("output_count", "output_tokens"),
                ("token_count",),
            )
        ]
        if any(numbers):
            self._usage = Usage(*numbers)

    def _wait(self, chat: dict[str, Any], events: list[RunEvent]) -> None:
        self.ending = "waits"
        for wanted in waited_for(chat, self._texts):
            if isinstance(wanted, ClientToolCalled):
                self._awaits = True
                events.append(wanted)
            else:
                self._ask(wanted, events)

    def _ask(self, question: Question, events: list[RunEvent]) -> None:
        """A form where there is something to choose or fill in; else words, unless they were said:
        the visitor's next message goes on."""
        if question.form:
            self._awaits = True
            events.append(InputRequested(question.id, question.form))
        elif self._answers.is_empty:
            events.extend(self._answers.settle(question.id, question.text))

    # -- messages

    def _add(self, message: Message, events: list[RunEvent]) -> None:
        if message.type and message.type != "answer":
            return
        id_ = _id(message.id)
        if message.reasoning_content:
            self._thought.add(id_)
            events.append(ReasoningDelta(message.reasoning_content))
        if message.content and (message.content_type or "text") == "text":
            events.extend(self._answers.add(id_, message.content))

    def _complete(self, message: Message, events: list[RunEvent]) -> None:
        id_, content = _id(message.id), message.content or ""
        if message.type == "answer":
            self._complete_answer(id_, message, content, events)
        elif not id_ or id_ not in self._completed:
            self._completed.add(id_)
            self._complete_other(id_, message.type or "", content, events)

    def _complete_other(self, id_: str, kind: str, content: str, events: list[RunEvent]) -> None:
        if kind == "function_call":
            events.append(self._steps.call(id_, content))
        elif kind in _TOOL_RESPONSES:
            events.append(self._steps.respond(id_, content))
        elif kind == "knowledge":
            events.append(self._steps.recall(id_, content))
        elif kind == "follow_up" and content.strip():
            self._suggested.append(content.strip()[:SUGGESTION_CHARS])

    def _complete_answer(
        self, id_: str, message: Message, content: str, events: list[RunEvent]
    ) -> None:
        if message.reasoning_content and id_ not in self._thought and not self._replaces:
            events.append(ReasoningDelta(message.reasoning_content))
        match message.content_type:
            case "text" | "" | None:
                self._answer_id = id_ or self._answer_id
                events.extend(self._answers.settle(id_, content))
            case "object_string":
                text, things = read_objects(id_, content)
                events.extend(self._answers.settle(id_, text))
                events.extend(things)
            case "card":
                self._take_card(id_, content, events)

    def _take_card(self, id_: str, content: str, events: list[RunEvent]) -> None:
        if question := question_of_card(id_, content, self._texts):
            self._ask(question, events)
        else:
            events.append(Notice("info", self._texts.card))


def _id(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and value else ""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value >= 0
