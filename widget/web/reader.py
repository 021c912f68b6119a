"""How simple-websocket reads here: its own loop, but in the greenlet that serves the socket.

The library starts a thread a socket that reads, beside the one that serves. Under gevent that is a
second greenlet with its stacks, a third of an idle socket's memory. So its "thread" is run in
place, and what has arrived is served whenever the loop is about to wait for more (``Outlet.recv``).
A client that sends faster than it is served fills its own TCP window and waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LONGEST_FRAME = 65_536


class Reader:
    """What the library takes for its reading thread."""

    __slots__ = ("name", "run")

    def __init__(self, target: Callable[[], None]) -> None:
        self.name = "reader"
        self.run = target

    def start(self) -> None:
        """Called by the library during the handshake: too early. ``run`` is called later."""


class Unheard:
    """The library's event for its own ``receive``, which nobody calls here."""

    __slots__ = ()

    def set(self) -> None:
        pass


# No pings of the library's either: they cost each socket a selector (see ``Sockets.ping``).
OPTIONS: dict[str, Any] = {
    "max_message_size": LONGEST_FRAME,
    "thread_class": Reader,
    "event_class": Unheard,
}
