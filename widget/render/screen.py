"""What the screen still lacks, and the patches that bring it."""

from __future__ import annotations

from widget.domain.transcript import Graft, Patch
from widget.render.blocks import Block, Container, Leaf


class Screen:
    """``stack`` holds the open blocks of the document, root first.

    At most one thing is waiting to be sent: the children of one container from an index on,
    instead of ``drop`` nodes that stand there now. All that comes later goes into it or follows it.
    """

    def __init__(self, stack: list[Block]) -> None:
        self._stack = stack
        self._patches: list[Patch] = []
        self._parent: Container | None = None
        self._index = 0
        self._drop = 0

    def appended(self, parent: Container) -> None:
        """A block was put at the end of this container."""
        if parent.is_sent and parent is not self._parent:
            self._send_waiting()
            self._parent, self._index, self._drop = parent, len(parent.kids) - 1, 0

    def replace(self, parent: Container, drop: int, count: int = 1) -> None:
        """The last ``count`` children are others now than the ``drop`` nodes on screen."""
        index = len(parent.kids) - count
        at = self._stack.index(parent)
        for block in self._stack[at + 1 :]:
            block.is_sent = False
        if not parent.is_sent or (parent is self._parent and self._index <= index):
            return
        if self._parent is not None and self._parent not in self._stack[at + 1 :]:
            self._send_waiting()
        self._parent, self._index, self._drop = parent, index, drop

    def closed(self, leaf: Leaf) -> None:
        """This leaf has its last text."""
        if leaf.is_sent:
            self._patches += leaf.changes()

    def patches(self) -> list[Patch]:
        """All that the screen lacks."""
        if self._parent is not None:
            self._send_waiting()
        else:
            tip = self._stack[-1]
            if isinstance(tip, Leaf):
                self._patches += tip.changes()
        self._wait_for_tip()
        patches, self._patches = self._patches, []
        return patches

    def _send_waiting(self) -> None:
        if self._parent is None:
            return
        kids = self._parent.kids[self._index :]
        html = "".join(kid.html() for kid in kids)
        if html or self._drop:
            self._patches.append(Graft(self._parent.depth, self._drop, html))
        for kid in kids:
            kid.sent()
        self._parent = None

    def _wait_for_tip(self) -> None:
        """A leaf of which nothing can be seen yet is sent when there is something."""
        if len(self._stack) < 2:
            return
        tip, parent = self._stack[-1], self._stack[-2]
        if not tip.is_sent and parent.is_sent and isinstance(parent, Container):
            self._parent, self._index, self._drop = parent, len(parent.kids) - 1, 0
