"""Sends a reply on a real socket, step by step, whatever the client does."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler

from tests.fakes.script import PATIENCE_S, Asked, Die, Raw, Reply, Stall, Step, Until, Wait


class Player:
    """Sends one reply, step by step."""

    def __init__(
        self, handler: BaseHTTPRequestHandler, asked: Asked, reply: Reply, closing: threading.Event
    ) -> None:
        self._handler = handler
        self._asked = asked
        self._reply = reply
        self._closing = closing

    def play(self) -> None:
        script = self._reply.script
        if self._reply.framing == "length":
            script = [b"".join(step for step in script if isinstance(step, bytes))]
        self._send(self._head(script))
        for step in script:
            if self._closing.is_set() or not self._act(step):
                self._handler.close_connection = True
                return
        if self._reply.framing == "chunked":
            self._send(b"0\r\n\r\n")
        self._handler.close_connection |= self._reply.framing == "close"

    def _head(self, script: Iterable[Step]) -> bytes:
        headers = dict(self._reply.headers)
        if self._reply.framing == "length":
            headers["Content-Length"] = str(sum(len(s) for s in script if isinstance(s, bytes)))
        elif self._reply.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self._reply.status} Fake\r\n{lines}\r\n".encode()

    def _act(self, step: Step) -> bool:
        """Does one step; False ends the connection."""
        match step:
            case bytes():
                is_chunked = self._reply.framing == "chunked"
                self._send(b"%x\r\n%s\r\n" % (len(step), step) if is_chunked else step)
            case Raw():
                self._send(step.data)
            case Wait():
                self._watch(None, step.seconds)
            case Until():
                self._watch(step.event, PATIENCE_S)
            case Stall():
                self._watch(self._asked.gone, PATIENCE_S)
                return not self._asked.gone.is_set()
            case Die():
                hang_up(self._handler.connection, is_reset=step.is_reset)
                return False
        return True

    def _send(self, data: bytes) -> None:
        """Sends, or notes that nobody is there any more and lets the script run on."""
        if self._asked.gone.is_set():
            return
        try:
            self._handler.connection.sendall(data)
        except OSError:
            self._asked.gone.set()

    def _watch(self, event: threading.Event | None, limit_s: float) -> None:
        """Waits for ``event`` or the limit, and keeps an eye on the client."""
        step_s = 0.01
        for _ in range(max(1, round(limit_s / step_s))):
            if (event and event.is_set()) or self._closing.wait(step_s):
                return
            if not self._asked.gone.is_set() and has_hung_up(self._handler.connection):
                self._asked.gone.set()


def has_hung_up(connection: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def hang_up(connection: socket.socket, *, is_reset: bool = False) -> None:
    try:
        if is_reset:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
        else:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
