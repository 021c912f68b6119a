"""Paragraphs, and all that a paragraph can turn into."""

from __future__ import annotations

import re

from widget.domain.transcript import Graft, Patch
from widget.render import pieces
from widget.render.blocks import Container, Item
from widget.render.definitions import Definitions, begins_definition, is_definition
from widget.render.growing import GrowingText
from widget.render.lines import Cursor
from widget.render.prose import Prose

# What may yet become a link definition is held back up to this length.
_LONGEST_DEFINITION = 400

_BOX_START = re.compile(r"\[(?:[ xX](?:\][ \t]*)?)?")
_BOX = re.compile(r"\[([ xX])\][ \t](?=[^ \t])")
_ANY_BOX = re.compile(r"\[[ xX]\](?=[ \t\n]|$)")
_LABEL_START = re.compile(r"\[(?:[^\[\]\\]|\\.){0,80}(?:\\|\])?")
_EMPTY_BOX = '<input type="checkbox" disabled="" aria-label="✓"> '
_CHECKED_BOX = '<input type="checkbox" checked="" disabled="" aria-label="✓"> '


class Paragraph(Prose):
    """Source waits while it may be a task's checkbox, link definitions or a table's header."""

    def __init__(self, parent: Container, definitions: Definitions) -> None:
        super().__init__(parent, definitions)
        self.is_gone = False
        # A line that looked like a table's delimiter but did not fit: no table begins here.
        self.is_no_table = False
        self._consumed: list[str] = []
        self._lead = ""
        self._is_open_line = False
        self._box_source = ""
        self._box = self._sent_box = ""

    def goes_on(self, cursor: Cursor) -> bool:
        return cursor.look() != "\n"

    def is_bare(self) -> bool:
        parent = self._parent
        return self.tag == "p" and isinstance(parent, Item) and not parent.parent.is_loose

    def box(self) -> str:
        return self._box

    def sent(self) -> None:
        super().sent()
        self._sent_box = "" if self._is_unseen() else self._box

    def changes(self) -> list[Patch]:
        if self.is_gone:
            return [Graft(self._parent.depth, self.node_count(), "")]
        if self._box == self._sent_box or self._is_unseen():
            return super().changes()
        drop = self.node_count()
        self._text.shown()
        self._sent_box = self._box
        return [Graft(self._parent.depth, drop, self.html())]

    def _has_frame(self) -> bool:
        return bool(self._sent_box) or super()._has_frame()

    def _taken_back(self) -> list[Patch]:
        patches = super()._taken_back()
        self._sent_box = ""
        return patches

    def node_count(self) -> int:
        """As it stands on screen."""
        box, self._box = self._box, self._sent_box
        count = super().node_count()
        self._box = box
        return count

    def source(self) -> str:
        parts = (self._box_source, self._text.source(), self._lead, self._waiting)
        return "\n".join([*self._consumed, "".join(parts)])

    # Lines

    def next_line(self) -> None:
        """Another line of this paragraph begins."""
        if self._waiting and self._is_at_start() and is_definition(self._waiting):
            self._consumed.append(self._waiting)
            self._waiting = ""
        elif self._waiting:
            self._release()
        self._lead = "" if self._is_at_start() else "\n"
        self._is_open_line = False

    def add(self, text: str) -> None:
        self._waiting += text
        if self._is_open_line or not self._must_wait():
            self._release()

    def _release(self) -> None:
        self._is_open_line = True
        self._text.add(self._lead + self._waiting)
        self._lead = self._waiting = ""

    def _must_wait(self) -> bool:
        text = self._waiting
        if text.startswith("|"):
            return True
        if not text.startswith("[") or not self._is_at_start():
            return False
        if self._may_be_box() and (box := _BOX.match(text)):
            self._take_box(box)
            return False
        return self._waits_for_box() or self._waits_for_definition()

    def _take_box(self, box: re.Match[str]) -> None:
        self._box_source = box[0]
        self._box = _EMPTY_BOX if box[1] == " " else _CHECKED_BOX
        self._waiting = self._waiting[box.end() :]

    def _waits_for_box(self) -> bool:
        return self._may_be_box() and _BOX_START.fullmatch(self._waiting) is not None

    def _waits_for_definition(self) -> bool:
        text = self._waiting
        if _LABEL_START.fullmatch(text):
            return True
        return len(text) < _LONGEST_DEFINITION and begins_definition(text)

    def _is_at_start(self) -> bool:
        return not self._box_source and self._text.is_empty()

    def _may_be_box(self) -> bool:
        parent = self._parent
        return isinstance(parent, Item) and parent.kids[0] is self and not self._consumed

    # Ends

    def close(self) -> None:
        if self._is_final:
            return
        source = self.source()
        if begins_definition(source):
            self._close_with_definitions(source)
        else:
            self.close_as_text()

    def close_as_text(self) -> None:
        """Close without looking for definitions."""
        source = self.source().strip(" \t\n")
        if self._may_be_box() and _ANY_BOX.match(source):
            self._box, html = pieces.task(source, self._definitions.needed(source))
            self._finish(html)
            return
        self._release()
        self._finish(None)

    def _close_with_definitions(self, source: str) -> None:
        html = pieces.paragraph(source, self._definitions.needed(source))
        self._definitions.learn(source)
        self.is_gone = html is None
        self._box = ""
        self._finish(html or "")

    def html(self) -> str:
        if self.is_gone:
            return ""
        if self._box and self._is_final and self._text.is_blank():
            return self._box
        return super().html()

    def underline(self, level: int) -> bool:
        """Become a heading. Without text beside definitions it goes on, and the line is text."""
        source = self.source().strip(" \t\n")
        needed = self._definitions.needed(source)
        if begins_definition(source):
            html = pieces.paragraph(source, needed)
            self._definitions.learn(source)
        else:
            html = pieces.inline(source, needed, is_start=True)
        if html is None:
            self._start_again()
            return False
        self.tag, self._box = f"h{level}", ""
        self._finish(html)
        return True

    def _start_again(self) -> None:
        self._text = GrowingText(self._render)
        self._consumed, self._box_source, self._box = [], "", ""
        self._waiting = self._lead = ""
        self._is_open_line = False
