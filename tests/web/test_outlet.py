"""Writing to a browser: never waiting, in order, bounded."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import socket as gsocket
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, TextMessage

from widget.web import outlet as outlet_module
from widget.web.outlet import MOST_KEPT, Outlet, text_frame


class Visit:
    """Both ends of a connection whose browser reads only when told."""

    def __init__(self) -> None:
        ours, theirs = gsocket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        self.outlet = Outlet(ours)
        self.browser = theirs

    def take(self, size: int) -> bytes:
        """Reads so many bytes, as they come."""
        data = bytearray()
        with gevent.Timeout(10):
            while len(data) < size:
                data += self.browser.recv(65_536)
        return bytes(data)


@pytest.fixture
def visit() -> Iterator[Visit]:
    made = Visit()
    yield made
    made.outlet.close()
    made.browser.close()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 100_000])
def test_frame_is_what_the_library_would_send(size: int) -> None:
    text = "ü" * (size // 2) + "x" * (size % 2)

    (event,) = _received(text_frame(text))

    assert text_frame(text) == Connection(ConnectionType.SERVER).send(TextMessage(data=text))
    assert event == text


def test_what_fits_goes_out_at_once(visit: Visit) -> None:
    visit.outlet.send(b"one ")
    visit.outlet.send(b"two")

    assert visit.take(7) == b"one two"
    assert not visit.outlet.is_behind


def test_slow_browser_gets_everything_in_order(visit: Visit) -> None:
    pieces = [bytes([65 + n % 26]) * 30_000 for n in range(20)]

    with gevent.Timeout(5, AssertionError("writing waited for the browser")):
        for piece in pieces:
            visit.outlet.send(piece)
    assert visit.outlet.is_behind
    received = visit.take(600_000)

    assert received == b"".join(pieces)
    _until(lambda: not visit.outlet.is_behind)
    visit.outlet.send(b"after")
    assert visit.take(5) == b"after"


def test_browser_that_takes_nothing_is_given_up_at_the_bound(visit: Visit) -> None:
    while not visit.outlet.is_broken:
        visit.outlet.send(b"x" * 100_000)
        assert len(visit.outlet._kept or b"") <= MOST_KEPT

    assert visit.outlet.send(b"more") == 0
    assert not visit.outlet.is_behind


def test_browser_that_stalls_is_given_up_in_time(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet_module, "STALL_S", 0.05)

    visit.outlet.send(b"x" * 500_000)
    assert visit.outlet.is_behind

    _until(lambda: visit.outlet.is_broken)


def test_gone_browser_breaks_nothing(visit: Visit) -> None:
    visit.browser.close()

    visit.outlet.send(b"one")
    visit.outlet.send(b"two")

    assert visit.outlet.is_broken


def test_arrived_frames_are_served_before_waiting_for_more(visit: Visit) -> None:
    served: list[str] = []

    class Listener:
        def heard(self) -> None:
            served.append("heard")

        def silent(self) -> None:
            served.append("silent")

    visit.outlet.listener = Listener()
    visit.browser.sendall(b"hello")

    assert visit.outlet.recv(100) == b"hello"
    assert served == ["heard"]


def test_silence_is_told_once_and_then_ends_the_reading(visit: Visit) -> None:
    told: list[str] = []

    class Listener:
        def heard(self) -> None:
            pass

        def silent(self) -> None:
            told.append("silent")
            visit.outlet.leave()

    visit.outlet.listener = Listener()
    visit.outlet.ends_at = 0.0

    with pytest.raises(TimeoutError):
        visit.outlet.recv(100)
    assert told == ["silent"]
    assert visit.outlet.is_leaving


def _received(data: bytes) -> list[Any]:
    connection = Connection(ConnectionType.CLIENT)
    connection.receive_data(data)
    parts = [event.data for event in connection.events() if isinstance(event, TextMessage)]
    assert not [event for event in connection.events() if isinstance(event, BytesMessage)]
    return ["".join(parts)]


def _until(is_true: Any) -> None:
    with gevent.Timeout(10):
        while not is_true():
            gevent.sleep(0.005)
