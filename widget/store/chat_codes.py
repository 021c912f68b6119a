"""One-use codes in the database: only their hash, and sealed what they stand for."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from widget.store.tables import chat_codes


def keep_code(
    tx: Connection,
    code_hash: str,
    *,
    site: str,
    token: str,
    ends_at: datetime,
    at: datetime | None = None,
) -> None:
    """Keeps a new one, and throws away those that nobody used in time."""
    tx.execute(delete(chat_codes).where(chat_codes.c.ends_at <= (at or datetime.now(UTC))))
    tx.execute(
        insert(chat_codes).values(code_hash=code_hash, site=site, token=token, ends_at=ends_at)
    )


def has_code(tx: Connection, code_hash: str) -> bool:
    """Whether there is one: costs no turn to write."""
    return (
        tx.scalar(select(chat_codes.c.site).where(chat_codes.c.code_hash == code_hash)) is not None
    )


def take_code(
    tx: Connection, code_hash: str, *, site: str, at: datetime | None = None
) -> str | None:
    """What it stands for, once; None when it is used, over, unknown or another site's."""
    return tx.scalar(
        delete(chat_codes)
        .where(
            chat_codes.c.code_hash == code_hash,
            chat_codes.c.site == site,
            chat_codes.c.ends_at > (at or datetime.now(UTC)),
        )
        .returning(chat_codes.c.token)
    )
