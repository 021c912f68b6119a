"""What stands between a browser and our server in many a network: a proxy that gets in the way.

How, is set while it runs; what was set counts for requests that come later, and ``swallow`` and
``cut`` for those under way, too. Each request gets a connection of its own.
"""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from contextlib import suppress
from typing import Any, Literal

CHUNK = 65_536
LOOK_S = 0.05
REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Middlebox:
    """``with Middlebox(server.port) as box``: ``box.port`` leads to the server.

    ``sockets``: ``strip`` takes the upgrade out of the request, ``refuse`` answers it, ``swallow``
    lets it through and nothing after it. ``keeps_back``: an answer is let go when it has ended.
    ``refuses``: last parts of paths that the box answers itself. ``is_down``: nothing gets through.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.sockets: Literal["pass", "strip", "refuse", "swallow"] = "pass"
        self.keeps_back = False
        self.refuses: frozenset[str] = frozenset()
        self.is_down = False
        self.asked: list[str] = []
        self._open: set[_Passage] = set()
        self._server = _Server(("127.0.0.1", 0), self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Middlebox:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self.cut()
        self._server.server_close()
        self._thread.join(10)

    def cut(self, kind: str = "") -> None:
        """Ends all that is under way, or what was asked for at a path that ends so."""
        for passage in list(self._open):
            if passage.path.endswith(kind):
                passage.cut()

    def swallow(self) -> None:
        """From now on nothing comes through the sockets that are open, or through others."""
        self.sockets = "swallow"
        for passage in list(self._open):
            passage.is_swallowed = passage.is_swallowed or passage.is_upgrade

    def count(self, kind: str) -> int:
        """How often a path that ends so was asked for."""
        return sum(path.endswith(kind) for path in self.asked)

    def is_open(self, kind: str) -> bool:
        return any(passage.path.endswith(kind) for passage in list(self._open))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], box: Middlebox) -> None:
        self.box = box
        super().__init__(address, _Passage)

    def handle_error(self, *_: Any) -> None:
        """A browser that hangs up is no error."""


class _Passage(socketserver.BaseRequestHandler):
    """One request and its answer."""

    server: _Server

    def setup(self) -> None:
        self.box = self.server.box
        self.path = ""
        self.is_upgrade = False
        self.is_swallowed = False
        self._has_ended = False
        self.box._open.add(self)

    def finish(self) -> None:
        self.box._open.discard(self)

    def cut(self) -> None:
        self._has_ended = True
        with suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)

    def handle(self) -> None:
        head, body = self._read_head()
        if not head or self.box.is_down:
            return
        first, *lines = head.split("\r\n")
        self.path = first.split(" ")[1].partition("?")[0]
        self.box.asked.append(self.path)
        self.is_upgrade = any(line.lower().startswith("upgrade:") for line in lines)
        if self._is_refused():
            self.request.sendall(REFUSED)
            return
        if not self.is_upgrade or self.box.sockets == "strip":
            hop = ("connection:", "upgrade:", "proxy-connection:")
            lines = [line for line in lines if not line.lower().startswith(hop)]
            lines.append("Connection: close")
        self.is_swallowed = self.is_upgrade and self.box.sockets == "swallow"
        with socket.create_connection(("127.0.0.1", self.box.target)) as far:
            far.sendall("\r\n".join((first, *lines, "", "")).encode("latin-1") + body)
            self._carry(far)

    def _is_refused(self) -> bool:
        if self.is_upgrade:
            return self.box.sockets == "refuse"
        return self.path.rpartition("/")[2] in self.box.refuses

    def _read_head(self) -> tuple[str, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.request.recv(CHUNK)
            if not more:
                return "", b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        return head.decode("latin-1"), body

    def _carry(self, far: socket.socket) -> None:
        """Both ways, until one side ends it."""
        kept: list[bytes] = []
        is_begun = False
        while not self._has_ended:
            ready, _, _ = select.select([self.request, far], [], [], LOOK_S)
            for end in ready:
                data = end.recv(CHUNK)
                if not data:
                    if end is far:
                        self.request.sendall(b"".join(kept))
                    return
                if self.is_swallowed and is_begun:
                    continue
                if end is self.request:
                    far.sendall(data)
                    continue
                is_begun = True
                if self.box.keeps_back and not self.is_upgrade:
                    kept.append(data)
                else:
                    self.request.sendall(data)
