"""Bodies have to arrive in time: at once, or steadily."""

from __future__ import annotations

import time

import gevent
import pytest

from widget.web import body
from widget.web.body import LEAST_BYTES_PER_S, TimelyReader


class Line:
    """Sends a piece after each pause."""

    def __init__(self, *pieces: tuple[float, int]) -> None:
        self.pieces = list(pieces)

    def read(self, size: int) -> bytes:
        pause_s, length = self.pieces.pop(0)
        gevent.sleep(pause_s)
        return bytes(length)


def test_what_arrives_steadily_earns_more_time() -> None:
    steady = LEAST_BYTES_PER_S // 5
    reader = TimelyReader(Line(*[(0.1, steady)] * 6), limit_s=0.3)

    assert [len(reader.read(100_000)) for _ in range(6)] == [steady] * 6


def test_drops_earn_next_to_nothing() -> None:
    reader = TimelyReader(Line(*[(0.1, 10)] * 6), limit_s=0.3)

    with pytest.raises(TimeoutError):
        b"".join(reader.read(100_000) for _ in range(6))


def test_the_rest_of_an_answered_request_has_a_moment() -> None:
    began = time.monotonic()
    reader = TimelyReader(Line((0, 10_000_000), (60, 1)))
    reader.read(100_000)
    reader.answered()

    with pytest.raises(TimeoutError):
        reader.read(100_000)
    assert time.monotonic() - began < body.LAST_S + 2
