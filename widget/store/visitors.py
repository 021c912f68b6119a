"""Visitors in the database: a row from the first message on, found again by the key's hash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from widget.domain.conversations import Visitor
from widget.domain.errors import NotFound
from widget.store.tables import visitors

OLD_KEY_LASTS = timedelta(hours=24)


def find_visitor_by_key(
    tx: Connection, site: str, key_hash: str, *, at: datetime | None = None
) -> Visitor | None:
    """By the current key, or by the former one while that is still good."""
    is_former = and_(
        visitors.c.previous_key_hash == key_hash,
        visitors.c.previous_key_ends_at > (at or datetime.now(UTC)),
    )
    row = tx.execute(
        select(visitors).where(
            visitors.c.site == site, or_(visitors.c.key_hash == key_hash, is_former)
        )
    ).first()
    return _visitor(row) if row else None


def find_visitor(tx: Connection, site: str, visitor: str) -> Visitor | None:
    row = tx.execute(
        select(visitors).where(visitors.c.site == site, visitors.c.id == visitor)
    ).first()
    return _visitor(row) if row else None


def ensure_visitor(tx: Connection, visitor: Visitor, *, at: datetime | None = None) -> None:
    """Inserts the row unless it is there; a row that is there keeps its (maybe newer) key."""
    if tx.scalar(select(visitors.c.id).where(visitors.c.id == visitor.id)):
        return
    tx.execute(
        insert(visitors).values(
            id=visitor.id,
            site=visitor.site,
            key_hash=visitor.key_hash,
            key_made_at=visitor.key_made_at,
            created_at=at or datetime.now(UTC),
        )
    )


def replace_key(
    tx: Connection, site: str, visitor: str, *, key_hash: str, at: datetime | None = None
) -> None:
    """A new key; the one so far is good for 24 h more, so that two tabs never lose each other."""
    at = at or datetime.now(UTC)
    changed = tx.execute(
        update(visitors)
        .where(visitors.c.site == site, visitors.c.id == visitor)
        .values(
            previous_key_hash=visitors.c.key_hash,
            previous_key_ends_at=at + OLD_KEY_LASTS,
            key_hash=key_hash,
            key_made_at=at,
        )
    )
    if not changed.rowcount:
        raise NotFound("no such visitor")


def _visitor(row: Row[Any]) -> Visitor:
    return Visitor(
        id=row.id,
        site=row.site,
        key_hash=row.key_hash,
        key_made_at=row.key_made_at,
        previous_key_hash=row.previous_key_hash,
        previous_key_ends_at=row.previous_key_ends_at,
    )
