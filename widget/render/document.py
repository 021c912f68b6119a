"""The document that grows at its right edge, and the patches that bring the screen along."""

from __future__ import annotations

import re
from typing import cast

from widget.render import pieces
from widget.render.blocks import (
    Block,
    Callout,
    Closed,
    Container,
    Item,
    Leaf,
    List,
    Quote,
    Root,
    Rule,
    ends_in_blank,
)
from widget.render.code import Code, Fence, Indented
from widget.render.definitions import Definitions
from widget.render.heads import (
    Does,
    Head,
    New,
    NewCallout,
    NewCode,
    NewFence,
    NewHeading,
    NewItem,
    NewQuote,
    NewRule,
)
from widget.render.paragraph import Paragraph
from widget.render.prose import Heading
from widget.render.screen import Screen
from widget.render.table import Table, cell_count

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Document:
    """The open blocks, root first, and what each line does to them."""

    def __init__(self) -> None:
        self.root = Root()
        self.stack: list[Block] = [self.root]
        self.screen = Screen(self.stack)
        self._definitions = Definitions()
        self._does = Does.NOTHING
        self._shed = 0

    def take(self, head: Head) -> None:
        """Let a line whose beginning was read do what it does, with what there is of its text."""
        self._does = head.does
        rest = head.rest.rstrip("\n")
        if self._is_lazy(head):
            self._text(rest)
            return
        self._close_from(head.kept)
        for new in head.opened:
            self._open(new)
        if head.does is not Does.END_FENCE:
            self._note_blank(is_blank=head.does is Does.BLANK)
        self._do(head, rest)

    def add(self, text: str) -> None:
        """More text of the line, without its end."""
        self._leaf().add(text)

    def end_line(self) -> None:
        tip = self.stack[-1]
        if self._does is Does.CODE and isinstance(tip, Code):
            tip.end_line()
        elif isinstance(tip, Heading):
            self._close_from(len(self.stack) - 1)

    def close(self) -> None:
        self._close_from(1)

    def shed(self) -> None:
        """Keep of the root's closed blocks only their HTML."""
        kids = self.root.kids
        for index in range(self._shed, len(kids) - (len(self.stack) > 1)):
            kids[index] = Closed(kids[index].html())
            self._shed = index + 1

    def _leaf(self) -> Leaf:
        return cast("Leaf", self.stack[-1])

    # What a line does

    def _do(self, head: Head, rest: str) -> None:
        match head.does:
            case Does.TEXT:
                self._text(rest)
            case Does.CODE | Does.ROW:
                self._leaf().add(rest)
            case Does.BLANK:
                self._blank(rest)
            case Does.END_FENCE:
                self._close_from(len(self.stack) - 1)
            case Does.UNDERLINE:
                self._underline(head.level, rest)
            case Does.DELIMIT:
                self._delimit(rest)
            case Does.NOTHING:
                pass

    def _is_lazy(self, head: Head) -> bool:
        """Whether the line goes on with a paragraph though marks of its containers are missing."""
        is_cut = head.kept < len(self.stack) and not head.opened
        return is_cut and head.does is Does.TEXT and isinstance(self.stack[-1], Paragraph)

    def _blank(self, rest: str) -> None:
        tip = self.stack[-1]
        if isinstance(tip, Indented):
            tip.end_line(rest)

    def _text(self, rest: str) -> None:
        tip = self.stack[-1]
        if isinstance(tip, Paragraph):
            tip.next_line()
        elif not isinstance(tip, Heading):
            parent = self._parent_for(Paragraph)
            tip = Paragraph(parent, self._definitions)
            self._append(parent, tip)
        self._leaf().add(rest)

    def _underline(self, level: int, rest: str) -> None:
        paragraph, parent = self._paragraph()
        drop = paragraph.node_count()
        if paragraph.underline(level):
            self.screen.replace(parent, drop)
            self._close_from(len(self.stack) - 1)
        else:
            self.screen.replace(parent, drop)
            self._text(rest)

    def _delimit(self, rest: str) -> None:
        paragraph, parent = self._paragraph()
        preface, _, header = paragraph.source().rpartition("\n")
        if paragraph.is_no_table or cell_count(header) != cell_count(rest):
            paragraph.is_no_table = True
            self._text(rest)
            return
        drop = paragraph.node_count()
        self.stack.pop()
        parent.kids.pop()
        if preface:
            self._add_preface(parent, preface)
        table = Table(parent.depth + 1, header, rest, self._definitions)
        parent.kids.append(table)
        self.stack.append(table)
        self.screen.replace(parent, drop, count=2 if preface else 1)

    def _add_preface(self, parent: Container, source: str) -> None:
        """The lines of a paragraph before its last, which became a table's header."""
        paragraph = Paragraph(parent, self._definitions)
        parent.kids.append(paragraph)
        paragraph.add(_ESCAPED.sub(lambda found: found[0][found[1] == "|" :], source))
        paragraph.close_as_text()

    def _paragraph(self) -> tuple[Paragraph, Container]:
        return cast("Paragraph", self.stack[-1]), cast("Container", self.stack[-2])

    # Opening

    def _open(self, new: New) -> None:
        if isinstance(new, NewItem):
            self._open_item(new)
            return
        parent = self._parent_for(Quote)
        depth = parent.depth + 1
        match new:
            case NewQuote():
                self._append(parent, Quote(depth))
            case NewCallout(line):
                self._append(parent, Callout(depth, pieces.callout(line)))
            case NewHeading(level):
                self._append(parent, Heading(parent, self._definitions, level))
            case NewFence(line, fence, indent):
                self._append(parent, Fence(depth, line, fence, indent))
            case NewRule():
                self._append(parent, Rule(depth))
            case NewCode():
                self._append(parent, Indented(depth))

    def _open_item(self, new: NewItem) -> None:
        items = self.stack[-1]
        if not isinstance(items, List) or not items.matches(new.marker):
            parent = self._parent_for(List)
            items = List(parent.depth + 1, new.marker)
            self._append(parent, items)
        self._append(items, Item(items.depth + 1, new.width, items))

    def _parent_for(self, kind: type[Block]) -> Container:
        """The innermost open container for a block of this kind; what cannot hold one closes."""
        while True:
            tip = self.stack[-1]
            if isinstance(tip, Container) and tip.takes(kind):
                return tip
            self._close_from(len(self.stack) - 1)

    def _append(self, parent: Container, block: Block) -> None:
        self._loosen(parent)
        parent.kids.append(block)
        self.stack.append(block)
        self.screen.appended(parent)

    def _loosen(self, parent: Container) -> None:
        """A list becomes loose when something follows a blank line in it."""
        at = len(self.stack) - (1 if isinstance(parent, List) else 2)
        items = self.stack[at]
        if isinstance(items, List) and not items.is_loose and _follows_blank(parent):
            items.is_loose = True
            self.screen.replace(cast("Container", self.stack[at - 1]), 1)

    # Closing

    def _close_from(self, count: int) -> None:
        while len(self.stack) > count:
            block = self.stack.pop()
            if isinstance(block, Leaf):
                block.close()
                self.screen.closed(block)
                block.forget()
            if isinstance(block, Paragraph) and block.is_gone:
                cast("Container", self.stack[-1]).kids.pop()

    def _note_blank(self, *, is_blank: bool) -> None:
        """Remember which block a blank line ends; whatever holds it does not end blank any more."""
        tip = self.stack[-1]
        if is_blank and isinstance(tip, Container) and tip.kids:
            tip.kids[-1].ends_blank = True
        for block in self.stack[:-1]:
            block.ends_blank = False
        tip.ends_blank = is_blank and tip.may_end_blank()


def _follows_blank(parent: Container) -> bool:
    if not parent.kids:
        return False
    last = parent.kids[-1]
    if isinstance(last, Item):
        return last.ends_blank or bool(last.kids and ends_in_blank(last.kids[-1]))
    return ends_in_blank(last)
