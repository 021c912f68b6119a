"""What the beginning of a line says: which open blocks it belongs to and which it opens.

Reading changes nothing. While a line is still being written, ``read_head`` raises ``Undecided``
until no further character could change the answer; from then on the rest of the line is text of
the innermost block. So nothing that was decided is ever taken back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from widget.render.blocks import Block, Marker
from widget.render.code import Code, Fence, Indented
from widget.render.lines import CODE_INDENT, Cursor, Undecided
from widget.render.paragraph import Paragraph
from widget.render.table import Table, is_delimiter


class Does(Enum):
    BLANK = auto()
    TEXT = auto()  # of the innermost block, or of a new paragraph
    CODE = auto()
    END_FENCE = auto()
    UNDERLINE = auto()
    DELIMIT = auto()  # the paragraph's last line becomes a table's header
    ROW = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class NewQuote:
    pass


@dataclass(frozen=True, slots=True)
class NewCallout:
    """A quote whose first line names a kind of callout, and may give it a title."""

    line: str


@dataclass(frozen=True, slots=True)
class NewItem:
    marker: Marker
    width: int


@dataclass(frozen=True, slots=True)
class NewHeading:
    level: int


@dataclass(frozen=True, slots=True)
class NewRule:
    pass


@dataclass(frozen=True, slots=True)
class NewFence:
    line: str
    fence: str
    indent: int


@dataclass(frozen=True, slots=True)
class NewCode:
    pass


New = NewQuote | NewCallout | NewItem | NewHeading | NewRule | NewFence | NewCode


@dataclass(frozen=True, slots=True)
class Head:
    """``kept`` open blocks go on, ``opened`` follow, and ``rest`` is the line's text in them."""

    kept: int
    opened: tuple[New, ...]
    does: Does
    rest: str = ""
    level: int = 0


# A line that opens more than this is not read on.
DEEPEST = 50

# The whole first line, which must follow the quote mark and one space.
_CALLOUT = re.compile(r" \[!(?:note|tip|important|warning|caution)\][^\n]*\n", re.IGNORECASE)
_OPEN_CALLOUT = re.compile(r" (?:\[(?:!(?:[a-z]{0,9}|[a-z]{3,9}\].*))?)?|", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|(?=\n))")
_FENCE = re.compile(r"(`{3,})(?=[^`\n]*\n)|(~{3,})(?=[^\n]*\n)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*\n")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\n")
_BULLET = re.compile(r"[-+*](?=[ \t\n])")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=[ \t\n])")
# What a line's first characters may still become when the line ends here.
_OPEN_ANY = re.compile(
    r"#{1,6}|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*"
    r"|\*[*\t ]*|-[-\t ]*|_[_\t ]*|\+[\t ]*|\d{1,9}(?:[.)][ \t]*)?"
)
_MARKS = frozenset("#`~=*-_+|:0123456789")
_OPEN_IN_PARAGRAPH = re.compile(r"=+[ \t]*|[|:\-\t\v\f ]+")


def read_head(stack: list[Block], line: str) -> Head:
    """``stack`` holds the open blocks, root first."""
    cursor = Cursor(line)
    kept = 1
    while kept < len(stack) and stack[kept].goes_on(cursor):
        kept += 1
    container = stack[kept - 1]
    if isinstance(container, Code):
        return _in_code(cursor, container, kept)
    return _Reading(cursor, stack, kept).head()


def _in_code(cursor: Cursor, code: Code, kept: int) -> Head:
    char = cursor.look()
    if isinstance(code, Fence):
        if code.is_closed_by(cursor):
            return Head(kept, (), Does.END_FENCE)
        code.skip_indent(cursor)
    does = Does.BLANK if char == "\n" and isinstance(code, Indented) else Does.CODE
    return Head(kept, (), does, cursor.rest())


class _Reading:
    """The part of a line that may open blocks."""

    def __init__(self, cursor: Cursor, stack: list[Block], kept: int) -> None:
        self._cursor = cursor
        self._kept = kept
        self._in_paragraph = isinstance(stack[kept - 1], Paragraph)
        self._in_table = isinstance(stack[kept - 1], Table)
        self._may_be_lazy = isinstance(stack[-1], Paragraph)
        self._opened: list[New] = []

    def head(self) -> Head:
        while len(self._opened) <= DEEPEST:
            char = self._cursor.look()
            if char == "\n":
                return self._end(Does.BLANK)
            if self._cursor.indent >= CODE_INDENT:
                return self._text() if self._may_be_lazy else self._code()
            if found := self._marked(char):
                return found
            self._may_be_lazy = self._in_paragraph = self._in_table = False
        return self._end(Does.TEXT)

    def _marked(self, char: str) -> Head | None:
        """None when a container was opened, and the line is to be read on."""
        if char == ">":
            return self._open_quote()
        if char not in _MARKS:
            return self._text()
        if leaf := self._leaf():
            return leaf
        if self._open_item():
            return None
        return self._delimiter() or self._text()

    def _end(self, does: Does, level: int = 0) -> Head:
        return Head(self._kept, tuple(self._opened), does, self._cursor.rest(), level)

    def _is_whole(self) -> bool:
        return self._cursor.line.endswith("\n")

    # Leaves

    def _text(self) -> Head:
        self._cursor.skip_to_text()
        if not self._in_table:
            return self._end(Does.TEXT)
        if not self._is_whole():
            raise Undecided(till_end=True)
        return self._end(Does.ROW)

    def _code(self) -> Head:
        self._cursor.skip_columns(CODE_INDENT)
        self._opened.append(NewCode())
        return self._end(Does.CODE)

    def _leaf(self) -> Head | None:
        """A leaf that its first line tells from a paragraph."""
        if not self._is_whole():
            self._check_open()
        return self._heading() or self._fence() or self._underline() or self._rule()

    def _check_open(self) -> None:
        line, at = self._cursor.line, self._cursor.nonspace
        if _OPEN_ANY.fullmatch(line, at):
            raise Undecided
        if self._in_paragraph and _OPEN_IN_PARAGRAPH.fullmatch(line, at):
            raise Undecided

    def _heading(self) -> Head | None:
        found = self._found(_HEADING)
        if not found:
            return None
        if found.end() == len(self._cursor.line):
            raise Undecided
        self._cursor.skip(found.end() - self._cursor.offset)
        self._opened.append(NewHeading(len(found[1])))
        return self._end(Does.TEXT)

    def _fence(self) -> Head | None:
        found = self._found(_FENCE)
        if not found:
            return None
        line = self._cursor.line[self._cursor.nonspace :]
        indent = self._cursor.nonspace - self._cursor.offset
        self._opened.append(NewFence(line, found[1] or found[2], indent))
        return self._end(Does.NOTHING)

    def _underline(self) -> Head | None:
        found = self._found(_UNDERLINE) if self._in_paragraph else None
        if not found:
            return None
        self._cursor.skip_to_text()
        return self._end(Does.UNDERLINE, 1 if found[1][0] == "=" else 2)

    def _rule(self) -> Head | None:
        if not self._found(_RULE):
            return None
        self._opened.append(NewRule())
        return self._end(Does.NOTHING)

    def _delimiter(self) -> Head | None:
        if not self._in_paragraph or not is_delimiter(self._cursor.line[self._cursor.nonspace :]):
            return None
        self._cursor.skip_to_text()
        return self._end(Does.DELIMIT)

    def _found(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._cursor.line, self._cursor.nonspace)

    # Containers

    def _open_quote(self) -> Head | None:
        self._cursor.skip(self._cursor.nonspace + 1 - self._cursor.offset)
        rest = self._cursor.rest()
        if not self._is_whole() and _OPEN_CALLOUT.fullmatch(rest):
            raise Undecided
        if _CALLOUT.fullmatch(rest):
            self._opened.append(NewCallout("> " + rest.strip()))
            return self._end(Does.NOTHING)
        if self._cursor.is_at_space():
            self._cursor.skip_columns(1)
        self._opened.append(NewQuote())
        return None

    def _open_item(self) -> bool:
        found = self._found(_BULLET) or self._found(_NUMBER)
        if not found or (self._in_paragraph and not self._may_interrupt(found)):
            return False
        marker = Marker(found[0], 1, is_ordered=False)
        if found.re is _NUMBER:
            marker = Marker(found[2], int(found[1]), is_ordered=True)
        indent = self._cursor.indent
        self._cursor.skip(found.end() - self._cursor.offset)
        self._opened.append(NewItem(marker, indent + len(found[0]) + self._gap()))
        return True

    def _may_interrupt(self, found: re.Match[str]) -> bool:
        """Only an item with text, and only the first of a list, follows on a paragraph's line."""
        is_empty = not self._cursor.line[found.end() :].strip(" \t\n")
        return not is_empty and (found.re is _BULLET or int(found[1]) == 1)

    def _gap(self) -> int:
        """Eat the columns between an item's mark and its text: one when code or nothing follows."""
        cursor = self._cursor
        mark, start = cursor.mark(), cursor.column
        while cursor.column - start <= CODE_INDENT + 1 and cursor.is_at_space():
            cursor.skip_columns(1)
        width = cursor.column - start
        if 1 <= width <= CODE_INDENT and cursor.line[cursor.offset : cursor.offset + 1] != "\n":
            return width
        cursor.reset(mark)
        if width:
            cursor.skip_columns(1)
        return 1
