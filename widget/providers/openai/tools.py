"""What the Responses API does itself while it answers, as steps and pictures.

Titles are for visitors. What was searched, run or sent stands in the detail, which only owners
open; what came back from a tool stays with the platform.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from widget.domain.events import ImageReady, RunEvent, Step

DETAIL_CHARS = 2_000
TITLE_CHARS = 80
_TITLES = {
    "web_search_call": {"en": "Searching the web", "zh": "搜索网页"},
    "file_search_call": {"en": "Searching the documents", "zh": "查找资料"},
    "code_interpreter_call": {"en": "Calculating", "zh": "运行计算"},
    "image_generation_call": {"en": "Drawing a picture", "zh": "绘制图片"},
    # Qwen's own, of Model Studio.
    "web_extractor_call": {"en": "Reading a page", "zh": "阅读网页"},
}
# Platforms have more tools than anybody knows; their items are named alike.
_TOOL = {"en": "Using a tool", "zh": "使用工具"}
_TOOL_ITEM = re.compile(r"\w+_call")
# These wait for somebody to run or allow them.
_ASKED = {
    "function_call",
    "custom_tool_call",
    "mcp_approval_request",
    "computer_call",
    "local_shell_call",
    "apply_patch_call",
}
_FAILED = ("failed", "incomplete")
_State = Literal["running", "done", "failed"]
# How base64 of each kind of picture begins.
_PICTURES = {"iVBORw0KGgo": "png", "/9j/": "jpeg", "UklGR": "webp"}


class Work:
    """The items of one response: ``begin`` and ``end`` each, ``close`` what was left open."""

    def __init__(self, locale: str) -> None:
        self._lang = "zh" if locale.lower().startswith("zh") else "en"
        self._steps: dict[str, Step] = {}
        self._ended: set[str] = set()
        self.asked: set[str] = set()

    def begin(self, item: dict[str, Any]) -> list[RunEvent]:
        if (kind := item.get("type")) in _ASKED:
            self.asked.add(str(item.get("name") or kind)[:TITLE_CHARS])
        id_ = _id_of_tool(item)
        return [self._step(id_, item, "running")] if id_ else []

    def end(self, item: dict[str, Any]) -> list[RunEvent]:
        """Takes an item once, wherever it is told whole first."""
        id_ = _id_of_tool(item)
        if not id_ or id_ in self._ended:
            return []
        self._ended.add(id_)
        has_failed = item.get("status") in _FAILED or bool(item.get("error"))
        step = self._step(id_, item, "failed" if has_failed else "done")
        return [step, *_pictures(id_, item)]

    def close(self, state: Literal["done", "failed"]) -> list[RunEvent]:
        """Hosts may leave the end of an item out."""
        return [
            Step(step.id, step.title, state, step.detail)
            for step in self._steps.values()
            if step.state == "running"
        ]

    def _step(self, id_: str, item: dict[str, Any], state: _State) -> Step:
        title = _TITLES.get(item["type"], _TOOL)[self._lang]
        if item["type"] == "mcp_call" and isinstance(item.get("name"), str):
            title = item["name"].replace("_", " ").strip()[:TITLE_CHARS] or title
        self._steps[id_] = Step(id_, title, state, _detail(item)[:DETAIL_CHARS])
        return self._steps[id_]


def _id_of_tool(item: dict[str, Any]) -> str:
    """Empty for what is no tool of the platform's."""
    kind, id_ = str(item.get("type")), item.get("id")
    is_tool = kind not in _ASKED and _TOOL_ITEM.fullmatch(kind)
    return id_ if is_tool and isinstance(id_, str) else ""


def _detail(item: dict[str, Any]) -> str:
    match item["type"]:
        case "web_search_call":
            action = item.get("action")
            return _lines(action, "query", "queries", "pattern", "url")
        case "mcp_call":
            return _lines(item, "server_label", "arguments")
        case _:
            return _lines(item, "query", "queries", "code", "goal", "urls")


def _lines(about: Any, *names: str) -> str:
    """The texts under these names, a line each."""
    values = [about.get(name) for name in names] if isinstance(about, dict) else []
    texts: list[str] = []
    for value in values:
        texts += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]
    return "\n".join(texts)


def _pictures(id_: str, item: dict[str, Any]) -> list[RunEvent]:
    if item["type"] == "image_generation_call":
        url = _data_url(item.get("result"))
        return [ImageReady(f"{id_}_image", url)] if url else []
    outputs = item.get("outputs")
    rows = outputs if isinstance(outputs, list) else []
    urls = [row.get("url") for row in rows if isinstance(row, dict) and row.get("type") == "image"]
    return [
        ImageReady(f"{id_}_image_{n}", url)
        for n, url in enumerate(urls)
        if isinstance(url, str) and url.startswith(("data:image/", "https://", "http://"))
    ]


def _data_url(data: Any) -> str:
    """Hosts do not always say which format it is, the first bytes do."""
    for beginning, kind in _PICTURES.items():
        if isinstance(data, str) and data.startswith(beginning):
            return f"data:image/{kind};base64,{data}"
    return ""
