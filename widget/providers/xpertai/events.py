"""XpertAI's stream as run events: pure, no I/O. Records in, events out, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import ClientEffect, Cursor, RunEvent, RunStarted, TitleChanged, Usage
from widget.providers.sse import Record
from widget.providers.xpertai.components import Components, image
from widget.providers.xpertai.failures import in_band, scrub
from widget.providers.xpertai.interrupts import wanted
from widget.providers.xpertai.payloads import Payloads
from widget.providers.xpertai.place import Place
from widget.providers.xpertai.sources import first
from widget.providers.xpertai.usage import usage_of
from widget.providers.xpertai.written import Written

CANCELLED = "the run was cancelled on the platform"
_CURSOR = re.compile(r"\d+-\d+")

Ending = Literal["complete", "error_frame", "resync", "failed"]


class Reader:
    """Reads one answer, over several connections and runs if need be.

    ``place`` is where an earlier process stopped. ``replaces``: what is read may be shown already,
    so the text comes as a replacement first. ``ending`` says why reading stopped (None: it has
    not), ``trouble`` what the run failed with, ``is_unsure`` that the text can only be had whole
    from the platform. ``runs`` are those that wrote the answer; ``skip`` as in ``Place``.
    """

    def __init__(
        self,
        thread: str,
        *,
        place: Place | None = None,
        replaces: bool = False,
        lang: str = "",
        key: str = "",
        clock: Callable[[], float],
    ) -> None:
        self.thread = thread
        self.runs = place.runs if place else ()
        self.skip = place.skip if place else 0
        self.lang = lang or (place.lang if place else "")
        self.conversation: str | None = None
        self.wants_whole = bool(place and place.skip and not place.at)
        self._key = key
        self._written = Written(place.tail if place else None, replaces=replaces, clock=clock)
        self._components = Components(dict(place.steps) if place else {}, key)
        self._payloads = Payloads()
        self._begin_run((place.at if place else "") or None)

    def _begin_run(self, at: str | None = None) -> None:
        self.at = self._cursor_at = at
        self._run: str | None = None
        self.message: str | None = None
        self.ending: Ending | None = None
        self.trouble: UpstreamError | None = None
        self.said = ""
        self.items = 0
        self.awaits_answer = False
        self._spent: Usage | None = None

    def begin_run(self) -> None:
        """Another run goes on with the same answer, as when a message had waited for its turn."""
        self._begin_run()
        if self.runs:
            self._written.begin_message()

    @property
    def run(self) -> str | None:
        return self._run

    @run.setter
    def run(self, run: str | None) -> None:
        self._run = run
        if run and run not in self.runs:
            self.runs = (*self.runs, run)

    @property
    def has_begun(self) -> bool:
        """Whether the platform took the question: from then on asking again would ask twice."""
        return self.items > 0 or self.run is not None

    @property
    def is_unsure(self) -> bool:
        return self._written.is_unsure or self.wants_whole

    def shown_text(self) -> str | None:
        """What the events given so far amount to; None when its beginning is not known here."""
        return self._written.shown()

    def read(self, records: Iterable[Record]) -> list[RunEvent]:
        events: list[RunEvent] = []
        for record in records:
            self._take(record, events)
            if self.ending:
                break
            if record.id and _CURSOR.fullmatch(record.id):
                self.at = record.id
        self._written.catch_up(events, is_over=self.ending is not None)
        self._note_place(events)
        return events

    def read_stored(self, part: Any) -> list[RunEvent]:
        """Steps and sources of a component in a stored message."""
        if isinstance(part, dict) and part.get("type") == "component":
            return self._components.read(part)
        return []

    def read_waiting(self, operation: dict[str, Any]) -> list[RunEvent]:
        """What an interrupted run waits for."""
        self.awaits_answer = True
        return wanted(operation, self.lang)

    def cursor(self) -> Cursor:
        """Where reading stands, for a process that is to go on."""
        steps = self._components.titles()
        place = Place(self.at or "", self._written.tail(), steps, self.runs, self.skip, self.lang)
        return Cursor(place.encode())

    def _note_place(self, events: list[RunEvent]) -> None:
        """A cursor covers what was yielded; text held back for a replacement is not."""
        if self.at is None or self.at == self._cursor_at or not self._written.is_complete:
            return
        self._cursor_at = self.at
        events.append(self.cursor())

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
            payload = self._payloads.read(data)
        except UpstreamProtocolError as error:
            self.give_up(error)
            return
        self._written.has_halves = self._payloads.has_halves
        if isinstance(payload, str):
            self.items += 1
            self._written.add(events, payload)
        elif isinstance(payload, dict):
            self._take_payload(payload, events)

    def _take_payload(self, payload: dict[str, Any], events: list[RunEvent]) -> None:
        kind, data = payload.get("type"), payload.get("data")
        self.items += kind in ("message", "event")
        if kind == "message":
            self._take_part(data, events)
        elif kind == "event":
            self._take_event(str(payload.get("event")), data, events)
        elif kind == "complete":
            self.ending = "complete"
        elif kind == "stream_resync":
            self.ending = "resync"

    def _take_part(self, part: Any, events: list[RunEvent]) -> None:
        if isinstance(part, str):
            self._written.add(events, part)
        elif not isinstance(part, dict):
            return
        elif part.get("type") in ("text", "reasoning"):
            self._take_text(part, events)
        elif part.get("type") == "component":
            part = self._payloads.whole(part)
            if self._components.is_new(part):
                self._written.begin_paragraph()
            events.extend(self._components.read(part))
        elif part.get("type") == "image_url":
            events.extend(image(self._payloads.whole(part)))

    def _take_text(self, part: dict[str, Any], events: list[RunEvent]) -> None:
        text = part.get("text")
        if not isinstance(text, str) or not text:
            return
        if part["type"] == "reasoning":
            self._written.think(events, text, first(part, "id"))
            return
        source = first(part, "executionId", "agentKey")
        self._written.add(events, text, first(part, "id"), source)

    def _take_event(self, name: str, data: Any, events: list[RunEvent]) -> None:
        if name == "on_error":
            self.note_trouble(data, name)
        elif isinstance(data, dict):
            data = self._payloads.whole(data)
            if handle := _HANDLERS.get(name):
                handle(self, data, events)
            else:
                events.extend(self._components.read_named(name, data))

    def give_up(self, error: UpstreamError) -> None:
        """Nothing that still comes would mend this."""
        self.trouble, self.ending = error, "failed"

    def note_trouble(self, error: Any, where: str) -> None:
        if isinstance(error, dict) and "error" in error:
            error = error["error"]
        self.trouble = in_band(error, where=where, key=self._key)

    # -- events by name

    def _on_conversation_start(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.conversation = first(data, "id") or self.conversation

    def _on_conversation_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        if title := first(data, "title"):
            events.append(TitleChanged(title))
        self._note_end(data, "on_conversation_end")
        waits = self.awaits_answer or data.get("operation")
        if data.get("status") == "interrupted" and not waits and not self.trouble:
            self.trouble = UpstreamInterrupted(CANCELLED)

    def _on_message_start(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """A second one in a run: it took up what was said meanwhile, and answers that."""
        own = first(data, "id") or self.message
        if self.message and own != self.message:
            self._written.begin_message()
        self.run = first(data, "executionId") or self.run
        self.message = own
        self.conversation = first(data, "conversationId") or self.conversation
        events.append(RunStarted(self.thread, self.run, self.message))

    def _on_message_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        self.message = first(data, "id") or self.message
        if data.get("status") == "aborted":
            self.trouble = UpstreamInterrupted(CANCELLED)
        else:
            self._note_end(data, "on_message_end")

    def _on_agent_start(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        if data.get("parentId"):
            events.extend(self._components.read_helper(data, "running"))

    def _on_agent_end(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """A helper may fail while the answer succeeds; only the root agent's end counts."""
        if data.get("parentId"):
            events.extend(self._components.read_helper(data))
            return
        if usage := usage_of(data) or self._spent:
            events.append(usage)
        self._note_end(data, "on_agent_end")

    def _note_end(self, data: dict[str, Any], where: str) -> None:
        """A failure inside the graph; a cancelled run is told apart by its message alone."""
        if isinstance(self.trouble, UpstreamInterrupted) or data.get("status") == "interrupted":
            return
        if data.get("status") == "error" or data.get("error"):
            self.note_trouble(data.get("error") or "the run failed", where)

    def _on_interrupt(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        events.extend(self.read_waiting(data))

    def _on_retriever_error(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """The lookup's failure, not the answer's: the agent may know without it."""
        events.extend(self._components.fail_lookups(data.get("error")))

    def _on_chat_event(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        """Titles and goals have events of their own; what is left are steps."""
        if data.get("type") == "thread_context_usage":
            usage = data.get("usage")
            self._spent = usage_of(usage) if isinstance(usage, dict) else None
        elif data.get("type") != "conversation_title_summary":
            events.extend(self._components.read_chat_step(data))

    def _on_client_effect(self, data: dict[str, Any], events: list[RunEvent]) -> None:
        if name := first(data, "name"):
            args = data.get("args")
            events.append(ClientEffect(name, args if isinstance(args, dict) else {}))


_HANDLERS: dict[str, Callable[[Reader, dict[str, Any], list[RunEvent]], None]] = {
    name: getattr(Reader, f"_{name}")
    for name in (
        "on_conversation_start",
        "on_conversation_end",
        "on_message_start",
        "on_message_end",
        "on_agent_start",
        "on_agent_end",
        "on_retriever_error",
        "on_interrupt",
        "on_chat_event",
        "on_client_effect",
    )
}
