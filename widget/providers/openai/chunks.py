"""Chat-completion chunks, in all their dialects, as run events. Pure: records in, events out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
import structlog
from msgspec import Struct

from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import ReasoningDelta, RunCompleted, RunEvent, TextDelta, Usage
from widget.providers.openai.failures import Refusals
from widget.providers.sse import Record
from widget.providers.surrogates import Mender, decode_leniently
from widget.providers.thinking import ThinkSplitter

MAX_BROKEN = 3

log = structlog.get_logger(__name__)


class _Delta(Struct):
    content: str | None = None
    refusal: str | None = None
    reasoning_content: Any = None
    reasoning: Any = None
    reasoning_details: Any = None
    tool_calls: Any = None
    function_call: Any = None


class _Choice(Struct):
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None
    usage: Any = None


class _Chunk(Struct):
    """Only what is used; everything else may be missing, null or of any type."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None
    object: Any = None
    id: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class ChunkReader:
    """One answer: ``read`` each batch of records, ``release`` what was held back when no more
    come, and ``finish`` after a good end of the body."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._thinking = ThinkSplitter()
        self._has_halves = False
        self._text = Mender()
        self._thought = Mender()
        self._finish_reason = ""
        self._usage: Any = None
        self._id: str | None = None
        self._broken = 0
        self._tools: set[str] = set()
        self.is_done = False

    @property
    def is_finished(self) -> bool:
        """The model has ended; at most usage and the end mark are still to come."""
        return bool(self._finish_reason)

    def read(self, records: list[Record]) -> Iterator[list[RunEvent]]:
        """Yields what the records tell; trouble is raised after the text that came before it."""
        events: list[RunEvent] = []
        try:
            for record in records:
                if record.data[:1] == b"[" and record.data.strip() == b"[DONE]":
                    self.is_done = True
                    break
                self._read_one(record.data, events)
        except UpstreamError:
            yield events
            raise
        yield events

    def read_whole(self, body: bytes) -> Iterator[list[RunEvent]]:
        """A host that answers JSON where a stream was asked."""
        self._broken = MAX_BROKEN - 1
        yield from self.read([Record(body)])

    def release(self) -> list[RunEvent]:
        """What waited for the rest of a tag or a character: part of the text also of a bad end."""
        events: list[RunEvent] = []
        self._take_text(self._text.finish(), events)
        return events + self._thinking.finish()

    def finish(self) -> list[RunEvent]:
        """Usage and the end; raises when it was no good end."""
        reason = self._reason()
        if self._tools:
            log.warning("tool calls were not forwarded", tools=sorted(self._tools))
        usage = _usage(self._usage)
        end = RunCompleted(reason=reason, upstream_message=self._id)
        return [usage, end] if usage else [end]

    def _read_one(self, data: bytes, events: list[RunEvent]) -> None:
        try:
            chunk = self._decode(data)
        except msgspec.DecodeError as error:
            self._skip(data, error)
            return
        if chunk.error or chunk.object == "error":
            raise self._refusals.in_stream(chunk.error or data)
        if chunk.usage:
            self._usage = chunk.usage
        if chunk.choices:
            self._read_choice(chunk.choices[0], chunk, events)

    def _decode(self, data: bytes) -> _Chunk:
        try:
            return _decode(data)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            chunk = msgspec.convert(decode_leniently(data), _Chunk)
            self._has_halves = True
            return chunk

    def _read_choice(self, choice: _Choice, chunk: _Chunk, events: list[RunEvent]) -> None:
        delta = choice.delta or choice.message
        if delta:
            self._read_delta(delta, events)
        if choice.usage and not chunk.usage:
            self._usage = choice.usage
        if choice.finish_reason:
            self._finish_reason = choice.finish_reason
            if isinstance(chunk.id, str):
                self._id = chunk.id

    def _read_delta(self, delta: _Delta, events: list[RunEvent]) -> None:
        if thought := _thought_of(delta):
            self._thinking.settle()
            self._take_thought(thought, events)
        if delta.content:
            self._take_text(delta.content, events)
        if delta.refusal:
            events.append(TextDelta(delta.refusal))
        if delta.tool_calls or delta.function_call:
            self._tools.update(_tool_names(delta.tool_calls or [{"function": delta.function_call}]))

    def _take_text(self, text: str, events: list[RunEvent]) -> None:
        if self._has_halves:
            text = self._text.feed(text)
        if text:
            events += self._thinking.feed(text)

    def _take_thought(self, thought: str, events: list[RunEvent]) -> None:
        if self._has_halves:
            thought = self._thought.feed(thought)
        if thought:
            events.append(ReasoningDelta(thought))

    def _skip(self, data: bytes, error: msgspec.DecodeError) -> None:
        """One broken record is passed over, several fail the run. Its text stays out of the log."""
        if isinstance(error, msgspec.ValidationError) and not data.lstrip().startswith(b"{"):
            return
        self._broken += 1
        log.warning("a record from the platform cannot be read", bytes=len(data))
        if self._broken >= MAX_BROKEN:
            raise UpstreamProtocolError("the platform's answer is not a chat completion") from None

    def _reason(self) -> Literal["stop", "length", "tool"]:
        match self._finish_reason:
            case "stop" | "length" as reason:
                return reason
            case "tool_calls" | "function_call":
                return "tool"
            case "content_filter":
                raise UpstreamRejected(
                    "cut by the content filter", status=200, failure=Failure.CONTENT
                )
            case "":
                raise UpstreamInterrupted("the stream ended before the answer did")
            case other:
                raise UpstreamInterrupted(f"the platform ended the answer with {other[:40]!r}")


def _thought_of(delta: _Delta) -> str:
    """The thinking in whichever field it comes; hosts that send two send the same twice."""
    for words in (delta.reasoning_content, delta.reasoning):
        if words and isinstance(words, str):
            return words
    details = delta.reasoning_details
    if not isinstance(details, list):
        return ""
    texts = [row.get("text") for row in details if isinstance(row, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _tool_names(calls: Any) -> set[str]:
    """Names alone: arguments are the model's words."""
    functions = [c.get("function") for c in calls if isinstance(c, dict)]
    names = [f.get("name") for f in functions if isinstance(f, dict)]
    return {name[:80] for name in names if isinstance(name, str) and name}


def _usage(row: Any) -> Usage | None:
    if not isinstance(row, dict):
        return None
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    numbers = [row.get(name) for name in names]
    known = [n if isinstance(n, int) else None for n in numbers]
    return Usage(*known) if any(n is not None for n in known) else None
