"""Sockets for httpcore that know where a response's head ends.

httpcore and h11 spend as much CPU on one delta as everything of ours together. So only the head is
theirs: the stream below gives them no byte beyond the blank line, and ``bodies`` reads the rest
straight from the socket.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from widget.domain.errors import UpstreamInterrupted, UpstreamTimeout
from widget.providers.watchdog import Waiting, Watchdog

READ_BYTES = 64 * 1024
# Shorter waits are kept to the moment, longer ones to half a second.
COARSE_FROM_S = 2.0
_HEAD_END = b"\r\n\r\n"


class Stream(httpcore.NetworkStream, Waiting):
    """One connection. ``read`` serves httpcore, ``receive`` and ``put_back`` serve the body."""

    def __init__(self, inner: httpcore.NetworkStream, watchdog: Watchdog) -> None:
        super().__init__()
        self._inner = inner
        self._watchdog = watchdog
        self._is_watched = False
        self._ahead = b""
        self._tail = b""
        self._socket: socket.socket = inner.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_watched = False
        data = self._ahead or self._inner.read(max_bytes, timeout)
        found = (self._tail + data).find(_HEAD_END)
        cut = len(data) if found < 0 else found + len(_HEAD_END) - len(self._tail)
        self._ahead = data[cut:]
        self._tail = (self._tail + data[:cut])[-3:] if found < 0 else b""
        return data[:cut]

    def receive(self, timeout: float) -> bytes:
        """The next bytes, b"" at the end; raises ``UpstreamError``. Called once per delta."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        try:
            if timeout < COARSE_FROM_S:
                self._is_watched = False
                self._socket.settimeout(timeout)
                return self._socket.recv(READ_BYTES)
            return self._receive_watched(timeout)
        except TimeoutError:
            raise UpstreamTimeout(f"nothing came for {timeout:g} s") from None
        except OSError as error:
            raise UpstreamInterrupted(f"the connection broke: {error}") from None

    def _receive_watched(self, timeout: float) -> bytes:
        if not self._is_watched:
            self._is_watched = True
            self._socket.settimeout(None)
            self._watchdog.watch(self)
        self.begin_wait(timeout)
        try:
            data = self._socket.recv(READ_BYTES)
        finally:
            self.end_wait()
        if self.is_given_up:
            raise TimeoutError
        return data

    def _give_up(self) -> None:
        """Wakes the reader, whose connection is of no use any more. The descriptor's copy keeps
        TLS out of this: its own shutdown would pull the ground from under a reader."""
        with (
            contextlib.suppress(OSError),
            socket.socket(fileno=os.dup(self._socket.fileno())) as it,
        ):
            it.shutdown(socket.SHUT_RDWR)

    def put_back(self, data: bytes) -> None:
        """Makes ``data`` what httpcore reads next."""
        self._ahead = data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def __del__(self) -> None:
        """httpcore lets go of a connection whose proxy refused without closing it."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return Stream(secured, self._watchdog)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Network(httpcore.NetworkBackend):
    """Connections as httpcore's own backend makes them, wrapped in ``Stream``."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()
        self._watchdog = Watchdog()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        connected = self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return Stream(connected, self._watchdog)
