"""How fast one socket is served: nobody types this fast, so a faster one is made to wait."""

from __future__ import annotations

import time

BURST = 50
PER_S = 10.0


class Pace:
    """A bucket of commands. Waiting here fills the inbox, and a full inbox ends the socket."""

    __slots__ = ("_at", "_left")

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = time.monotonic()

    def wait(self) -> None:
        """Returns when the next command may be served."""
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * PER_S) - 1
        self._at = now
        if self._left < 0:
            time.sleep(-self._left / PER_S)
