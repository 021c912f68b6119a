"""Keeps runs within their limits: of time, of silence, and of the owner's will."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.errors import RunStopped, UpstreamTimeout
from widget.runs.live import LiveRun
from widget.runs.stop import cut

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


def keep(engine: Engine) -> None:
    while True:
        gevent.sleep(engine.timing.watch_s)
        try:
            look(engine)
        except Exception:
            log.exception("the watch over runs stumbled")


def look(engine: Engine) -> None:
    for live in list(engine.live.values()):
        reason = _reason_to_cut(engine, live)
        if reason is not None:
            cut(engine, live, reason)


def _reason_to_cut(engine: Engine, live: LiveRun) -> Exception | None:
    now, timing = time.monotonic(), engine.timing
    if now - live.began_at > timing.run_s:
        return UpstreamTimeout(f"the answer took longer than {timing.run_s:.0f} s")
    if now - live.heard_at > timing.silence_s:
        return UpstreamTimeout(f"nothing came for {timing.silence_s:.0f} s")
    site = engine.sites.find(live.site)
    return RunStopped() if site is None or site.is_paused else None
