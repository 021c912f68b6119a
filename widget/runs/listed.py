"""The visitor's conversations as a list shows them: by pages, and by what was said in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import gevent
from msgspec import Struct

from widget.domain.conversations import Conversation
from widget.domain.excerpts import excerpt
from widget.domain.sites import Caller
from widget.runs.clean import clean
from widget.store.conversations import access_conversation, list_conversations
from widget.store.runs import running_among
from widget.store.search import find_said

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

PAGE = 50
# So many are searched at a time: 5 ms where each has ten messages, half of them a page long; and in
# between everybody else has a turn.
SEARCHED_AT_ONCE = 100
MOST_WORDS = 5


class ListedConversation(Struct, frozen=True):
    """``excerpt``: words of it that were looked for, with what stands around them."""

    id: str
    title: str
    updated_at: datetime
    is_running: bool = False
    is_unread: bool = False
    excerpt: str = ""


class Listed(Struct, frozen=True):
    """The last used first; ``has_more``: there are older ones; ``search``: as it was asked for."""

    rows: list[ListedConversation]
    has_more: bool
    search: str = ""


def list_(engine: Engine, caller: Caller, *, before: str | None = None, search: str = "") -> Listed:
    """At most 50 of those that were used before ``before``; with ``search``, of those that have
    each of its words in title or messages."""
    words = clean(search).split()[:MOST_WORDS]
    found: list[ListedConversation] = []
    for some in _slices(engine, caller, before, words):
        found += some
        if len(found) > PAGE:
            break
        if words:
            gevent.sleep(0)
    return Listed(found[:PAGE], len(found) > PAGE, search)


def _slices(
    engine: Engine, caller: Caller, before: str | None, words: list[str]
) -> Iterator[list[ListedConversation]]:
    """A few more at a time, those that count. Each is a transaction: no writer waits for all."""
    size = SEARCHED_AT_ONCE if words else PAGE + 1
    with engine.store.read() as tx:
        last = access_conversation(tx, caller, before) if before else None
    while True:
        with engine.store.read() as tx:
            some = list_conversations(tx, caller, limit=size, before=last)
            rows = _rows(tx, some, words)
        yield rows
        if len(some) < size:
            return
        last = some[-1]


def _rows(tx: Transaction, some: list[Conversation], words: list[str]) -> list[ListedConversation]:
    ids = [one.id for one in some]
    said = find_said(tx, ids, words) if words else dict.fromkeys(ids, "")
    running = running_among(tx, list(said)) if said else frozenset()
    return [
        ListedConversation(
            one.id,
            one.title,
            one.updated_at,
            is_running=one.id in running,
            is_unread=one.is_unread,
            excerpt=excerpt(said[one.id], words),
        )
        for one in some
        if one.id in said
    ]
