"""The words of an answer: several messages of several content parts, that grow side by side."""

from __future__ import annotations

from msgspec import Struct, field

from widget.domain.events import ReasoningDelta, RunEvent, TextDelta, TextReplaced
from widget.providers.surrogates import Mender

GAP = "\n\n"

Key = tuple[str, int]


class _Piece(Struct):
    said: list[str] = field(default_factory=list)
    mender: Mender = field(default_factory=Mender)

    def text(self) -> str:
        return "".join(self.said)


class Texts:
    """Text by item and content index, in the order of appearance. What does not simply grow at its
    end is told as a replacement of the whole."""

    def __init__(self) -> None:
        self._pieces: dict[Key, _Piece] = {}
        self._last: Key | None = None

    def add(self, key: Key, delta: str) -> list[RunEvent]:
        piece = self._open(key)
        delta = piece.mender.feed(delta)
        if not delta:
            return []
        is_first = not piece.said
        piece.said.append(delta)
        if key != self._last:
            return [TextReplaced(self.whole())]
        needs_gap = is_first and self._has_text_before(key)
        return [TextDelta(GAP + delta if needs_gap else delta)]

    def put(self, key: Key, text: str) -> list[RunEvent]:
        """The piece is this now, as ``content_part.done`` and finished items have it."""
        piece = self._open(key)
        known = piece.text()
        if text == known:
            return []
        if text.startswith(known):
            piece.mender = Mender()
            return self.add(key, text[len(known) :])
        piece.said = [text] if text else []
        return [TextReplaced(self.whole())]

    def keep(self, item: str, count: int) -> list[RunEvent]:
        """Of this item only the first ``count`` content parts are left."""
        gone = [key for key in self._pieces if key[0] == item and key[1] >= count]
        had_text = any(self._pieces.pop(key).said for key in gone)
        if self._last in gone:
            self._last = next(reversed(self._pieces), None)
        return [TextReplaced(self.whole())] if had_text else []

    def whole(self) -> str:
        return GAP.join(text for piece in self._pieces.values() if (text := piece.text()))

    def _open(self, key: Key) -> _Piece:
        if key not in self._pieces:
            self._pieces[key] = _Piece()
            self._last = key
        return self._pieces[key]

    def _has_text_before(self, key: Key) -> bool:
        return any(piece.said for other, piece in self._pieces.items() if other != key)


class Thoughts:
    """Thoughts by workflow and task. Reasoning only grows: a thought that was worded anew is added
    beneath the old one."""

    def __init__(self) -> None:
        self._said: dict[Key, str] = {}

    def put(self, key: Key, title: str, content: str) -> list[RunEvent]:
        known = self._said.get(key)
        if not content or content == known:
            return []
        begins = GAP if self._said else ""
        self._said[key] = content
        if known is not None and content.startswith(known):
            return [ReasoningDelta(content[len(known) :])]
        head = f"**{title}**{GAP}" if title and known is None else ""
        return [ReasoningDelta(begins + head + content)]
