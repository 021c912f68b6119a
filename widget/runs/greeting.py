"""What a new conversation opens with: the site's own words, else the platform's."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import structlog
from msgspec import Struct

from widget.domain.sites import Site
from widget.providers.base import Opening, Provider
from widget.runs.redact import redacted

FRESH_S = 300.0
FRESH_AFTER_FAILURE_S = 30.0
PATIENCE_S = 1.5

log = structlog.get_logger()


class _Kept(Struct, frozen=True):
    site: Site
    opening: Opening
    stale_at: float


class Greetings:
    """Asks a platform rarely, and never keeps a page waiting for long: a slow answer is there for
    the next visitor."""

    def __init__(
        self,
        provider_for: Callable[[Site], Provider],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider_for = provider_for
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._asking: dict[str, gevent.Greenlet] = {}

    def of(self, site: Site, lang: str = "") -> Opening:
        own = Opening(site.options.greeting, site.options.starters)
        if own.greeting and own.starters:
            return own
        theirs = self._of_platform(site).in_lang(lang)
        return Opening(own.greeting or theirs.greeting, own.starters or theirs.starters)

    def _of_platform(self, site: Site) -> Opening:
        kept = self._kept.get(site.key)
        if kept and kept.site == site and self._clock() < kept.stale_at:
            return kept.opening
        asking = self._asking.get(site.key)
        if asking is None:
            asking = self._asking[site.key] = gevent.spawn(self._ask, site)
        asking.join(timeout=PATIENCE_S)
        kept = self._kept.get(site.key)
        return kept.opening if kept and kept.site.provider == site.provider else Opening()

    def _ask(self, site: Site) -> None:
        opening, fresh_s = Opening(), FRESH_S
        try:
            opening = self._provider_for(site).opening()
        except Exception as error:
            fresh_s = FRESH_AFTER_FAILURE_S
            detail = redacted(f"{type(error).__name__}: {error}", site)
            log.warning("the platform gave no greeting", site=site.key, detail=detail)
        self._kept[site.key] = _Kept(site, opening, self._clock() + fresh_s)
        self._asking.pop(site.key, None)
