"""The engine of one process: the runs it answers and the greenlets that look after them.

Everything here shares one gevent loop by construction (greenlets, not threads), so a step without
I/O is atomic for all others and the runs need no locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import gevent
import structlog
from msgspec import Struct

from widget.domain.errors import Restarting, RunStopped
from widget.domain.events import RunEvent
from widget.domain.sites import Site
from widget.journal.base import Journal
from widget.providers.base import Capabilities, Provider
from widget.runs import resume, stream, uploads, watch
from widget.runs.checkpoint import Checkpoints
from widget.runs.greeting import Greetings
from widget.runs.listeners import Listeners
from widget.runs.live import HandedOver, LiveRun
from widget.runs.owner import new_owner
from widget.runs.pictures import Pictures
from widget.runs.stop import cut
from widget.runs.webhooks_sender import Deliveries
from widget.store.database import Store
from widget.store.sites import SiteDirectory

Begin = Callable[[LiveRun], Iterator[RunEvent]]

LAST_WORDS_S = 3.0

log = structlog.get_logger()


class Timing(Struct, frozen=True):
    """How long a run may take, be silent, and stay without a checkpoint or a living owner.

    ``deliver_s``: how long one request to a webhook may take; ``retry_s``: the pauses after those
    that failed, then it is given up.
    """

    run_s: float = 600
    silence_s: float = 180
    checkpoint_s: float = 1.5
    lease_s: float = 10
    watch_s: float = 1
    cancel_s: float = 5
    deliver_s: float = 20
    retry_s: tuple[float, ...] = (5, 30, 120, 600, 3_600, 21_600)


class Engine:
    """``live`` holds the runs of this process by conversation, ``verdicts`` the last one on its way
    to a platform by site and the platform's message."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        provider_for: Callable[[Site], Provider],
        sites: SiteDirectory,
        *,
        owner: str = "",
        timing: Timing = Timing(),  # noqa: B008 - immutable
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = store
        self.journal = journal
        self.provider_for = provider_for
        self.sites = sites
        self.owner = owner or new_owner()
        self.timing = timing
        self.clock = clock
        self.live: dict[str, LiveRun] = {}
        self.verdicts: dict[tuple[str, str], gevent.Greenlet] = {}
        self.checkpoints = Checkpoints(self)
        self.greetings = Greetings(provider_for)
        self.deliveries = Deliveries(self)
        self.listeners = Listeners()
        self.is_draining = False
        self._keepers: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Begins to checkpoint, to watch limits and to pick up what others left; harmless twice."""
        if not self._keepers:
            self._keepers = [
                gevent.spawn(self.checkpoints.keep),
                gevent.spawn(watch.keep, self),
                gevent.spawn(resume.keep, self),
                gevent.spawn(uploads.keep_clean, self),
                gevent.spawn(self.deliveries.keep),
                gevent.spawn(self.deliveries.keep_clean),
            ]

    def stop(self, deliver_s: float = 0.0) -> None:
        """Ends the keepers; the runs are the caller's to end first (``drain``)."""
        gevent.killall(self._keepers)
        self._keepers = []
        self.deliveries.stop(deliver_s)

    def drain(self, limit_s: float) -> None:
        """Lets the running runs end, takes no new ones; what is left after the limit is handed over
        to the next process where the platform can be joined, else marked interrupted."""
        self.is_draining = True
        greenlets = self._greenlets()
        gevent.joinall(greenlets, timeout=limit_s)
        for live in list(self.live.values()):
            live.interrupt(HandedOver())
        gevent.joinall(self._greenlets(), timeout=LAST_WORDS_S)
        self.stop(deliver_s=LAST_WORDS_S)

    def refuse_when_draining(self) -> None:
        if self.is_draining:
            raise Restarting("the server is about to restart; send the message again")

    def launch(self, live: LiveRun, begin: Begin) -> None:
        """Starts the run's greenlet. Nothing yields in here."""
        self.live[live.conversation] = live
        live.on_ids = self.checkpoints.save_soon
        live.pictures = Pictures(self, live)
        off = self.journal.on_command(live.id, partial(self._obey, live))
        live.greenlet = gevent.spawn(stream.carry, self, live, begin)
        live.greenlet.link(lambda _: off())

    def forget(self, live: LiveRun) -> None:
        if self.live.get(live.conversation) is live:
            del self.live[live.conversation]

    def lease_end(self) -> datetime:
        return self.clock() + timedelta(seconds=self.timing.lease_s)

    def capabilities(self, site: Site) -> Capabilities:
        """What the site's provider offers; the defaults when it cannot even be made (its runs then
        fail and say so)."""
        try:
            return self.provider_for(site).capabilities()
        except Exception as error:
            # No traceback with locals here: they hold the site's keys.
            log.warning("provider could not be made", site=site.key, error=type(error).__name__)
            return Capabilities()

    def _obey(self, live: LiveRun, command: str) -> None:
        if command == "stop":
            cut(self, live, RunStopped())

    def _greenlets(self) -> list[gevent.Greenlet]:
        return [live.greenlet for live in self.live.values() if live.greenlet is not None]
