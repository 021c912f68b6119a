"""XpertAI's parts other than text (tools, lookups, widgets, pictures, interrupts) as events."""

from __future__ import annotations

from typing import Any, Literal

from widget.domain.events import (
    ClientToolCalled,
    ImageReady,
    InputRequested,
    RunEvent,
    Source,
    Step,
    WidgetChanged,
)
from widget.domain.inputs import Form

KNOWN = 50
QUOTE_CHARS = 300
TITLE_CHARS = 200
_STATES: dict[Any, Literal["running", "done", "failed"]] = {
    "running": "running",
    "success": "done",
    "fail": "failed",
    "error": "failed",
}


class Components:
    """Merges by id: an end event brings only what changed. ``titles`` are of those seen before."""

    def __init__(self, titles: dict[str, str]) -> None:
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
            return [WidgetChanged(id_, data)]
        return [*_step(id_, data), *_sources(id_, fresh)]

    def read_chat_step(self, data: dict[str, Any]) -> list[RunEvent]:
        """A step told by ``on_chat_event``; without title or status it is none."""
        id_ = data.get("id") or data.get("type")
        if not isinstance(id_, str) or data.get("status") not in _STATES or not _title(data):
            return []
        return self.read({"id": id_, "data": data})


def _step(id_: str, data: dict[str, Any]) -> list[RunEvent]:
    """Errors and outputs of tools stay out: they are the platform's innards, not a visitor's."""
    state, title = _STATES.get(data.get("status")), _title(data)
    if state is None or not title:
        return []
    message = data.get("message")
    return [Step(id_, title, state, message if isinstance(message, str) else "")]


def _title(data: dict[str, Any]) -> str:
    for name in ("title", "tool", "toolset", "type"):
        if isinstance(data.get(name), str) and data[name]:
            return str(data[name])[:TITLE_CHARS]
    return ""


def _sources(id_: str, data: dict[str, Any]) -> list[RunEvent]:
    """The documents that a knowledge base or a search found, or the page that stands in a frame."""
    found = data.get("data")
    if data.get("type") == "iframe" and data.get("url"):
        found = [data]
    if not isinstance(found, list):
        return []
    sources = (_source(f"{id_}:{n}", item) for n, item in enumerate(found))
    return [source for source in sources if source]


def _source(id_: str, document: Any) -> Source | None:
    if not isinstance(document, dict):
        return None
    about = {**document, **document["metadata"]} if _has_metadata(document) else document
    title = _first(about, "title", "name", "filename", "source", "url")
    quote = _first(document, "pageContent", "page_content", "content", "snippet")
    url = _first(about, "url", "link", "source", "fileUrl")
    if not url.startswith(("http://", "https://")):
        url = ""
    return Source(id_, title[:TITLE_CHARS], url, quote[:QUOTE_CHARS]) if title or url else None


def _has_metadata(document: dict[str, Any]) -> bool:
    return isinstance(document.get("metadata"), dict)


def _first(values: dict[str, Any], *names: str) -> str:
    return next((v for n in names if isinstance(v := values.get(n), str) and v), "")


def image(part: dict[str, Any]) -> list[RunEvent]:
    given = part.get("image_url")
    url = given.get("url") if isinstance(given, dict) else given
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return []
    return [ImageReady(id_of(part) or url, url)]


def wanted(data: dict[str, Any]) -> list[RunEvent]:
    """What an interrupted run waits for: client tools, or a person's answer."""
    return [
        event
        for task in _dicts(data.get("tasks"))
        for interrupt in _dicts(task.get("interrupts"))
        for event in _wanted(interrupt)
    ]


def _wanted(interrupt: dict[str, Any]) -> list[RunEvent]:
    value = interrupt.get("value")
    if not isinstance(value, dict):
        return []
    calls = _dicts(value.get("clientToolCalls"))
    if not calls:
        return [InputRequested(id_of(interrupt) or "input", _confirmation(value))]
    return [
        ClientToolCalled(
            id_of(call),
            str(call.get("name") or ""),
            call["args"] if isinstance(call.get("args"), dict) else {},
        )
        for call in calls
    ]


def _confirmation(value: dict[str, Any]) -> Form:
    asked = [_first(request, "name") for request in _dicts(value.get("actionRequests"))]
    return Form(title=", ".join(filter(None, asked)))


def id_of(part: dict[str, Any]) -> str:
    return part["id"] if isinstance(part.get("id"), str) else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
