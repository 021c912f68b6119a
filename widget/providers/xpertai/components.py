"""XpertAI's parts other than text (tools, lookups, helpers, widgets, pictures) as events."""

from __future__ import annotations

from typing import Any, Literal

from widget.domain.events import ImageReady, RunEvent, Step, WidgetChanged
from widget.providers.xpertai.details import detail_of
from widget.providers.xpertai.sources import TITLE_CHARS, first, found_by

KNOWN = 50
State = Literal["running", "done", "failed"]
_STATES: dict[Any, State] = {
    "running": "running",
    "success": "done",
    "fail": "failed",
    "error": "failed",
    "timeout": "failed",
}
# Names that the platform's list has and the builds that were read do not send.
_NAMED: dict[str, dict[str, Any]] = {
    "on_tool_start": {"status": "running"},
    "on_tool_message": {},
    "on_tool_end": {"status": "success"},
    "on_tool_error": {"status": "fail"},
    "on_retriever_start": {"status": "running", "type": "knowledges"},
    "on_retriever_end": {"status": "success", "type": "knowledges"},
}


class Components:
    """Merges by id: an end event brings only what changed. ``titles`` are of those seen before."""

    def __init__(self, titles: dict[str, str], key: str = "") -> None:
        self._key = key
        self._data: dict[str, dict[str, Any]] = {
            id_: {"title": title} for id_, title in titles.items()
        }

    def titles(self) -> dict[str, str]:
        """What a later process needs, to know them again and to word their ends."""
        return {id_: _title(self._data[id_]) for id_ in list(self._data)[-KNOWN:]}

    def is_new(self, part: dict[str, Any]) -> bool:
        return part.get("id") not in self._data

    def read(self, part: dict[str, Any]) -> list[RunEvent]:
        id_, fresh = part.get("id"), part.get("data")
        if not isinstance(id_, str) or not id_ or not isinstance(fresh, dict):
            return []
        data = self._data.setdefault(id_, {})
        data.update({name: value for name, value in fresh.items() if value is not None})
        if data.get("type") == "Widget":
            return [WidgetChanged(id_, {"type": "Widget", "widgets": data.get("widgets")})]
        kind = str(data.get("type"))
        return [*self._step(id_, data), *_tasks(id_, fresh, kind), *found_by(id_, fresh, kind)]

    def read_chat_step(self, data: dict[str, Any]) -> list[RunEvent]:
        """A step told by ``on_chat_event``; without title or status it is none."""
        id_ = data.get("id") or data.get("type")
        if not isinstance(id_, str) or data.get("status") not in _STATES or not _title(data):
            return []
        return self.read({"id": id_, "data": data})

    def read_named(self, event: str, data: dict[str, Any]) -> list[RunEvent]:
        """Tools and lookups by events of their own, as some builds may send them."""
        if event not in _NAMED:
            return []
        id_ = first(data, "tool_call_id", "toolCallId", "id", "run_id")
        name = {"tool": data["name"]} if data.get("name") else {}
        return self.read({"id": id_, "data": {**data, **name, **_NAMED[event]}})

    def read_helper(self, data: dict[str, Any], status: str | None = None) -> list[RunEvent]:
        """A helper agent. Its end may be the first to give its title."""
        kept = {"title": data.get("title"), "toolset": data.get("agentKey")}
        told = {**kept, "status": status or data.get("status"), "error": data.get("error")}
        return self.read({"id": data.get("id"), "data": told})

    def fail_lookups(self, error: Any) -> list[RunEvent]:
        """The platform names the knowledge base and not the step: those that still run failed."""
        running = [
            id_
            for id_, data in self._data.items()
            if data.get("type") == "knowledges" and data.get("status") == "running"
        ]
        told = {"status": "fail", "error": error}
        return [event for id_ in running for event in self.read({"id": id_, "data": told})]

    def _step(self, id_: str, data: dict[str, Any]) -> list[RunEvent]:
        state, title = _STATES.get(data.get("status")), _title(data)
        if state is None or not title:
            return []
        return [Step(id_, title, state, detail_of(data, self._key))]


def _title(data: dict[str, Any]) -> str:
    return first(data, "title", "tool", "toolset", "type")[:TITLE_CHARS]


def _tasks(id_: str, data: dict[str, Any], kind: str) -> list[RunEvent]:
    """A list of what is to be done: each becomes a step when its turn comes."""
    listed = data.get("data")
    if kind != "tasks" or not isinstance(listed, list):
        return []
    steps: list[RunEvent] = []
    for number, task in enumerate(item for item in listed if isinstance(item, dict)):
        state, title = _STATES.get(task.get("status")), first(task, "title", "name", "content")
        if state and title:
            steps.append(Step(f"{id_}:{first(task, 'id') or number}", title[:TITLE_CHARS], state))
    return steps


def image(part: dict[str, Any]) -> list[RunEvent]:
    given = part.get("image_url")
    url = given.get("url") if isinstance(given, dict) else given
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "data:image/")):
        return []
    return [ImageReady(first(part, "id") or url[:TITLE_CHARS], url)]
