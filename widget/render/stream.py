"""Markdown that arrives in pieces, as patches to what stands on screen."""

from __future__ import annotations

import re

from widget.domain.transcript import Graft, Patch, Swap
from widget.render.blocks import Block, Closed
from widget.render.code import Code
from widget.render.document import Document
from widget.render.heads import DEEPEST, Head, read_head
from widget.render.lines import Undecided
from widget.render.markdown import render
from widget.render.pile import Pile
from widget.render.prose import Prose
from widget.render.source import Normaliser

# More of a line than this never tells more about what it is.
_LONGEST_HEAD = 1000

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TAG = re.compile(r'<(/?)([a-z0-9]+)(?:[^>"]|"[^"]*")*>|[^<]+')
_VOID = frozenset({"br", "hr", "input"})


class MarkdownStream:
    """Screen after ``feed`` is a function of the whole text so far, not of how it was cut."""

    def __init__(self) -> None:
        self._source = Pile()
        self._normaliser = Normaliser()
        self._document = Document()
        # The line that is being read: its beginning while that is not understood, else None.
        self._head: str | None = ""
        self._needs_end = False
        self._is_stalled = False
        self._short_way: Prose | Code | None = None
        self._taken = 0

    def feed(self, text: str) -> list[Patch]:
        """The patches that ``text`` leads to; none while nothing of it can be shown."""
        self._source.add(text)
        if self._short_way is not None:
            patches = self._short_way.grow(text)
            if patches is not None:
                return patches
        self._read(self._normaliser.take(text))
        return self._patches()

    def finish(self) -> list[Patch]:
        """The patches that leave exactly ``render`` of the whole text."""
        self._read(self._normaliser.rest())
        if self._head:
            self._read("\n")
        elif self._head is None:
            self._document.end_line()
            self._head = ""
        self._document.close()
        patches = [] if self._is_stalled else self._document.screen.patches()
        return patches + self._repaired(render(self._source.text()))

    def html(self) -> str:
        """What stands on screen, as the inner HTML of the part's root."""
        return self._document.root.html()

    def closed_html(self) -> str:
        """The blocks that are complete."""
        return "".join(kid.html() for kid in self._closed(0))

    def take_closed(self) -> str:
        """The blocks that were completed since the last call."""
        blocks = self._closed(self._taken)
        self._taken += len(blocks)
        return "".join(block.html() for block in blocks)

    def _closed(self, start: int) -> list[Block]:
        is_open = len(self._document.stack) > 1
        return self._document.root.kids[start : len(self._document.root.kids) - is_open]

    # Reading

    def _read(self, text: str) -> None:
        for line in _LINE.findall(text):
            if self._is_stalled:
                break
            if self._head is None:
                self._go_on(line.rstrip("\n"))
            else:
                self._begin(line)
            if line.endswith("\n") and self._head is None:
                self._document.end_line()
                self._head, self._needs_end = "", False

    def _go_on(self, text: str) -> None:
        if text:
            self._document.add(text)

    def _begin(self, text: str) -> None:
        """More of a line whose beginning is not understood yet."""
        self._head = (self._head or "") + text
        is_whole = text.endswith("\n")
        if self._needs_end and not is_whole:
            return
        line = self._head if is_whole else self._head[:_LONGEST_HEAD]
        try:
            head = read_head(self._document.stack, line)
        except Undecided as undecided:
            self._needs_end = undecided.till_end or len(self._head) >= _LONGEST_HEAD
            return
        self._take(head, self._head[len(line) :])

    def _take(self, head: Head, more: str) -> None:
        if len(self._document.stack) + len(head.opened) > DEEPEST:
            # Shown when it is finished: an address on screen must not get that long.
            self._is_stalled = True
            return
        self._document.take(head)
        self._go_on(more)
        self._head = None

    def _patches(self) -> list[Patch]:
        patches = self._document.screen.patches()
        self._document.shed()
        tip = self._document.stack[-1]
        is_in_line = self._head is None and not self._normaliser.is_waiting()
        self._short_way = tip if isinstance(tip, Prose | Code) and is_in_line else None
        return patches

    # The end

    def _repaired(self, html: str) -> list[Patch]:
        """What is still not as in one rendering of the whole.

        Text that came before the definition of its link, for one: that block is swapped.
        """
        if html == self.html():
            return []
        old, new = top_level(self.html()), top_level(html)
        self._document.root.kids[:] = [Closed(block) for block in new]
        pairs = enumerate(zip(old, new, strict=False))
        swaps = [Swap(index, after) for index, (before, after) in pairs if before != after]
        if len(old) == len(new):
            return list[Patch](swaps)
        return [*swaps, Graft(0, max(0, len(old) - len(new)), "".join(new[len(old) :]))]


def top_level(html: str) -> list[str]:
    """The root's children, each as its own HTML."""
    blocks: list[str] = []
    depth = start = 0
    for found in _TAG.finditer(html):
        if found[2] and found[2] not in _VOID:
            depth += -1 if found[1] else 1
        if depth == 0:
            blocks.append(html[start : found.end()])
            start = found.end()
    return blocks
