"""Patience with many quiet connections for the price of one timer.

Under gevent every read with a time-out starts and stops a timer of its own, about 3 µs of the 12 µs
that a read costs. Here one thread (a greenlet under gevent) looks at all waiting readers twice a
second, so a read needs no timer, and gives up at most one look late and never early.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from weakref import WeakSet

LOOK_EVERY_S = 0.5


class Waiting(ABC):
    """Somebody who may be waiting for bytes: ``begin_wait`` before, ``end_wait`` after."""

    def __init__(self) -> None:
        self._is_waiting = False
        self._patience_s = 0.0
        self._quiet_s = 0.0
        self.is_given_up = False

    def begin_wait(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._quiet_s = 0.0
        self._is_waiting = True

    def end_wait(self) -> None:
        self._is_waiting = False

    def look(self, passed_s: float) -> None:
        """Called every ``passed_s``. The first call may come at once after the wait began, so one
        more is needed than the patience is long."""
        if not self._is_waiting:
            return
        self._quiet_s += passed_s
        if self._quiet_s > self._patience_s:
            self.is_given_up = True
            self._is_waiting = False
            self._give_up()

    @abstractmethod
    def _give_up(self) -> None:
        """Ends the wait, from another thread."""


class Watchdog:
    """Forgets whom nobody else holds any more, and rests when nobody is left."""

    def __init__(self) -> None:
        self._watched: WeakSet[Waiting] = WeakSet()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, waiting: Waiting) -> None:
        """Harmless when repeated."""
        with self._lock:
            self._watched.add(waiting)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch_on, daemon=True)
                self._thread.start()

    def _watch_on(self) -> None:
        while self._look():
            time.sleep(LOOK_EVERY_S)

    def _look(self) -> bool:
        """False when there is nobody to look at."""
        with self._lock:
            watched = list(self._watched)
            if not watched:
                self._thread = None
                return False
        for waiting in watched:
            waiting.look(LOOK_EVERY_S)
        return True
