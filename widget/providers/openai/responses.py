"""Events of the Responses API as run events. Pure: records in, events out.

Event types: the ``openai`` library's definitions (2.54.0). Hosts differ in what they leave out, so
text, thinking and citations are taken where they come first: as deltas, with the end of their part,
with the end of their item, or with the end of the response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from widget.domain.errors import UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import RunCompleted, RunEvent, RunStarted, TextDelta
from widget.providers.openai.failures import Refusals
from widget.providers.openai.reader import AnswerReader, cut_by_filter, usage_of
from widget.providers.openai.tools import Work

_TEXT_DELTA = "response.output_text.delta"
# What the state of a response is where a host does not say it.
_STATUS = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
}


class _Event(Struct):
    """Only what is used; everything else may be missing, null or of any type."""

    type: Any = None
    delta: str | None = None
    text: Any = None
    refusal: Any = None
    item: Any = None
    annotation: Any = None
    response: Any = None
    error: Any = None


class ResponseReader(AnswerReader[_Event]):
    decoder = msgspec.json.Decoder(_Event)

    def __init__(self, refusals: Refusals, locale: str = "en") -> None:
        super().__init__(refusals, locale)
        self._work = Work(locale)
        self._tools = self._work.asked
        self._response: dict[str, Any] = {}
        self._id: str | None = None
        self._has_part_text = False
        self._ends_paragraph = False
        self._thoughts = _Thoughts()

    @property
    def is_finished(self) -> bool:
        return self.is_done and bool(self._response)

    def read_whole(self, body: bytes) -> Iterator[list[RunEvent]]:
        """A host that answers JSON where a stream was asked: the end without what led to it."""
        yield from super().read_whole(b'{"type":"response.completed","response":' + body + b"}")
        if not isinstance(self._response.get("output"), list):
            raise UpstreamProtocolError("the platform's answer is no response")

    def abandon(self) -> list[RunEvent]:
        return self.release() + self._work.close("failed")

    def finish(self) -> list[RunEvent]:
        reason = self._reason()
        self._refuse_tools()
        usage = usage_of(
            self._response.get("usage"), "input_tokens", "output_tokens", "total_tokens"
        )
        end = RunCompleted(reason=reason, upstream_message=self._id)
        return [*self._work.close("done"), *usage, end]

    def _take(self, record: _Event, data: bytes, events: list[RunEvent]) -> None:
        if record.type == _TEXT_DELTA and not record.error:
            if record.delta:
                self._say(record.delta, events)
                self._has_part_text = True
            return
        if record.error or record.type == "error":
            raise self._refusals.in_stream(record.error or data)
        take = _TAKERS.get(record.type) if isinstance(record.type, str) else None
        if take:
            take(self, record, events)

    def _say(self, text: str, events: list[RunEvent]) -> None:
        if self._ends_paragraph:
            self._ends_paragraph = False
            self._speech.say("\n\n", events)
        self._speech.say(text, events)

    def _take_begin(self, record: _Event, events: list[RunEvent]) -> None:
        """``created``, and ``queued`` or ``in_progress``, which say the same again."""
        id_ = record.response.get("id") if isinstance(record.response, dict) else None
        if isinstance(id_, str) and self._id is None:
            self._id = id_
            events.append(RunStarted(upstream_run=id_))

    def _take_item(self, record: _Event, events: list[RunEvent]) -> None:
        item = record.item if isinstance(record.item, dict) else {}
        if item.get("type") == "message":
            self._begin_message()
        if item.get("type") == "reasoning":
            self._thoughts.begin_item()
        events += self._work.begin(item)

    def _begin_message(self) -> None:
        """A second message of one response (a word before the work) is a paragraph of its own."""
        self._ends_paragraph = self._speech.has_text
        self._has_part_text = False

    def _end_item(self, record: _Event, events: list[RunEvent]) -> None:
        if isinstance(record.item, dict):
            self._take_whole(record.item, events)

    def _take_whole(self, item: dict[str, Any], events: list[RunEvent]) -> None:
        """A finished item: what of it has not been told yet."""
        if item.get("type") == "message":
            self._take_message(item, events)
        elif item.get("type") == "reasoning" and not self._thoughts.is_item_told:
            for part in _rows(item.get("summary")):
                self._thoughts.begin_part()
                self._think("summary", part.get("text"), events)
        events += self._work.end(item)

    def _take_message(self, item: dict[str, Any], events: list[RunEvent]) -> None:
        parts = _rows(item.get("content"))
        if not self._has_part_text:
            for part in parts:
                if text := part.get("text") or part.get("refusal"):
                    self._say(str(text), events)
        self._has_part_text = bool(parts) or self._has_part_text
        for part in parts:
            for annotation in _list(part.get("annotations")):
                self._cite(annotation, events)

    def _take_text(self, record: _Event, events: list[RunEvent]) -> None:
        """The whole text of a part, of which most hosts have sent every piece."""
        text = record.text or record.refusal
        if not self._has_part_text and isinstance(text, str):
            self._say(text, events)
            self._has_part_text = True

    def _take_refusal(self, record: _Event, events: list[RunEvent]) -> None:
        if record.delta:
            self._speech.has_text = self._has_part_text = True
            events.append(TextDelta(record.delta))

    def _take_annotation(self, record: _Event, events: list[RunEvent]) -> None:
        self._cite(record.annotation, events)

    def _cite(self, annotation: Any, events: list[RunEvent]) -> None:
        if source := self._citations.take(annotation):
            events.append(source)

    def _begin_thought(self, record: _Event, events: list[RunEvent]) -> None:
        self._thoughts.begin_part()

    def _take_thought(self, record: _Event, events: list[RunEvent]) -> None:
        self._think(_kind(record.type), record.delta, events)

    def _take_whole_thought(self, record: _Event, events: list[RunEvent]) -> None:
        if not self._thoughts.is_part_told:
            self._think(_kind(record.type), record.text, events)

    def _think(self, kind: str, text: Any, events: list[RunEvent]) -> None:
        if isinstance(text, str) and text and (words := self._thoughts.take(kind, text)):
            self._speech.think(words, events)

    def _end(self, record: _Event, events: list[RunEvent]) -> None:
        response = record.response if isinstance(record.response, dict) else {}
        self._take_begin(record, events)
        self._take_output(_rows(response.get("output")), events)
        if response.get("error"):
            raise self._refusals.in_stream(response["error"])
        status = response.get("status") or _STATUS[record.type]
        self._response = {**response, "status": status}
        self.is_done = True

    def _take_output(self, items: list[dict[str, Any]], events: list[RunEvent]) -> None:
        """All items once more. LiteLLM dresses thinking as a message's content here."""
        was_silent, has_thought = not self._speech.has_text, self._thoughts.has_begun
        for item in items:
            if was_silent:
                self._begin_message()
            self._has_part_text = not was_silent
            if item.get("type") == "reasoning":
                self._thoughts.begin_item()
            if item.get("type") != "reasoning" or not has_thought:
                self._take_whole(item, events)

    def _reason(self) -> Literal["stop", "length", "tool"]:
        match self._response.get("status"):
            case "completed":
                return "tool" if self._tools else "stop"
            case "incomplete":
                return self._incomplete()
            case "failed":
                raise self._refusals.in_stream("the platform failed and does not say why")
            case None:
                raise UpstreamInterrupted("the stream ended before the answer did")
            case other:
                raise UpstreamInterrupted(f"the platform ended the answer as {str(other)[:40]!r}")

    def _incomplete(self) -> Literal["length"]:
        details = self._response.get("incomplete_details")
        match details.get("reason") if isinstance(details, dict) else None:
            case "max_output_tokens" | None:
                return "length"
            case "content_filter":
                raise cut_by_filter()
            case other:
                raise UpstreamInterrupted(f"the answer is incomplete: {str(other)[:40]!r}")


_TAKERS: dict[str, Callable[[ResponseReader, _Event, list[RunEvent]], None]] = {
    "response.created": ResponseReader._take_begin,
    "response.queued": ResponseReader._take_begin,
    "response.in_progress": ResponseReader._take_begin,
    "response.output_item.added": ResponseReader._take_item,
    "response.output_item.done": ResponseReader._end_item,
    "response.output_text.done": ResponseReader._take_text,
    "response.refusal.delta": ResponseReader._take_refusal,
    "response.refusal.done": ResponseReader._take_text,
    "response.output_text.annotation.added": ResponseReader._take_annotation,
    "response.reasoning_summary_part.added": ResponseReader._begin_thought,
    "response.reasoning_summary_text.delta": ResponseReader._take_thought,
    "response.reasoning_summary_text.done": ResponseReader._take_whole_thought,
    "response.reasoning_text.delta": ResponseReader._take_thought,
    "response.reasoning_text.done": ResponseReader._take_whole_thought,
    "response.completed": ResponseReader._end,
    "response.incomplete": ResponseReader._end,
    "response.failed": ResponseReader._end,
}


class _Thoughts:
    """Which thoughts have been told. Parts and items of them are paragraphs. Hosts that send
    thoughts and also their summary tell the same twice: the first kind counts."""

    def __init__(self) -> None:
        self._kind = ""
        self._ends_paragraph = False
        self.is_item_told = False
        self.is_part_told = False

    @property
    def has_begun(self) -> bool:
        return bool(self._kind)

    def begin_item(self) -> None:
        self.begin_part()
        self.is_item_told = False

    def begin_part(self) -> None:
        self._ends_paragraph = self.has_begun
        self.is_part_told = False

    def take(self, kind: str, text: str) -> str:
        """What is new of it, if anything."""
        self._kind = self._kind or kind
        if kind != self._kind:
            return ""
        text = f"\n\n{text}" if self._ends_paragraph else text
        self._ends_paragraph = False
        self.is_item_told = self.is_part_told = True
        return text


def _kind(type_: str) -> str:
    return "summary" if "summary" in type_ else "text"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]
