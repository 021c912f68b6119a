"""The body of a plain request, which has to arrive in time.

gunicorn waits for a body as long as its sender likes, so a few thousand senders of nothing would
take every connection there is.
"""

from __future__ import annotations

import time
from typing import Any

import gevent

LIMIT_S = 20.0
# Large bodies are files, and phones on a bad line send no faster than this.
LEAST_BYTES_PER_S = 8_000
LONGEST_S = 600.0
# What is left of a body that nobody reads any more: for long enough to get an answer through.
LAST_S = 5.0


class TimelyReader:
    """Stands in for gunicorn's reader of a body, all of which is to be read ``limit_s`` from now;
    what has arrived at a bearable pace earns it more time.

    What is late answers 400 and ends the connection, whoever was reading: its rest must not be
    taken for the next request.
    """

    def __init__(self, reader: Any, limit_s: float = LIMIT_S) -> None:
        self._reader = reader
        self._ends_at = time.monotonic() + limit_s
        self._last_end = self._ends_at + LONGEST_S

    def read(self, size: int) -> bytes:
        left_s = max(min(self._ends_at, self._last_end) - time.monotonic(), 0.001)
        with gevent.Timeout(left_s, TimeoutError):
            data: bytes = self._reader.read(size)
        self._ends_at += len(data) / LEAST_BYTES_PER_S
        return data

    def answered(self) -> None:
        """The request is over; its rest has a moment to arrive and be forgotten."""
        self._last_end = time.monotonic() + LAST_S
