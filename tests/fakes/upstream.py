"""A scripted platform: a real HTTP/1.1 server on a free port that does what networks do.

A fake is a function from ``Asked`` to ``Reply``. A reply's ``script`` is a list of steps: bytes
(one chunk, sent at once) and the little classes below. After a disconnect the script runs on to
its end, as a platform's run does; ``Asked.gone`` tells that the client hung up.
"""

from __future__ import annotations

import json
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Wait:
    """The platform's own pace: long enough that what was sent before arrives in its own packet."""

    seconds: float = 0.03


@dataclass(frozen=True)
class Stall:
    """Nothing more comes until the client hangs up or the fake is closed."""


@dataclass(frozen=True)
class Die:
    """The connection breaks without the end of the body; ``is_reset`` sends RST instead of FIN."""

    is_reset: bool = False


@dataclass(frozen=True)
class Until:
    """Goes on when the test sets ``event`` (or the client hangs up)."""

    event: threading.Event


@dataclass(frozen=True)
class Raw:
    """Bytes on the wire as they are, outside the chunked coding."""

    data: bytes


Step = bytes | Wait | Stall | Die | Until | Raw


@dataclass
class Asked:
    """One request as it came. Header names are lower case; ``connection`` numbers the TCP link."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    connection: int
    gone: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """``framing``: chunked, length (one body with Content-Length) or close (ends with the link)."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    script: Iterable[Step] = ()
    framing: str = "chunked"


def json_reply(status: int, value: object, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(
        status, {"Content-Type": "application/json", **(headers or {})}, [body], framing="length"
    )


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
                _hang_up(connection)
            if not self._changed.wait_for(lambda: not self._links, PATIENCE_S):
                raise AssertionError("a connection does not end")

    def close(self) -> None:
        """Ends every script and connection; raises what went wrong inside the fake itself."""
        self.closing.set()
        self._server.shutdown()
        with self._changed:
            for connection in self._links.values():
                _hang_up(connection)
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
            _Player(self, asked, reply).play()
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


class _Player:
    """Sends one reply, step by step."""

    def __init__(self, handler: _Handler, asked: Asked, reply: Reply) -> None:
        self._handler = handler
        self._asked = asked
        self._reply = reply
        self._closing = handler.server.upstream.closing

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
                _hang_up(self._handler.connection, is_reset=step.is_reset)
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
            if not self._asked.gone.is_set() and _has_hung_up(self._handler.connection):
                self._asked.gone.set()


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def _hang_up(connection: socket.socket, *, is_reset: bool = False) -> None:
    try:
        if is_reset:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
        else:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
