"""Streams shown on the Python screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests import screen
from widget.domain.transcript import Patch, body, numbered
from widget.render.stream import MarkdownStream


@dataclass
class Shown:
    """A stream, all its patches, and the screen that applied them."""

    stream: MarkdownStream = field(default_factory=MarkdownStream)
    root: screen.Element = field(default_factory=lambda: screen.Element("root"))
    patches: list[Patch] = field(default_factory=list)

    def feed(self, text: str) -> list[Patch]:
        return self._apply(self.stream.feed(text))

    def finish(self) -> list[Patch]:
        return self._apply(self.stream.finish())

    def html(self) -> str:
        return screen.inner_html(self.root)

    def frames(self) -> list[str]:
        return [numbered(seq, body(patch)) for seq, patch in enumerate(self.patches, 1)]

    def wire_bytes(self) -> int:
        """The frames with their WebSocket heads."""
        sizes = [len(frame.encode()) for frame in self.frames()]
        return sum(size + (2 if size < 126 else 4) for size in sizes)

    def _apply(self, patches: list[Patch]) -> list[Patch]:
        for patch in patches:
            screen.apply(self.root, patch)
        self.patches += patches
        return patches


def shown(pieces: list[str]) -> Shown:
    """All pieces fed, and finished."""
    result = Shown()
    for piece in pieces:
        result.feed(piece)
    result.finish()
    return result
