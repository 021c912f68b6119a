"""Words are found in titles and in what was said, on either database, as they were written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.dialects import postgresql

from tests.store.test_conversation_rows import ADA, SITE
from widget.domain.conversations import (
    Conversation,
    Message,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    Visitor,
)
from widget.store.conversations import add_conversation
from widget.store.database import Store, Transaction
from widget.store.messages import add_message, supersede
from widget.store.search import _has, find_said
from widget.store.sites import save_site
from widget.store.tables import conversations
from widget.store.visitors import ensure_visitor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAID: dict[str, tuple[str, tuple[Part, ...]]] = {
    "cnv_lamp": ("Lamps", (TextPart("What does a LAMP cost?"), TextPart("A lamp costs 50% less."))),
    "cnv_fee": ("运费", (ReasoningPart("secret needle"), TextPart("满 99 元包邮，退货免费。"))),
    "cnv_umlaut": ("ÜBERWEISUNG", (TextPart("Für den Umschlag_1"),)),
    "cnv_gone": ("Old", (TextPart("superseded needle"),)),
}


@pytest.fixture
def said(store: Store) -> Store:
    with store.begin() as tx:
        save_site(tx, SITE, store.cipher)
        ensure_visitor(tx, Visitor(ADA.visitor, SITE.key, "hash", NOW), at=NOW)
        for name, (title, parts) in SAID.items():
            add_conversation(
                tx, Conversation(name, SITE.key, ADA.visitor, title, None, NOW, updated_at=NOW)
            )
            for at, part in enumerate(parts):
                _say(tx, name, at, part)
        supersede(tx, "cnv_gone", since=0, by="msg_later")
    return store


def _say(tx: Transaction, conversation: str, position: int, part: Part) -> None:
    role: Role = "assistant" if position % 2 else "visitor"
    id_ = f"{conversation}-{position}"
    add_message(tx, Message(id_, conversation, role, "done", (part,), position, NOW))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["lamp"], {"cnv_lamp": "A lamp costs 50% less."}),
        (["LAMP", "what"], {"cnv_lamp": "A lamp costs 50% less."}),
        (["lamps"], {"cnv_lamp": ""}),
        (["lamps", "what"], {"cnv_lamp": "What does a LAMP cost?"}),
        (["lamp", "absent"], {}),
        (["50%"], {"cnv_lamp": "A lamp costs 50% less."}),
        (["5%s"], {}),
        (["umschlag_1"], {"cnv_umlaut": "Für den Umschlag_1"}),
        (["umschlag1"], {}),
        (["überweisung"], {"cnv_umlaut": ""}),
        (["FÜR"], {"cnv_umlaut": "Für den Umschlag_1"}),
        (["包邮"], {"cnv_fee": "满 99 元包邮，退货免费。"}),
        (["运费", "退货"], {"cnv_fee": "满 99 元包邮，退货免费。"}),
        (["needle"], {}),
        (["/"], {}),
        (["\\"], {}),
    ],
)
def test_words_are_found(said: Store, words: list[str], found: dict[str, str]) -> None:
    with said.read() as tx:
        assert find_said(tx, list(SAID), words) == found


def test_only_the_conversations_that_are_named_are_searched(said: Store) -> None:
    with said.read() as tx:
        assert find_said(tx, ["cnv_fee"], ["lamp"]) == {}


def test_postgresql_is_asked_without_case_and_with_the_escape() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    asked = str(_has(conversations.c.title, "50%").compile(dialect=dialect))

    assert asked == "conversations.title ILIKE %(title_1)s::VARCHAR ESCAPE '/'"
