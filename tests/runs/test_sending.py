from __future__ import annotations

from collections.abc import Iterator

import gevent
import msgspec
import pytest

from tests.runs.stage import Gate, Stage, Watcher, answer, make_caller, until
from widget.domain import events
from widget.domain.conversations import TextPart
from widget.domain.errors import BadInput, NotFound, Restarting, RunActive, SitePaused
from widget.domain.events import RunEvent
from widget.domain.sites import Limits
from widget.domain.titles import default_title
from widget.providers.base import Capabilities, Turn


def test_a_message_is_stored_before_it_is_acknowledged(stage: Stage) -> None:
    accepted = stage.send("How much is shipping?")

    assert stage.rows(
        "SELECT id, text FROM messages JOIN parts ON parts.message = messages.id"
    ) == [(accepted.message, "How much is shipping?")]
    assert stage.provider.turns == []


def test_the_answer_is_asked_for_and_stored(stage: Stage) -> None:
    stage.ask("Hello")

    shown = stage.shown()
    assert [(m.role, m.state) for m in shown.messages] == [
        ("visitor", "done"),
        ("assistant", "done"),
    ]
    assert shown.messages[0].parts[0].text == "Hello"
    assert shown.messages[1].parts[0].html == "<p>You said Hello.</p>"
    assert shown.run is None


def test_the_platform_gets_the_thread_and_what_it_called_the_conversation(stage: Stage) -> None:
    first = stage.ask("One")
    stage.ask("Two", conversation=first.conversation)

    turn = stage.provider.turns[1]
    assert (turn.kind, turn.text, turn.locale) == ("send", "Two", "en")
    assert turn.upstream_conversation == "up-conversation"
    assert [message.parts for message in turn.history] == [
        (TextPart("One"),),
        (TextPart("You said One."),),
    ]


def test_a_frame_sees_question_answer_and_end(stage: Stage) -> None:
    accepted = stage.ask("Hello")

    screen = Watcher(stage, accepted.conversation).look()
    assert list(screen.messages) == [accepted.message, accepted.answer]
    assert screen.picture()["messages"][1]["parts"] == [
        {"kind": "text", "root": "<p>You said Hello.</p>"}
    ]
    assert (screen.run, screen.messages[accepted.answer]["state"]) == (None, "done")


def test_a_repeat_is_answered_with_the_first_result(stage: Stage) -> None:
    first = stage.send("Hello", name="client-1")
    stage.settle()

    repeat = stage.send("Hello", name="client-1")

    assert repeat == msgspec.structs.replace(first, is_repeat=True)
    assert stage.rows("SELECT count(*) FROM messages") == [(2,)]
    assert len(stage.provider.turns) == 1


def test_a_repeat_in_the_open_conversation_is_one_too(stage: Stage) -> None:
    conversation = stage.ask("Hello").conversation
    first = stage.send("More", conversation=conversation, name="client-2")

    repeat = stage.send("More", conversation=conversation, name="client-2")

    assert repeat == msgspec.structs.replace(first, is_repeat=True)


def test_repeats_at_the_same_moment_make_one_message(stage: Stage) -> None:
    sending = [gevent.spawn(stage.send, "Hello", name="client-1") for _ in range(5)]

    results = [one.get() for one in sending]

    assert len({(one.message, one.run) for one in results}) == 1
    assert sorted(one.is_repeat for one in results) == [False, True, True, True, True]


def test_the_same_name_from_another_visitor_is_another_message(stage: Stage) -> None:
    first = stage.send("Hello", name="client-1")
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    second = stage.send("Hello", name="client-1")

    assert not second.is_repeat
    assert second.conversation != first.conversation


def test_a_second_send_is_refused_while_an_answer_is_written(stage: Stage) -> None:
    gate = Gate()
    stage.provider.script = lambda turn: _slow(gate)
    conversation = stage.send("One").conversation

    with pytest.raises(RunActive):
        stage.send("Two", conversation=conversation)

    gate.open()
    stage.settle()
    assert stage.rows("SELECT count(*) FROM messages") == [(2,)]


def test_a_follow_up_is_handed_to_the_running_run(stage: Stage) -> None:
    gate = Gate()
    stage.provider.offers = Capabilities(follow_up="steer")
    stage.provider.script = lambda turn: _slow(gate) if turn.kind == "send" else ()
    first = stage.send("One")
    gate.reached()
    stage.engine.checkpoints.save_all()

    second = stage.send("Two", conversation=first.conversation)

    until(lambda: len(stage.provider.turns) == 2)
    turn = stage.provider.turns[1]
    assert (turn.kind, turn.text, turn.target_run) == ("follow_up", "Two", "up-run")
    assert (second.run, second.answer) == (first.run, first.answer)
    assert stage.rows("SELECT count(*) FROM runs") == [(1,)]
    assert list(Watcher(stage, first.conversation).look().messages) == [
        first.message,
        first.answer,
        second.message,
    ]


def test_a_follow_up_that_comes_too_late_gets_an_answer_of_its_own(stage: Stage) -> None:
    gate, late = Gate(), Gate()

    def script(turn: Turn) -> Iterator[events.RunEvent]:
        if turn.kind == "send":
            yield from _slow(gate)
            return
        yield events.RunStarted("up-conversation", "up-run-2", "up-message-2")
        late.wait()
        yield events.TextDelta("And two.")
        yield events.RunCompleted()

    stage.provider.offers = Capabilities(follow_up="queue")
    stage.provider.script = script
    first = stage.send("One")
    gate.reached()
    second = stage.send("Two", conversation=first.conversation)
    late.reached()
    late.open()
    gate.open()

    until(lambda: stage.rows("SELECT count(*) FROM runs WHERE state = 'done'") == [(2,)])
    shown = stage.shown().messages
    assert [message.id for message in shown][:3] == [first.message, first.answer, second.message]
    assert [part.html for part in shown[3].parts] == ["<p>And two.</p>"]
    assert list(Watcher(stage, first.conversation).look().messages) == [one.id for one in shown]


@pytest.mark.parametrize("text", ["", "  \n\t ", "\0"])
def test_an_empty_message_is_refused(stage: Stage, text: str) -> None:
    with pytest.raises(BadInput, match="empty"):
        stage.send(text)

    assert stage.rows("SELECT count(*) FROM conversations") == [(0,)]


def test_a_message_beyond_the_sites_limit_is_refused(stage: Stage) -> None:
    stage.send("x" * 200)

    with pytest.raises(BadInput, match="201 characters; at most 200"):
        stage.send("x" * 201, name="client-2")


def test_a_limit_of_zero_is_none(stage: Stage) -> None:
    stage.save_site(limits=Limits(message_chars=0))

    assert stage.send("x" * 20_000).message


def test_text_that_no_database_can_hold_is_mended(stage: Stage) -> None:
    accepted = stage.send("a\0b\ud83d")

    stage.settle()
    shown = stage.shown(accepted.conversation)
    assert shown.messages[0].parts[0].text == "ab\ufffd"


def test_a_paused_site_takes_no_message(stage: Stage) -> None:
    stage.pause_site()

    with pytest.raises(SitePaused):
        stage.send("Hello")


def test_nobody_elses_conversation_can_be_written_to(stage: Stage) -> None:
    conversation = stage.ask("Mine").conversation
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        stage.send("Hello", conversation=conversation)
    with pytest.raises(NotFound):
        stage.send("Hello", conversation="cnv_missing", name="client-3")


def test_the_first_question_names_the_conversation(stage: Stage) -> None:
    stage.ask("  How much\n is   shipping?  ")

    assert stage.shown().title == "How much is shipping?"


def test_a_long_first_question_is_cut_in_the_title() -> None:
    title = default_title("运费" * 60)

    assert len(title) == 100
    assert title.endswith("费运…")


def test_a_draining_process_takes_no_new_message_but_knows_the_old(stage: Stage) -> None:
    stage.send("Hello", name="client-1")
    stage.settle()
    stage.engine.drain(0.1)

    with pytest.raises(Restarting):
        stage.send("More", name="client-2")
    assert stage.send("Hello", name="client-1").is_repeat


def test_a_provider_that_cannot_be_made_fails_the_run_and_keeps_the_message(stage: Stage) -> None:
    def refuse(site: object) -> None:
        raise BadInput("provider.base_url: not an address")

    stage.engine.provider_for = refuse  # type: ignore[assignment]
    stage.ask("Hello")

    question, failed = stage.shown().messages
    assert question.parts[0].text == "Hello"
    assert failed.state == "failed"
    assert failed.failure is not None
    assert failed.failure.code == "config"


def _slow(gate: Gate) -> Iterator[RunEvent]:
    first, *rest = answer("Late.")
    yield first
    gate.wait()
    yield from rest
