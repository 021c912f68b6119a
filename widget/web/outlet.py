"""The connection to one browser: writing never waits, so a slow visitor never holds up a run.

simple-websocket writes with a bare ``sock.send``: it waits for a slow reader and drops what the
kernel does not take. So it gets an ``Outlet`` in place of its socket. What does not fit at once is
kept, within a bound, and sent by a greenlet that exists only as long as something is left.
"""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any, Protocol

import gevent
from gevent.socket import wait_write

from widget.web.pace import Pace

MOST_KEPT = 1_048_576
STALL_S = 20.0
GOODBYE_LIMIT_S = 2.0
CHUNK = 65_536
# A read is short, because all its frames are taken in one go, and a ping of six bytes costs 50 µs.
READ_BYTES = 1_024
# How much of the loop one browser gets for that: the longest frame takes a millisecond.
READING_BURST_S = 0.05
READING_PER_S = 0.005


class Listener(Protocol):
    """Who serves the socket, in its greenlet."""

    def heard(self) -> None:
        """Everything that has arrived is to be served now."""

    def silent(self) -> None:
        """Nothing came before the time was over."""


class Outlet:
    """Stands in for the connection's gevent socket. ``ends_at``: not to be read for longer."""

    __slots__ = (
        "_drainer",
        "_has_read_at",
        "_kept",
        "_pace",
        "_sock",
        "ends_at",
        "is_broken",
        "is_leaving",
        "listener",
    )

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._kept: bytearray | None = None
        self._drainer: Any = None
        self._pace: Pace | None = None
        self._has_read_at: float | None = None
        self.listener: Listener | None = None
        self.ends_at: float | None = None
        self.is_broken = False
        self.is_leaving = False

    @property
    def is_behind(self) -> bool:
        """Whether the browser has not taken everything yet."""
        return self._kept is not None

    @property
    def is_overdue(self) -> bool:
        return self.ends_at is not None and time.monotonic() > self.ends_at

    def send(self, data: bytes) -> int:
        """Sends now what fits, the rest soon, and all of it in order."""
        if self.is_broken:
            return 0
        if self._kept is not None:
            self._keep(data)
            return len(data)
        try:
            sent = self._sock.send(data, timeout=0.0)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.break_off()
            return 0
        if sent < len(data):
            self._keep(data[sent:])
        return len(data)

    def recv(self, size: int) -> bytes:
        """Has served what came, then waits for more. Raises ``OSError`` at the end."""
        self._let_others_on()
        if self.listener is not None:
            self.listener.heard()
        try:
            return self._read(size)
        except TimeoutError:
            if self.is_leaving or self.listener is None:
                raise
            self.listener.silent()
            return self._read(size)

    def leave(self) -> None:
        """The goodbye was said: the browser gets a moment to say its own.

        A socket closed with something unread answers with a reset, which can overtake the goodbye.
        """
        self.is_leaving = True
        self.ends_at = time.monotonic() + GOODBYE_LIMIT_S

    def break_off(self) -> None:
        """Gives the connection up at once; its reader and its handler notice and end."""
        self.is_broken = True
        self._kept = None
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.is_broken = True
        self._kept = None
        if self._drainer is not None:
            self._drainer.kill(block=False)
        self._sock.close()

    def _read(self, size: int) -> bytes:
        left_s = None if self.ends_at is None else self.ends_at - time.monotonic()
        if left_s is not None and left_s <= 0:
            raise TimeoutError  # also when more is there: who talks on and on is no better
        self._sock.settimeout(left_s)
        data: bytes = self._sock.recv(min(size, READ_BYTES))
        self._has_read_at = time.perf_counter()
        return data

    def _let_others_on(self) -> None:
        """A client that never pauses, as with a flood of pings, would keep the loop to itself:
        reading what is there already does not wait, so no other greenlet gets its turn."""
        if self._has_read_at is None:
            return
        took_s = time.perf_counter() - self._has_read_at
        self._has_read_at = None
        self._pace = self._pace or Pace(READING_BURST_S, READING_PER_S)
        wait_s = self._pace.take(took_s)
        if wait_s and self.is_leaving:
            raise TimeoutError  # whoever has that much to say will not say goodbye
        gevent.sleep(wait_s)

    def fileno(self) -> int:
        number: int = self._sock.fileno()
        return number

    def _keep(self, data: bytes) -> None:
        if self._kept is None:
            self._kept = bytearray()
            self._drainer = gevent.spawn(self._drain)
        self._kept += data
        if len(self._kept) > MOST_KEPT:
            self.break_off()

    def _drain(self) -> None:
        try:
            while self._kept:
                wait_write(self._sock.fileno(), timeout=STALL_S)
                with contextlib.suppress(BlockingIOError):
                    sent = self._sock.send(self._kept[:CHUNK], timeout=0.0)
                    del self._kept[:sent]
        except OSError:  # also TimeoutError: nothing was taken for too long
            self.break_off()
        self._kept = None
        self._drainer = None


def text_frame(text: str) -> bytes:
    """A whole unmasked, uncompressed text frame (RFC 6455 §5.2).

    wsproto takes 2.2 µs and a buffer a socket for what is 0.15 µs here, and several frames can go
    out in one write. No compression is ever negotiated, so nothing of its state is passed by.
    """
    data = text.encode()
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + data
    return b"\x81\x7f" + size.to_bytes(8, "big") + data


PING_FRAME = b"\x89\x00"
