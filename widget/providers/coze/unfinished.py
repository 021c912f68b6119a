"""Runs that began here and whose end nobody saw: one of them may keep its conversation busy."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST = 2_000


class Unfinished:
    """The last run by conversation."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, conversation: str, run: str) -> None:
        with self._lock:
            self._runs[conversation] = run
            self._runs.move_to_end(conversation)
            while len(self._runs) > MOST:
                self._runs.popitem(last=False)

    def take(self, conversation: str) -> str | None:
        """The run, which counts as finished from now on."""
        with self._lock:
            return self._runs.pop(conversation, None)
