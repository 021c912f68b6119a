"""Dify's stream as run events: records in, events out, and how it ended.

Each kind of app has its own choice of events; all of them are read here, whatever the kind, since
the kind may not be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    InputRequested,
    Notice,
    ReasoningDelta,
    RunCompleted,
    RunEvent,
    RunStarted,
    Usage,
)
from widget.providers.dify.api import Api
from widget.providers.dify.failures import in_stream, run_failed
from widget.providers.dify.files import Files
from widget.providers.dify.forms import asked_form, form_of
from widget.providers.dify.known import Known
from widget.providers.dify.payload import data_of, number_of, source_of, text_of
from widget.providers.dify.place import Place, Shown
from widget.providers.dify.sources import sources
from widget.providers.dify.steps import Steps
from widget.providers.dify.text import AnswerText
from widget.providers.dify.words import say
from widget.providers.sse import Record

MAX_BROKEN = 3
_decode = msgspec.json.Decoder().decode
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")


class Reader:
    """One answer. ``has_begun``: the platform has said something that belongs to it."""

    def __init__(self, api: Api, known: Known) -> None:
        self.conversation = known.conversation
        self.place = known.place
        self.trouble: UpstreamError | None = None
        self.has_begun = False
        self.text = AnswerText(known.shown)
        self._known = known
        self._key = api.key
        self._steps = Steps(known.locale, known.shown.steps)
        self._files = Files(api)
        self._usage = Usage()
        self._ends: set[str] = set()
        self._repeats = known.mode == "agent"
        self._is_named = False
        self._forms = self._waits = 0
        self._broken = 0

    @property
    def message(self) -> str:
        return self.place.message

    @property
    def is_closing(self) -> bool:
        """The end has begun: of what belongs to it, something may still come, or nothing."""
        return bool(self._ends)

    @property
    def is_done(self) -> bool:
        """Nothing more can come that matters."""
        if "error" in self._ends or {"message_end", "workflow_finished"} <= self._ends:
            return True
        return "message_end" in self._ends and not self.place.run

    @property
    def is_paused(self) -> bool:
        return "workflow_paused" in self._ends and "workflow_finished" not in self._ends

    def waiting(self) -> RunStarted:
        """What must be known when a form's answer comes, beside the run itself."""
        shown = Shown(*self.text.shown(), self._steps.told())
        self.place = msgspec.structs.replace(self.place, shown=shown)
        return self.started()

    def started(self) -> RunStarted:
        return RunStarted(self.conversation or None, self.place.encode(), self.message or None)

    def read(self, records: Iterable[Record]) -> list[RunEvent]:
        events: list[RunEvent] = []
        for record in records:
            self._take(record.data, events)
            if "error" in self._ends:
                break
        return events

    def read_whole(self, body: bytes) -> list[RunEvent]:
        """An answer that came in one piece, as a blocking call gets it."""
        self._broken = MAX_BROKEN - 1
        events = self.read([Record(body)])
        if self.has_begun and not self._ends:
            event = _decode(body)
            self._end_message(event, events)
        return events

    def release(self, *, is_good: bool) -> list[RunEvent]:
        """What was held back, and the ends that were not told."""
        return [*self.text.release(), *self._steps.close("done" if is_good else "failed")]

    def finish(self) -> list[RunEvent]:
        """Usage and the end, once it has begun; raises when it is no good one."""
        if self.trouble:
            raise self.trouble
        usage: list[RunEvent] = [self._usage] if self._usage != Usage() else []
        if self._forms and self.is_paused:
            return [*usage, self.waiting(), RunCompleted("tool", self.message or None)]
        return [*usage, RunCompleted("stop", self.message or None)]

    # -- one event

    def _take(self, data: bytes, events: list[RunEvent]) -> None:
        try:
            event = _decode(data)
        except msgspec.DecodeError:
            self._note_broken()
            return
        if not isinstance(event, dict):
            return
        name = event.get("event")
        handle = _HANDLERS.get(name) if isinstance(name, str) else None
        if not self._is_named and name != "ping":
            self._name(event, events)
        if handle:
            self.has_begun |= name != "error"
            handle(self, event, events)

    def _note_broken(self) -> None:
        """One or two events that are no JSON are passed over; more mean that we misread it all."""
        self._broken += 1
        if self._broken >= MAX_BROKEN:
            self._ends.add("error")
            self.trouble = UpstreamProtocolError("the stream holds events that are not JSON")

    def _name(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """The platform's ids, told as soon as they are known."""
        before = self.started()
        self.conversation = text_of(event.get("conversation_id")) or self.conversation
        place = self.place
        task = text_of(event.get("task_id")) or place.task
        message = text_of(event.get("message_id")) or place.message
        run = text_of(event.get("workflow_run_id")) or place.run
        self.place = Place(task, message, run, place.forms, place.shown)
        if self.started() != before:
            events.append(self.started())
        is_flow = self._known.mode in ("", "advanced-chat")
        self._is_named = bool(self.conversation and message and task and (run or not is_flow))

    def _on_message(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """A delta; where deltas have another name, the whole answer once more."""
        words = event.get("answer")
        if not isinstance(words, str) or not words:
            return
        if not self._repeats:
            selector = event.get("from_variable_selector")
            events += self.text.add(words, source_of(selector))
        else:
            events += [*self.text.release(), *self.text.replace(words)]

    def _on_agent_message(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        if words := text_of(event.get("answer")):
            self._repeats = True
            events += self.text.add(words)

    def _on_replace(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        events += [*self.text.release(), *self.text.replace(text_of(event.get("answer")))]

    def _on_file(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """Once a message has a file, some versions label its text so too."""
        words = text_of(event.get("answer"))
        if not words or event.get("url"):
            events += self._files.read(event)
        elif not self._repeats or words != self.text.whole():
            events += self.text.add(words)

    def _on_reasoning(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        if thought := text_of(data_of(event).get("reasoning")):
            events.append(ReasoningDelta(thought))

    def _on_thought(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        events += self._steps.thought(event)

    # -- ends

    def _end_message(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        self._ends.add("message_end")
        metadata = event.get("metadata")
        if isinstance(metadata, dict):
            events += sources(metadata.get("retriever_resources"))
            counted = metadata.get("usage")
            if isinstance(counted, dict):
                self._count(*(number_of(counted.get(name)) for name in _USAGE))
        events += self._files.read_all(event.get("files"))

    def _end_flow(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        self._ends.add("workflow_finished")
        data = data_of(event)
        self._count(None, None, number_of(data.get("total_tokens")))
        events += self._files.read_all(data.get("files"))
        if data.get("status") == "failed":
            self.trouble = self.trouble or run_failed(data.get("error"), key=self._key)
        elif data.get("status") == "stopped":
            self.trouble = UpstreamInterrupted("the run was stopped on the platform")

    def _end_badly(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        self._ends.add("error")
        self.trouble = in_stream(event, key=self._key)

    def _count(self, *counts: int | None) -> None:
        """Whatever comes with more to tell counts; unknown is not nothing."""
        told = Usage(*counts)
        if self._usage.input_tokens is None and told != Usage():
            self._usage = told

    # -- forms

    def _on_form(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        data = data_of(event)
        form, token = text_of(data.get("form_id")), text_of(data.get("form_token"))
        if not form or form == self._known.answered:
            return
        self._waits += 1
        if not token:
            events.append(Notice("info", say("elsewhere", self._known.locale)))
        elif not self._known.takes_forms(token):
            events.append(Notice("warning", say("no_forms", self._known.locale)))
        else:
            self._forms += 1
            forms = {**self.place.forms, form: asked_form(data, token)}
            self.place = msgspec.structs.replace(self.place, forms=forms)
            events += [self.started(), InputRequested(form, form_of(data))]

    def _on_pause(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """Who follows a run after its form may be shown the pause that is just over."""
        if self._waits or not self._known.answered:
            self._ends.add("workflow_paused")

    def _on_form_timeout(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        events.append(Notice("warning", say("expired", self._known.locale)))

    # -- steps

    def _on_nothing(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """Known, and of no use to a visitor; the answer has begun with it all the same."""

    def _on_step(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        events += _STEPS[event["event"]](self._steps, data_of(event))


_STEPS: dict[str, Callable[[Steps, dict[str, Any]], list[RunEvent]]] = {
    "node_started": Steps.node_started,
    "node_finished": Steps.node_finished,
    "iteration_started": Steps.around_started,
    "iteration_completed": Steps.around_completed,
    "loop_started": Steps.around_started,
    "loop_completed": Steps.around_completed,
    "agent_log": Steps.log,
}
_HANDLERS: dict[str, Callable[[Reader, dict[str, Any], list[RunEvent]], None]] = {
    "message": Reader._on_message,
    "agent_message": Reader._on_agent_message,
    "agent_thought": Reader._on_thought,
    "message_file": Reader._on_file,
    "message_replace": Reader._on_replace,
    "reasoning_chunk": Reader._on_reasoning,
    "message_end": Reader._end_message,
    "workflow_finished": Reader._end_flow,
    "error": Reader._end_badly,
    "human_input_required": Reader._on_form,
    "human_input_form_timeout": Reader._on_form_timeout,
    "workflow_paused": Reader._on_pause,
    "workflow_started": Reader._on_nothing,
    "iteration_next": Reader._on_nothing,
    "loop_next": Reader._on_nothing,
    "node_retry": Reader._on_nothing,
    **dict.fromkeys(_STEPS, Reader._on_step),
}
