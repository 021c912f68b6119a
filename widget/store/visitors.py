"""Visitors in the database: a row from the first message on, found again by the key's hash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from widget.domain.conversations import Visitor
from widget.domain.errors import NotFound
from widget.domain.host_page import Label
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
    """Inserts the row unless it is there; a row that is there keeps its (maybe newer) key, and
    learns what is new of whom the owner vouched for."""
    known = tx.execute(select(visitors).where(visitors.c.id == visitor.id)).first()
    if known is not None:
        if visitor.user:
            _learn(tx, _visitor(known), visitor)
        return
    tx.execute(
        insert(visitors).values(
            id=visitor.id,
            site=visitor.site,
            key_hash=visitor.key_hash,
            key_made_at=visitor.key_made_at,
            created_at=at or datetime.now(UTC),
            user=visitor.user,
            name=visitor.name,
            context=_encoded(visitor.context),
        )
    )


def update_visitor(tx: Connection, visitor: Visitor) -> None:
    """What a newer user token says, where there is a row already."""
    known = find_visitor(tx, visitor.site, visitor.id)
    if known is not None:
        _learn(tx, known, visitor)


def set_label(tx: Connection, site: str, visitor: str, label: Label) -> None:
    """What a page said last; of a visitor who has a row."""
    text = msgspec.json.encode(label).decode()
    tx.execute(
        update(visitors)
        .where(visitors.c.site == site, visitors.c.id == visitor, visitors.c.label != text)
        .values(label=text)
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


def _learn(tx: Connection, known: Visitor, now: Visitor) -> None:
    if (known.user, known.name, known.context) == (now.user, now.name, now.context):
        return
    tx.execute(
        update(visitors)
        .where(visitors.c.site == now.site, visitors.c.id == now.id)
        .values(user=now.user, name=now.name, context=_encoded(now.context))
    )


def _encoded(context: dict[str, str]) -> str:
    return msgspec.json.encode(context).decode()


def _visitor(row: Row[Any]) -> Visitor:
    return Visitor(
        id=row.id,
        site=row.site,
        key_hash=row.key_hash,
        key_made_at=row.key_made_at,
        previous_key_hash=row.previous_key_hash,
        previous_key_ends_at=row.previous_key_ends_at,
        user=row.user,
        name=row.name,
        context=msgspec.json.decode(row.context, type=dict[str, str]),
        label=msgspec.json.decode(row.label, type=Label),
    )
