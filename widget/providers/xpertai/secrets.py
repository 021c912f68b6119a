"""Client secrets: one per visitor, minted once, renewed before they end."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

from widget.providers.base import Secret

VISITORS = 10_000
RENEW_AT = 0.8


class Minted(Struct, frozen=True):
    """A fresh client secret and how long the platform says it lives."""

    secret: Secret
    life_s: float


class _Slot:
    """One visitor's place. The lock lets one caller mint while the others wait for the result."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.secret: Secret | None = None
        self.renew_at = 0.0


class ClientSecrets:
    """``mint`` asks the platform; ``clock`` gives seconds that only grow."""

    def __init__(self, mint: Callable[[], Minted], clock: Callable[[], float]) -> None:
        self._mint = mint
        self._clock = clock
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, visitor: str) -> Secret:
        """A secret with a fifth of its life left at least; a failed mint is the caller's own."""
        slot = self._slot(visitor)
        with slot.lock:
            if slot.secret is None or self._clock() >= slot.renew_at:
                asked_at = self._clock()
                minted = self._mint()
                slot.secret = minted.secret
                slot.renew_at = asked_at + RENEW_AT * minted.life_s
            return slot.secret

    def drop(self, visitor: str, secret: Secret) -> None:
        """Forgets a secret that was refused, unless another caller has replaced it already."""
        slot = self._slot(visitor)
        with slot.lock:
            if slot.secret == secret:
                slot.secret = None

    def _slot(self, visitor: str) -> _Slot:
        with self._lock:
            slot = self._slots.pop(visitor, None) or _Slot()
            self._slots[visitor] = slot
            while len(self._slots) > VISITORS:
                self._slots.popitem(last=False)
            return slot
