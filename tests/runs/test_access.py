"""Conversations that a platform has locked or closed; answers that were cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runs.acts import begin, play, screen_of
from tests.runs.asks import BUTTON, SIZES, ask, card, fill
from tests.runs.conftest import MakeStage
from tests.runs.stage import Gate, Stage, Watcher, answer
from widget.domain import events
from widget.domain.errors import ConversationClosed
from widget.domain.events import AccessChanged, RunEvent
from widget.providers.base import Turn
from widget.runs import start


def closing(*accesses: AccessChanged) -> list[RunEvent]:
    return [events.TextDelta("Bye."), *accesses, events.RunCompleted()]


@pytest.mark.parametrize("access", ["locked", "closed"])
def test_a_conversation_that_is_shut_takes_no_message(stage: Stage, access: str) -> None:
    watcher = play(stage, *closing(AccessChanged(access, " See you. ")))  # type: ignore[arg-type]
    shown = stage.shown()
    question, last = shown.messages

    with pytest.raises(ConversationClosed):
        stage.send("More", conversation=shown.id)
    with pytest.raises(ConversationClosed):
        start.retry(stage.engine, stage.caller, last.id)
    with pytest.raises(ConversationClosed):
        start.edit(stage.engine, stage.caller, question.id, "client-e1", "Again")

    assert (shown.access, shown.access_reason) == (access, "See you.")
    assert watcher.look().picture() == screen_of(stage.shown()).picture()
    assert stage.rows("SELECT count(*) FROM messages") == [(2,)]


def test_a_repeat_of_what_was_sent_before_gets_its_first_result(stage: Stage) -> None:
    stage.provider.script = lambda turn: closing(AccessChanged("closed"))
    first = stage.send("Hello", name="client-1")
    stage.settle()

    assert stage.send("Hello", conversation=first.conversation, name="client-1").run == first.run


def test_another_conversation_is_not_concerned(stage: Stage) -> None:
    play(stage, *closing(AccessChanged("closed")))
    stage.provider.script = lambda turn: answer("Hi.")

    stage.ask("Hello again")

    assert stage.shown().access == "open"


def test_a_platform_may_open_it_again(stage: Stage) -> None:
    watcher = play(
        stage,
        *closing(AccessChanged("locked", "Wait."), AccessChanged("open"), AccessChanged("open")),
    )

    assert (stage.shown().access, stage.shown().access_reason) == ("open", "")
    assert sum('"type":"access"' in frame for frame in _frames(watcher)) == 2
    stage.ask("More", conversation=stage.shown().id)
    assert len(stage.shown().messages) == 4


def test_a_frame_that_comes_in_the_middle_sees_it(stage: Stage) -> None:
    begin(stage, AccessChanged("locked", "Wait."))

    assert (stage.shown().access, stage.shown().access_reason) == ("locked", "Wait.")


def test_it_is_stored_with_the_next_checkpoint(stage: Stage, make_stage: MakeStage) -> None:
    begin(stage, events.TextDelta("Bye."), AccessChanged("locked", "Wait."))

    stage.engine.checkpoints.save_all()

    assert stage.rows("SELECT access, access_reason FROM conversations") == [("locked", "Wait.")]
    assert make_stage(owner="other").shown().access == "locked"


def test_a_later_run_knows_how_it_stands(stage: Stage) -> None:
    gate = Gate()
    message, watcher = ask(stage, events.InputRequested("req-1", SIZES), AccessChanged("locked"))

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield AccessChanged("locked")
        gate.wait()
        yield AccessChanged("open")
        yield events.RunCompleted()

    stage.provider.script = script
    fill(stage, message, values={"size": ("l",)})
    gate.reached()
    assert stage.shown().access == "locked"
    gate.open()
    stage.settle()

    assert stage.shown().access == "open"
    assert sum('"type":"access"' in frame for frame in _frames(watcher)) == 2


def test_a_locked_conversation_takes_what_the_agent_asked_for(stage: Stage) -> None:
    message, _ = ask(stage, events.InputRequested("req-1", SIZES), AccessChanged("locked"))

    fill(stage, message, values={"size": ("l",)})
    stage.settle()

    assert stage.shown_answer().parts[0].html == "<p>Thanks.</p>"


def test_a_closed_conversation_takes_nothing(stage: Stage) -> None:
    message, _ = ask(
        stage,
        events.InputRequested("req-1", SIZES),
        events.WidgetChanged("w1", card()),
        AccessChanged("closed"),
    )

    with pytest.raises(ConversationClosed):
        fill(stage, message, values={"size": ("l",)})
    with pytest.raises(ConversationClosed):
        fill(stage, message, 2, action=BUTTON)


def test_a_long_or_broken_reason_is_mended(stage: Stage) -> None:
    play(stage, *closing(AccessChanged("closed", "a\0b\ud800" + "c" * 1000)))

    reason = stage.shown().access_reason
    assert reason == "ab\ufffd" + "c" * 497


def test_an_answer_that_was_cut_says_so_in_the_readers_language(stage: Stage) -> None:
    watcher = play(stage, events.TextDelta("Once upon"), events.RunCompleted("length"))

    text, notice = stage.shown_answer().parts
    assert text.html == "<p>Once upon</p>"
    assert (notice.kind, notice.level, notice.name, notice.text) == ("notice", "info", "length", "")
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def _frames(watcher: Watcher) -> list[str]:
    watcher.look()
    return watcher.frames
