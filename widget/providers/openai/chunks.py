"""Chat-completion chunks, in all their dialects, as run events. Pure: records in, events out."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from widget.domain.errors import UpstreamInterrupted
from widget.domain.events import RunCompleted, RunEvent, TextDelta
from widget.providers.openai.failures import Refusals
from widget.providers.openai.reader import AnswerReader, cut_by_filter, usage_of


class _Delta(Struct):
    content: str | None = None
    refusal: str | None = None
    reasoning_content: Any = None
    reasoning: Any = None
    reasoning_details: Any = None
    tool_calls: Any = None
    function_call: Any = None
    annotations: Any = None


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


class ChunkReader(AnswerReader[_Chunk]):
    decoder = msgspec.json.Decoder(_Chunk)

    def __init__(self, refusals: Refusals, locale: str = "en") -> None:
        super().__init__(refusals, locale)
        self._finish_reason = ""
        self._usage: Any = None
        self._id: str | None = None

    @property
    def is_finished(self) -> bool:
        return bool(self._finish_reason)

    def finish(self) -> list[RunEvent]:
        reason = self._reason()
        self._refuse_tools()
        usage = usage_of(self._usage, "prompt_tokens", "completion_tokens", "total_tokens")
        return [*usage, RunCompleted(reason=reason, upstream_message=self._id)]

    def _take(self, record: _Chunk, data: bytes, events: list[RunEvent]) -> None:
        if record.error or record.object == "error":
            raise self._refusals.in_stream(record.error or data)
        if record.usage:
            self._usage = record.usage
        if record.choices:
            self._read_choice(record.choices[0], record, events)

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
            self._speech.think(thought, events)
        if delta.content:
            self._speech.say(delta.content, events)
        if delta.refusal:
            self._speech.has_text = True
            events.append(TextDelta(delta.refusal))
        if delta.annotations:
            events += _sources(self._citations.take, delta.annotations)
        if delta.tool_calls or delta.function_call:
            self._tools.update(_tool_names(delta.tool_calls or [{"function": delta.function_call}]))

    def _reason(self) -> Literal["stop", "length", "tool"]:
        match self._finish_reason:
            case "stop" | "length" as reason:
                return reason
            case "tool_calls" | "function_call":
                return "tool"
            case "content_filter":
                raise cut_by_filter()
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


def _sources(take: Any, annotations: Any) -> list[RunEvent]:
    rows = annotations if isinstance(annotations, list) else []
    return [source for row in rows if (source := take(row))]


def _tool_names(calls: Any) -> set[str]:
    """Later pieces of a call have no name; the arguments are the model's words."""
    functions = [c.get("function") for c in calls if isinstance(c, dict)]
    names = [f.get("name") for f in functions if isinstance(f, dict)]
    return {name[:80] for name in names if isinstance(name, str) and name}
