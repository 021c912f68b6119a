"""The body of a plain request, which has to arrive in time.

gunicorn waits for a body as long as its sender likes, so a few thousand senders of nothing would
take every connection there is.
"""

from __future__ import annotations

import time
from typing import Any

import gevent

LIMIT_S = 20.0


class TimelyReader:
    """Stands in for gunicorn's reader of a body, all of which is to be read ``limit_s`` from now.

    What is late answers 400 and ends the connection, whoever was reading: its rest must not be
    taken for the next request.
    """

    def __init__(self, reader: Any, limit_s: float = LIMIT_S) -> None:
        self._reader = reader
        self._ends_at = time.monotonic() + limit_s

    def read(self, size: int) -> bytes:
        left_s = max(self._ends_at - time.monotonic(), 0.001)
        with gevent.Timeout(left_s, TimeoutError):
            data: bytes = self._reader.read(size)
            return data
