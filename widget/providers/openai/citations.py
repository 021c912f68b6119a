"""Annotations of an answer as sources, each told once however often it is named."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from widget.domain.events import Source

TITLE_CHARS = 200


class Citations:
    """``take`` every annotation; one that was taken before, or that leads nowhere, gives None."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def take(self, annotation: Any) -> Source | None:
        """Reads the flat form of the Responses API and the nested one of chat completions."""
        if not isinstance(annotation, dict):
            return None
        kind = annotation.get("type")
        about = annotation.get(kind) if isinstance(kind, str) else None
        about = about if isinstance(about, dict) else annotation
        if kind == "url_citation":
            return self._page(about.get("url"), about.get("title"))
        if kind == "file_citation":
            return self._file(about.get("file_id"), about.get("filename"))
        # A file that the model made in its container can be fetched with the platform's key alone.
        return None

    def _page(self, url: Any, title: Any) -> Source | None:
        host = _host(url)
        if not host or not self._is_new(url):
            return None
        words = title if isinstance(title, str) and title.strip() else host
        return Source(self._id(), words[:TITLE_CHARS], url)

    def _file(self, file: Any, name: Any) -> Source | None:
        if not isinstance(name, str) or not name or not self._is_new(file or name):
            return None
        return Source(self._id(), name[:TITLE_CHARS])

    def _is_new(self, key: Any) -> bool:
        is_new = str(key) not in self._known
        self._known.add(str(key))
        return is_new

    def _id(self) -> str:
        return f"source_{len(self._known)}"


def _host(url: Any) -> str:
    """The host of a page that a browser may open; empty for anything else."""
    if not isinstance(url, str):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
