"""What a running run writes: its text, the platform's ids and cursor, and its lease.

Only the owner may write. A run that was taken over, ended or deleted in the meantime is left alone
and reported back as lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, delete, select, update

from widget.domain.conversations import RunState
from widget.domain.errors import Failure
from widget.domain.events import AccessChanged
from widget.store.conversations import touch_conversation
from widget.store.parts import PartRow, write_parts
from widget.store.tables import conversations, messages, parts, runs


class RunSave(Struct, frozen=True):
    """A run at one moment. ``cursor`` reaches exactly as far as the text that is stored with it.

    ``parts`` are those changed since the last save, ``asked_parts`` those of the message ``asked``
    that the run goes on from; None for an id, title or access says nothing new.
    """

    run: str
    conversation: str
    answer: str
    parts: Sequence[PartRow]
    cursor: str | None
    upstream_conversation: str | None = None
    upstream_run: str | None = None
    upstream_message: str | None = None
    title: str | None = None
    access: AccessChanged | None = None
    asked: str | None = None
    asked_parts: Sequence[PartRow] = ()


class RunEnding(Struct, frozen=True):
    state: RunState
    at: datetime
    failure: Failure | None = None
    usage: str = "{}"  # JSON
    suggestions: tuple[str, ...] = ()


def save_runs(
    tx: Connection, saves: Sequence[RunSave], *, owner: str, until: datetime
) -> frozenset[str]:
    """Writes all of them and renews their leases; returns the runs that are not the owner's."""
    held = _held(tx, saves, owner)
    own = [save for save in saves if save.run in held]
    _write_runs(tx, own, until)
    _write_rest(tx, own)
    return frozenset(save.run for save in saves) - held


def release_run(tx: Connection, save: RunSave, *, owner: str, at: datetime) -> bool:
    """Writes the run for the last time and gives its lease back, so that another may go on."""
    return save.run not in save_runs(tx, [save], owner=owner, until=at) and bool(
        tx.execute(
            update(runs)
            .where(runs.c.id == save.run, runs.c.owner == owner)
            .values(owner=None, lease_ends_at=None)
        ).rowcount
    )


def end_run(tx: Connection, save: RunSave, ending: RunEnding, *, owner: str) -> bool:
    """Writes answer and outcome; False when the run is not the owner's any more."""
    if save.run not in _held(tx, [save], owner):
        return False
    _write_rest(tx, [save])
    _drop_parts_after(tx, save)
    outcome = {"outcome": ending.state, "why": ending.failure}
    tx.execute(
        _END_RUN,
        {
            **outcome,
            "run": save.run,
            "upstream": save.upstream_run,
            "reached": save.cursor,
            "used": ending.usage,
            "offered": json.dumps(ending.suggestions, ensure_ascii=False),
            "at": ending.at,
        },
    )
    tx.execute(_END_MESSAGE, {**outcome, "message": save.answer})
    touch_conversation(tx, save.conversation, at=ending.at)
    return True


def _drop_parts_after(tx: Connection, save: RunSave) -> None:
    """A join that began anew may have come to fewer parts than were stored."""
    if save.parts:
        last = max(row.position for row in save.parts)
        tx.execute(_DROP_PARTS, {"answer": save.answer, "last": last})


def _held(tx: Connection, saves: Sequence[RunSave], owner: str) -> frozenset[str]:
    """Those that are the owner's, locked until the end of the transaction (SQLite: the whole file
    is). One alone, at its end, is not looked for among the hundreds that go on."""
    if len(saves) == 1:
        return frozenset(tx.scalars(_HELD_ONE, {"holder": owner, "run": saves[0].run}))
    return frozenset(tx.scalars(_HELD, {"holder": owner}))


_HELD = (
    select(runs.c.id)
    .where(runs.c.owner == bindparam("holder"), runs.c.state == "running")
    .with_for_update()
)
_HELD_ONE = _HELD.where(runs.c.id == bindparam("run"))
_DROP_PARTS = delete(parts).where(
    parts.c.message == bindparam("answer"), parts.c.position > bindparam("last")
)
_END_RUN = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        state=bindparam("outcome"),
        failure=bindparam("why"),
        usage=bindparam("used"),
        suggestions=bindparam("offered"),
        ended_at=bindparam("at"),
        owner=None,
        lease_ends_at=None,
        upstream_run=bindparam("upstream"),
        cursor=bindparam("reached"),
    )
)
_END_MESSAGE = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(state=bindparam("outcome"), failure=bindparam("why"))
)
_UPDATE_RUN = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        lease_ends_at=bindparam("until"),
        upstream_run=bindparam("upstream"),
        cursor=bindparam("reached"),
    )
)
_UPDATE_CONVERSATION = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(upstream_conversation=bindparam("upstream"))
)
_UPDATE_TITLE = (
    update(conversations)
    .where(
        and_(conversations.c.id == bindparam("conversation"), conversations.c.is_renamed.is_(False))
    )
    .values(title=bindparam("named"))
)
_UPDATE_ACCESS = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(access=bindparam("now"), access_reason=bindparam("why"))
)
_UPDATE_MESSAGE = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(upstream_message=bindparam("upstream"))
)


def _write_runs(tx: Connection, saves: Sequence[RunSave], until: datetime) -> None:
    rows = [
        {"run": save.run, "until": until, "upstream": save.upstream_run, "reached": save.cursor}
        for save in saves
    ]
    if rows:
        tx.execute(_UPDATE_RUN, rows)


def _write_rest(tx: Connection, saves: Sequence[RunSave]) -> None:
    write_parts(tx, [(save.answer, row) for save in saves for row in save.parts])
    write_parts(tx, [(save.asked, row) for save in saves if save.asked for row in save.asked_parts])
    named = [
        {"conversation": save.conversation, "upstream": save.upstream_conversation}
        for save in saves
        if save.upstream_conversation is not None
    ]
    titled = [
        {"conversation": save.conversation, "named": save.title}
        for save in saves
        if save.title is not None
    ]
    answered = [
        {"message": save.answer, "upstream": save.upstream_message}
        for save in saves
        if save.upstream_message is not None
    ]
    restricted = [
        {"conversation": save.conversation, "now": save.access.access, "why": save.access.reason}
        for save in saves
        if save.access is not None
    ]
    for statement, rows in (
        (_UPDATE_ACCESS, restricted),
        (_UPDATE_CONVERSATION, named),
        (_UPDATE_TITLE, titled),
        (_UPDATE_MESSAGE, answered),
    ):
        if rows:
            tx.execute(statement, rows)
