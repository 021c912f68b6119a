"""The list of a visitor's conversations: searched, marked, and told when it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.runs.stage import Gate, Stage, Watcher, make_caller
from tests.runs.test_conversations_kept import keep
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs import conversations
from widget.runs.listed import MOST_WORDS, PAGE, SEARCHED_AT_ONCE, list_
from widget.runs.listeners import Listeners


def found(stage: Stage, search: str) -> list[tuple[str, str]]:
    listed = list_(stage.engine, stage.caller, search=search)
    assert listed.search == search
    return [(row.title, row.excerpt) for row in listed.rows]


def held(stage: Stage) -> Gate:
    """The next answer waits until the gate opens."""
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("So far")
        gate.wait()
        yield events.RunCompleted()

    stage.provider.script = script
    return gate


def test_words_are_found_in_titles_and_messages(stage: Stage) -> None:
    stage.ask("What does **postage** cost?")
    stage.ask("Do you sell lamps?")

    assert found(stage, "  POSTAGE   cost ") == [
        ("What does **postage** cost?", "You said What does postage cost?.")
    ]
    assert found(stage, "postage lamps") == []
    assert (
        list_(stage.engine, make_caller(stage.site, visitor="vis_bob"), search="lamps").rows == []
    )


def test_more_words_than_are_searched_for_are_left_out(stage: Stage) -> None:
    stage.ask("one two three four five")

    assert len(found(stage, "one two three four five six")) == (MOST_WORDS == 5)


def test_what_is_found_comes_page_by_page(stage: Stage) -> None:
    stage.ask("Hello")
    keep(stage, 2 * SEARCHED_AT_ONCE, step=timedelta(minutes=1))

    first = list_(stage.engine, stage.caller, search="1")
    rest = list_(stage.engine, stage.caller, search="1", before=first.rows[-1].id)

    everyone = [
        str(number) for number in reversed(range(2 * SEARCHED_AT_ONCE)) if "1" in str(number)
    ]
    assert (len(first.rows), first.has_more) == (PAGE, True)
    second = list_(stage.engine, stage.caller, search="1", before=rest.rows[-1].id)
    assert [row.title for row in (*first.rows, *rest.rows, *second.rows)] == everyone
    assert not second.has_more


def test_running_conversation_is_marked(stage: Stage) -> None:
    gate = held(stage)
    stage.send()
    gate.reached()

    running = [row.is_running for row in list_(stage.engine, stage.caller).rows]
    gate.open()
    stage.settle()

    assert running == [True]
    assert [row.is_running for row in list_(stage.engine, stage.caller).rows] == [False]


def test_answer_that_nobody_saw_is_marked_until_somebody_looks(stage: Stage) -> None:
    seen, unseen = stage.ask("Seen").conversation, stage.ask("Unseen").conversation
    conversations.see(stage.engine, stage.caller, seen)

    marks = {row.id: row.is_unread for row in list_(stage.engine, stage.caller).rows}

    assert marks == {seen: False, unseen: True}


def test_answer_that_is_followed_is_no_news(stage: Stage) -> None:
    gate = held(stage)
    accepted = stage.send()
    gate.reached()
    watcher = Watcher(stage, accepted.conversation)
    gate.open()
    stage.settle()

    assert [row.is_unread for row in list_(stage.engine, stage.caller).rows] == [False]
    assert watcher.look()


def test_every_change_of_the_list_is_told_once(stage: Stage) -> None:
    told: list[str] = []
    listeners = stage.engine.listeners

    def listen(what: str) -> None:
        listeners.add(stage.site.key, stage.caller.visitor, lambda: told.append(what))

    listen("begun")
    gate = held(stage)
    accepted = stage.send()
    gate.reached()
    listen("ended")
    gate.open()
    stage.settle()
    listen("seen")
    conversations.see(stage.engine, stage.caller, accepted.conversation)
    conversations.see(stage.engine, stage.caller, accepted.conversation)
    listen("renamed")
    conversations.rename(stage.engine, stage.caller, accepted.conversation, "Other")
    listen("deleted")
    conversations.delete(stage.engine, stage.caller, accepted.conversation)

    assert told == ["begun", "ended", "seen", "renamed", "deleted"]
    assert len(listeners) == 0


def test_listeners_hear_of_their_own_visitor_alone() -> None:
    listeners, told = Listeners(), list[str]()

    def wake() -> None:
        told.append("ada")

    listeners.add("acme", "ada", wake)
    listeners.add("acme", "ada", wake)
    listeners.tell("acme", "bob")
    listeners.tell("other", "ada")
    assert (told, len(listeners)) == ([], 1)
    listeners.drop("acme", "bob", wake)
    listeners.tell("acme", "ada")
    assert (told, len(listeners)) == (["ada"], 0)
    listeners.add("acme", "ada", wake)
    listeners.drop("acme", "ada", wake)
    listeners.tell("acme", "ada")

    assert (told, len(listeners)) == (["ada"], 0)
