"""Paragraphs and headings."""

from __future__ import annotations

import re

from widget.domain.transcript import Graft, Patch
from widget.render import nodes, pieces
from widget.render.blocks import Container, Leaf
from widget.render.definitions import Definitions
from widget.render.growing import GrowingText
from widget.render.lines import Cursor

_WAITING_HASHES = re.compile(r"[ \t]+(?:#+[ \t]*)?$")
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$")


class Prose(Leaf):
    """``_waiting`` is the source that may still turn out not to be text at all."""

    tag = "p"

    def __init__(self, parent: Container, definitions: Definitions) -> None:
        super().__init__(parent.depth + 1)
        self._parent = parent
        self._definitions = definitions
        self._text = GrowingText(self._render)
        self._waiting = ""
        self._is_final = False

    def goes_on(self, cursor: Cursor) -> bool:
        return False

    def is_bare(self) -> bool:
        """Whether the text stands in its list item without an element of its own."""
        return False

    def box(self) -> str:
        """The checkbox before the text."""
        return ""

    def grow(self, text: str) -> list[Patch] | None:
        """More of a line, the short way, if that can be."""
        if self._waiting or not self.is_sent:
            return None
        return self._text.grow(text, self._inline_depth())

    def html(self) -> str:
        inner = self._text.html()
        if not inner and not self._is_final:
            return ""
        return self.box() + self._wrapped(inner)

    def sent(self) -> None:
        self.is_sent = self.is_bare() or not self._is_unseen()
        if self.is_sent:
            self._text.shown()

    def changes(self) -> list[Patch]:
        if self._has_frame() and self._is_unseen():
            return self._taken_back()
        lead = " " if self.box() and self.is_bare() else ""
        return self._text.changes(self._inline_depth(), lead)

    def node_count(self) -> int:
        if not self.is_sent:
            return 0
        return len(nodes.parsed(self.box() + self._wrapped(self._text.screen_html())))

    def _taken_back(self) -> list[Patch]:
        """What was shown has to wait after all."""
        drop = self.node_count()
        self._text.shown()
        self.is_sent = self.is_bare()
        return [Graft(self._parent.depth, drop, "")]

    def _is_unseen(self) -> bool:
        return not self._is_final and self._text.is_blank()

    def _has_frame(self) -> bool:
        """Whether more than the text itself stands on screen."""
        return not self.is_bare()

    def _wrapped(self, inner: str) -> str:
        return inner if self.is_bare() else f"<{self.tag}>{inner}</{self.tag}>"

    def _inline_depth(self) -> int:
        return self.depth - int(self.is_bare())

    def _render(self, source: str, is_start: bool) -> str:
        return pieces.inline(source, self._definitions.needed(source), is_start=is_start)

    def forget(self) -> None:
        self._text.forget()

    def _finish(self, html: str | None) -> None:
        self._text.finish(html)
        self._is_final = True


class Heading(Prose):
    """A heading of the ``#`` kind. A run of ``#`` at its end does not show."""

    def __init__(self, parent: Container, definitions: Definitions, level: int) -> None:
        super().__init__(parent, definitions)
        self.tag = f"h{level}"

    def add(self, text: str) -> None:
        text = self._waiting + text
        if self._is_all_hashes(text):
            self._waiting = text
            return
        ending = _WAITING_HASHES.search(text)
        end = ending.start() if ending else len(text)
        self._text.add(text[:end])
        self._waiting = text[end:]

    def grow(self, text: str) -> list[Patch] | None:
        is_short = "#" not in text and not text.endswith((" ", "\t"))
        return super().grow(text) if is_short else None

    def close(self) -> None:
        if not self._is_all_hashes(self._waiting):
            self._text.add(_CLOSING_HASHES.sub("", self._waiting))
        self._finish(None)

    def may_end_blank(self) -> bool:
        return False

    def _is_all_hashes(self, text: str) -> bool:
        return self._text.is_empty() and not text.strip("# \t")

    def _render(self, source: str, is_start: bool) -> str:
        return super()._render(source, False)
