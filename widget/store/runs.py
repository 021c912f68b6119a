"""Runs in the database: who owns which, until when, and how each ended."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from widget.domain.conversations import Run
from widget.domain.errors import Failure, NotFound
from widget.domain.sites import Caller
from widget.store.replies import decoded, encoded
from widget.store.tables import conversations, runs

UNFINISHED = ("queued", "running")


def access_run(tx: Connection, caller: Caller, run: str) -> Run:
    """The caller's run; missing and somebody else's look the same."""
    row = tx.execute(
        select(runs)
        .join(conversations, conversations.c.id == runs.c.conversation)
        .where(
            runs.c.id == run,
            conversations.c.site == caller.site.key,
            conversations.c.visitor == caller.visitor,
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"no run {run!r}")
    return _run(row)


def unfinished_run(tx: Connection, conversation: str) -> Run | None:
    """The conversation's running run; there is at most one."""
    row = tx.execute(
        select(runs).where(runs.c.conversation == conversation, runs.c.state.in_(UNFINISHED))
    ).one_or_none()
    return _run(row) if row else None


def running_among(tx: Connection, conversations: Sequence[str]) -> frozenset[str]:
    """Those of these conversations in which an answer is being written."""
    query = select(runs.c.conversation).where(
        runs.c.conversation.in_(conversations), runs.c.state.in_(UNFINISHED)
    )
    return frozenset(tx.scalars(query))


def run_of_answer(tx: Connection, answer: str) -> Run | None:
    row = tx.execute(select(runs).where(runs.c.answer == answer)).first()
    return _run(row) if row else None


def run_of_question(tx: Connection, question: str) -> Run | None:
    """The first try to answer it."""
    query = select(runs).where(runs.c.question == question).order_by(runs.c.started_at).limit(1)
    row = tx.execute(query).one_or_none()
    return _run(row) if row else None


def runs_about(tx: Connection, message: str) -> list[Run]:
    """What went on from this message, in order."""
    query = select(runs).where(runs.c.about == message).order_by(runs.c.started_at)
    return [_run(row) for row in tx.execute(query)]


def suggestions_after(tx: Connection, answer: str) -> tuple[str, ...]:
    text = tx.scalar(select(runs.c.suggestions).where(runs.c.answer == answer))
    return tuple(json.loads(text)) if text else ()


def add_run(tx: Connection, run: Run, *, at: datetime) -> None:
    tx.execute(
        insert(runs),
        {
            "id": run.id,
            "conversation": run.conversation,
            "question": run.question,
            "answer": run.answer,
            "kind": run.kind,
            "about": run.about,
            "reply": encoded(run.reply),
            "state": run.state,
            "owner": run.owner,
            "lease_ends_at": run.lease_ends_at,
            "usage": "{}",
            "suggestions": "[]",
            "started_at": at,
        },
    )


def ownerless_runs(tx: Connection, *, at: datetime, gone: Collection[str] = ()) -> list[Run]:
    """Unfinished runs whose lease has ended, was given back, or whose owner is known to be gone."""
    query = select(runs).where(
        runs.c.state.in_(UNFINISHED),
        or_(runs.c.lease_ends_at.is_(None), runs.c.lease_ends_at < at, runs.c.owner.in_(gone)),
    )
    return [_run(row) for row in tx.execute(query.order_by(runs.c.started_at))]


def owners(tx: Connection) -> set[str]:
    """Everyone who holds an unfinished run."""
    query = select(runs.c.owner).where(runs.c.state.in_(UNFINISHED), runs.c.owner.is_not(None))
    return {owner for owner in tx.scalars(query.distinct()) if owner}


def claim(tx: Connection, run: Run, *, owner: str, until: datetime) -> bool:
    """Takes over a run exactly as it was read; False when somebody else was quicker."""
    changed = tx.execute(
        update(runs)
        .where(
            runs.c.id == run.id,
            runs.c.state.in_(UNFINISHED),
            runs.c.owner.is_not_distinct_from(run.owner),
            runs.c.lease_ends_at.is_not_distinct_from(run.lease_ends_at),
        )
        .values(owner=owner, lease_ends_at=until, state="running")
    )
    return changed.rowcount == 1


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        conversation=row.conversation,
        question=row.question,
        answer=row.answer,
        kind=row.kind,
        state=row.state,
        owner=row.owner,
        lease_ends_at=row.lease_ends_at,
        upstream_run=row.upstream_run,
        cursor=row.cursor,
        failure=Failure(row.failure) if row.failure else None,
        about=row.about,
        reply=decoded(row.reply),
    )
