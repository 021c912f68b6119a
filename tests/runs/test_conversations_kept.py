"""List, rename, delete and history of the visitor's own conversations."""

from __future__ import annotations

import pytest

from tests.runs.stage import Stage, Watcher, make_caller
from widget.domain.errors import BadInput, NotFound
from widget.runs import conversations


def test_the_last_used_conversation_is_listed_first(stage: Stage) -> None:
    first, second = stage.ask("One"), stage.ask("Two")
    stage.ask("More", conversation=first.conversation)

    listed = conversations.list_(stage.engine, stage.caller)

    assert [(row.id, row.title) for row in listed] == [
        (first.conversation, "One"),
        (second.conversation, "Two"),
    ]


def test_only_the_visitors_own_are_listed(stage: Stage) -> None:
    stage.ask("Mine")

    bob = make_caller(stage.site, visitor="vis_bob")

    assert conversations.list_(stage.engine, bob) == []


def test_a_new_name_is_kept_and_told(stage: Stage) -> None:
    conversation = stage.ask("One").conversation
    watcher = Watcher(stage, conversation)

    kept = conversations.rename(stage.engine, stage.caller, conversation, "  My \n shipping ")

    assert kept == "My shipping"
    assert stage.shown().title == "My shipping"
    assert watcher.look().title == "My shipping"


@pytest.mark.parametrize("title", ["", "   ", "x" * 101])
def test_a_name_that_cannot_be_shown_is_refused(stage: Stage, title: str) -> None:
    conversation = stage.ask("One").conversation

    with pytest.raises(BadInput):
        conversations.rename(stage.engine, stage.caller, conversation, title)
    assert stage.shown().title == "One"


def test_a_deleted_conversation_is_gone_with_everything_in_it(stage: Stage) -> None:
    kept = stage.ask("Kept").conversation
    conversation = stage.ask("One").conversation

    conversations.delete(stage.engine, stage.caller, conversation)

    assert [row.id for row in conversations.list_(stage.engine, stage.caller)] == [kept]
    assert stage.rows("SELECT conversation FROM messages") == [(kept,), (kept,)]
    assert stage.rows("SELECT conversation FROM runs") == [(kept,)]
    with pytest.raises(NotFound):
        stage.shown(conversation)


def test_nobody_elses_conversation_can_be_touched(stage: Stage) -> None:
    accepted = stage.ask("Mine")
    bob = make_caller(stage.site, visitor="vis_bob")
    engine, conversation = stage.engine, accepted.conversation

    with pytest.raises(NotFound):
        conversations.rename(engine, bob, conversation, "His")
    with pytest.raises(NotFound):
        conversations.delete(engine, bob, conversation)
    with pytest.raises(NotFound):
        conversations.history(engine, bob, conversation, accepted.message)
    assert stage.shown().title == "Mine"


def test_history_of_one_conversation_does_not_begin_in_another(stage: Stage) -> None:
    first, second = stage.ask("One"), stage.ask("Two")

    with pytest.raises(BadInput):
        conversations.history(stage.engine, stage.caller, first.conversation, second.message)


def test_there_is_nothing_before_the_first_message(stage: Stage) -> None:
    accepted = stage.ask("One")

    found = conversations.history(
        stage.engine, stage.caller, accepted.conversation, accepted.message
    )

    assert found == ((), False)
