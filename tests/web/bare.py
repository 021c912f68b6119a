"""Many sockets at once without a thread each: bare TCP connections that speak just enough."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable

from tests.serving import PATIENCE_S, Server

CLOSE = 8


class BareSocket:
    """A WebSocket client whose frames are read when asked for. ``texts`` and ``code`` are seen.

    Without a token it says no hello.
    """

    def __init__(self, server: Server, token: str) -> None:
        self.texts: list[str] = []
        self.code = 0
        self.is_open = False
        self._unread = bytearray()
        self.tcp = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        self.tcp.sendall(
            f"GET /frame/acme/socket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Origin: {server.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "\r\n".encode()
        )
        hello = {"type": "hello", "token": token, "epoch": ""}
        self._greeting = json.dumps(hello) if token else ""

    def send(self, text: str) -> None:
        data = text.encode()
        size = (
            bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        )
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.tcp.sendall(b"\x81" + size + mask + masked)

    def read(self) -> None:
        """Takes what has arrived."""
        try:
            data = self.tcp.recv(65_536)
        except ConnectionResetError:
            data = b""
        if not data:
            self.code = self.code or 1006
            return
        self._unread += data
        if not self.is_open and b"\r\n\r\n" in self._unread:
            head, _, rest = bytes(self._unread).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 101"), head[:80]
            self._unread = bytearray(rest)
            self.is_open = True
            if self._greeting:
                self.send(self._greeting)
        while self.is_open and self._take_frame():
            pass

    def _take_frame(self) -> bool:
        unread = self._unread
        if len(unread) < 2:
            return False
        size, start = unread[1] & 127, 2
        if size == 126:
            size, start = int.from_bytes(unread[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(unread[2:10], "big"), 10
        if len(unread) < start + size:
            return False
        payload = bytes(unread[start : start + size])
        if unread[0] & 15 == 1:
            self.texts.append(payload.decode())
        elif unread[0] & 15 == CLOSE:
            self.code = int.from_bytes(payload[:2], "big")
        del unread[: start + size]
        return True


def read_until(
    sockets: list[BareSocket], is_done: Callable[[BareSocket], object], limit_s: float = PATIENCE_S
) -> None:
    """Reads from all of them until each is done; fails after a while."""
    ends_at = time.monotonic() + limit_s
    poll, by_number = select.poll(), {one.tcp.fileno(): one for one in sockets}
    for number in by_number:
        poll.register(number, select.POLLIN)
    while any(not is_done(one) for one in sockets):
        if time.monotonic() > ends_at:
            left = sum(not is_done(one) for one in sockets)
            raise AssertionError(f"{left} of {len(sockets)} sockets were not done in {limit_s} s")
        for number, _ in poll.poll(100):
            by_number[number].read()
            if by_number[number].code:
                poll.unregister(number)
