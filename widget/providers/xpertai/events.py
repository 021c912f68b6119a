"""XpertAI's stream as run events: pure, no I/O. Records in, events out, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    ClientEffect,
    Cursor,
    ReasoningDelta,
    RunEvent,
    RunStarted,
    TextDelta,
    TextReplaced,
    TitleChanged,
    Usage,
)
from widget.providers.sse import Record
from widget.providers.xpertai.components import Components, id_of, image, wanted
from widget.providers.xpertai.failures import in_band, scrub
from widget.providers.xpertai.place import Place
from widget.providers.xpertai.text import AnswerText

REPLACE_S = 0.5
CANCELLED = "the run was cancelled on the platform"
_CURSOR = re.compile(r"\d+-\d+")
_decode = msgspec.json.Decoder().decode

Ending = Literal["complete", "error_frame", "resync", "failed"]


class Reader:
    """Reads one run, over several connections if need be.

    ``place`` is where an earlier process stopped. ``replaces``: what is read may be shown already,
    so the text comes as a replacement first. ``ending`` says why reading stopped (None: it has
    not), ``trouble`` what the run failed with, ``is_unsure`` that the text can only be had whole
    from the platform.
    """

    def __init__(
        self,
        thread: str,
        *,
        place: Place | None = None,
        replaces: bool = False,
        key: str = "",
        clock: Callable[[], float],
    ) -> None:
        self.thread = thread
        self.run: str | None = None
        self.message: str | None = None
        self.conversation: str | None = None
        self.at = place.at if place else None
        self.ending: Ending | None = None
        self.trouble: UpstreamError | None = None
        self.said = ""
        self.items = 0
        self.awaits_tool = False
        self._key = key
        self._clock = clock
        self._text = AnswerText(place.tail if place else None)
        self._components = Components(dict(place.steps) if place else {})
        self._is_behind = replaces
        self._may_replace_at = 0.0
        self._broken = 0
        self._cursor_at = self.at

    @property
    def has_begun(self) -> bool:
        """Whether the platform took the question: from then on asking again would ask twice."""
        return self.items > 0 or self.run is not None

    @property
    def is_unsure(self) -> bool:
        return self._text.is_partial and self._text.is_displaced

    def shown_text(self) -> str | None:
        """What the events given so far amount to; None when its beginning is not known here."""
        return None if self._text.is_partial or self._is_behind else self._text.whole()

    def read(self, records: Iterable[Record]) -> list[RunEvent]:
        events: list[RunEvent] = []
        for record in records:
            self._take(record, events)
            if self.ending:
                break
            if record.id and _CURSOR.fullmatch(record.id):
                self.at = record.id
        if self._is_behind and (self.ending or self._clock() >= self._may_replace_at):
            self._catch_up(events)
        self._note_place(events)
        return events

    def read_stored(self, part: Any) -> list[RunEvent]:
        """Steps and sources of a component in a stored message."""
        if isinstance(part, dict) and part.get("type") == "component":
            return self._components.read(part)
        return []

    def _catch_up(self, events: list[RunEvent]) -> None:
        if text := self._text.whole():
            self._is_behind = False
            self._may_replace_at = self._clock() + REPLACE_S
            events.append(TextReplaced(text))

    def _note_place(self, events: list[RunEvent]) -> None:
        """A cursor covers what was yielded; text held back for a replacement is not."""
        if self.at is None or self.at == self._cursor_at or self._is_behind or self.is_unsure:
            return
        self._cursor_at = self.at
        place = Place(self.at, self._text.tail(), self._components.titles())
        events.append(Cursor(place.encode()))

    def _take(self, record: Record, events: list[RunEvent]) -> None:
        data = record.data.strip()
        if record.event == "error":
            self.said = scrub(data.decode(errors="replace"), self._key)
            self.ending = "error_frame"
        elif record.event == "complete":
            self.ending = "complete"
        elif data and not data.startswith(b":"):
            self._take_data(data, events)

    def _take_data(self, data: bytes, events: list[RunEvent]) -> None:
        try:
            payload = _decode(data)
        except msgspec.DecodeError:
            if data[:1] in b'{["':
                self._note_broken()
                return
            payload = data.decode(errors="replace")
        if isinstance(payload, str):
            self.items += 1
            self._add_text(events, payload)
        elif isinstance(payload, dict):
            self._take_payload(payload, events)

    def _note_broken(self) -> None:
        """One item that is no JSON is skipped; a second one means that we misread the stream."""
        self._broken += 1
        if self._broken > 1:
            self.give_up(UpstreamProtocolError("the stream holds items that are not JSON"))

    def _take_payload(self, payload: dict[str, Any], events: list[RunEvent]) -> None:
        kind, data = payload.get("type"), payload.get("data")
        self.items += kind in ("message", "event")
        if kind == "message":
            self._take_part(data, events)
        elif kind == "event":
            handle = _HANDLERS.get(str(payload.get("event")))
            if handle and isinstance(data, dict):
                handle(self, data, events)
            elif payload.get("event") == "on_error":
                self.note_trouble(data, "on_error")
        elif kind == "complete":
            self.ending = "complete"
        elif kind == "stream_resync":
            self.ending = "resync"

    def _take_part(self, part: Any, events: list[RunEvent]) -> None:
        if isinstance(part, str):
            self._add_text(events, part)
        elif not isinstance(part, dict):
            return
        elif part.get("type") == "text":
            source = part.get("executionId") or part.get("agentKey") or ""
            self._add_text(events, part.get("text"), id_of(part), str(source))
        elif part.get("type") == "reasoning" and isinstance(part.get("text"), str):
            events.append(ReasoningDelta(part["text"]))
        elif part.get("type") == "component":
            if self._components.is_new(part):
                self._text.note_component()
            events.extend(self._components.read(part))
        elif part.get("type") == "image_url":
            events.extend(image(part))

    def _add_text(
        self, events: list[RunEvent], text: Any, part_id: str = "", source: str = ""
    ) -> None:
        if not isinstance(text, str) or not text:
            return
        shown = self._text.add(text, part_id=part_id, source=source)
        if self._text.is_displaced and not self._text.is_partial:
            self._text.is_displaced = False
            self._is_behind = True
        if shown and not self._is_behind:
            events.append(TextDelta(shown))

    def give_up(self, error: UpstreamError) -> None:
        """Nothing that still comes would mend this."""
        self.trouble, self.ending = error, "failed"

    def note_trouble(self, error: Any, where: str) -> None:
        if isinstance(error, dict) and "error" in error:
            error = error["error"]
        self.trouble = in_band(error, where=where, key=self._key)

    # -- events by name

    def _on_conversation_start(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.conversation = _text(data.get("id")) or self.conversation

    def _on_conversation_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        if title := _text(data.get("title")):
            events.append(TitleChanged(title))
        self._note_end(data, "on_conversation_end")
        waits = self.awaits_tool or data.get("operation")
        if data.get("status") == "interrupted" and not waits and not self.trouble:
            self.trouble = UpstreamInterrupted(CANCELLED)

    def _on_message_start(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.run = _text(data.get("executionId")) or self.run
        self.message = _text(data.get("id")) or self.message
        self.conversation = _text(data.get("conversationId")) or self.conversation
        events.append(RunStarted(self.thread, self.run, self.message))

    def _on_message_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.message = _text(data.get("id")) or self.message
        if data.get("status") == "aborted":
            self.trouble = UpstreamInterrupted(CANCELLED)
        else:
            self._note_end(data, "on_message_end")

    def _on_agent_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """Of the root agent alone: a helper may fail while the answer succeeds."""
        if data.get("parentId"):
            return
        counted = [_count(data.get(n)) for n in ("inputTokens", "outputTokens", "totalTokens")]
        if any(count is not None for count in counted):
            events.append(Usage(*counted))
        self._note_end(data, "on_agent_end")

    def _note_end(self, data: dict[str, Any], where: str) -> None:
        """A failure inside the graph; a cancelled run is told apart by its message alone."""
        if isinstance(self.trouble, UpstreamInterrupted) or data.get("status") == "interrupted":
            return
        if data.get("status") == "error" or data.get("error"):
            self.note_trouble(data.get("error") or "the run failed", where)

    def _on_error(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.note_trouble(data, "on_error")

    def _on_interrupt(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.awaits_tool = True
        events.extend(wanted(data))

    def _on_chat_event(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """Titles, usage and goals have events of their own; what is left are steps."""
        if data.get("type") != "conversation_title_summary":
            events.extend(self._components.read_chat_step(data))

    def _on_client_effect(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        if name := _text(data.get("name")):
            args = data.get("args")
            events.append(ClientEffect(name, args if isinstance(args, dict) else {}))


_HANDLERS: dict[str, Callable[[Reader, dict[str, Any], list[RunEvent]], None]] = {
    name: getattr(Reader, f"_{name}")
    for name in (
        "on_conversation_start",
        "on_conversation_end",
        "on_message_start",
        "on_message_end",
        "on_agent_end",
        "on_error",
        "on_interrupt",
        "on_chat_event",
        "on_client_effect",
    )
}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
