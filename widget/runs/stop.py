"""Stop: the visitor's word reaches the run's owner wherever it is, and the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import Run
from widget.domain.sites import Caller
from widget.providers.base import Provider, UpstreamRef
from widget.runs import resume
from widget.runs.live import LiveRun
from widget.store.runs import UNFINISHED, access_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


def stop(engine: Engine, caller: Caller, run: str) -> None:
    """Harmless for a run that has ended, and twice."""
    with engine.store.read() as tx:
        found = access_run(tx, caller, run)
    if found.state in UNFINISHED:
        stop_run(engine, found)


def stop_run(engine: Engine, run: Run) -> None:
    if resume.is_ownerless(engine, run):
        resume.take_over(engine, run)
    engine.journal.send_command(run.id, "stop")


def cut(engine: Engine, live: LiveRun, reason: Exception) -> None:
    """Ends a run of this process from outside, and on the platform."""
    ref = live.ref()
    if live.interrupt(reason) and live.provider is not None:
        gevent.spawn(_cancel, live, live.provider, ref, engine.timing.cancel_s)


def _cancel(live: LiveRun, provider: Provider, ref: UpstreamRef, limit_s: float) -> None:
    """In a greenlet of its own: the visitor does not wait for the platform."""
    if ref.upstream_run is None and ref.upstream_conversation is None:
        return
    try:
        with gevent.Timeout(limit_s):
            provider.cancel(ref)
    except (Exception, gevent.Timeout) as error:
        detail = live.redact(f"{type(error).__name__}: {error}")
        log.warning("the platform was not told to stop", run=live.id, detail=detail)
