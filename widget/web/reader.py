"""How simple-websocket reads under gevent: one light greenlet a socket, and a proper end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from gevent import spawn_raw
from gevent.event import Event

log = structlog.get_logger(__name__)

LONGEST_FRAME = 65_536
GOODBYE_LIMIT_S = 2.0


class Reader:
    """What the library takes for its reading thread."""

    def __init__(self, target: Callable[[], None]) -> None:
        self.name = "socket reader"
        self.is_done = False
        self._target = target

    def start(self) -> None:
        spawn_raw(self._run)

    def _run(self) -> None:
        """Whatever ends the reading, the socket's own greenlet must hear of it."""
        ws: Any = self._target.__self__  # type: ignore[attr-defined]
        try:
            self._target()
        except Exception:
            log.exception("reading a socket failed")
        finally:
            self.is_done = True
            ws.connected = False
            ws.event.set()


# No pings of the library's own: they would cost each socket a selector (see ``Sockets.ping``).
OPTIONS = {"max_message_size": LONGEST_FRAME, "thread_class": Reader, "event_class": Event}


def wait_for_end(ws: Any) -> None:
    """Lets the last frames and the browser's goodbye through before the connection is cut.

    A socket closed with something unread answers with a reset, which can overtake the close code.
    """
    ends_at = time.monotonic() + GOODBYE_LIMIT_S
    while not ws.thread.is_done and (left := ends_at - time.monotonic()) > 0:
        ws.event.clear()
        ws.event.wait(left)
    ws.sock.close()
