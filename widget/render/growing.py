"""Inline text that grows at its end, and what of it stands on screen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import cast

from widget.domain.transcript import Append, Patch
from widget.render import nodes
from widget.render.inlines import BREAK, MARK, PROBE, Scan, View
from widget.render.nodes import Element, Node

# Source that is longer than this, counted from where it is settled, is settled further if it
# can be; else it is only looked at again when it has grown by a quarter. Where that happens
# depends on the source alone, so the screen never depends on how the source was cut.
_STRETCH = 200
_GROWTH = 1.25
# Nor is it looked at for ever: then the rest stays raw until the text is finished.
_LONGEST = 3000


class GrowingText:
    """The children of one element, as they grow.

    ``render`` gives the HTML of a source, and is told whether it is the start of the text. What
    is settled is never rendered or sent again before the text is finished.
    """

    __slots__ = (
        *("_before", "_final", "_fresh", "_grown", "_has_marks", "_is_one_text", "_is_stale"),
        *("_limit", "_nested", "_new", "_old", "_render", "_room", "_settled_html"),
        *("_settled_source", "_spaces", "_step", "_step_nested", "_step_nodes", "_step_read"),
        *("_step_shown", "_tail"),
    )

    def __init__(self, render: Callable[[str, bool], str]) -> None:
        self._render = render
        self._settled_source: list[str] = []
        self._settled_html: list[str] = []
        self._tail = ""
        self._limit = _STRETCH
        # The text that ends what is settled: it shares a node with a text that follows.
        self._before = ""
        self._is_one_text = True
        self._old: list[Node] = []
        self._new: list[Node] = []
        self._fresh: list[Node] = []
        self._is_stale = False
        self._has_marks = False
        self._final: str | None = None
        # For the short way: how much may come, under how many open elements, and what waits.
        self._room = 0
        self._nested = 0
        self._spaces = ""
        self._grown = ""
        # A long stretch up to its last step, and how much of that can be seen.
        self._step = self._step_read = ""
        self._step_nodes: list[Node] = []
        self._step_shown = self._step_nested = 0

    def is_empty(self) -> bool:
        return not self._tail and not self._settled_source

    def source(self) -> str:
        return "".join(self._settled_source) + self._tail

    def add(self, text: str) -> None:
        self._tail += text
        self._is_stale = True

    def grow(self, text: str, depth: int) -> list[Patch] | None:
        """Add text the short way; None when it has to be read with care."""
        if len(text) >= self._room or BREAK.search(self._tail[-PROBE:] + text):
            return None
        self._tail += text
        self._room -= len(text)
        waiting = self._spaces + text
        shown = waiting.rstrip(" ")
        self._spaces = waiting[len(shown) :]
        self._grown += shown
        return [Append(depth + self._nested, shown)] if shown else []

    def is_blank(self) -> bool:
        """Whether nothing of it can be seen."""
        if self._final is not None:
            return not self._final
        self._look()
        return not (self._settled_html or self._fresh or self._new or self._grown)

    def html(self) -> str:
        """What shall stand on screen."""
        if self._final is not None:
            return self._final
        self._on_screen()
        self._look()
        return "".join(self._settled_html) + nodes.html_of(self._wanted())

    def screen_html(self) -> str:
        """What does stand on screen."""
        return "".join(self._settled_html) + nodes.html_of(self._on_screen())

    def changes(self, depth: int, lead: str = "") -> list[Patch]:
        """Bring the screen up to date. ``lead`` is text that stands in the element before all."""
        self._look()
        if self._final is not None:
            return self._last_changes(self._final, depth, lead)
        patches = nodes.changes(self._on_screen(), self._wanted(), depth, self._text_before(lead))
        self.shown()
        return patches

    def shown(self) -> None:
        """The screen is up to date."""
        if self._final is not None:
            return
        self._look()
        self._on_screen()
        if self._fresh:
            self._settled_html.append(nodes.html_of(self._fresh))
            self._before = self._last_text()
            self._is_one_text &= len(self._fresh) == 1 and isinstance(self._fresh[0], str)
            self._fresh = []
        self._old = self._new

    def finish(self, html: str | None) -> None:
        """Nothing more comes. ``html`` is the rendering of the whole, unless it is as usual."""
        self._look()
        source = self.source().strip(" \t\n")
        if html is None:
            html = self._render(source, True) if self._has_marks or MARK.search(source) else None
        self._final = nodes.html_of([source]) if html is None else html

    def forget(self) -> None:
        """Keep the finished HTML alone."""
        self._settled_source, self._settled_html, self._tail = [], [], ""
        self._old, self._new, self._step_nodes = [], [], []
        self._before = self._step = self._step_read = ""

    # The screen

    def _wanted(self) -> list[Node]:
        return nodes.joined(self._fresh, self._new)

    def _on_screen(self) -> list[Node]:
        """What was sent, with what has come the short way since."""
        if self._grown:
            self._old = self._new = _with_text(self._old, self._grown, self._nested)
            self._grown = ""
        return self._old

    def _last_text(self) -> str:
        last = self._fresh[-1]
        if not isinstance(last, str):
            return ""
        return self._before + last if len(self._fresh) == 1 else last

    def _text_before(self, lead: str) -> str:
        return lead + self._before if self._is_one_text else self._before

    def _last_changes(self, final: str, depth: int, lead: str) -> list[Patch]:
        settled = "".join(self._settled_html)
        if not final.startswith(settled):
            old, new = nodes.parsed(self.screen_html()), nodes.parsed(final)
            return nodes.changes(old, new, depth, lead)
        rest = nodes.parsed(final[len(settled) :])
        return nodes.changes(self._on_screen(), rest, depth, self._text_before(lead))

    # Reading the source

    def _look(self) -> None:
        if not self._is_stale or self._final is not None:
            return
        self._on_screen()
        self._is_stale = False
        self._room = self._nested = 0
        self._settle()
        self._new = self._fine() if self._limit == _STRETCH else self._coarse()

    def _settle(self) -> None:
        while len(self._tail) >= self._limit:
            at = Scan(self._tail[: self._limit]).settled()
            if at:
                self._settle_to(at)
                continue
            self._step = self._tail[: self._limit]
            wider = int(self._limit * _GROWTH)
            self._limit = wider if wider < _LONGEST else sys.maxsize

    def _settle_to(self, at: int) -> None:
        piece = self._tail[:at]
        text = piece.rstrip(" ")
        found = self._nodes(text)
        if text != piece:
            found = nodes.joined(found, [piece[len(text) :]])
        self._fresh = nodes.joined(self._fresh, found)
        self._settled_source.append(piece)
        self._tail, self._limit = self._tail[at:], _STRETCH

    def _fine(self) -> list[Node]:
        view = Scan(self._tail).view()
        if not view.shown:
            return []
        self._spaces = self._tail[len(self._tail.rstrip(" ")) :]
        self._room = min(view.room, self._limit - len(self._tail))
        return self._opened(view)

    def _coarse(self) -> list[Node]:
        """A long stretch in which nothing settles: rendered up to the last step, the rest raw."""
        if self._step != self._step_read:
            view = Scan(self._step).view()
            self._step_read, self._step_nodes = self._step, self._opened(view)
            self._step_shown, self._step_nested = len(view.shown), self._nested
        self._nested = self._step_nested
        self._spaces = self._tail[len(self._tail.rstrip(" ")) :]
        self._room = self._limit - len(self._tail)
        raw = self._tail[self._step_shown :].rstrip()
        return _with_text(self._step_nodes, raw, self._nested) if raw else self._step_nodes

    def _opened(self, view: View) -> list[Node]:
        """The view's nodes; what the added marks were to close stays open for more text."""
        found = self._nodes(view.shown + view.closers)
        if view.closers and not _is_open(found, view.nested):
            self._room = 0
            return self._nodes(view.shown)
        if _ends_in_link(found, view.nested):
            self._room = 0
        self._nested = view.nested
        return found

    def _nodes(self, source: str) -> list[Node]:
        if MARK.search(source):
            self._has_marks = True
            return nodes.parsed(self._render(source, not self._settled_source))
        return [source] if source else []


def _with_text(kids: list[Node], text: str, nested: int) -> list[Node]:
    """The children with text added at the end of their last descendant ``nested`` levels down."""
    if nested:
        last = cast("Element", kids[-1])
        inner = _with_text(last.kids, text, nested - 1)
        return [*kids[:-1], Element(last.start, last.name, inner)]
    return nodes.joined(kids, [text])


def _ends_in_link(kids: list[Node], nested: int) -> bool:
    """Whether the last thing in the open elements is a link: more text could become part of it."""
    for _ in range(nested):
        kids = cast("Element", kids[-1]).kids
    last = kids[-1] if kids else None
    return isinstance(last, Element) and last.name == "a"


def _is_open(kids: list[Node], nested: int) -> bool:
    """Whether the last descendants really are what the added marks were to close."""
    for _ in range(nested):
        last = kids[-1] if kids else None
        if not isinstance(last, Element) or last.name not in ("em", "strong", "del", "code"):
            return False
        kids = last.kids
    return True
