"""Conversations in the database, behind a door that takes the caller."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from widget.domain.conversations import Conversation
from widget.domain.errors import NotFound
from widget.domain.sites import Caller
from widget.store.tables import conversations


def access_conversation(tx: Connection, caller: Caller, conversation: str) -> Conversation:
    """The caller's conversation; missing and somebody else's look the same."""
    row = tx.execute(_of(caller).where(conversations.c.id == conversation)).one_or_none()
    if row is None:
        raise NotFound(f"no conversation {conversation!r}")
    return _conversation(row)


def latest_conversation(tx: Connection, caller: Caller) -> Conversation | None:
    row = tx.execute(_of(caller).order_by(*_NEWEST_FIRST).limit(1)).one_or_none()
    return _conversation(row) if row else None


def list_conversations(
    tx: Connection, caller: Caller, *, limit: int, before: Conversation | None = None
) -> list[Conversation]:
    """The caller's conversations, the last used first; of those that come after ``before``."""
    query = _of(caller).order_by(*_NEWEST_FIRST).limit(limit)
    if before is not None:
        query = query.where(_is_listed_after(before))
    return [_conversation(row) for row in tx.execute(query)]


def find_conversation(tx: Connection, conversation: str) -> Conversation | None:
    """For work that no caller asked for (a run that goes on); never for a request."""
    row = tx.execute(select(conversations).where(conversations.c.id == conversation)).one_or_none()
    return _conversation(row) if row else None


def add_conversation(tx: Connection, conversation: Conversation) -> None:
    tx.execute(
        insert(conversations),
        {
            "id": conversation.id,
            "site": conversation.site,
            "visitor": conversation.visitor,
            "title": conversation.title,
            "is_renamed": False,
            "upstream_conversation": conversation.upstream_conversation,
            "created_at": conversation.created_at,
            "updated_at": conversation.updated_at,
            "channel": conversation.channel,
        },
    )


def hand_conversation(tx: Connection, conversation: Conversation, *, to: str) -> None:
    """From now on it is this visitor's. The platform goes on knowing it of the one before."""
    tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation.id)
        .values(visitor=to, upstream_visitor=conversation.pseudonym)
    )


def touch_conversation(tx: Connection, conversation: str, *, at: datetime) -> None:
    tx.execute(_TOUCH, {"conversation": conversation, "at": at})


def lock_conversation(tx: Connection, conversation: str) -> None:
    """Until the end of the transaction nobody else changes it, who asks for the same (SQLite: the
    whole file is locked anyway)."""
    tx.execute(
        select(conversations.c.id).where(conversations.c.id == conversation).with_for_update()
    )


def rename_conversation(tx: Connection, conversation: str, title: str) -> None:
    """The visitor's own title: from now on the platform's does not replace it."""
    tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(title=title, is_renamed=True)
    )


def mark_conversation(tx: Connection, conversation: str, *, is_unread: bool) -> None:
    """Whether there is an answer in it that its visitor has not seen."""
    tx.execute(_MARK, {"conversation": conversation, "unread": is_unread})


def is_renamed(tx: Connection, conversation: str) -> bool:
    """Whether the title is the visitor's own."""
    return bool(tx.scalar(_IS_RENAMED, {"conversation": conversation}))


def delete_conversation(tx: Connection, conversation: str) -> None:
    """With all its messages, runs and feedback."""
    tx.execute(delete(conversations).where(conversations.c.id == conversation))


# Made once: to put such a statement together costs more than the database takes to run it.
_TOUCH = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(updated_at=bindparam("at"))
)
_MARK = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(is_unread=bindparam("unread"))
)
_IS_RENAMED = select(conversations.c.is_renamed).where(
    conversations.c.id == bindparam("conversation")
)
_NEWEST_FIRST = (conversations.c.updated_at.desc(), conversations.c.id.desc())


def _of(caller: Caller) -> Select[Any]:
    return select(conversations).where(
        conversations.c.site == caller.site.key,
        conversations.c.visitor == caller.visitor,
        conversations.c.channel == caller.channel,
    )


def _is_listed_after(other: Conversation) -> ColumnElement[bool]:
    used = conversations.c.updated_at
    is_same_moment = and_(used == other.updated_at, conversations.c.id < other.id)
    return or_(used < other.updated_at, is_same_moment)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        site=row.site,
        visitor=row.visitor,
        title=row.title,
        upstream_conversation=row.upstream_conversation,
        created_at=row.created_at,
        updated_at=row.updated_at,
        access=row.access,
        access_reason=row.access_reason,
        upstream_visitor=row.upstream_visitor,
        channel=row.channel,
        is_unread=row.is_unread,
    )
