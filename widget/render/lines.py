"""A place in one line of Markdown, counted in characters and in columns (a tab goes to the next
multiple of four)."""

from __future__ import annotations

TAB_STOP = 4
# A line that is indented this far is code, unless it goes on with a paragraph.
CODE_INDENT = 4


class Undecided(Exception):
    """The line so far can still become more than one thing; ``till_end`` if until it is whole."""

    def __init__(self, *, till_end: bool = False) -> None:
        super().__init__()
        self.till_end = till_end


class Cursor:
    """``line`` is whole when it ends in a line end, else more characters of it may follow."""

    __slots__ = ("_partial_tab", "column", "indent", "line", "nonspace", "offset")

    def __init__(self, line: str) -> None:
        self.line = line
        self.offset = 0
        self.column = 0
        self.nonspace = 0
        self.indent = 0
        self._partial_tab = False

    def look(self) -> str:
        """Find the next character that is no space, and return it. A line end means: blank."""
        line, at, column = self.line, self.offset, self.column
        end = len(line)
        while at < end:
            char = line[at]
            if char == " ":
                column += 1
            elif char == "\t":
                column += TAB_STOP - column % TAB_STOP
            else:
                self.nonspace, self.indent = at, column - self.column
                return char
            at += 1
        raise Undecided

    def skip(self, count: int) -> None:
        """Go ``count`` characters on."""
        for char in self.line[self.offset : self.offset + count]:
            self.column += TAB_STOP - self.column % TAB_STOP if char == "\t" else 1
        self.offset += count
        self._partial_tab = False

    def skip_columns(self, count: int) -> None:
        """Go ``count`` columns on, into the middle of a tab if need be."""
        while count > 0 and self.offset < len(self.line):
            if self.line[self.offset] == "\t":
                width = TAB_STOP - self.column % TAB_STOP
                step = min(count, width)
                self._partial_tab = width > count
            else:
                step, self._partial_tab = 1, False
            self.column += step
            count -= step
            if not self._partial_tab:
                self.offset += 1

    def skip_to_text(self) -> None:
        self.skip(self.nonspace - self.offset)

    def is_at_space(self) -> bool:
        return self.line[self.offset : self.offset + 1] in (" ", "\t")

    def mark(self) -> tuple[int, int, bool]:
        return self.offset, self.column, self._partial_tab

    def reset(self, mark: tuple[int, int, bool]) -> None:
        self.offset, self.column, self._partial_tab = mark

    def rest(self) -> str:
        """What is left of the line; a tab that was entered counts as spaces."""
        if self._partial_tab:
            return " " * (TAB_STOP - self.column % TAB_STOP) + self.line[self.offset + 1 :]
        return self.line[self.offset :]
