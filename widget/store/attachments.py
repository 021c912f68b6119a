"""Attachments in the database, behind a door that takes the caller; their bytes: ``files``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, update

from widget.domain.errors import NotFound
from widget.domain.sites import Caller
from widget.store.tables import attachments, messages

AT_ONCE = 500


class Stored(Struct, frozen=True):
    """One row. ``upstream`` is the platform's id of it, ``platform`` which one that was."""

    id: str
    site: str
    visitor: str
    name: str
    content_type: str
    size: int
    created_at: datetime
    message: str | None = None
    upstream: str = ""
    platform: str = ""


def access_attachment(tx: Connection, caller: Caller, attachment: str) -> Stored:
    """The caller's file; missing and somebody else's look the same."""
    return access_file(tx, caller.site.key, caller.visitor, attachment)


def access_file(tx: Connection, site: str, visitor: str, attachment: str) -> Stored:
    """The same, for an address that we signed for this visitor."""
    query = _of(site, visitor).where(attachments.c.id == attachment)
    row = tx.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"no attachment {attachment!r}")
    return _stored(row)


def find_attachments(
    tx: Connection, site: str, visitor: str, ids: Sequence[str]
) -> dict[str, Stored]:
    """Those of these that are this visitor's."""
    if not ids:
        return {}
    query = _of(site, visitor).where(attachments.c.id.in_(ids))
    return {row.id: _stored(row) for row in tx.execute(query)}


def add_attachment(tx: Connection, stored: Stored) -> None:
    tx.execute(
        insert(attachments),
        {
            "id": stored.id,
            "site": stored.site,
            "visitor": stored.visitor,
            "message": stored.message,
            "name": stored.name,
            "content_type": stored.content_type,
            "size": stored.size,
            "upstream": stored.upstream,
            "platform": stored.platform,
            "created_at": stored.created_at,
        },
    )


def count_unsent(tx: Connection, caller: Caller) -> int:
    query = (
        select(func.count())
        .select_from(attachments)
        .where(
            attachments.c.site == caller.site.key,
            attachments.c.visitor == caller.visitor,
            attachments.c.message.is_(None),
        )
    )
    return tx.scalar(query) or 0


def bind_attachments(tx: Connection, ids: Sequence[str], message: str) -> None:
    """These were sent with this message."""
    if ids:
        tx.execute(update(attachments).where(attachments.c.id.in_(ids)).values(message=message))


def hand_attachments(
    tx: Connection, site: str, *, conversation: str | None, visitor: str, to: str
) -> None:
    """The conversation's files, and those that wait to be sent, are another visitor's now."""
    sent = select(messages.c.id).where(messages.c.conversation == conversation)
    tx.execute(
        update(attachments)
        .where(
            attachments.c.site == site,
            attachments.c.visitor == visitor,
            or_(attachments.c.message.is_(None), attachments.c.message.in_(sent)),
        )
        .values(visitor=to)
    )


def save_upstream(tx: Connection, attachment: str, *, upstream: str, platform: str) -> None:
    tx.execute(
        update(attachments)
        .where(attachments.c.id == attachment)
        .values(upstream=upstream, platform=platform)
    )


def delete_attachments(tx: Connection, ids: Sequence[str]) -> None:
    if ids:
        tx.execute(delete(attachments).where(attachments.c.id.in_(ids)))


def delete_unsent(tx: Connection, *, before: datetime) -> list[str]:
    """Those that nobody sent with a message since; their files are to be removed next."""
    old = (attachments.c.message.is_(None), attachments.c.created_at < before)
    ids = list(tx.scalars(select(attachments.c.id).where(*old)))
    tx.execute(delete(attachments).where(*old))
    return ids


def attachments_of(tx: Connection, conversation: str) -> list[str]:
    """Everything that was sent in it, and that its answers brought."""
    query = (
        select(attachments.c.id)
        .join(messages, messages.c.id == attachments.c.message)
        .where(messages.c.conversation == conversation)
    )
    return list(tx.scalars(query))


def without_row(tx: Connection, ids: Iterable[str]) -> list[str]:
    """Those of these ids that no row names any more."""
    wanted = list(ids)
    known: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        known.update(tx.scalars(select(attachments.c.id).where(attachments.c.id.in_(some))))
    return [one for one in wanted if one not in known]


def _of(site: str, visitor: str) -> Select[Any]:
    return select(attachments).where(attachments.c.site == site, attachments.c.visitor == visitor)


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        id=row.id,
        site=row.site,
        visitor=row.visitor,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        created_at=row.created_at,
        message=row.message,
        upstream=row.upstream,
        platform=row.platform,
    )
