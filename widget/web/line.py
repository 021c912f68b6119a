"""How one frame is reached: its socket, an event stream, or an answer that is held back for it."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from simple_websocket import ConnectionClosed

from widget.web.outlet import PING_FRAME, Outlet, text_frame


class Line(ABC):
    """Nothing here waits, so all of it may be called from any greenlet."""

    __slots__ = ()

    @property
    @abstractmethod
    def is_leaving(self) -> bool:
        """Whether the goodbye was said: nothing goes out any more."""

    @abstractmethod
    def send(self, frames: Sequence[str]) -> None:
        """Finished text frames, in this order, in one write where the line can."""

    @abstractmethod
    def close(self, code: int, reason: str) -> None:
        """Says goodbye, once; the line ends when all before it has gone out, or in a moment."""

    @abstractmethod
    def ping(self) -> None:
        """Finds out whether the browser is still there, where nothing else tells."""

    @abstractmethod
    def hasten(self) -> None:
        """Ends what should have ended by itself. Called about once a second."""

    @abstractmethod
    def break_off(self) -> None:
        """Gives the browser up, without a goodbye."""


class SocketLine(Line):
    """A WebSocket of the library's, whose own socket an ``Outlet`` stands in for."""

    __slots__ = ("_outlet", "_ws")

    def __init__(self, ws: Any) -> None:
        self._ws = ws
        self._outlet: Outlet = ws.sock

    @property
    def is_leaving(self) -> bool:
        return self._outlet.is_leaving

    def send(self, frames: Sequence[str]) -> None:
        if not self._outlet.is_leaving:
            self._outlet.send(b"".join(map(text_frame, frames)))

    def close(self, code: int, reason: str) -> None:
        if not self._outlet.is_leaving:
            with contextlib.suppress(ConnectionClosed):
                self._ws.close(code, reason)
            self._outlet.leave()

    def ping(self) -> None:
        """Gives up a browser that has not answered the last one."""
        if self._outlet.is_behind:
            return  # the outlet has its own clock for those
        if not self._ws.pong_received:
            self._outlet.break_off()
            return
        self._ws.pong_received = False
        self._outlet.send(PING_FRAME)

    def hasten(self) -> None:
        """Ends a socket whose browser does not answer our goodbye."""
        if self._outlet.is_overdue:
            self._outlet.break_off()

    def break_off(self) -> None:
        self._outlet.break_off()
