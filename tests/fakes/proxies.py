"""Proxies on real sockets: HTTP with CONNECT and absolute addresses, and SOCKS5.

Each counts what went through it, so that a test can tell a detour from a direct way.
"""

from __future__ import annotations

import base64
import select
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit


class Proxy:
    """``with Proxy("http") as proxy``: ``proxy.url``, ``proxy.passed`` (host:port of each link)."""

    def __init__(self, kind: str, *, user: str = "", password: str = "") -> None:
        self.kind = kind
        self.user = user
        self.password = password
        self.passed: list[str] = []
        handlers = {"http": _serve_http, "socks5": _serve_socks}
        self._server = _Server(("127.0.0.1", 0), self, handlers[kind])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        login = f"{self.user}:{self.password}@" if self.user else ""
        return f"{self.kind}://{login}127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.ending.set()
        self._server.server_close()
        self._thread.join(10)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], proxy: Proxy, serve: Callable[[_Link], None]
    ) -> None:
        self.proxy = proxy
        self.serve = serve
        self.ending = threading.Event()
        super().__init__(address, _Link)

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is part of the play."""


class _Link(socketserver.StreamRequestHandler):
    server: _Server
    connection: socket.socket

    def handle(self) -> None:
        self.server.serve(self)

    def pump(self, host: str, port: int, *, first: bytes = b"", reply: bytes = b"") -> None:
        """Carries bytes both ways until one side ends."""
        self.server.proxy.passed.append(f"{host}:{port}")
        with socket.create_connection((host, port)) as far:
            self.connection.sendall(reply)
            far.sendall(first)
            pair = {self.connection: far, far: self.connection}
            while not self.server.ending.is_set():
                for side in select.select(list(pair), [], [], 0.05)[0]:
                    if not (data := side.recv(65536)):
                        return
                    pair[side].sendall(data)


def _serve_http(link: _Link) -> None:
    method, target, version = link.rfile.readline().decode().split()
    headers = {}
    while (line := link.rfile.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    if not _may_pass(link.server.proxy, headers.pop("proxy-authorization", "")):
        link.connection.sendall(b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n")
    elif method == "CONNECT":
        host, _, port = target.partition(":")
        link.pump(host, int(port), reply=b"HTTP/1.1 200 Connected\r\n\r\n")
    else:
        parts = urlsplit(target)
        head = f"{method} {parts.path} {version}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body = link.rfile.read(int(headers.get("content-length", 0)))
        assert parts.hostname
        assert parts.port
        link.pump(parts.hostname, parts.port, first=head.encode() + b"\r\n" + body)


def _may_pass(proxy: Proxy, header: str) -> bool:
    login = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
    return not proxy.user or header == f"Basic {login}"


def _serve_socks(link: _Link) -> None:
    """RFC 1928 without login, and RFC 1929 with one."""
    proxy, read = link.server.proxy, link.rfile.read
    offered = read(read(2)[1])
    wanted = 2 if proxy.user else 0
    if wanted not in offered:
        link.connection.sendall(b"\x05\xff")
        return
    link.connection.sendall(bytes([5, wanted]))
    if proxy.user:
        user = read(read(2)[1]).decode()
        password = read(read(1)[0]).decode()
        is_known = (user, password) == (proxy.user, proxy.password)
        link.connection.sendall(b"\x01\x00" if is_known else b"\x01\x01")
        if not is_known:
            return
    kind = read(4)[3]
    host = socket.inet_ntoa(read(4)) if kind == 1 else read(read(1)[0]).decode()
    (port,) = struct.unpack(">H", read(2))
    link.pump(host, port, reply=b"\x05\x00\x00\x01" + bytes(6))
