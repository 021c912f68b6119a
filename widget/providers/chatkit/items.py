"""The kinds of thread items: each knows which events show it, change it and take it back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

from widget.domain.events import (
    ClientToolCalled,
    ImageReady,
    InputRequested,
    PartRemoved,
    RunEvent,
    WidgetChanged,
)
from widget.providers.chatkit.forms import form_of
from widget.providers.chatkit.images import Images
from widget.providers.chatkit.shapes import fields_of, index_of, objects, text_of
from widget.providers.chatkit.sources import Sources
from widget.providers.chatkit.tasks import State, Tasks
from widget.providers.chatkit.texts import Texts, Thoughts
from widget.providers.chatkit.widgets import Component, update_tree

Stage = Literal["added", "done", "replaced"]


class Page:
    """What the items of one answer share. ``asked`` holds the items that wait for the visitor or
    the host page."""

    def __init__(self, images: Images) -> None:
        self.images = images
        self.texts = Texts()
        self.thoughts = Thoughts()
        self.sources = Sources()
        self.asked: set[str] = set()


class Item(ABC):
    """One thread item. ``is_answer``: feedback may name it."""

    is_answer = False

    def __init__(self, id_: str, page: Page) -> None:
        self.id = id_
        self.page = page
        self.is_done = False

    @abstractmethod
    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        """The item is this now."""

    def update(self, update: dict[str, Any]) -> list[RunEvent]:
        return []

    def remove(self) -> list[RunEvent]:
        return [PartRemoved(self.id)]

    def end(self, state: State) -> list[RunEvent]:
        """Nothing more comes for this item."""
        return []


class AssistantMessage(Item):
    is_answer = True

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        """A finished message is what its parts were, except that it may say more; only a
        replacement takes words away."""
        parts = objects(item.get("content"))
        events: list[RunEvent] = []
        for index, part in enumerate(parts):
            events += self._put(index, part, erases=stage == "replaced")
        if stage == "replaced":
            events += self.page.texts.keep(self.id, len(parts))
        return events

    def update(self, update: dict[str, Any]) -> list[RunEvent]:
        index = index_of(update.get("content_index"))
        match update.get("type"):
            case "assistant_message.content_part.text_delta":
                delta = update.get("delta")
                return self.page.texts.add(
                    (self.id, index), delta if isinstance(delta, str) else ""
                )
            case "assistant_message.content_part.added" | "assistant_message.content_part.done":
                return self._put(index, fields_of(update.get("content")))
            case "assistant_message.content_part.annotation_added":
                place = self.id, index, index_of(update.get("annotation_index"))
                return self.page.sources.add(place, update.get("annotation"))
        return []

    def remove(self) -> list[RunEvent]:
        return [*self.page.texts.keep(self.id, 0), *self.page.sources.remove(self.id)]

    def _put(self, index: int, part: dict[str, Any], *, erases: bool = False) -> list[RunEvent]:
        text = part.get("text")
        text = text if isinstance(text, str) else ""
        events = self.page.texts.put((self.id, index), text) if text or erases else []
        return [*events, *self.page.sources.put(self.id, index, part.get("annotations"))]


class Widget(Item):
    is_answer = True

    def __init__(self, id_: str, page: Page) -> None:
        super().__init__(id_, page)
        self._tree: Component = {}
        self._told: Component = {}

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        return self._tell(fields_of(item.get("widget")) or self._tree)

    def update(self, update: dict[str, Any]) -> list[RunEvent]:
        return self._tell(update_tree(self._tree, update))

    def _tell(self, tree: Component) -> list[RunEvent]:
        self._tree = tree
        shown = self.page.images.cleaned(tree)
        if shown == self._told:
            return []
        self._told = shown
        return [WidgetChanged(self.id, shown)]


class Workflow(Item):
    def __init__(self, id_: str, page: Page) -> None:
        super().__init__(id_, page)
        self._tasks = Tasks(id_, page.thoughts)

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        workflow = fields_of(item.get("workflow"))
        tasks = objects(workflow.get("tasks"))
        is_final = stage == "done"
        events = [e for i, task in enumerate(tasks) for e in self._put(i, task, is_final=is_final)]
        if stage == "replaced":
            events += self._tasks.keep(len(tasks))
        title = text_of(fields_of(workflow.get("summary")).get("title"))
        return [*events, *(self._tasks.end("done") if is_final else []), *self._conclude(title)]

    def update(self, update: dict[str, Any]) -> list[RunEvent]:
        if update.get("type") not in ("workflow.task.added", "workflow.task.updated"):
            return []
        return self._put(index_of(update.get("task_index")), fields_of(update.get("task")))

    def remove(self) -> list[RunEvent]:
        return self._tasks.keep(0)

    def end(self, state: State) -> list[RunEvent]:
        return self._tasks.end(state)

    def _put(self, index: int, task: dict[str, Any], *, is_final: bool = False) -> list[RunEvent]:
        return self._tasks.put(index, task, is_final=is_final)

    def _conclude(self, title: str) -> list[RunEvent]:
        return self._tasks.conclude(title)


class Task(Item):
    """A task of its own is a workflow of one."""

    def __init__(self, id_: str, page: Page) -> None:
        super().__init__(id_, page)
        self._tasks = Tasks(id_, page.thoughts)

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        return self._tasks.put(0, fields_of(item.get("task")), is_final=stage != "added")

    def remove(self) -> list[RunEvent]:
        return self._tasks.keep(0)

    def end(self, state: State) -> list[RunEvent]:
        return self._tasks.end(state)


class Picture(Item):
    """A generated image: the stages on the way to it are not shown, only what it came to."""

    is_answer = True

    def __init__(self, id_: str, page: Page) -> None:
        super().__init__(id_, page)
        self._latest = ""
        self._told = ""

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        self._latest = self._address(item.get("image")) or self._latest
        return [] if stage == "added" else self._tell()

    def update(self, update: dict[str, Any]) -> list[RunEvent]:
        if update.get("type") == "generated_image.updated":
            self._latest = self._address(update.get("image")) or self._latest
        return []

    def end(self, state: State) -> list[RunEvent]:
        return self._tell() if state == "done" else []

    def _address(self, image: Any) -> str:
        return self.page.images.address(fields_of(image).get("url"))

    def _tell(self) -> list[RunEvent]:
        if not self._latest or self._latest == self._told:
            return []
        self._told = self._latest
        return [ImageReady(self.id, self._latest)]


class Asking(Item):
    """An item that waits for an answer. It counts from ``done`` on: before, the server has not
    stored it and would take no answer."""

    def show(self, item: dict[str, Any], stage: Stage) -> list[RunEvent]:
        is_pending = item.get("status", "pending") == "pending"
        if not is_pending:
            self.page.asked.discard(self.id)
        if stage == "added" or not is_pending or self.id in self.page.asked:
            return []
        self.page.asked.add(self.id)
        return [self.question(item)]

    @abstractmethod
    def question(self, item: dict[str, Any]) -> RunEvent: ...

    def remove(self) -> list[RunEvent]:
        self.page.asked.discard(self.id)
        return [PartRemoved(self.id)]


class ToolCall(Asking):
    """``call_id`` is the model's and may come again in another run; the item's id does not."""

    def question(self, item: dict[str, Any]) -> RunEvent:
        name = text_of(item.get("name"))
        return ClientToolCalled(self.id, name, fields_of(item.get("arguments")))


class StructuredInput(Asking):
    def question(self, item: dict[str, Any]) -> RunEvent:
        return InputRequested(self.id, form_of(item))


KINDS: dict[str, type[Item]] = {
    "assistant_message": AssistantMessage,
    "widget": Widget,
    "workflow": Workflow,
    "task": Task,
    "generated_image": Picture,
    "client_tool_call": ToolCall,
    "structured_input": StructuredInput,
}
