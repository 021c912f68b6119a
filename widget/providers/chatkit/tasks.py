"""Tasks of a workflow, or alone, as steps; thoughts as reasoning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from widget.domain.events import PartRemoved, RunEvent, Step
from widget.providers.chatkit.shapes import objects, text_of
from widget.providers.chatkit.sources import read_source
from widget.providers.chatkit.texts import Thoughts

TITLE_CHARS = 120

State = Literal["running", "done", "failed"]


class Tasks:
    """The tasks of one item, by index."""

    def __init__(self, item: str, thoughts: Thoughts) -> None:
        self._item = item
        self._thoughts = thoughts
        self._steps: dict[int, Step] = {}

    def put(self, index: int, task: dict[str, Any], *, is_final: bool = False) -> list[RunEvent]:
        if task.get("type") == "thought":
            title, content = text_of(task.get("title")), task.get("content")
            words = content if isinstance(content, str) else ""
            return self._thoughts.put((self._item, index), title, words)
        title, detail = _words(task)
        if not title:
            return []
        is_running = task.get("status_indicator") == "loading" and not is_final
        state: State = "running" if is_running else "done"
        return self._tell(index, Step(f"{self._item}/{index}", title, state, detail))

    def conclude(self, title: str) -> list[RunEvent]:
        """A workflow's own summary, after its tasks."""
        return self._tell(-1, Step(self._item, title, "done")) if title else []

    def keep(self, count: int) -> list[RunEvent]:
        """Only the first ``count`` tasks are left."""
        gone = [index for index in self._steps if index >= count or count == 0]
        return [PartRemoved(self._steps.pop(index).id) for index in gone]

    def end(self, state: State) -> list[RunEvent]:
        """Nothing runs any more."""
        running = [(i, step) for i, step in self._steps.items() if step.state == "running"]
        return [
            event
            for index, step in running
            for event in self._tell(index, Step(step.id, step.title, state, step.detail))
        ]

    def _tell(self, index: int, step: Step) -> list[RunEvent]:
        if self._steps.get(index) == step:
            return []
        self._steps[index] = step
        return [step]


def _words(task: dict[str, Any]) -> tuple[str, str]:
    """Title and detail; a task without a title takes its first words for one."""
    titles = (text_of(task.get(name)) for name in ("title", "title_query"))
    lines = list(_lines(task))
    title = next((title for title in titles if title), lines[0] if lines else "")
    return title[:TITLE_CHARS], "\n".join(lines)


def _lines(task: dict[str, Any]) -> Iterator[str]:
    if content := text_of(task.get("content")):
        yield from content.splitlines()
    queries = task.get("queries")
    if isinstance(queries, list):
        yield from (text for query in queries if (text := text_of(query)))
    for source in objects(task.get("sources")):
        if cited := read_source(source):
            yield f"{cited.title} {cited.url}".strip()
