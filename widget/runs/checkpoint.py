"""The one writer of a process: the text, cursor and lease of all running runs in one transaction.

A row alone costs 40 µs, in a batch of 500 it costs 8; and a run's greenlet never waits for a disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from gevent.event import Event

from widget.domain.errors import StoreBusy
from widget.runs.live import LiveRun, RunLost
from widget.store.checkpoints import RunSave, save_runs

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


class Checkpoints:
    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._urgent: dict[str, LiveRun] = {}
        self._woken = Event()

    def keep(self) -> None:
        """Saves every run at each interval and, in between at once, those that asked for it."""
        next_at = self._clock()
        while True:
            self._woken.wait(max(next_at - self._clock(), 0))
            self._woken.clear()
            if self._clock() >= next_at:
                next_at = self._clock() + self._engine.timing.checkpoint_s
                self.save_all()
            else:
                self._save(self._take_urgent())

    def save_soon(self, live: LiveRun) -> None:
        """For what must outlive a kill in the next moment: the platform's ids."""
        self._urgent[live.id] = live
        self._woken.set()

    def save_all(self) -> None:
        self._urgent.clear()
        self._save(list(self._engine.live.values()))

    def _take_urgent(self) -> list[LiveRun]:
        urgent = list(self._urgent.values())
        self._urgent.clear()
        return urgent

    def _save(self, lives: list[LiveRun]) -> None:
        try:
            self._save_together(lives)
        except StoreBusy as error:
            log.warning("a checkpoint has to wait", runs=len(lives), detail=str(error))
        except Exception:
            log.exception("a checkpoint failed", runs=[live.id for live in lives])
            if len(lives) > 1:  # one run that cannot be stored must not take the others along
                for live in lives:
                    self._save([live])

    def _save_together(self, lives: list[LiveRun]) -> None:
        if not lives:
            return
        engine = self._engine
        saves: list[RunSave] = []
        try:
            with engine.store.begin() as tx:
                saves.extend(live.checkpoint() for live in lives)
                lost = save_runs(tx, saves, owner=engine.owner, until=engine.lease_end())
        except BaseException:
            for live, save in zip(lives, saves, strict=False):
                live.put_back(save)
            raise
        for live in lives:
            if live.id in lost:
                live.interrupt(RunLost())
