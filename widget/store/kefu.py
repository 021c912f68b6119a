"""What the kefu door reads of a thread, and the conversations that it has let lie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, or_, select

from widget.domain.conversations import Message
from widget.store.messages import messages_of
from widget.store.runs import UNFINISHED
from widget.store.tables import conversations, messages, parts, runs, visitors

CHANNEL = "kefu"
# What a mini-program can show beside words, by its address.
ADDRESSED = ("image", "file")


class Idle(Struct, frozen=True):
    """A conversation that is as good as none, and what the platform knows it by."""

    id: str
    visitor: str
    upstream_visitor: str
    upstream_conversation: str | None


def count_said(tx: Connection, conversation: str) -> int:
    """How many messages of the shown thread are finished and say something."""
    query = select(func.count()).select_from(messages).where(*_said(conversation))
    return tx.scalar(query) or 0


def page_of_said(
    tx: Connection, conversation: str, *, limit: int, offset: int, newest_first: bool
) -> list[Message]:
    """These messages, in their order; ``offset`` counts from the oldest, or from the newest."""
    position = messages.c.position
    query = (
        select(messages)
        .where(*_said(conversation))
        .order_by(position.desc() if newest_first else position)
        .limit(limit)
        .offset(offset)
    )
    return messages_of(tx, tx.execute(query).all())


def usage_of(tx: Connection, answer: str) -> str:
    """JSON of what the platform says that it took to write this."""
    return tx.scalar(select(runs.c.usage).where(runs.c.answer == answer)) or "{}"


def count_idle(tx: Connection, site: str, *, before: datetime) -> int:
    query = select(func.count()).select_from(conversations).where(*_idle(site, before))
    return tx.scalar(query) or 0


def idle_conversations(
    tx: Connection, site: str, *, before: datetime, after: str = "", limit: int
) -> list[Idle]:
    """Those where nothing happened since ``before``, by id, from the one behind ``after`` on."""
    query = (
        select(conversations)
        .where(*_idle(site, before), conversations.c.id > after)
        .order_by(conversations.c.id)
        .limit(limit)
    )
    return [_as_idle(row) for row in tx.execute(query)]


def still_idle(tx: Connection, site: str, ids: Sequence[str], *, before: datetime) -> list[str]:
    """Those of these to which nobody has come back since they were found."""
    query = select(conversations.c.id).where(*_idle(site, before), conversations.c.id.in_(ids))
    return list(tx.scalars(query.with_for_update()))


def delete_conversations(tx: Connection, ids: Sequence[str]) -> None:
    """With all their messages, runs and feedback."""
    tx.execute(delete(conversations).where(conversations.c.id.in_(ids)))


def delete_strangers(tx: Connection, site: str, ids: Sequence[str]) -> None:
    """Those of these visitors who have no conversation left, and for whom nobody vouched."""
    has_any = exists().where(conversations.c.visitor == visitors.c.id)
    tx.execute(
        delete(visitors).where(
            visitors.c.site == site, visitors.c.id.in_(ids), visitors.c.user == "", ~has_any
        )
    )


def _said(conversation: str) -> tuple[ColumnElement[bool], ...]:
    says = exists().where(
        parts.c.message == messages.c.id,
        or_(and_(parts.c.kind == "text", parts.c.text != ""), parts.c.kind.in_(ADDRESSED)),
    )
    return (
        messages.c.conversation == conversation,
        messages.c.superseded_by.is_(None),
        messages.c.state != "running",
        says,
    )


def _idle(site: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """A run that has not ended keeps its conversation, however long it takes."""
    running = exists().where(
        runs.c.conversation == conversations.c.id, runs.c.state.in_(UNFINISHED)
    )
    return (
        conversations.c.site == site,
        conversations.c.channel == CHANNEL,
        conversations.c.updated_at < before,
        ~running,
    )


def _as_idle(row: Row[Any]) -> Idle:
    return Idle(
        id=row.id,
        visitor=row.visitor,
        upstream_visitor=row.upstream_visitor or row.visitor,
        upstream_conversation=row.upstream_conversation,
    )
