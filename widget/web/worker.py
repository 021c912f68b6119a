"""Our gunicorn worker on gevent.

The stock one kills running answers 0.7 s after SIGTERM when no socket is open and hangs to its
time-out when one is. Ours says goodbye to the sockets at once, lets answers end or hands them over
within the limit, and serves plain requests meanwhile. And it begins only when the worker before it
has ended: with a journal in memory two at once would tear a conversation apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import threading
from functools import partial
from typing import IO, Any

import gevent
import gevent.socket
import structlog
from gevent import monkey
from gevent.pool import Pool
from gevent.server import StreamServer
from gunicorn.workers.ggevent import GeventWorker

from widget.web import garbage
from widget.web.body import TimelyReader
from widget.web.lifecycle import Phase
from widget.web.services import EXTENSION, Services

log = structlog.get_logger(__name__)

TICK_S = 0.25
HURRIED_LIMIT_S = 1.0
REQUESTS_LIMIT_S = 5.0
TELL_EVERY_S = 10.0


class ChatdockWorker(GeventWorker):  # type: ignore[misc]  # gunicorn ships no types
    """One process that serves. ``alive`` is gunicorn's word for: nobody has told it to go."""

    def patch(self) -> None:
        """Only the listening sockets are left to do: everything else was patched before import."""
        if not monkey.is_module_patched("socket"):
            raise RuntimeError(
                "the standard library is not patched for gevent: start with `chatdock serve`"
            )
        self.sockets: list[Any] = [
            gevent.socket.socket(one.FAMILY, socket.SOCK_STREAM, fileno=one.sock.detach())
            for one in self.sockets
        ]

    def run(self) -> None:
        self._services: Services = self.wsgi.extensions[EXTENSION]
        self._busy = 0
        self._is_hurried = False
        with self._turn():
            if self.alive:
                self._serve()

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        self._busy += 1
        req.body.reader = reader = TimelyReader(req.body.reader)
        try:
            return super().handle_request(listener_name, req, sock, addr)
        finally:
            self._busy -= 1
            reader.answered()
            # A client that sends request after request without a pause must not stop the rest.
            gevent.sleep(0)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """A connection that waited for its next request when we stopped is no error."""
        if not isinstance(exc, gevent.GreenletExit):
            super().handle_error(req, client, addr, exc)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """SIGINT and SIGQUIT: like SIGTERM, with next to no patience."""
        self._is_hurried = True
        self.alive = False

    def notify(self) -> None:
        """Tells gunicorn that we live. Without gunicorn there is nobody to serve for."""
        self.tmp.notify()
        if self.ppid != os.getppid() and self.alive:
            log.warning("the parent process is gone, stopping")
            self.alive = False

    @contextlib.contextmanager
    def _turn(self) -> Any:
        """While no other process serves from this data folder."""
        path = self._services.settings.data / "serving.lock"
        with path.open("w") as file:
            self._wait_for(file)
            yield  # closing the file, or being killed, lets the next one in

    def _wait_for(self, file: IO[str]) -> None:
        waited_s = 0.0
        while self.alive and not _locked(file):
            if waited_s % TELL_EVERY_S == 0:
                log.warning("another process serves from this data folder, waiting for its end")
            self.notify()
            gevent.sleep(TICK_S)
            waited_s += TICK_S

    def _serve(self) -> None:
        self._services.start()
        garbage.begin()
        threading.Thread(target=garbage.keep, name="garbage", daemon=True).start()
        servers = [self._listen(sock) for sock in self.sockets]
        self._services.lifecycle.phase = Phase.READY
        while self.alive:
            self.notify()
            gevent.sleep(TICK_S)
        self._leave(servers)

    def _listen(self, sock: Any) -> StreamServer:
        sock.setblocking(1)
        pool = Pool(self.worker_connections)
        server = StreamServer(sock, handle=partial(self.handle, sock), spawn=pool)
        server.start()
        return server

    def _leave(self, servers: list[StreamServer]) -> None:
        """Not ready, sockets told to come back, answers ended or handed over, requests done."""
        self._services.lifecycle.phase = Phase.STOPPING
        self._services.sockets.restart()
        self._drain()
        for server in servers:
            server.close()
        self._finish_requests()
        for server in servers:
            server.stop(timeout=1)
        self._services.store.close()

    def _drain(self) -> None:
        limit_s = self._services.settings.drain_limit_s
        engine = self._services.engine
        drainer = gevent.spawn(engine.drain, limit_s)
        while not drainer.ready():
            if self._is_hurried:
                gevent.spawn_later(HURRIED_LIMIT_S, engine.drain, 0)
                self._is_hurried = False
            self.notify()
            drainer.join(timeout=TICK_S)

    def _finish_requests(self) -> None:
        for _ in range(int(REQUESTS_LIMIT_S / TICK_S)):
            if not self._busy:
                return
            self.notify()
            gevent.sleep(TICK_S)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
