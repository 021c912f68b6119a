"""What waits for one frame that has no socket, until its request's own greenlet has written it.

Here the appender of an event only leaves it: the greenlet of a plain request does the writing, and
may wait for a slow browser as long as it takes what it is given.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from widget.web.line import Line
from widget.web.outlet import MOST_KEPT, STALL_S

ABNORMAL = 1006


@dataclass(frozen=True)
class Goodbye:
    """Why a line ends, in the words of a socket's close."""

    code: int
    reason: str


class Peer:
    """The browser behind a request that our worker serves; nobody behind any other."""

    __slots__ = ("_sock",)

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._sock = environ.get("gunicorn.socket")

    def is_gone(self) -> bool:
        """Whether it has hung up. Looks at what has arrived and leaves it there."""
        if self._sock is None:
            return False
        usual = self._sock.gettimeout()
        self._sock.settimeout(0.0)
        try:
            return not self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self._sock.settimeout(usual)

    def cut(self) -> None:
        """Frees a greenlet that writes to it in vain."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


class HeldLine(Line):
    """``goodbye``: set when nothing more will come than what is there to be taken."""

    __slots__ = ("_chars", "_frames", "_news", "_peer", "_writes_since", "goodbye")

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._frames: list[str] = []
        self._chars = 0
        self._news = threading.Event()
        self._writes_since: float | None = None
        self.goodbye: Goodbye | None = None

    def __len__(self) -> int:
        """How many frames there are to be taken."""
        return len(self._frames)

    @property
    def is_leaving(self) -> bool:
        return self.goodbye is not None

    def send(self, frames: Sequence[str]) -> None:
        if self.goodbye is not None:
            return
        self._frames += frames
        self._chars += sum(map(len, frames))
        if self._chars > MOST_KEPT:
            self.break_off()
        self._news.set()

    def close(self, code: int, reason: str) -> None:
        if self.goodbye is None:
            self.goodbye = Goodbye(code, reason)
            self._news.set()

    def ping(self) -> None:
        """What goes out on a held line says by itself whether it arrives."""

    def hasten(self) -> None:
        """A browser that hung up is not noticed by one who has nothing to write to it."""
        since = self._writes_since
        if self._peer.is_gone() or (since is not None and time.monotonic() - since > STALL_S):
            self.break_off()

    def break_off(self) -> None:
        self._frames, self._chars = [], 0
        self.goodbye = Goodbye(ABNORMAL, "")
        self._peer.cut()
        self._news.set()

    def wait(self, limit_s: float) -> None:
        """Until there is news, frames or the goodbye, or the time is over."""
        self._news.wait(limit_s)
        self._news.clear()

    def take(self) -> list[str]:
        """All frames that wait, for good."""
        self._news.clear()
        taken, self._frames, self._chars = self._frames, [], 0
        return taken

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """While the browser is given something."""
        self._writes_since = time.monotonic()
        try:
            yield
        finally:
            self._writes_since = None
