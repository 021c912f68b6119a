"""Deliveries to webhooks in the database: what is to be sent, who is sending it, what came of it.

A row waits until it is delivered or has failed. The process that sends it holds a claim: its name
in ``owner``, and in ``next_at`` the moment from which another process may try.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from widget.domain.apis import WebhookEvent
from widget.store.tables import webhook_deliveries as deliveries

DeliveryState = Literal["waiting", "delivered", "failed"]


class Delivery(Struct, frozen=True):
    """One event for one address. ``address`` is a digest of it; ``host`` is for people.

    ``status`` and ``fault`` are of the last attempt: what the receiver said, what was wrong.
    """

    id: str
    site: str
    conversation: str
    address: str
    host: str
    event: WebhookEvent
    body: str
    created_at: datetime
    next_at: datetime | None
    state: DeliveryState = "waiting"
    attempts: int = 0
    status: int | None = None
    fault: str = ""
    ended_at: datetime | None = None


class Attempt(Struct, frozen=True):
    """What one attempt came to; ``next_at`` only where it is to be tried again."""

    state: DeliveryState
    at: datetime
    status: int | None = None
    fault: str = ""
    next_at: datetime | None = None


class HostRecord(Struct, frozen=True):
    """How a host has been answering: what is tried again, what was given up, and when."""

    host: str
    retried: int
    failed: int
    last_failed_at: datetime | None
    last_delivered_at: datetime | None


def add_deliveries(tx: Connection, made: Sequence[Delivery]) -> None:
    tx.execute(_ADD, [msgspec.structs.asdict(one) for one in made])


def is_any_due(tx: Connection, *, at: datetime) -> bool:
    return tx.execute(_IS_DUE, {"at": at}).first() is not None


def claim_due(
    tx: Connection,
    *,
    owner: str,
    at: datetime,
    until: datetime,
    limit: int,
    besides: Collection[str] = (),
) -> list[Delivery]:
    """Takes what is due, the longest due first, none of the sites ``besides``. Nobody else takes it
    before ``until``."""
    due = (
        select(deliveries)
        .where(
            deliveries.c.state == "waiting",
            deliveries.c.next_at <= at,
            deliveries.c.site.not_in(besides),
        )
        .order_by(deliveries.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [_delivery(row) for row in tx.execute(due)]
    _claim(tx, [one.id for one in found], owner=owner, until=until)
    return found


def record_attempt(tx: Connection, delivery: str, attempt: Attempt, *, owner: str) -> bool:
    """What came of it; False when the claim has passed to somebody else meanwhile."""
    changed = tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery, deliveries.c.owner == owner)
        .values(
            state=attempt.state,
            attempts=deliveries.c.attempts + 1,
            next_at=attempt.next_at,
            status=attempt.status,
            fault=attempt.fault,
            owner=None,
            ended_at=None if attempt.state == "waiting" else attempt.at,
        )
    )
    return changed.rowcount == 1


def put_off(tx: Connection, site: str, address: str, *, until: datetime) -> None:
    """Nothing that waits for this address goes there before ``until``."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.state == "waiting",
            deliveries.c.next_at < until,
            deliveries.c.site == site,
            deliveries.c.address == address,
            deliveries.c.owner.is_(None),
        )
        .values(next_at=until)
    )


def holders(tx: Connection) -> set[str]:
    """Everyone who is sending something."""
    query = select(deliveries.c.owner).where(deliveries.c.owner.is_not(None)).distinct()
    return {owner for owner in tx.scalars(query) if owner}


def give_back(tx: Connection, owners: Collection[str], *, at: datetime) -> int:
    """Ends the claims of processes that send no more; says how many."""
    freed = tx.execute(
        update(deliveries)
        .where(deliveries.c.owner.in_(owners), deliveries.c.state == "waiting")
        .values(owner=None, next_at=at)
    )
    return freed.rowcount


def recent_deliveries(
    tx: Connection, site: str, *, limit: int, state: DeliveryState | None = None
) -> list[Delivery]:
    """The newest first."""
    query = select(deliveries).where(deliveries.c.site == site)
    if state:
        query = query.where(deliveries.c.state == state)
    newest = query.order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
    return [_delivery(row) for row in tx.execute(newest)]


def find_delivery(tx: Connection, site: str, delivery: str) -> Delivery | None:
    query = select(deliveries).where(deliveries.c.site == site, deliveries.c.id == delivery)
    row = tx.execute(query).one_or_none()
    return _delivery(row) if row else None


def start_again(tx: Connection, delivery: str, *, at: datetime) -> None:
    """As if it had never been tried."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery)
        .values(state="waiting", attempts=0, next_at=at, owner=None, ended_at=None)
    )


def host_records(tx: Connection, site: str, *, since: datetime) -> list[HostRecord]:
    """Of what was made since then, and of what is still tried."""
    of = deliveries.c
    is_retried = (of.state == "waiting") & (of.attempts > 0)
    query = (
        select(
            of.host,
            func.count().filter(is_retried).label("retried"),
            func.count().filter(of.state == "failed").label("failed"),
            func.max(of.ended_at).filter(of.state == "failed").label("last_failed_at"),
            func.max(of.ended_at).filter(of.state == "delivered").label("last_delivered_at"),
        )
        .where(of.site == site, of.created_at >= since)
        .group_by(of.host)
        .order_by(of.host)
    )
    return [HostRecord(**row._mapping) for row in tx.execute(query)]


def forget_deliveries(tx: Connection, site: str, *, before: datetime, limit: int) -> int:
    """Throws away the oldest, at most ``limit`` at once; says how many."""
    old = (
        select(deliveries.c.id)
        .where(deliveries.c.site == site, deliveries.c.created_at < before)
        .order_by(deliveries.c.created_at)
        .limit(limit)
    )
    return tx.execute(delete(deliveries).where(deliveries.c.id.in_(old))).rowcount


# Made once: to put such a statement together costs more than the database takes to run it.
_ADD = insert(deliveries)
_IS_DUE = (
    select(deliveries.c.id)
    .where(deliveries.c.state == "waiting", deliveries.c.next_at <= bindparam("at"))
    .limit(1)
)


def _claim(tx: Connection, ids: list[str], *, owner: str, until: datetime) -> None:
    if ids:
        claimed = update(deliveries).where(deliveries.c.id.in_(ids))
        tx.execute(claimed.values(owner=owner, next_at=until))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        site=row.site,
        conversation=row.conversation,
        address=row.address,
        host=row.host,
        event=row.event,
        body=row.body,
        created_at=row.created_at,
        next_at=row.next_at,
        state=row.state,
        attempts=row.attempts,
        status=row.status,
        fault=row.fault,
        ended_at=row.ended_at,
    )
