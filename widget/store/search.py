"""Finds words in a visitor's conversations: in titles, and in what was said and is still shown.

A `LIKE` that both databases speak. It goes through the texts one by one, so the caller asks for a
few conversations at a time; an index over every text would cost each message more than the rare
search is worth, and the ready-made ones know no Chinese words of two characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from widget.store.tables import conversations, messages, parts

ESCAPE = "/"


def find_said(tx: Connection, ids: Sequence[str], words: Sequence[str]) -> dict[str, str]:
    """Of these conversations those that have all of the words, each with its latest text that has
    one of them: empty where only the title has."""
    query = select(conversations.c.id, _text_with(words)).where(
        conversations.c.id.in_(ids), *map(_has_somewhere, words)
    )
    return {row.id: row.said or "" for row in tx.execute(query)}


def _has_somewhere(word: str) -> ColumnElement[bool]:
    return or_(_has(conversations.c.title, word), _texts().where(_has(parts.c.text, word)).exists())


def _text_with(words: Sequence[str]) -> Any:
    query = _texts().where(or_(*(_has(parts.c.text, word) for word in words)))
    latest = query.order_by(messages.c.position.desc(), parts.c.position).limit(1)
    return latest.scalar_subquery().label("said")


def _texts() -> Select[Any]:
    """What can be read in one conversation of the query around it."""
    return (
        select(parts.c.text)
        .select_from(messages.join(parts, parts.c.message == messages.c.id))
        .where(
            messages.c.conversation == conversations.c.id,
            messages.c.superseded_by.is_(None),
            parts.c.kind == "text",
        )
        .correlate(conversations)
    )


def _has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return or_(*(column.ilike(_pattern(one), escape=ESCAPE) for one in _spellings(word)))


def _spellings(word: str) -> list[str]:
    """SQLite knows capitals of English letters only."""
    return list(dict.fromkeys((word, word.lower(), word.upper())))


def _pattern(word: str) -> str:
    for special in (ESCAPE, "%", "_"):
        word = word.replace(special, ESCAPE + special)
    return f"%{word}%"
