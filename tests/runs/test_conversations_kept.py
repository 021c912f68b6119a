"""List, rename, delete and history of the visitor's own conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.runs.stage import Stage, Watcher, answer, make_caller, until
from widget.domain.conversations import Conversation
from widget.domain.errors import BadInput, NotFound, UpstreamRejected
from widget.providers.base import UpstreamRef
from widget.runs import conversations
from widget.runs.listed import Listed, list_
from widget.store.conversations import add_conversation

NONE = Listed([], has_more=False)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ids(stage: Stage) -> list[str]:
    return [row.id for row in list_(stage.engine, stage.caller).rows]


def keep(stage: Stage, count: int, *, at: datetime = NOON, step: timedelta = timedelta()) -> None:
    """So many more conversations of the visitor's."""
    with stage.store.begin() as tx:
        for number in range(count):
            moment = at + number * step
            made = Conversation(
                id=f"cnv_{number:03}",
                site=stage.site.key,
                visitor=stage.caller.visitor,
                title=str(number),
                upstream_conversation=None,
                created_at=moment,
                updated_at=moment,
            )
            add_conversation(tx, made)


def test_the_last_used_conversation_is_listed_first(stage: Stage) -> None:
    first, second = stage.ask("One"), stage.ask("Two")
    stage.ask("More", conversation=first.conversation)

    listed = list_(stage.engine, stage.caller)

    assert not listed.has_more
    assert [(row.id, row.title) for row in listed.rows] == [
        (first.conversation, "One"),
        (second.conversation, "Two"),
    ]


def test_only_the_visitors_own_are_listed(stage: Stage) -> None:
    stage.ask("Mine")

    bob = make_caller(stage.site, visitor="vis_bob")

    assert list_(stage.engine, bob) == NONE


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

    assert ids(stage) == [kept]
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


@pytest.mark.parametrize("step", [timedelta(), timedelta(minutes=1)], ids=["one moment", "apart"])
def test_hundreds_come_page_by_page_and_each_once(stage: Stage, step: timedelta) -> None:
    stage.ask("Now")
    keep(stage, 120, step=step)

    pages, before = [], None
    while True:
        found = list_(stage.engine, stage.caller, before=before)
        pages.append([row.id for row in found.rows])
        if not found.has_more:
            break
        before = pages[-1][-1]

    assert [len(page) for page in pages] == [50, 50, 21]
    listed = [id_ for page in pages for id_ in page]
    assert listed[1:] == [f"cnv_{number:03}" for number in reversed(range(120))]


def test_pages_end_where_the_rows_do(stage: Stage) -> None:
    stage.ask("Now")
    keep(stage, 49)

    found = list_(stage.engine, stage.caller)

    assert (len(found.rows), found.has_more) == (50, False)
    assert list_(stage.engine, stage.caller, before=found.rows[-1].id) == NONE


def test_list_cannot_begin_at_somebody_elses_conversation(stage: Stage) -> None:
    mine = stage.ask("Mine").conversation
    bob = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        list_(stage.engine, bob, before=mine)


def test_another_doors_conversations_are_not_listed(stage: Stage) -> None:
    here = stage.ask("Here").conversation
    stage.caller = msgspec.structs.replace(stage.caller, channel="kefu")
    stage.ask("At the kefu door")
    stage.caller = msgspec.structs.replace(stage.caller, channel="chat")

    assert ids(stage) == [here]


def test_an_answer_that_ends_is_the_last_use(stage: Stage) -> None:
    first = stage.ask("One").conversation
    accepted = stage.send("Two")
    begun = stage.rows("SELECT max(updated_at) FROM conversations")
    stage.settle()

    assert begun < stage.rows("SELECT max(updated_at) FROM conversations")
    assert ids(stage) == [accepted.conversation, first]


def test_deleting_tells_a_frame_that_still_shows_it(stage: Stage) -> None:
    conversation = stage.ask("One").conversation
    watcher = Watcher(stage, conversation)

    conversations.delete(stage.engine, stage.caller, conversation)

    assert watcher.look().access == ("closed", "")


def test_what_is_deleted_here_is_deleted_on_the_platform(stage: Stage) -> None:
    conversation = stage.ask("One").conversation

    conversations.delete(stage.engine, stage.caller, conversation)

    until(lambda: stage.provider.deleted)
    assert stage.provider.deleted == [UpstreamRef("vis_ada", "up-conversation", None, None)]


def test_what_no_platform_knows_is_not_asked_for(stage: Stage) -> None:
    stage.provider.script = lambda turn: answer()[-1:]
    first, second = stage.ask("One").conversation, None
    stage.provider.script = lambda turn: answer("Yes.")
    second = stage.ask("Two").conversation

    conversations.delete(stage.engine, stage.caller, first)
    conversations.delete(stage.engine, stage.caller, second)

    until(lambda: stage.provider.deleted)
    assert [one.upstream_conversation for one in stage.provider.deleted] == ["up-conversation"]


def test_platform_that_refuses_costs_the_visitor_nothing(stage: Stage) -> None:
    conversation = stage.ask("One").conversation
    stage.provider.on_delete = UpstreamRejected("no", status=403)

    conversations.delete(stage.engine, stage.caller, conversation)

    until(lambda: stage.provider.deleted)
    assert ids(stage) == []
