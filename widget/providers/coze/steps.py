"""Tool calls and lookups of a run as steps. What goes into a tool and comes out is detail."""

from __future__ import annotations

from collections import deque
from typing import Any

import msgspec

from widget.domain.events import Step
from widget.providers.coze.parsing import parse_object
from widget.providers.coze.texts import Texts

TITLE_CHARS = 100
DETAIL_CHARS = 4_000


class Steps:
    """A response names no call, so it ends the oldest one that is open."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._open: deque[Step] = deque()

    def call(self, message: str, content: str) -> Step:
        called = parse_object(content)
        given = called.get("arguments", "") if called else content
        title = _title(called) or self._texts.tool
        step = Step(message, title, "running", _words(given))
        self._open.append(step)
        return step

    def respond(self, message: str, content: str) -> Step:
        if not self._open:
            return Step(message, self._texts.tool, "done", _words(content))
        step = self._open.popleft()
        return Step(step.id, step.title, "done", f"{step.detail}\n→ {_words(content)}".strip())

    def recall(self, message: str, content: str) -> Step:
        return Step(message, self._texts.knowledge, "done", _words(content))

    def finish(self) -> list[Step]:
        """Those whose end nobody told; the run is over, so they are."""
        left = [Step(step.id, step.title, "done", step.detail) for step in self._open]
        self._open.clear()
        return left


def _title(called: dict[str, Any]) -> str:
    """The plugin's name as its maker wrote it, else that of the interface."""
    for name in ("plugin_name", "api_name", "name"):
        if isinstance(called.get(name), str) and called[name].strip():
            return str(called[name]).strip()[:TITLE_CHARS]
    return ""


def _words(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text[:DETAIL_CHARS]
