"""Access tokens by OAuth: one per visitor, minted once, renewed before their moment comes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

from widget.providers.base import Secret

VISITORS = 10_000
MARGIN_S = 60.0


class Minted(Struct, frozen=True):
    """A fresh token. ``ends_at`` is a moment in unix seconds, not a duration."""

    token: Secret
    ends_at: float


class _Slot:
    """One visitor's place. The lock lets one caller mint while the others wait for the result."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minted: Minted | None = None


class Tokens:
    """``mint`` asks the platform for a visitor's token; ``clock`` gives unix seconds."""

    def __init__(self, mint: Callable[[str], Minted], clock: Callable[[], float]) -> None:
        self._mint = mint
        self._clock = clock
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, visitor: str) -> Secret:
        """A token that lives a minute more at least; a failed mint is the caller's own."""
        slot = self._slot(visitor)
        with slot.lock:
            if slot.minted is None or self._clock() >= slot.minted.ends_at - MARGIN_S:
                slot.minted = self._mint(visitor)
            return slot.minted.token

    def drop(self, visitor: str, token: str) -> None:
        """Forgets a token that was refused, unless another caller has replaced it already."""
        slot = self._slot(visitor)
        with slot.lock:
            if slot.minted and slot.minted.token == token:
                slot.minted = None

    def forget(self, visitor: str) -> None:
        """As ``drop``, where nobody knows any more which token it was."""
        slot = self._slot(visitor)
        with slot.lock:
            slot.minted = None

    def _slot(self, visitor: str) -> _Slot:
        with self._lock:
            slot = self._slots.pop(visitor, None) or _Slot()
            self._slots[visitor] = slot
            while len(self._slots) > VISITORS:
                self._slots.popitem(last=False)
            return slot
