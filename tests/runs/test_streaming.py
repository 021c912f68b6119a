"""What else a run brings: titles, suggestions, ids, effects, and its good end."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from structlog.testing import capture_logs

from tests.runs.acts import (
    play,
)
from tests.runs.stage import Gate, Stage, Watcher
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs import conversations

DONE = events.RunCompleted()


def test_suggestions_come_after_the_end_and_stay_until_the_next_message(stage: Stage) -> None:
    watcher = play(stage, events.Suggestions(("More?", "Why?")), events.TextDelta("So."), DONE)

    assert watcher.look().suggestions == ["More?", "Why?"]
    assert "suggestions" in watcher.frames[-1]
    conversation = stage.shown()
    assert conversation.suggestions == ("More?", "Why?")
    stage.provider.script = lambda turn: (DONE,)
    stage.ask("Next", conversation=conversation.id)
    assert stage.shown().suggestions == ()
    assert watcher.look().suggestions == []


def test_the_last_usage_counts(stage: Stage) -> None:
    play(stage, events.Usage(1, 2, 3), events.Usage(10, 20, 30), DONE)

    assert stage.rows("SELECT usage FROM runs") == [
        ('{"input_tokens":10,"output_tokens":20,"total_tokens":30}',)
    ]


def test_the_platforms_title_is_kept(stage: Stage) -> None:
    watcher = play(stage, events.TitleChanged("Shipping\ncosts"), DONE)

    assert watcher.look().title == "Shipping costs"
    assert stage.shown().title == "Shipping costs"


def test_the_visitors_own_title_stays(stage: Stage) -> None:
    conversation = stage.ask().conversation
    conversations.rename(stage.engine, stage.caller, conversation, "Mine")
    stage.provider.script = lambda turn: (events.TitleChanged("Theirs"), DONE)

    stage.ask("Next", conversation=conversation)

    assert stage.shown().title == "Mine"
    assert Watcher(stage, conversation).look().title == "Mine"


def test_a_title_that_the_visitor_chose_meanwhile_stays(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TitleChanged("Theirs")
        gate.wait()
        yield events.TitleChanged("Theirs, longer")
        yield DONE

    stage.provider.script = script
    conversation = stage.send().conversation
    gate.reached()
    watcher = Watcher(stage, conversation)
    before = watcher.look().title

    conversations.rename(stage.engine, stage.caller, conversation, "Mine")
    during = stage.shown().title
    gate.open()
    stage.settle()

    assert (before, during) == ("Theirs", "Mine")
    assert watcher.look().title == stage.shown().title == "Mine"


def test_effects_and_tool_calls_are_journalled(stage: Stage) -> None:
    watcher = play(
        stage,
        events.ClientEffect("open_cart", {"id": 1}),
        events.ClientToolCalled("t1", "locate", {"exact": True}),
        DONE,
    )
    watcher.look()

    told = [msgspec.json.decode(frame) for frame in watcher.frames]
    assert [event for event in told if event.pop("seq") and event["type"] == "effect"] == [
        {"type": "effect", "name": "open_cart", "data": {"id": 1}}
    ]
    assert [event for event in told if event["type"] == "tool.called"] == [
        {
            "type": "tool.called",
            "message": stage.shown().messages[-1].id,
            "id": "t1",
            "name": "locate",
            "arguments": {"exact": True},
        }
    ]


def test_the_platforms_ids_are_stored(stage: Stage) -> None:
    play(
        stage,
        events.RunStarted("c1", "r1", None),
        events.Cursor("7"),
        events.RunCompleted(upstream_message="m1"),
    )

    assert stage.rows(
        "SELECT upstream_conversation, upstream_run, cursor, upstream_message FROM runs "
        "JOIN conversations ON conversations.id = runs.conversation "
        "JOIN messages ON messages.id = runs.answer"
    ) == [("c1", "r1", "7", "m1")]


def test_what_comes_after_the_end_is_not_waited_for(stage: Stage) -> None:
    closed: list[str] = []

    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            yield events.TextDelta("Done.")
            yield DONE
            Gate().wait()
        finally:
            closed.append("closed")

    stage.provider.script = script
    stage.ask()

    assert (stage.shown_answer().state, closed) == ("done", ["closed"])


def test_a_provider_that_stumbles_while_closing_has_still_answered(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            yield DONE
        finally:
            raise ValueError("connection already closed")

    stage.provider.script = script
    with capture_logs() as logs:
        stage.ask()

    assert stage.shown_answer().state == "done"
    assert [entry["event"] for entry in logs] == ["a provider did not close"]
