"""How fast one socket is served: nobody types this fast, so a faster one is made to wait."""

from __future__ import annotations

import time

BURST = 50
PER_S = 10.0


class Pace:
    """A bucket of commands, or of seconds. Waiting here fills the client's own TCP window."""

    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, burst: float = BURST, per_s: float = PER_S) -> None:
        self._burst = burst
        self._per_s = per_s
        self._left = burst
        self._at = time.monotonic()

    def wait(self, cost: float = 1.0) -> None:
        """Returns when the next command may be served."""
        time.sleep(self.take(cost))

    def take(self, cost: float) -> float:
        """Takes it out; returns how long to wait for that, in seconds."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s) - cost
        self._at = now
        return max(-self._left / self._per_s, 0.0)
