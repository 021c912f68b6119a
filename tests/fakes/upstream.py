"""A scripted platform: a real HTTP/1.1 server on a free port that does what networks do.

A fake is a function from ``Asked`` to ``Reply``. A reply's ``script`` is a list of steps: bytes
(one chunk, sent at once) and the little classes below. After a disconnect the script runs on to
its end, as a platform's run does; ``Asked.gone`` tells that the client hung up.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.player import Player, hang_up
from tests.fakes.script import (
    PATIENCE_S,
    Asked,
    Die,
    Raw,
    Reply,
    Stall,
    Step,
    Until,
    Wait,
    json_reply,
)

__all__ = [
    "PATIENCE_S",
    "Asked",
    "Die",
    "Raw",
    "Reply",
    "Stall",
    "Step",
    "Until",
    "Upstream",
    "Wait",
    "json_reply",
]


class Upstream:
    """The server. Use as a context manager; ``requests`` holds all that was asked, in order."""

    def __init__(
        self, answer: Callable[[Asked], Reply], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.answer = answer
        self._scheme = "https" if tls else "http"
        self.requests: list[Asked] = []
        self.closing = threading.Event()
        self.trouble: list[BaseException] = []
        self._links: dict[int, socket.socket] = {}
        self._count = 0
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.upstream = self
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def wait_for_requests(self, count: int) -> list[Asked]:
        """All requests once ``count`` have come; fails after a while."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_S):
                raise AssertionError(f"{len(self.requests)} requests came, not {count}")
            return list(self.requests)

    def record(self, asked: Asked) -> None:
        with self._changed:
            self.requests.append(asked)
            self._changed.notify_all()

    def link(self, connection: socket.socket) -> int:
        with self._changed:
            self._count += 1
            self._links[self._count] = connection
            return self._count

    def unlink(self, number: int) -> None:
        with self._changed:
            self._links.pop(number, None)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Closes every connection, and waits until all of them are gone."""
        with self._changed:
            for connection in self._links.values():
                hang_up(connection)
            if not self._changed.wait_for(lambda: not self._links, PATIENCE_S):
                raise AssertionError("a connection does not end")

    def close(self) -> None:
        """Ends every script and connection; raises what went wrong inside the fake itself."""
        self.closing.set()
        self._server.shutdown()
        with self._changed:
            for connection in self._links.values():
                hang_up(connection)
        self._server.server_close()
        self._thread.join(PATIENCE_S)
        if self.trouble:
            raise self.trouble[0]

    def __enter__(self) -> Upstream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = (
        False  # server_close waits for the handlers: no socket is left to the collector
    )
    request_queue_size = 1024
    upstream: Upstream

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.number = self.server.upstream.link(self.connection)

    def finish(self) -> None:
        self.server.upstream.unlink(self.number)
        super().finish()

    def log_message(self, *_: Any) -> None:
        """Quiet: tests read ``Upstream.requests``."""

    def do_any(self) -> None:
        asked = self._read()
        upstream = self.server.upstream
        upstream.record(asked)
        try:
            reply = upstream.answer(asked)
        except Exception as error:
            upstream.trouble.append(error)
            reply = json_reply(500, {"error": {"message": f"the fake itself failed: {error!r}"}})
        try:
            Player(self, asked, reply, upstream.closing).play()
        finally:
            asked.ended.set()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

    def _read(self) -> Asked:
        parts = urlsplit(self.path)
        return Asked(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            connection=self.number,
        )
