"""Brings new journal entries to the sockets that follow them: one greenlet for the whole process.

An appender only puts the sockets that are behind on a list. What is appended before the pump's next
turn goes out in one write each, and no greenlet is woken for it per socket.
"""

from __future__ import annotations

import threading
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)


class Behind(Protocol):
    """A socket with something to fetch. ``deliver`` never waits."""

    is_listed: bool

    def deliver(self) -> None: ...


class Pump:
    def __init__(self) -> None:
        self._behind: list[Behind] = []
        self._is_wanted = threading.Event()

    def put(self, socket: Behind) -> None:
        """Never waits and never calls the socket: safe from any greenlet, in any state."""
        if socket.is_listed:
            return
        socket.is_listed = True
        self._behind.append(socket)
        if not self._is_wanted.is_set():
            self._is_wanted.set()

    def start(self) -> None:
        threading.Thread(target=self._run, name="pump", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._is_wanted.wait()
            self._is_wanted.clear()
            self.turn()

    def turn(self) -> None:
        """Serves every socket that is on the list now."""
        behind, self._behind = self._behind, []
        for socket in behind:
            socket.is_listed = False
            try:
                socket.deliver()
            except Exception:
                log.exception("socket was not served")
