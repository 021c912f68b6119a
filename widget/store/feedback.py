"""Feedback in the database: at most one verdict per answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from widget.domain.conversations import Feedback
from widget.store.tables import feedback


def save_feedback(tx: Connection, given: Feedback, *, at: datetime) -> None:
    """Replaces the verdict so far. The caller has passed the message's door."""
    withdraw_feedback(tx, given.message)
    tx.execute(
        insert(feedback),
        {
            "message": given.message,
            "verdict": given.verdict,
            "tags": json.dumps(given.tags, ensure_ascii=False),
            "detail": given.detail,
            "given_at": at,
        },
    )


def withdraw_feedback(tx: Connection, message: str) -> None:
    tx.execute(delete(feedback).where(feedback.c.message == message))


def feedback_of(tx: Connection, messages: Sequence[str]) -> dict[str, Feedback]:
    rows = tx.execute(select(feedback).where(feedback.c.message.in_(messages)))
    return {
        row.message: Feedback(
            message=row.message,
            verdict=row.verdict,
            tags=tuple(json.loads(row.tags)),
            detail=row.detail,
        )
        for row in rows
    }
