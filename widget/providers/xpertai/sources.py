"""What a lookup of XpertAI found, as sources, and files that a tool made."""

from __future__ import annotations

from typing import Any

from widget.domain.events import FileReady, RunEvent, Source

QUOTE_CHARS = 300
TITLE_CHARS = 200
_FILES = frozenset({"file", "files"})
# Lists that name no place to read on: tasks are steps, and memories are nobody's to read.
_NO_SOURCES = frozenset({"tasks", "memory", "program"})


def found_by(id_: str, data: dict[str, Any], kind: str) -> list[RunEvent]:
    """``data`` is what is new of the component, ``kind`` what it is all in all."""
    found = data.get("data")
    if kind == "iframe" and data.get("url"):
        found = [data]
    elif kind == "file":
        found = [found]
    if not isinstance(found, list) or kind in _NO_SOURCES:
        return []
    make = _file if kind in _FILES else _source
    made = (make(f"{id_}:{n}", item) for n, item in enumerate(found) if isinstance(item, dict))
    return [event for event in made if event]


def _file(id_: str, item: dict[str, Any]) -> RunEvent | None:
    url = _address(first(item, "url", "fileUrl", "downloadUrl"))
    name = first(item, "name", "filename", "originalName", "filePath", "title")
    size = item.get("size")
    if not url:
        return None
    return FileReady(id_, url, name[:TITLE_CHARS], size if isinstance(size, int) else None)


def _source(id_: str, document: dict[str, Any]) -> RunEvent | None:
    metadata = document.get("metadata")
    about = {**document, **metadata} if isinstance(metadata, dict) else document
    title = first(about, "title", "name", "filename", "source", "url")
    quote = first(document, "pageContent", "page_content", "content", "snippet")
    url = _address(first(about, "url", "link", "source", "fileUrl"))
    return Source(id_, title[:TITLE_CHARS], url, quote[:QUOTE_CHARS]) if title or url else None


def _address(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else ""


def first(values: dict[str, Any], *names: str) -> str:
    """The first of these that is a text with something in it."""
    return next((v for n in names if isinstance(v := values.get(n), str) and v), "")
