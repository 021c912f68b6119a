"""Bare WebSocket clients on asyncio: little work a frame, so that the server is measured."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from collections.abc import Callable


class SocketClient(asyncio.Protocol):
    """Opens one socket and hands over every text frame with its bytes on the wire."""

    def __init__(
        self, host: str, path: str, origin: str, on_text: Callable[[bytes, int], None]
    ) -> None:
        self.on_text = on_text
        self.buffer = bytearray()
        self.is_upgraded = asyncio.get_running_loop().create_future()
        self.closed = asyncio.get_running_loop().create_future()
        key = base64.b64encode(os.urandom(16)).decode()
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_upgraded.done():
            self.is_upgraded.set_exception(exc or ConnectionError("closed before the upgrade"))
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_upgraded.done() and not self._upgrade():
            return
        while self._frame():
            pass

    async def open(self, port: int, token: str) -> SocketClient:
        """Connects and says hello."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        await self.is_upgraded
        self.send({"type": "hello", "token": token})
        return self

    def send(self, command: dict[str, object]) -> None:
        self._write(0x81, json.dumps(command).encode())

    def close(self) -> None:
        self.transport.close()

    def _upgrade(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self.buffer[:end]).split(b"\r\n")[0]
        del self.buffer[: end + 4]
        if b" 101 " not in status:
            self.is_upgraded.set_exception(ConnectionError(status.decode()))
            return False
        self.is_upgraded.set_result(None)
        return True

    def _frame(self) -> bool:
        buffer = self.buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 127, 2
        if length == 126:
            if len(buffer) < 4:
                return False
            length, start = struct.unpack_from("!H", buffer, 2)[0], 4
        elif length == 127:
            if len(buffer) < 10:
                return False
            length, start = struct.unpack_from("!Q", buffer, 2)[0], 10
        if len(buffer) < start + length:
            return False
        kind = buffer[0] & 15
        payload = bytes(buffer[start : start + length])
        del buffer[: start + length]
        self._receive(kind, payload, start + length)
        return True

    def _receive(self, kind: int, payload: bytes, size: int) -> None:
        if kind == 1:
            self.on_text(payload, size)
        elif kind == 9:
            self._write(0x8A, payload)
        elif kind == 8:
            self.transport.close()

    def _write(self, head: int, payload: bytes) -> None:
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else b"\xfe" + struct.pack("!H", length)
        # A mask of zeros is a legal mask and costs nothing.
        self.transport.write(bytes([head]) + size + b"\0\0\0\0" + payload)
