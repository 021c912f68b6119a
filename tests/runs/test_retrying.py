from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runs.stage import Gate, Stage, Watcher, answer, make_caller
from widget.domain import events
from widget.domain.conversations import TextPart
from widget.domain.errors import BadInput, NotFound, NotOffered, RunActive, UpstreamTimeout
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, Turn
from widget.runs import start, stop
from widget.runs.opened import Accepted


def retry(stage: Stage, message: str) -> Accepted:
    return start.retry(stage.engine, stage.caller, message)


def edit(stage: Stage, message: str, text: str, name: str = "client-edit-1") -> Accepted:
    return start.edit(stage.engine, stage.caller, message, name, text)


def shown_texts(stage: Stage) -> list[str]:
    return [
        message.parts[0].text or message.parts[0].html or "" for message in stage.shown().messages
    ]


def test_a_retry_shows_another_answer_to_the_same_question(stage: Stage) -> None:
    first = stage.ask("Hello")
    stage.provider.script = lambda turn: answer("Better.")

    second = retry(stage, first.answer)
    stage.settle()

    assert (second.message, second.conversation) == (first.message, first.conversation)
    assert shown_texts(stage) == ["Hello", "<p>Better.</p>"]
    assert stage.rows(
        "SELECT superseded_by FROM messages WHERE role = 'assistant' ORDER BY position"
    ) == [
        (second.answer,),
        (None,),
    ]
    assert list(Watcher(stage, first.conversation).look().messages) == [
        first.message,
        second.answer,
    ]


def test_the_platform_is_told_which_answer_is_retried(stage: Stage) -> None:
    before = stage.ask("Before")
    first = stage.ask("Hello", conversation=before.conversation)

    retry(stage, first.answer)
    stage.settle()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.text) == ("retry", "Hello")
    assert (turn.target_message, turn.target_run) == ("up-message", "up-run")
    assert [message.parts for message in turn.history] == [
        (TextPart("Before"),),
        (TextPart("You said Before."),),
    ]


@pytest.mark.parametrize("state", ["done", "failed", "stopped"])
def test_an_answer_may_be_retried_however_it_ended(stage: Stage, state: str) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("Half")
        if state == "failed":
            raise UpstreamTimeout("too slow")
        if state == "stopped":
            gate.wait()
        yield events.RunCompleted()

    stage.provider.script = script
    first = stage.send("Hello")
    if state == "stopped":
        gate.reached()
        stop.stop(stage.engine, stage.caller, first.run)
    stage.settle()
    assert stage.shown_answer().state == state
    stage.provider.script = lambda turn: answer("Better.")

    retry(stage, first.answer)
    stage.settle()

    assert shown_texts(stage) == ["Hello", "<p>Better.</p>"]


def test_a_retry_in_the_middle_takes_what_came_after_along(stage: Stage) -> None:
    first = stage.ask("One")
    stage.ask("Two", conversation=first.conversation)

    retry(stage, first.answer)
    stage.settle()

    assert shown_texts(stage) == ["One", "<p>You said One.</p>"]
    screen = Watcher(stage, first.conversation).look()
    assert list(screen.messages) == [message.id for message in stage.shown().messages]


def test_a_double_tap_on_retry_makes_one_answer(stage: Stage) -> None:
    first = stage.ask("Hello")

    one = retry(stage, first.answer)
    other = retry(stage, first.answer)

    assert (other.run, other.is_repeat) == (one.run, True)
    stage.settle()
    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


def test_a_running_answer_cannot_be_retried(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Late.")

    stage.provider.script = script
    first = stage.send("Hello")

    with pytest.raises(RunActive):
        retry(stage, first.answer)
    gate.open()
    stage.settle()


def test_only_an_answer_can_be_retried(stage: Stage) -> None:
    first = stage.ask("Hello")

    with pytest.raises(BadInput):
        retry(stage, first.message)


def test_an_answer_that_an_edit_hid_cannot_be_retried(stage: Stage) -> None:
    first = stage.ask("Hello")
    edit(stage, first.message, "Hi")
    stage.settle()

    with pytest.raises(BadInput):
        retry(stage, first.answer)


def test_nobody_elses_answer_can_be_retried_or_edited(stage: Stage) -> None:
    first = stage.ask("Hello")
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        retry(stage, first.answer)
    with pytest.raises(NotFound):
        edit(stage, first.message, "Hi")


def test_what_the_platform_cannot_do_is_not_offered(stage: Stage) -> None:
    stage.provider.offers = Capabilities(retry=False, edit=False)
    first = stage.ask("Hello")

    with pytest.raises(NotOffered):
        retry(stage, first.answer)
    with pytest.raises(NotOffered):
        edit(stage, first.message, "Hi")


def test_an_edit_supersedes_the_question_and_all_after_it(stage: Stage) -> None:
    kept = stage.ask("Zero")
    first = stage.ask("One", conversation=kept.conversation)
    stage.ask("Two", conversation=kept.conversation)

    edited = edit(stage, first.message, "One, better")
    stage.settle()

    assert shown_texts(stage) == [
        "Zero",
        "<p>You said Zero.</p>",
        "One, better",
        "<p>You said One, better.</p>",
    ]
    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.target_run, len(turn.history)) == ("edit", "up-run", 2)
    assert stage.rows("SELECT count(*) FROM messages") == [(8,)]
    screen = Watcher(stage, kept.conversation).look()
    assert list(screen.messages) == [kept.message, kept.answer, edited.message, edited.answer]


def test_a_repeated_edit_is_answered_with_the_first_result(stage: Stage) -> None:
    first = stage.ask("One")

    one = edit(stage, first.message, "Two")
    stage.settle()
    other = edit(stage, first.message, "Two")

    assert (other.message, other.run, other.is_repeat) == (one.message, one.run, True)


def test_only_a_shown_message_of_the_visitor_can_be_edited(stage: Stage) -> None:
    first = stage.ask("One")
    edit(stage, first.message, "Two")
    stage.settle()

    with pytest.raises(BadInput):
        edit(stage, first.message, "Three", name="client-edit-2")
    with pytest.raises(BadInput):
        edit(stage, first.answer, "Three", name="client-edit-3")


def test_an_edit_keeps_the_rules_of_a_message(stage: Stage) -> None:
    first = stage.ask("One")

    with pytest.raises(BadInput, match="empty"):
        edit(stage, first.message, "  ")
    with pytest.raises(BadInput, match="at most 200"):
        edit(stage, first.message, "x" * 201)
    assert shown_texts(stage) == ["One", "<p>You said One.</p>"]


def test_answers_without_a_word_are_no_history(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        raise UpstreamTimeout("too slow")
        yield

    stage.provider.script = script
    first = stage.ask("One")
    stage.provider.script = lambda turn: answer("Fine.")

    stage.ask("Two", conversation=first.conversation)

    assert [message.parts for message in stage.provider.turns[-1].history] == [(TextPart("One"),)]
