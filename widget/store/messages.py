"""Messages in the database: an ordered thread of which retries and edits hide, never delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from widget.domain.conversations import Message
from widget.domain.errors import Failure, NotFound
from widget.domain.sites import Caller
from widget.store.feedback import feedback_of
from widget.store.parts import parts_of, row_of, write_parts
from widget.store.tables import conversations, messages

NOTHING = "{}"


def access_message(tx: Connection, caller: Caller, message: str) -> Message:
    """The caller's message, also a superseded one; missing and somebody else's look the same."""
    row = tx.execute(_OWN, {**_owner(caller), "message": message}).one_or_none()
    if row is None:
        raise NotFound(f"no message {message!r}")
    return messages_of(tx, [row])[0]


def find_message(tx: Connection, message: str) -> Message | None:
    """For work that no caller asked for (a run that goes on); never for a request."""
    row = tx.execute(select(messages).where(messages.c.id == message)).one_or_none()
    return messages_of(tx, [row])[0] if row else None


def find_sent(tx: Connection, caller: Caller, client_message_id: str) -> Message | None:
    """What the caller has sent under this id already, in any conversation."""
    row = tx.execute(_SENT, {**_owner(caller), "sent": client_message_id}).first()
    return messages_of(tx, [row])[0] if row else None


def thread(
    tx: Connection, conversation: str, *, before: int | None = None, limit: int
) -> list[Message]:
    """The shown messages with a position below ``before``: the last ``limit``, oldest first."""
    query = (
        select(messages)
        .where(messages.c.conversation == conversation, messages.c.superseded_by.is_(None))
        .order_by(messages.c.position.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(messages.c.position < before)
    return messages_of(tx, list(reversed(tx.execute(query).all())))


def is_last(tx: Connection, message: Message) -> bool:
    """Whether nothing that is shown comes after it."""
    later = select(messages.c.id).where(
        messages.c.conversation == message.conversation,
        messages.c.superseded_by.is_(None),
        messages.c.position > message.position,
    )
    return tx.execute(later.limit(1)).first() is None


def next_position(tx: Connection, conversation: str) -> int:
    highest = tx.scalar(_HIGHEST, {"conversation": conversation})
    return 1 if highest is None else highest + 1


def add_message(tx: Connection, message: Message) -> None:
    tx.execute(
        insert(messages),
        {
            "id": message.id,
            "conversation": message.conversation,
            "role": message.role,
            "state": message.state,
            "position": message.position,
            "client_message_id": message.client_message_id,
            "upstream_message": message.upstream_message,
            "superseded_by": message.superseded_by,
            "failure": message.failure,
            "created_at": message.created_at,
            "page": msgspec.json.encode(message.page).decode() if message.page else NOTHING,
        },
    )
    write_parts(
        tx, [(message.id, row_of(number, part)) for number, part in enumerate(message.parts)]
    )


def supersede(tx: Connection, conversation: str, *, since: int, by: str) -> tuple[str, ...]:
    """Takes the shown messages from position ``since`` on out of the thread; says which."""
    shown = (
        messages.c.conversation == conversation,
        messages.c.superseded_by.is_(None),
        messages.c.position >= since,
    )
    ids = tuple(tx.scalars(select(messages.c.id).where(*shown).order_by(messages.c.position)))
    tx.execute(update(messages).where(*shown).values(superseded_by=by))
    return ids


# Made once: to put such a statement together costs more than the database takes to run it.
_OF_CALLER = (
    select(messages)
    .join(conversations, conversations.c.id == messages.c.conversation)
    .where(
        conversations.c.site == bindparam("site"), conversations.c.visitor == bindparam("visitor")
    )
)
_OWN = _OF_CALLER.where(messages.c.id == bindparam("message"))
_SENT = _OF_CALLER.where(messages.c.client_message_id == bindparam("sent"))
_HIGHEST = select(func.max(messages.c.position)).where(
    messages.c.conversation == bindparam("conversation")
)


def _owner(caller: Caller) -> dict[str, str]:
    return {"site": caller.site.key, "visitor": caller.visitor}


def messages_of(tx: Connection, rows: Sequence[Row[Any]]) -> list[Message]:
    """These rows with their parts and verdicts."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    parts, verdicts = parts_of(tx, ids), feedback_of(tx, ids)
    return [
        Message(
            id=row.id,
            conversation=row.conversation,
            role=row.role,
            state=row.state,
            parts=parts[row.id],
            position=row.position,
            created_at=row.created_at,
            client_message_id=row.client_message_id,
            upstream_message=row.upstream_message,
            superseded_by=row.superseded_by,
            failure=Failure(row.failure) if row.failure else None,
            feedback=verdicts.get(row.id),
            page={} if row.page == NOTHING else msgspec.json.decode(row.page),
        )
        for row in rows
    ]
