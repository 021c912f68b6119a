"""All open sockets of this process, and what happens to them together.

One sweeper serves them all: it pings, and it closes what its owner has paused or revoked. A timer
or a greenlet for each socket would cost more memory than the socket itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

from widget.domain.errors import StoreBusy
from widget.domain.sites import Caller
from widget.web.limits import network_of

if TYPE_CHECKING:
    from widget.store.sites import SiteDirectory
    from widget.web.connection import Connection

log = structlog.get_logger(__name__)

PING_EVERY_S = 25
SWEEP_EVERY_S = 1.0
MOST_SILENT_PER_ADDRESS = 100


class Sockets:
    """``most`` leaves room for plain requests among the worker's connections."""

    def __init__(self, sites: SiteDirectory, *, most: int) -> None:
        self._sites = sites
        self._most = most
        self._slots: list[set[Connection]] = [set() for _ in range(PING_EVERY_S)]
        self._visitors: Counter[tuple[str, str]] = Counter()
        self._networks: Counter[tuple[str, str]] = Counter()
        self._silent: Counter[str] = Counter()
        self._turn = 0

    def __len__(self) -> int:
        return sum(map(len, self._slots)) + self._silent.total()

    def is_full(self, address: str) -> bool:
        """Whether one more socket, still without its ``hello``, would be too many."""
        silent = self._silent[network_of(address)]
        return len(self) >= self._most or silent >= MOST_SILENT_PER_ADDRESS

    def begin(self, address: str) -> None:
        """A socket is open that has not said ``hello``."""
        self._silent[network_of(address)] += 1

    def end(self, address: str) -> None:
        """It has said it now, or is gone."""
        _take_one(self._silent, network_of(address))

    def count(self, caller: Caller) -> int:
        """How many sockets, and pages that still stream in, this visitor has open."""
        return self._visitors[_visitor(caller)]

    def count_address(self, caller: Caller) -> int:
        """The same of the visitor's network address, on this site."""
        return self._networks[_network(caller)]

    def add(self, connection: Connection) -> None:
        """A socket was admitted."""
        connection.slot = self._turn = (self._turn + 1) % PING_EVERY_S
        self._slots[connection.slot].add(connection)
        self._enter(connection.caller)

    def remove(self, connection: Connection) -> None:
        self._slots[connection.slot].discard(connection)
        self._leave(connection.caller)

    @contextmanager
    def page(self, caller: Caller) -> Iterator[None]:
        """While a page streams in to this visitor, which takes as much as a socket does."""
        self._enter(caller)
        try:
            yield
        finally:
            self._leave(caller)

    def start(self) -> None:
        threading.Thread(target=self._run, name="socket sweeper", daemon=True).start()

    def sweep(self) -> None:
        """Closes the sockets of sites that were paused, removed or had their tokens revoked."""
        by_site: defaultdict[str, list[Connection]] = defaultdict(list)
        for connection in self._every():
            connection.line.hasten()
            by_site[connection.caller.site.key].append(connection)
        for key, connections in by_site.items():
            site = self._sites.find(key)
            for connection in connections:
                connection.revise(site)

    def let_go(self, site: str, visitor: str, conversation: str) -> None:
        """Closes the visitor's sockets that follow a conversation which is somebody else's now."""
        for connection in self._every():
            caller = connection.caller
            if connection.conversation != conversation or caller.visitor != visitor:
                continue
            if caller.site.key == site:
                connection.let_go()

    def ping(self, slot: int) -> None:
        for connection in list(self._slots[slot]):
            connection.line.ping()

    def restart(self) -> None:
        """Tells every frame to come back in a moment, and lets it go."""
        for connection in self._every():
            connection.restart()

    def _enter(self, caller: Caller) -> None:
        self._visitors[_visitor(caller)] += 1
        self._networks[_network(caller)] += 1

    def _leave(self, caller: Caller) -> None:
        _take_one(self._visitors, _visitor(caller))
        _take_one(self._networks, _network(caller))

    def _every(self) -> list[Connection]:
        return [connection for slot in self._slots for connection in slot]

    def _run(self) -> None:
        slot = 0
        while True:
            time.sleep(SWEEP_EVERY_S)
            slot = (slot + 1) % PING_EVERY_S
            self.ping(slot)
            try:
                self.sweep()
            except StoreBusy:
                log.warning("sites could not be read, trying again")
            except Exception:
                log.exception("sweeping the sockets failed")


def _take_one(counter: Counter[Any], name: object) -> None:
    """One less, and no zeros: the names are many and come once."""
    counter[name] -= 1
    if not counter[name]:
        del counter[name]


def _visitor(caller: Caller) -> tuple[str, str]:
    return caller.site.key, caller.visitor


def _network(caller: Caller) -> tuple[str, str]:
    return caller.site.key, network_of(caller.address)
