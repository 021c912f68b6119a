"""The ChatKit event stream as run events: pure, no I/O. Records in, events out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    Notice,
    PartRemoved,
    RunCompleted,
    RunEvent,
    RunStarted,
    Step,
    TitleChanged,
    WidgetChanged,
)
from widget.providers.chatkit.failures import Refusals
from widget.providers.chatkit.images import Images
from widget.providers.chatkit.items import KINDS, AssistantMessage, Item, Page, Stage, Widget
from widget.providers.chatkit.shapes import fields_of, text_of
from widget.providers.chatkit.tasks import State
from widget.providers.sse import Record
from widget.providers.surrogates import decode_leniently

_decode = msgspec.json.Decoder().decode
_ACCESS: dict[str, Literal["open", "locked", "closed"]] = {
    "active": "open",
    "locked": "locked",
    "closed": "closed",
}
_LEVELS: dict[str, Literal["info", "warning", "danger"]] = {
    "info": "info",
    "warning": "warning",
    "danger": "danger",
}


class Reader:
    """Reads one answer. ``question`` is the id of the visitor's message over there, which a retry
    names; ``heard`` counts the events that made sense."""

    def __init__(
        self,
        images: Images,
        refusals: Refusals,
        *,
        thread: str | None = None,
        question: str | None = None,
    ) -> None:
        self.thread = thread
        self.question = question
        self.heard = 0
        self.trouble: UpstreamError | None = None
        self.allows_cancel = True
        self._page = Page(images)
        self._refusals = refusals
        self._items: dict[str, Item] = {}
        self._answers: dict[str, None] = {}
        self._progress: Step | None = None
        self._progresses = 0
        self._access: AccessChanged | None = None
        self._started: RunStarted | None = None
        self._is_turn_over = False
        self._broken = 0

    def read(self, records: Iterable[Record]) -> list[RunEvent]:
        """The events of one network packet; each widget in it at most once, as it is at the end."""
        events: list[RunEvent] = []
        for record in records:
            if event := self._decoded(record.data):
                self._take(event, events)
        return _newest_widgets(events)

    def finish(self) -> list[RunEvent]:
        """The stream closed politely, which is the only end mark that there is."""
        if self.trouble:
            raise self.trouble
        if not self._is_turn_over and any(map(_is_cut, self._items.values())):
            raise UpstreamInterrupted("the stream ended in the middle of a message")
        reason: Literal["tool", "stop"] = "tool" if self._page.asked else "stop"
        return [*self.end("done"), RunCompleted(reason, self._message())]

    @property
    def is_over(self) -> bool:
        """Whether all has been said, however the connection ends."""
        return self._is_turn_over or self.trouble is not None

    def end(self, state: State) -> list[RunEvent]:
        """Nothing runs any more."""
        ended = [event for item in self._items.values() for event in item.end(state)]
        return [*self._end_progress(state), *ended]

    def _decoded(self, data: bytes) -> dict[str, Any] | None:
        try:
            event = _decode(data)
        except (msgspec.DecodeError, RecursionError):
            event = self._decoded_leniently(data)
        return event if isinstance(event, dict) else None

    def _decoded_leniently(self, data: bytes) -> Any:
        """One event that is no JSON is passed over; a second one means that we misread."""
        try:
            return decode_leniently(data)
        except (msgspec.DecodeError, RecursionError):
            self._broken += 1
        if self._broken > 1:
            raise UpstreamProtocolError("the stream holds events that are not JSON")
        return None

    def _take(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        handle = _HANDLERS.get(str(event.get("type")))
        if handle is None:
            return
        self.heard += 1
        if self.heard == 1:
            self._start(events)
        handle(self, event, events)

    def _start(self, events: list[RunEvent]) -> None:
        """Tells the names that this answer has so far, when there is a new one."""
        started = RunStarted(self.thread, self.question, self._message())
        if self.thread and started != self._started:
            self._started = started
            events.append(started)

    def _message(self) -> str | None:
        """The items that feedback is about, in one word: ids hold no blanks."""
        return " ".join(self._answers) or None

    # -- one method per event

    def _on_created(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """A new thread is open, which is what a visitor sees anyway."""
        self._access = AccessChanged("open")
        self._on_thread(event, events)

    def _on_thread(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        thread = fields_of(event.get("thread"))
        self.thread = text_of(thread.get("id")) or self.thread
        self._start(events)
        self._page.images.learn(thread)
        if title := text_of(thread.get("title")):
            events.append(TitleChanged(title))
        status = fields_of(thread.get("status"))
        access = _ACCESS.get(str(status.get("type")))
        if access is None:
            return
        changed = AccessChanged(access, text_of(status.get("reason")) if access != "open" else "")
        if changed != self._access:
            self._access = changed
            events.append(changed)

    def _on_added(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        self._show(event, "added", events)

    def _on_done(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        self._show(event, "done", events)

    def _on_replaced(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        item = fields_of(event.get("item"))
        known = self._items.get(text_of(item.get("id")))
        if known is None and item.get("type") != "widget":
            return  # it belongs to an earlier answer, as a form that has just been filled in does
        if known is not None and type(known) is not KINDS.get(str(item.get("type"))):
            self._drop(known, events)
        self._show(event, "replaced", events)

    def _show(self, event: dict[str, Any], stage: Stage, events: list[RunEvent]) -> None:
        item = fields_of(event.get("item"))
        id_, kind = text_of(item.get("id")), str(item.get("type"))
        if kind == "user_message" and id_:
            self.question = id_
            self._start(events)
        if kind == "end_of_turn":
            self._is_turn_over = True
        if kind not in KINDS or not id_:
            return
        events += self._end_progress("done")
        shown = self._items.setdefault(id_, KINDS[kind](id_, self._page))
        shown.is_done = stage != "added"
        if shown.is_answer and id_ not in self._answers:
            self._answers[id_] = None
            self._start(events)
        events += shown.show(item, stage)

    def _on_updated(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        id_, update = text_of(event.get("item_id")), fields_of(event.get("update"))
        if id_ and id_ not in self._items and update.get("type") == "widget.root.updated":
            self._items[id_] = Widget(id_, self._page)  # of an earlier answer, and whole
        if item := self._items.get(id_):
            events += item.update(update)

    def _on_removed(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        id_ = text_of(event.get("item_id"))
        if item := self._items.get(id_):
            self._drop(item, events)
        elif id_:
            events.append(PartRemoved(id_))  # of an earlier answer

    def _drop(self, item: Item, events: list[RunEvent]) -> None:
        del self._items[item.id]
        self._answers.pop(item.id, None)
        events += item.remove()

    def _on_progress(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        title = text_of(event.get("text"))
        if not title:
            return
        if self._progress is None:
            self._progresses += 1
        self._progress = Step(f"progress/{self._progresses}", title, "running")
        events.append(self._progress)

    def _end_progress(self, state: State) -> list[RunEvent]:
        """Progress is shown until something else comes."""
        step, self._progress = self._progress, None
        return [Step(step.id, step.title, state)] if step else []

    def _on_effect(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        if name := text_of(event.get("name")):
            events.append(ClientEffect(name, fields_of(event.get("data"))))

    def _on_notice(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        words = (text_of(event.get("title")), text_of(event.get("message")))
        if text := "\n\n".join(word for word in words if word):
            events.append(Notice(_LEVELS.get(str(event.get("level")), "info"), text))

    def _on_options(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        options = fields_of(event.get("stream_options"))
        self.allows_cancel = options.get("allow_cancel") is not False

    def _on_error(self, event: dict[str, Any], events: list[RunEvent]) -> None:
        """The words of a ``custom`` error are written for visitors. The thread's last news may
        still come after it, so the run fails only when the stream ends."""
        self.trouble = self.trouble or self._refusals.in_stream(event)
        if event.get("code") == "custom" and (text := text_of(event.get("message"))):
            events.append(Notice("danger", self._refusals.without_secrets(text)))


def _is_cut(item: Item) -> bool:
    return isinstance(item, AssistantMessage) and not item.is_done


def _newest_widgets(events: list[RunEvent]) -> list[RunEvent]:
    """Each widget where it first stands, as it stands last."""
    if len(events) < 2:
        return events
    places: dict[str, int] = {}
    newest: list[RunEvent] = []
    for event in events:
        if isinstance(event, WidgetChanged) and event.id in places:
            newest[places[event.id]] = event
            continue
        if isinstance(event, WidgetChanged):
            places[event.id] = len(newest)
        elif isinstance(event, PartRemoved):
            places.pop(event.id, None)
        newest.append(event)
    return newest


_Handler = Callable[[Reader, dict[str, Any], list[RunEvent]], None]
_HANDLERS: dict[str, _Handler] = {
    "thread.created": Reader._on_created,
    "thread.updated": Reader._on_thread,
    "thread.item.added": Reader._on_added,
    "thread.item.done": Reader._on_done,
    "thread.item.replaced": Reader._on_replaced,
    "thread.item.updated": Reader._on_updated,
    "thread.item.removed": Reader._on_removed,
    "stream_options": Reader._on_options,
    "progress_update": Reader._on_progress,
    "client_effect": Reader._on_effect,
    "notice": Reader._on_notice,
    "error": Reader._on_error,
}
