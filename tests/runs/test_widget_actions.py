"""Controls of widgets: what the platform is told, what stays, what is for the host page alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.runs.acts import begin, screen_of
from tests.runs.asks import BUTTON, SIZES, ask, card, fill, press
from tests.runs.stage import Gate, Stage, Watcher, answer, until
from widget.domain import events
from widget.domain.errors import (
    BadInput,
    ConversationClosed,
    RequestSettled,
    Restarting,
    RunActive,
)
from widget.domain.events import RunEvent
from widget.domain.inputs import ActionTaken
from widget.providers.base import Turn
from widget.runs import start
from widget.runs.reply import HostAction

NOTE: dict[str, tuple[str, ...]] = {"note": ("blue",)}
WIDGET = events.WidgetChanged("w1", card())
QUIET = events.WidgetChanged("w1", card(streaming=False))


def changed(title: str) -> dict[str, Any]:
    return {"type": "Card", "children": [{"type": "Title", "value": title}]}


def told_of(watcher: Watcher, message: str) -> int:
    """How often the frames were told of a part of this message."""
    watcher.look()
    start = '"type":"part","message":"' + message
    return sum(start in frame for frame in watcher.frames)


def test_the_platform_gets_the_stored_payload_with_the_fields_around(stage: Stage) -> None:
    message, watcher = ask(stage, WIDGET)

    accepted = fill(stage, message, action=BUTTON, values={**NOTE, "id": ("8",), "x": ("y",)})
    stage.settle()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.target_message) == ("answer", "up-message")
    assert turn.reply == ActionTaken("w1", "go", {"id": 7, "note": "blue"})
    assert stage.shown_answer().id == accepted.answer
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


@pytest.mark.parametrize("control", ["", "0.0.onClickAction", "0.1.onSubmitAction", "9.9", "../x"])
def test_a_control_that_is_not_there_is_refused(stage: Stage, control: str) -> None:
    message, _ = ask(stage, WIDGET)

    with pytest.raises(BadInput):
        press(stage, message, action=control)


def test_what_the_host_page_handles_is_given_back_and_starts_nothing(stage: Stage) -> None:
    message, _ = ask(stage, events.WidgetChanged("w1", card(handler="client")))

    done = press(stage, message, action=BUTTON, values=NOTE)

    assert done == HostAction("go", {"id": 7, "note": "blue"})
    assert stage.rows("SELECT count(*) FROM runs") == [(1,)]


def test_a_double_tap_makes_one_answer(stage: Stage) -> None:
    message, _ = ask(stage, WIDGET)
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Done.")

    stage.provider.script = script
    first = fill(stage, message, action=BUTTON, values=NOTE)
    second = fill(stage, message, action=BUTTON, values=NOTE)
    with pytest.raises(RunActive):
        fill(stage, message, action=BUTTON, values={"note": ("red",)})
    gate.open()
    stage.settle()

    assert (second.run, second.is_repeat) == (first.run, True)
    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


def test_a_card_stays_usable_when_the_conversation_has_gone_on(stage: Stage) -> None:
    message, watcher = ask(stage, WIDGET)
    conversation = stage.shown().id
    stage.ask("Something else", conversation=conversation)

    accepted = fill(stage, message, action=BUTTON)
    stage.settle()

    assert [one.id for one in stage.shown().messages][-1] == accepted.answer
    assert stage.provider.turns[-1].text == "Hello"
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_a_card_that_left_the_thread_is_not_usable(stage: Stage) -> None:
    message, _ = ask(stage, WIDGET)
    start.retry(stage.engine, stage.caller, message)
    stage.settle()

    with pytest.raises(RequestSettled):
        press(stage, message, action=BUTTON)


def test_an_action_changes_its_own_card_in_its_place(stage: Stage) -> None:
    message, watcher = ask(stage, WIDGET)

    def script(turn: Turn) -> list[RunEvent]:
        return [
            events.WidgetChanged("w1", changed("Gone")),
            events.TextDelta("Done."),
            events.RunCompleted(),
        ]

    stage.provider.script = script
    fill(stage, message, action=BUTTON)
    stage.settle()

    asked, done = stage.shown().messages[1:]
    assert "Gone" in (asked.parts[1].html or "")
    assert [part.kind for part in done.parts] == ["text"]
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_pressing_on_leaves_an_open_form_unanswered(stage: Stage) -> None:
    message, _ = ask(stage, WIDGET, events.InputRequested("req-1", SIZES))

    fill(stage, message, action=BUTTON)
    stage.settle()

    with pytest.raises(RequestSettled):
        fill(stage, message, 2, values={"size": ("l",)})


class TestQuietActions:
    """They answer with the changed card and no new message."""

    def test_the_card_changes_and_no_answer_begins(self, stage: Stage) -> None:
        message, watcher = ask(stage, QUIET)

        def script(turn: Turn) -> list[RunEvent]:
            return [events.WidgetChanged("w1", changed("Now")), events.RunCompleted()]

        stage.provider.script = script
        accepted = fill(stage, message, action=BUTTON, values=NOTE)
        before = told_of(watcher, message)
        until(lambda: told_of(watcher, message) > before)

        assert (accepted.run, accepted.answer) == ("", "")
        reply = stage.provider.turns[-1].reply
        assert reply == ActionTaken("w1", "go", {"id": 7, "note": "blue"}, is_quiet=True)
        assert stage.rows("SELECT count(*) FROM runs") == [(1,)]
        assert "Now" in (stage.shown_answer().parts[1].html or "")
        assert watcher.look().picture() == screen_of(stage.shown()).picture()

    def test_a_draining_process_begins_none(self, stage: Stage) -> None:
        message, _ = ask(stage, QUIET)
        asked = len(stage.provider.turns)
        stage.engine.drain(0.1)

        with pytest.raises(Restarting):
            press(stage, message, action=BUTTON)
        assert len(stage.provider.turns) == asked

    def test_a_card_may_be_taken_back(self, stage: Stage) -> None:
        message, watcher = ask(stage, QUIET)
        stage.provider.script = lambda turn: [events.PartRemoved("w1"), events.RunCompleted()]

        fill(stage, message, action=BUTTON)
        until(lambda: stage.shown_answer().parts[1].kind == "removed")
        until(lambda: watcher.look().picture() == screen_of(stage.shown()).picture())

    @pytest.mark.parametrize("script", [[], [events.WidgetChanged("other", changed("Now"))]])
    def test_frames_hear_of_the_part_whatever_comes(
        self, stage: Stage, script: Iterable[RunEvent]
    ) -> None:
        message, watcher = ask(stage, QUIET)
        stage.provider.script = lambda turn: script
        before = told_of(watcher, message)

        fill(stage, message, action=BUTTON)
        until(lambda: told_of(watcher, message) > before)

        assert watcher.look().picture() == screen_of(stage.shown()).picture()

    def test_frames_hear_of_the_part_when_the_platform_fails(self, stage: Stage) -> None:
        message, watcher = ask(stage, QUIET)

        def script(turn: Turn) -> Iterator[RunEvent]:
            raise OSError("no route")
            yield

        stage.provider.script = script
        before = told_of(watcher, message)

        fill(stage, message, action=BUTTON)
        until(lambda: told_of(watcher, message) > before)

        assert stage.rows("SELECT count(*) FROM runs") == [(1,)]

    def test_it_is_taken_while_an_answer_is_being_written(self, stage: Stage) -> None:
        message, watcher = ask(stage, QUIET)
        conversation = stage.shown().id
        gate = Gate()

        def script(turn: Turn) -> Iterator[RunEvent]:
            if turn.reply is not None:
                yield events.WidgetChanged("w1", changed("Now"))
            else:
                yield events.TextDelta("Slowly ")
                gate.wait()
                yield events.TextDelta("written.")
            yield events.RunCompleted()

        stage.provider.script = script
        stage.send("More", conversation=conversation)
        gate.reached()
        fill(stage, message, action=BUTTON)
        until(lambda: "Now" in (stage.shown().messages[1].parts[1].html or ""))
        gate.open()
        stage.settle()

        assert stage.shown_answer().parts[0].html == "<p>Slowly written.</p>"
        until(lambda: watcher.look().picture() == screen_of(stage.shown()).picture())

    def test_a_card_of_the_running_answer_changes_in_it(self, stage: Stage) -> None:
        accepted = begin(stage, QUIET)
        stage.engine.checkpoints.save_all()
        gate = stage.provider.script
        watcher = Watcher(stage, accepted.conversation)

        stage.provider.script = lambda turn: [events.WidgetChanged("w1", changed("Now"))]
        fill(stage, accepted.answer, 0, action=BUTTON)
        until(lambda: "Now" in (stage.shown_answer().parts[0].html or ""))

        assert gate is not None
        until(lambda: watcher.look().picture() == screen_of(stage.shown()).picture())

    def test_a_closed_conversation_takes_none(self, stage: Stage) -> None:
        message, _ = ask(stage, QUIET, events.AccessChanged("closed"))

        with pytest.raises(ConversationClosed):
            fill(stage, message, action=BUTTON)
