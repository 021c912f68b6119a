"""The greenlet that sends what waits in ``webhook_deliveries``.

Several processes may send: each claims rows before it asks, and takes over the claims of one that
is gone. A slow receiver keeps only a few of the places busy, so that other sites' are not late. A
delivery may come twice (a process died between the answer and the row), but never not at all.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.event import Event
from gevent.pool import Pool

from widget.domain.apis import Webhook
from widget.runs.owner import is_gone
from widget.runs.webhooks import address_of
from widget.runs.webhooks_attempt import Said, client_for_webhooks, judge, post
from widget.store.sites import site_keys
from widget.store.webhooks import (
    Attempt,
    Delivery,
    claim_due,
    forget_deliveries,
    give_back,
    holders,
    is_any_due,
    put_off,
    record_attempt,
)

if TYPE_CHECKING:
    import httpx

    from widget.runs.engine import Engine

MOST_AT_ONCE = 16
MOST_OF_ONE_SITE = 4
# Longer than any attempt: whoever still holds a claim then has lost track of it.
CLAIM_LASTS = timedelta(seconds=90)
KEPT = timedelta(days=30)
CLEAN_EVERY_S = 1_800.0
FORGET_AT_ONCE = 500
PAUSES_S = (0.2, 1.0, 5.0)

log = structlog.get_logger()


class Deliveries:
    """``_busy``: the sites that something is being sent for, with how much of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = Pool(MOST_AT_ONCE)
        self._busy: dict[str, int] = {}
        self._woken = Event()

    def wake(self) -> None:
        """Something was written, maybe in a transaction that is still open."""
        self._woken.set()

    def keep(self) -> None:
        while True:
            is_told = self._woken.wait(self._engine.timing.watch_s)
            self._woken.clear()
            try:
                self._look(is_told=is_told)
            except Exception:
                log.exception("the search for deliveries to webhooks stumbled")

    def keep_clean(self) -> None:
        while True:
            try:
                self.forget_old()
            except Exception:
                log.exception("old deliveries could not be thrown away")
            gevent.sleep(CLEAN_EVERY_S)

    def stop(self, limit_s: float = 0.0) -> None:
        """Lets what is under way end, and leaves the rest to the next process."""
        self._pool.join(timeout=limit_s)
        if not self._pool:
            return
        self._pool.kill()
        with self._engine.store.begin() as tx:
            give_back(tx, [self._engine.owner], at=self._engine.clock())

    def forget_old(self) -> None:
        """In small bites: nobody waits long for the writer's turn."""
        store, before = self._engine.store, self._engine.clock() - KEPT
        with store.read() as tx:
            keys = site_keys(tx)
        for key in keys:
            gone = FORGET_AT_ONCE
            while gone == FORGET_AT_ONCE:
                with store.begin() as tx:
                    gone = forget_deliveries(tx, key, before=before, limit=FORGET_AT_ONCE)
                gevent.sleep(0)

    def _look(self, *, is_told: bool) -> None:
        """A write transaction only where there is work; the one of who told us has ended before
        ours begins."""
        engine = self._engine
        with engine.store.read() as tx:
            gone = {one for one in holders(tx) if one != engine.owner and is_gone(one)}
            has_work = is_told or bool(gone) or is_any_due(tx, at=engine.clock())
        if gone:
            with engine.store.begin() as tx:
                give_back(tx, gone, at=engine.clock())
        while has_work and (claimed := self._claim()):
            for delivery in claimed:
                self._busy[delivery.site] = self._busy.get(delivery.site, 0) + 1
                self._pool.spawn(self._send, delivery)

    def _claim(self) -> list[Delivery]:
        """As many as there is room for, though all of them may be of one site."""
        engine, at = self._engine, self._engine.clock()
        full = [site for site, count in self._busy.items() if count >= MOST_OF_ONE_SITE]
        busiest = max((n for n in self._busy.values() if n < MOST_OF_ONE_SITE), default=0)
        room = min(self._pool.free_count(), MOST_OF_ONE_SITE - busiest)
        if not room:
            return []
        with engine.store.begin() as tx:
            return claim_due(
                tx,
                owner=engine.owner,
                at=at,
                until=at + CLAIM_LASTS,
                limit=room,
                besides=full,
            )

    def _send(self, delivery: Delivery) -> None:
        try:
            said = self._said(delivery)
            attempt = self._judge(delivery, said)
            _tell(delivery, attempt)
            self._record(delivery, said, attempt)
        except Exception:  # the claim ends by itself, and then another try is due
            log.exception("a delivery to a webhook stumbled", delivery=delivery.id)
        finally:
            self._busy[delivery.site] -= 1
            if not self._busy[delivery.site]:
                del self._busy[delivery.site]
            self.wake()

    def _said(self, delivery: Delivery) -> Said | None:
        """None when the owner has taken the webhook out of the site meanwhile."""
        webhook = self._webhook(delivery)
        limit_s = self._engine.timing.deliver_s
        return post(self._client, webhook, delivery, limit_s=limit_s) if webhook else None

    def _webhook(self, delivery: Delivery) -> Webhook | None:
        site = self._engine.sites.find(delivery.site)
        webhooks = site.webhooks if site else ()
        return next((one for one in webhooks if address_of(one) == delivery.address), None)

    def _judge(self, delivery: Delivery, said: Said | None) -> Attempt:
        at = self._engine.clock()
        if said is None:
            return Attempt("failed", at, fault="the site has no such webhook any more")
        return judge(delivery, said, self._engine.timing.retry_s, at=at)

    def _record(self, delivery: Delivery, said: Said | None, attempt: Attempt) -> None:
        """With patience: what was delivered must not be delivered again for a busy database."""
        for pause_s in (*PAUSES_S, None):
            try:
                with self._engine.store.begin() as tx:
                    record_attempt(tx, delivery.id, attempt, owner=self._engine.owner)
                    if said and said.wait_s:
                        until = attempt.at + timedelta(seconds=said.wait_s)
                        put_off(tx, delivery.site, delivery.address, until=until)
                return
            except Exception:
                log.exception("what became of a delivery could not be stored", id=delivery.id)
            if pause_s is not None:
                gevent.sleep(pause_s)

    @cached_property
    def _client(self) -> httpx.Client:
        return client_for_webhooks(MOST_AT_ONCE)


def _tell(delivery: Delivery, attempt: Attempt) -> None:
    """Who gives up says so to the operator; the rest is in ``chatdock webhooks``."""
    if attempt.state == "failed":
        log.warning(
            "a webhook was given up",
            site=delivery.site,
            host=delivery.host,
            delivery=delivery.id,
            detail=attempt.fault,
        )
