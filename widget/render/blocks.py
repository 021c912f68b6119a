"""The open part of a Markdown document: containers, and what all blocks have in common.

Only the blocks at the right edge are ever open. A block that has closed keeps no more than its
HTML, and what the looseness of the list around it may still ask.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from widget.domain.transcript import Patch
from widget.render.lines import CODE_INDENT, Cursor


class Block(ABC):
    """``depth`` is that of the block's own element. ``is_sent`` says that the screen has it."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.is_sent = False
        self.ends_blank = False

    @abstractmethod
    def goes_on(self, cursor: Cursor) -> bool:
        """Whether the line belongs to this block; eats the block's mark if so."""

    @abstractmethod
    def html(self) -> str:
        """What stands on screen, or shall."""

    def sent(self) -> None:
        """The screen now has all of ``html``."""
        self.is_sent = True

    def may_end_blank(self) -> bool:
        """Whether a blank line in this block counts when the list around it is spaced."""
        return True


class Leaf(Block):
    """A block that holds text and no blocks."""

    @abstractmethod
    def add(self, text: str) -> None:
        """More of the line that is being read."""

    @abstractmethod
    def changes(self) -> list[Patch]:
        """What brings the screen from what was sent to what is there now."""

    @abstractmethod
    def close(self) -> None:
        """Nothing more comes."""

    def forget(self) -> None:
        """Keep only what ``html`` needs."""

    def node_count(self) -> int:
        """How many nodes of the parent this leaf is on screen."""
        return 1


class Container(Block):
    """A block that holds blocks."""

    def __init__(self, depth: int) -> None:
        super().__init__(depth)
        self.kids: list[Block] = []

    def sent(self) -> None:
        self.is_sent = True
        if self.kids:
            self.kids[-1].sent()

    def inner_html(self) -> str:
        return "".join(kid.html() for kid in self.kids)

    def takes(self, child: type[Block]) -> bool:
        return child is not Item


class Root(Container):
    def __init__(self) -> None:
        super().__init__(0)
        self.is_sent = True

    def goes_on(self, cursor: Cursor) -> bool:
        return True

    def html(self) -> str:
        return self.inner_html()


class Quote(Container):
    def goes_on(self, cursor: Cursor) -> bool:
        is_marked = cursor.look() == ">" and cursor.indent < CODE_INDENT
        if is_marked:
            cursor.skip_columns(cursor.indent + 1)
            if cursor.is_at_space():
                cursor.skip_columns(1)
        return is_marked

    def html(self) -> str:
        return f"<blockquote>{self.inner_html()}</blockquote>"

    def may_end_blank(self) -> bool:
        return False


class Callout(Quote):
    """``opening`` is its start tag and title."""

    def __init__(self, depth: int, opening: str) -> None:
        super().__init__(depth)
        self._opening = opening

    def html(self) -> str:
        return f"{self._opening}{self.inner_html()}</div>"


@dataclass(frozen=True, slots=True)
class Marker:
    """A list item's mark. ``sign`` is the bullet, or what follows the number."""

    sign: str
    start: int
    is_ordered: bool


class List(Container):
    """Tight until a blank line stands between two of its items or inside one of them."""

    def __init__(self, depth: int, marker: Marker) -> None:
        super().__init__(depth)
        self.marker = marker
        self.is_loose = False

    def goes_on(self, cursor: Cursor) -> bool:
        return True

    def matches(self, marker: Marker) -> bool:
        return (marker.sign, marker.is_ordered) == (self.marker.sign, self.marker.is_ordered)

    def html(self) -> str:
        if not self.marker.is_ordered:
            return f"<ul>{self.inner_html()}</ul>"
        start = "" if self.marker.start == 1 else f' start="{self.marker.start}"'
        return f"<ol{start}>{self.inner_html()}</ol>"

    def takes(self, child: type[Block]) -> bool:
        return child is Item


class Item(Container):
    """``width`` columns of a line belong to the mark or are indented as far as it."""

    def __init__(self, depth: int, width: int, parent: List) -> None:
        super().__init__(depth)
        self.width = width
        self.parent = parent
        self.is_new_line = True

    def goes_on(self, cursor: Cursor) -> bool:
        self.is_new_line = False
        char = cursor.look()
        if cursor.indent >= self.width:
            cursor.skip_columns(self.width)
        elif char == "\n" and self.kids:
            cursor.skip_to_text()
        else:
            return False
        return True

    def html(self) -> str:
        return f"<li>{self.inner_html()}</li>"

    def may_end_blank(self) -> bool:
        return bool(self.kids) or not self.is_new_line


class Rule(Leaf):
    """A thematic break. It stays open until another block comes, as the parser has it."""

    def goes_on(self, cursor: Cursor) -> bool:
        return True

    def html(self) -> str:
        return "<hr>"

    def add(self, text: str) -> None:
        """Nothing follows a thematic break in its line."""

    def close(self) -> None:
        """It is what it is."""

    def changes(self) -> list[Patch]:
        return []

    def may_end_blank(self) -> bool:
        return False


def ends_in_blank(block: Block) -> bool:
    """Whether the last line of a block, or of the last item in it, is blank."""
    while not block.ends_blank:
        if not isinstance(block, List | Item) or not block.kids:
            return False
        block = block.kids[-1]
    return True


class Closed(Block):
    """A block of the root of which only its HTML is left."""

    def __init__(self, html: str) -> None:
        super().__init__(1)
        self._html = html
        self.is_sent = True

    def goes_on(self, cursor: Cursor) -> bool:
        return False

    def html(self) -> str:
        return self._html
