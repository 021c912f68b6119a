"""Markdown that arrives in pieces, as patches to what stands on screen."""

from __future__ import annotations

import re

from widget.domain.transcript import Graft, Patch
from widget.render.markdown import render

_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>|[^<]+")
_VOID = frozenset({"br", "hr", "input"})


class MarkdownStream:
    """Screen after ``feed`` is a function of the whole text so far, not of how it was cut."""

    def __init__(self) -> None:
        self._text = ""
        self._blocks: list[str] = []
        self._taken = 0

    def feed(self, text: str) -> list[Patch]:
        self._text += text
        return self._show(_blocks(render(self._text)))

    def finish(self) -> list[Patch]:
        return self._show(_blocks(render(self._text)))

    def html(self) -> str:
        return "".join(self._blocks)

    def closed_html(self) -> str:
        return "".join(self._blocks[:-1])

    def take_closed(self) -> str:
        taken, self._taken = self._taken, max(self._taken, len(self._blocks) - 1)
        return "".join(self._blocks[taken : self._taken])

    def _show(self, blocks: list[str]) -> list[Patch]:
        same = 0
        for old, new in zip(self._blocks, blocks, strict=False):
            if old != new:
                break
            same += 1
        drop, html = len(self._blocks) - same, "".join(blocks[same:])
        self._blocks = blocks
        return [Graft(0, drop, html)] if drop or html else []


def _blocks(html: str) -> list[str]:
    """The root's child nodes, each as its own HTML."""
    blocks: list[str] = []
    depth, start = 0, 0
    for found in _TAG.finditer(html):
        if found[2] and found[2] not in _VOID:
            depth += -1 if found[1] else 1
        if depth == 0:
            blocks.append(html[start : found.end()])
            start = found.end()
    return blocks
