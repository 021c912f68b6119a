"""A form in the middle of an answer: filled in, skipped, answered twice, too late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.runs.acts import begin, parts_on_screen, screen_of
from tests.runs.asks import SIZES, SURE, ask, asking, fill
from tests.runs.conftest import MakeStage
from tests.runs.stage import Gate, Stage, Watcher, answer, make_caller, until
from widget.domain import events
from widget.domain.conversations import InputRequestPart
from widget.domain.errors import (
    BadInput,
    FormRefused,
    NotFound,
    RequestSettled,
    Restarting,
    RunActive,
    SitePaused,
    UpstreamTimeout,
)
from widget.domain.events import RunEvent
from widget.domain.inputs import FormAnswered, Values
from widget.providers.base import Capabilities, Turn
from widget.runs import start, stop
from widget.store.messages import find_message

LARGE: Values = {"size": ("l",)}
REQUEST = events.InputRequested("req-1", SIZES)


def stored(stage: Stage, message: str, part: int = 1) -> InputRequestPart:
    with stage.store.read() as tx:
        found = find_message(tx, message)
    assert found is not None
    request = found.parts[part]
    assert isinstance(request, InputRequestPart)
    return request


def states(watcher: Watcher) -> list[Any]:
    """Of every part on screen that has one."""
    messages = watcher.look().picture()["messages"]
    return [part["state"] for one in messages for part in one["parts"] if "state" in part]


def test_an_answer_is_stored_and_the_agent_goes_on_with_it(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST)

    accepted = fill(stage, message, values={**LARGE, "note": (" blue ",)})
    stage.settle()

    turn = stage.provider.turns[-1]
    told = FormAnswered("req-1", values={"size": ("l",), "note": (" blue ",)})
    assert (turn.kind, turn.text, turn.reply) == ("answer", "Hello", told)
    assert (turn.target_message, turn.target_run) == ("up-message", "up-run")
    assert turn.upstream_conversation == "up-conversation"
    request = stored(stage, message)
    assert (request.state, request.values) == ("answered", told.values)
    shown = stage.shown()
    assert [one.id for one in shown.messages] == [accepted.message, message, accepted.answer]
    assert shown.messages[-1].parts[0].html == "<p>Thanks.</p>"
    assert watcher.look().picture() == screen_of(shown).picture()


def test_frames_are_told_of_the_form_before_the_new_answer(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST)
    watcher.look()
    before = len(watcher.frames)

    fill(stage, message, values=LARGE)
    stage.settle()
    watcher.look()

    heads = [frame.split(",")[1] for frame in watcher.frames[before:] if frame[0] == "{"]
    assert heads[:3] == ['"type":"part"', '"type":"message.added"', '"type":"run.started"']


def test_a_button_is_an_answer(stage: Stage) -> None:
    message, _ = ask(stage, events.InputRequested("req-1", SURE))

    fill(stage, message, action="yes")
    stage.settle()

    assert stage.provider.turns[-1].reply == FormAnswered("req-1", "yes")
    assert stored(stage, message).action == "yes"


def test_a_form_may_be_skipped(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)

    fill(stage, message, is_skipped=True, values=LARGE)
    stage.settle()

    assert stage.provider.turns[-1].reply == FormAnswered("req-1", is_skipped=True)
    assert stored(stage, message).state == "skipped"


@pytest.mark.parametrize(
    ("form", "answered"),
    [
        (SIZES, {"values": {}}),
        (SIZES, {"values": {"size": ("xxl",)}}),
        (SURE, {"is_skipped": True}),
    ],
)
def test_what_does_not_fit_is_refused_and_still_waits(
    stage: Stage, form: Any, answered: dict[str, Any]
) -> None:
    message, _ = ask(stage, events.InputRequested("req-1", form))

    with pytest.raises(FormRefused):
        fill(stage, message, **answered)

    assert stored(stage, message).state == "pending"
    assert stage.rows("SELECT count(*) FROM runs") == [(1,)]


@pytest.mark.parametrize(
    ("part", "action"),
    [(0, ""), (2, ""), (1, "no such button")],
)
def test_only_what_was_asked_can_be_answered(stage: Stage, part: int, action: str) -> None:
    message, _ = ask(stage, events.InputRequested("req-1", SURE))

    with pytest.raises(BadInput):
        fill(stage, message, part, action=action)


def test_an_answer_without_its_button_is_refused(stage: Stage) -> None:
    message, _ = ask(stage, events.InputRequested("req-1", SURE))

    with pytest.raises(BadInput):
        fill(stage, message)


def test_a_second_answer_gets_the_first_result(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)

    first = fill(stage, message, values=LARGE)
    during = fill(stage, message, values={"size": ("s",)})
    stage.settle()
    after = fill(stage, message, is_skipped=True)

    for repeat in (during, after):
        assert (repeat.run, repeat.answer, repeat.is_repeat) == (first.run, first.answer, True)
    assert stored(stage, message).values == LARGE
    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


def test_nobody_elses_form_can_be_answered(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        fill(stage, message, values=LARGE)
    with pytest.raises(NotFound):
        fill(stage, "msg_missing", values=LARGE)


def test_a_visitor_who_asks_on_leaves_the_form_unanswered(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST)
    conversation = stage.shown().id

    stage.ask("Something else", conversation=conversation)

    assert stored(stage, message).state == "skipped"
    assert states(watcher) == ["skipped"]
    with pytest.raises(RequestSettled):
        fill(stage, message, values=LARGE)
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_the_second_form_of_a_message_is_settled_with_the_first(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST, events.InputRequested("req-2", SURE))

    fill(stage, message, values=LARGE)
    stage.settle()

    assert states(watcher) == ["answered", "skipped"]
    with pytest.raises(RequestSettled):
        fill(stage, message, 2, action="yes")


def test_a_form_of_a_running_answer_waits_for_its_end(stage: Stage) -> None:
    accepted = begin(stage, REQUEST)

    stage.engine.checkpoints.save_all()
    with pytest.raises(RunActive):
        fill(stage, accepted.answer, 0, values=LARGE)


def test_a_stopped_answer_asks_no_more(stage: Stage) -> None:
    accepted = begin(stage, REQUEST)
    watcher = Watcher(stage, accepted.conversation)

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    assert states(watcher) == ["skipped"]
    with pytest.raises(RequestSettled):
        fill(stage, accepted.answer, 0, values=LARGE)


def test_a_failed_answer_asks_no_more(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        yield REQUEST
        raise UpstreamTimeout("too slow")

    stage.provider.script = script
    accepted = stage.ask()

    assert stored(stage, accepted.answer, 0).state == "skipped"


def test_a_superseded_form_is_refused_kindly(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    start.retry(stage.engine, stage.caller, message)
    stage.settle()

    with pytest.raises(RequestSettled):
        fill(stage, message, values=LARGE)


def test_a_retry_gives_the_same_reply_again(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST)
    first = fill(stage, message, values=LARGE)
    stage.settle()
    stage.provider.script = lambda turn: answer("Thank you indeed.")

    second = start.retry(stage.engine, stage.caller, first.answer)
    stage.settle()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.reply) == ("answer", FormAnswered("req-1", values=LARGE))
    assert (turn.target_message, turn.target_run) == ("up-message", "up-run")
    assert [one.id for one in stage.shown().messages] == [first.message, message, second.answer]
    assert watcher.look().picture() == screen_of(stage.shown()).picture()
    assert start.retry(stage.engine, stage.caller, first.answer).run == second.run


def test_a_retry_of_the_asking_message_asks_again(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    fill(stage, message, values=LARGE)
    stage.settle()
    stage.provider.script = lambda turn: asking(REQUEST)

    again = start.retry(stage.engine, stage.caller, message)
    stage.settle()

    assert stage.provider.turns[-1].kind == "retry"
    assert stored(stage, again.answer).state == "pending"


def test_an_answer_may_ask_once_more(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST)
    stage.provider.script = lambda turn: asking(events.InputRequested("req-2", SURE))

    second = fill(stage, message, values=LARGE).answer
    stage.settle()
    stage.provider.script = lambda turn: answer("Done.")
    fill(stage, second, action="no")
    stage.settle()

    assert [turn.reply for turn in stage.provider.turns] == [
        None,
        FormAnswered("req-1", values=LARGE),
        FormAnswered("req-2", "no"),
    ]
    assert len(stage.shown().messages) == 4
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_a_step_that_waited_ends_where_it_stands(stage: Stage) -> None:
    message, watcher = ask(stage, events.Step("s1", "Pay", "running"), REQUEST)
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.Step("s1", "Paid", "done")
        gate.wait()
        yield events.Step("s1", "Pay again", "running")
        yield events.RunCompleted()

    stage.provider.script = script
    fill(stage, message, 2, values=LARGE)
    gate.reached()

    assert watcher.look().picture() == screen_of(stage.shown()).picture()
    assert stage.shown().messages[1].parts[1].title == "Paid"
    gate.open()
    stage.settle()
    shown = stage.shown().messages
    assert [one.parts[-1].title for one in shown if one.parts[-1].kind == "step"] == ["Pay again"]
    assert (shown[1].parts[1].title, shown[1].parts[1].state) == ("Paid", "done")
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_a_part_of_the_asking_message_may_be_taken_back(stage: Stage) -> None:
    message, watcher = ask(stage, REQUEST, events.WidgetChanged("w1", {"type": "Card"}))
    stage.provider.script = lambda turn: [events.PartRemoved("w1"), events.RunCompleted()]

    fill(stage, message, values=LARGE)
    stage.settle()

    assert [part.kind for part in stage.shown().messages[1].parts][-1] == "removed"
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_a_paused_site_and_a_draining_process_take_no_answer(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)
    stage.engine.drain(0.1)
    with pytest.raises(Restarting):
        fill(stage, message, values=LARGE)
    stage.pause_site()
    with pytest.raises(SitePaused):
        fill(stage, message, values=LARGE)
    assert stored(stage, message).state == "pending"


def test_the_next_process_knows_what_was_asked_and_what_was_answered(
    stage: Stage, make_stage: MakeStage
) -> None:
    message, _ = ask(stage, REQUEST)
    other = make_stage(owner="other")

    first = fill(other, message, values=LARGE)
    other.settle()

    assert other.provider.turns[-1].reply == FormAnswered("req-1", values=LARGE)
    assert fill(stage, message, values=LARGE).run == first.run


def test_a_lost_run_goes_on_with_what_it_was_about(former: Stage, next_one: Stage) -> None:
    message, _ = ask(former, events.Step("s1", "Pay", "running"), REQUEST)
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.RunStarted("up-conversation", "up-run-2")
        yield events.Cursor("1")
        gate.wait()

    former.provider.script = script
    former.provider.offers = Capabilities(join=True)
    fill(former, message, 2, values=LARGE)
    gate.reached()
    former.engine.checkpoints.save_all()
    former.engine.drain(0)
    next_one.provider.join_script = lambda ref: [
        events.Step("s1", "Paid", "done"),
        events.TextDelta("Thanks."),
        events.RunCompleted(),
    ]
    next_one.engine.start()
    until(lambda: next_one.shown_answer().state == "done")

    assert next_one.shown().messages[1].parts[1].title == "Paid"


def test_broken_text_in_values_is_mended(stage: Stage) -> None:
    message, _ = ask(stage, REQUEST)

    fill(stage, message, values={"size": ("l",), "note": ("a\0b\ud800",)})
    stage.settle()

    assert stored(stage, message).values["note"] == ("ab\ufffd",)


def test_screen_keeps_the_open_text_while_an_older_part_changes(stage: Stage) -> None:
    message, watcher = ask(stage, events.Step("s1", "Pay", "running"), REQUEST)

    def script(turn: Turn) -> list[RunEvent]:
        return [
            events.TextDelta("One, "),
            events.Step("s1", "Paid", "done"),
            events.TextDelta("two."),
            events.RunCompleted(),
        ]

    stage.provider.script = script
    fill(stage, message, 2, values=LARGE)
    stage.settle()

    assert parts_on_screen(watcher)[0] == {"kind": "text", "root": "<p>One, two.</p>"}
