"""A run's greenlet: the provider's events, one after the other, into parts, patches and journal.

The one place that turns an exception into a failure. Whatever a provider does, the run ends, and
the visitor learns the class of the failure and nothing of its text.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.errors import (
    BadInput,
    ChatdockError,
    Failure,
    Misconfigured,
    NotOffered,
    RunStopped,
    UpstreamError,
    UpstreamInterrupted,
)
from widget.domain.events import RunEvent
from widget.runs.finish import Outcome, finish
from widget.runs.live import HandedOver, LiveRun, RunLost

if TYPE_CHECKING:
    from widget.runs.engine import Begin, Engine

EVENTS_PER_TURN = 64
CLOSE_LIMIT_S = 0.5

log = structlog.get_logger()


def carry(engine: Engine, live: LiveRun, begin: Begin) -> None:
    """The whole life of the greenlet."""
    try:
        outcome = _outcome(live, begin)
    except Exception:
        log.exception("the outcome of a run could not be told", run=live.id)
        outcome = Outcome("failed", failure=Failure.UNKNOWN)
    finish(engine, live, outcome)


def _outcome(live: LiveRun, begin: Begin) -> Outcome:
    try:
        _consume(live, begin)
    except Exception as error:
        live.is_streaming = False
        # A provider may have wrapped what was thrown at it: the verdict is what really happened.
        return _judge(live, live.verdict or error)
    return Outcome("done")


def _consume(live: LiveRun, begin: Begin) -> None:
    """Reads up to ``RunCompleted``. Only in here may an exception be thrown at the greenlet."""
    events: Iterator[RunEvent] | None = None
    live.is_streaming = True
    try:
        _obey_verdict(live)
        events = begin(live)
        _read(live, events)
    finally:
        live.is_streaming = False
        _close(live, events)


def _read(live: LiveRun, events: Iterator[RunEvent]) -> None:
    take, now = live.take, time.monotonic
    for count, event in enumerate(events, start=1):
        if live.verdict is not None:
            raise live.verdict
        live.heard_at = now()
        if take(event):
            return
        if count % EVENTS_PER_TURN == 0:
            gevent.sleep(0)  # a provider that never waits must not keep the others waiting
    raise UpstreamInterrupted("the provider's events ended without RunCompleted")


def _close(live: LiveRun, events: Iterator[RunEvent] | None) -> None:
    """Unwinds a generator that has more to say. Whatever that does, the run has ended before."""
    close = getattr(events, "close", None)
    if close is None:
        return
    try:
        with gevent.Timeout(CLOSE_LIMIT_S):
            close()
    except (Exception, gevent.Timeout) as error:
        log.warning("a provider did not close", run=live.id, error=type(error).__name__)


def _obey_verdict(live: LiveRun) -> None:
    if live.verdict is not None:
        raise live.verdict


def _judge(live: LiveRun, error: Exception) -> Outcome:
    match error:
        case RunStopped():
            return Outcome("stopped")
        case RunLost():
            return Outcome("lost")
        case HandedOver():
            return Outcome("handed_over" if _can_be_joined(live) else "interrupted")
        case _ if live.is_joined:
            _log(live, "run could not be joined", error)
            return Outcome("interrupted")
        case UpstreamError():
            _log(live, "run failed", error)
            return Outcome("failed", failure=error.failure, retry_after_s=error.retry_after_s)
        case BadInput() | Misconfigured() | NotOffered():
            _log(live, "run failed", error)
            return Outcome("failed", failure=Failure.CONFIG)
        case _:
            _log(live, "run failed", error)
            return Outcome("failed", failure=Failure.UNKNOWN)


def _can_be_joined(live: LiveRun) -> bool:
    return (
        live.provider is not None
        and live.upstream_run is not None
        and live.provider.capabilities().join
    )


def _log(live: LiveRun, what: str, error: Exception) -> None:
    """For the owner: what the platform said and its own reference, never a key."""
    is_known = isinstance(error, ChatdockError)
    told = str(error) if is_known else "".join(traceback.format_exception(error))
    log.warning(
        what,
        run=live.id,
        site=live.site,
        error=type(error).__name__,
        detail=live.redact(told),
        log_id=error.log_id if isinstance(error, UpstreamError) else None,
    )
