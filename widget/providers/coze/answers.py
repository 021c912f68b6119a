"""The texts of one run: several answers that stay apart, each replaced by its completed form."""

from __future__ import annotations

from widget.domain.events import RunEvent, TextDelta, TextReplaced

GAP = "\n\n"


class Answers:
    """By message id, in order of appearance. ``replaces``: what is read may be shown already, so
    the text comes whole, and once, when all of it is known."""

    def __init__(self, *, replaces: bool = False) -> None:
        self._pieces: dict[str, list[str]] = {}
        self._last = ""
        self._settled: set[str] = set()
        self._replaces = self._is_behind = replaces

    @property
    def is_empty(self) -> bool:
        return not any(map(self._text, self._pieces))

    def add(self, message: str, piece: str) -> list[RunEvent]:
        """A delta. One for an answer that is not the last is held until a completed message."""
        if not piece:
            return []
        shown = piece if message in self._pieces or self.is_empty else GAP + piece
        self._pieces.setdefault(message, []).append(piece)
        if message != self._last and len(self._pieces[message]) > 1:
            self._is_behind = True
        else:
            self._last = message
        return [] if self._is_behind else [TextDelta(shown)]

    def settle(self, message: str, whole: str) -> list[RunEvent]:
        """The completed text, which counts; an empty one says nothing."""
        message = self._meant(message, whole)
        self._settled.add(message)
        so_far = self._text(message)
        if whole.startswith(so_far) and (not so_far or message == self._last):
            return self.add(message, whole[len(so_far) :]) + self._catch_up()
        if whole and whole != so_far:
            self._pieces[message] = [whole]
            self._is_behind = True
        return self._catch_up()

    def _catch_up(self) -> list[RunEvent]:
        return [] if self._replaces else self.flush()

    def flush(self) -> list[RunEvent]:
        """The whole text, where the deltas so far do not amount to it."""
        if not self._is_behind or self.is_empty:
            return []
        self._is_behind = False
        return [TextReplaced(GAP.join(filter(None, map(self._text, self._pieces))))]

    def _text(self, message: str) -> str:
        return "".join(self._pieces.get(message, ()))

    def _meant(self, message: str, whole: str) -> str:
        """The answer that a completed message ends: by id, or the open one that it repeats."""
        if message in self._pieces or not self._last or self._last in self._settled:
            return message
        return self._last if whole.startswith(self._text(self._last)) else message
