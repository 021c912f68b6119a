"""What happens on one socket: hello, then one command after the other, until either side closes."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from widget.domain.errors import ChatdockError, Unauthorized
from widget.web.commands import serve
from widget.web.connection import RESTARTING, UNREADABLE, Connection, refuse
from widget.web.line import SocketLine
from widget.web.memory import aside
from widget.web.pace import Pace
from widget.web.services import services
from widget.web.texts import request_lang
from widget.web.welcome import admit, hello_in, welcome

HELLO_LIMIT_S = 10.0
MOST_UNREADABLE = 3


class Session:
    """The listener of a socket's ``Outlet``, called in the socket's own greenlet and request."""

    __slots__ = ("_address", "_connection", "_line", "_own", "_pace", "_site", "_unreadable", "_ws")

    def __init__(self, ws: Any, site: str, address: str) -> None:
        self._ws = ws
        self._line = SocketLine(ws)
        self._site = site
        self._address = address
        self._own = services()
        self._connection: Connection | None = None
        self._unreadable = 0
        self._pace: Pace | None = None
        self._own.sockets.begin(address)
        ws.sock.listener = self
        ws.sock.ends_at = time.monotonic() + HELLO_LIMIT_S
        if self._own.lifecycle.is_stopping:
            self._line.close(RESTARTING, "restart")

    def heard(self) -> None:
        """Serves every frame that has arrived."""
        while self._ws.input_buffer:
            frame = self._ws.input_buffer.pop(0)
            if self._ws.sock.is_leaving:
                continue
            if self._connection is None:
                aside(partial(self._welcome, frame))
            else:
                aside(partial(self._serve, self._connection, frame))

    def silent(self) -> None:
        self._refuse(Unauthorized(f"no hello within {HELLO_LIMIT_S:.0f} s"))

    def end(self) -> None:
        if self._connection is None:
            self._own.sockets.end(self._address)
        else:
            self._own.sockets.remove(self._connection)
            self._connection.end()

    def _welcome(self, frame: str | bytes) -> None:
        """Admits the visitor behind the first frame and brings the screen up to date."""
        try:
            hello = hello_in(frame)
            connection = Connection(self._line, admit(hello, self._site, self._address), self._own)
            self._join(connection)
            welcome(connection, hello)
        except ChatdockError as error:
            self._refuse(error)

    def _join(self, connection: Connection) -> None:
        """Nothing yields in here, so a restart finds the socket either here or not at all."""
        self._own.sockets.end(self._address)
        self._own.sockets.add(connection)
        self._connection = connection
        self._ws.sock.ends_at = None
        if self._own.lifecycle.is_stopping:
            connection.restart()

    def _refuse(self, error: ChatdockError) -> None:
        refuse(self._line, error, self._own.texts, request_lang())

    def _serve(self, connection: Connection, frame: str | bytes) -> None:
        self._pace = self._pace or Pace()
        self._pace.wait()
        if serve(connection, frame):
            return
        self._unreadable += 1
        if self._unreadable >= MOST_UNREADABLE:
            self._line.close(UNREADABLE, "frames that cannot be read")
