"""The conversations that were alive a moment ago, so that the platform need not be asked."""

from __future__ import annotations

KEPT = 10_000


class Recent:
    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: dict[tuple[str, str], None] = {}

    def note(self, visitor: str, conversation: str) -> None:
        """The one used last goes last."""
        self._known.pop((visitor, conversation), None)
        self._known[visitor, conversation] = None
        while len(self._known) > self._kept:
            del self._known[next(iter(self._known))]

    def has(self, visitor: str, conversation: str) -> bool:
        return (visitor, conversation) in self._known
