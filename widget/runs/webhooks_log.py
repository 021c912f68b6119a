"""What became of deliveries, for the owner: the log, sending one again, and the doctor's view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from widget.domain.errors import BadInput, NotFound
from widget.domain.sites import Site
from widget.providers.base import Finding
from widget.runs.webhooks import address_of
from widget.store.database import Store, Transaction
from widget.store.sites import find_site
from widget.store.webhooks import (
    Delivery,
    HostRecord,
    find_delivery,
    host_records,
    recent_deliveries,
    start_again,
)

LISTED = 50
LOOKED_BACK = timedelta(days=1)


def delivery_log(store: Store, key: str, *, only_failed: bool = False) -> list[Delivery]:
    """The last deliveries of the site, the newest first."""
    with store.read() as tx:
        _site(tx, store, key)
        return recent_deliveries(tx, key, limit=LISTED, state="failed" if only_failed else None)


def send_again(store: Store, key: str, delivery: str) -> Delivery:
    """A running server sends it within a moment, with all its tries before it."""
    with store.begin() as tx:
        site = _site(tx, store, key)
        found = find_delivery(tx, key, delivery)
        if found is None:
            raise NotFound(
                f"{key} has no delivery {delivery!r}; `chatdock webhooks {key}` lists the last ones"
            )
        if found.address not in {address_of(one) for one in site.webhooks}:
            raise BadInput(f"{key} has no webhook at {found.host} any more to send it to")
        start_again(tx, delivery, at=datetime.now(UTC))
    return found


def check_deliveries(store: Store, site: Site) -> Iterator[Finding]:
    """How each host has answered in the last day; nothing for a site without webhooks."""
    if not site.webhooks:
        return
    with store.read() as tx:
        records = host_records(tx, site.key, since=datetime.now(UTC) - LOOKED_BACK)
    for record in records:
        yield _finding(site.key, record)
    if not records:
        yield Finding(True, f"Webhooks: {len(site.webhooks)}; nothing was sent in the last day.")


def _finding(key: str, record: HostRecord) -> Finding:
    if not record.retried and not record.failed:
        if record.last_delivered_at is None:
            return Finding(True, f"Webhooks: {record.host}: the first are waiting to be sent.")
        return Finding(True, f"Webhooks: {record.host} takes what it is sent.")
    told = [f"{record.failed} given up"] * bool(record.failed)
    told += [f"{record.retried} to be tried again"] * bool(record.retried)
    text = f"Webhooks: {record.host}: {' and '.join(told)} in the last day"
    if _works_again(record):
        return Finding(True, f"{text}; it takes them again now. {_advice(key)}")
    return Finding(False, f"{text}. {_advice(key)}")


def _works_again(record: HostRecord) -> bool:
    """It has taken something since the last one was given up, and nothing is outstanding."""
    failed_at, delivered_at = record.last_failed_at, record.last_delivered_at
    return bool(not record.retried and failed_at and delivered_at and delivered_at > failed_at)


def _advice(key: str) -> str:
    return f"`chatdock webhooks {key} --failed` says why; --again ID sends one again."


def _site(tx: Transaction, store: Store, key: str) -> Site:
    site = find_site(tx, key, store.cipher)
    if site is None:
        raise NotFound(f"there is no site {key!r}; `chatdock sites` lists them")
    return site
