"""Calls into the host page: kept, answered once each, and gone on with together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runs.acts import begin, play, screen_of
from tests.runs.asks import WHERE, WHO, ask, asking, tell
from tests.runs.stage import Stage, Watcher, answer, make_caller
from widget.domain import events
from widget.domain.conversations import ToolCallPart
from widget.domain.errors import (
    BadInput,
    ConversationClosed,
    NotFound,
    RequestSettled,
    Restarting,
    RunActive,
    SitePaused,
)
from widget.domain.events import ClientToolCalled, WidgetChanged
from widget.domain.inputs import ToolAnswered
from widget.runs import start, stop
from widget.runs.storable import MOST_LEVELS
from widget.runs.tool_result import MOST_BYTES
from widget.store.messages import find_message


def calls(stage: Stage, message: str) -> list[ToolCallPart]:
    with stage.store.read() as tx:
        found = find_message(tx, message)
    assert found is not None
    return [part for part in found.parts if isinstance(part, ToolCallPart)]


def test_a_call_stands_in_the_message_for_a_frame_that_comes_later(stage: Stage) -> None:
    message, watcher = ask(stage, WHERE)

    shown = stage.shown_answer().parts[-1]

    assert (shown.kind, shown.id, shown.name) == ("tool_call", "call-1", "where")
    assert (shown.state, shown.data) == ("pending", {"precise": True})
    assert calls(stage, message) == [ToolCallPart("call-1", "where", {"precise": True})]
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_the_agent_goes_on_when_all_calls_have_their_result(stage: Stage) -> None:
    message, watcher = ask(stage, WHERE, WHO)

    assert tell(stage, message, "call-2", "nobody knows", fails=True) is None
    assert stage.rows("SELECT count(*) FROM runs") == [(1,)]
    assert tell(stage, message, "call-1", {"city": "Delft"}) is not None
    stage.settle()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.target_message, turn.target_run) == ("answer", "up-message", "up-run")
    assert turn.reply == (
        ToolAnswered("call-1", "where", {"city": "Delft"}),
        ToolAnswered("call-2", "who", "nobody knows", is_error=True),
    )
    assert [part.state for part in calls(stage, message)] == ["done", "failed"]
    assert stage.shown_answer().parts[0].html == "<p>Thanks.</p>"
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_each_result_is_taken_once(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)

    tell(stage, message, "call-1", "first")
    assert tell(stage, message, "call-1", "second") is None
    stage.settle()
    assert tell(stage, message, "call-1", "third") is None

    assert [part.result for part in calls(stage, message)] == ["first"]
    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


def test_a_retry_gives_the_same_results_again(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)
    tell(stage, message, "call-1", [1, 2])
    stage.settle()

    start.retry(stage.engine, stage.caller, stage.shown_answer().id)
    stage.settle()

    turn = stage.provider.turns[-1]
    assert (turn.kind, turn.reply) == ("answer", (ToolAnswered("call-1", "where", [1, 2]),))


def test_results_wait_for_the_end_of_the_answer(stage: Stage) -> None:
    accepted = begin(stage, WHERE)
    stage.engine.checkpoints.save_all()

    with pytest.raises(RunActive):
        tell(stage, accepted.answer, "call-1", "too early")


@pytest.mark.parametrize("call", ["call-9", "", "req-1"])
def test_only_a_call_that_was_made_is_answered(stage: Stage, call: str) -> None:
    message, _ = ask(stage, WHERE)

    with pytest.raises(BadInput):
        tell(stage, message, call, 1)


def test_a_result_has_a_size(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)

    with pytest.raises(BadInput, match="at most"):
        tell(stage, message, "call-1", "x" * MOST_BYTES)
    tell(stage, message, "call-1", "x" * (MOST_BYTES - 2))
    stage.settle()

    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


@pytest.mark.parametrize("levels", [MOST_LEVELS, 480, 900])
def test_a_result_nests_as_deep_as_it_can_be_read_again(stage: Stage, levels: int) -> None:
    message, _ = ask(stage, WHERE)

    with pytest.raises(BadInput, match="nests deeper"):
        tell(stage, message, "call-1", nested(levels + 1))
    tell(stage, message, "call-1", nested(MOST_LEVELS))
    stage.settle()

    assert stage.rows("SELECT count(*) FROM runs") == [(2,)]


@pytest.mark.parametrize("kind", ["widget", "call"])
def test_what_nests_too_deep_to_be_read_again_is_not_kept(stage: Stage, kind: str) -> None:
    """It would keep the whole conversation from ever opening again."""
    tree = nested(900)
    deep = WidgetChanged("w", tree) if kind == "widget" else ClientToolCalled("c", "n", tree)
    play(stage, *asking(deep))

    answered = stage.shown_answer()
    assert (answered.state, [part.kind for part in answered.parts]) == ("failed", ["text"])


def nested(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for _ in range(levels - 1):
        tree = {"a": tree}
    return tree


def test_broken_text_in_a_result_is_mended(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)

    tell(stage, message, "call-1", {"a\0": ["b\ud800"]})
    stage.settle()

    assert [part.result for part in calls(stage, message)] == [{"a": ["b\ufffd"]}]


def test_nobody_else_answers_a_call(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        tell(stage, message, "call-1", 1)
    with pytest.raises(NotFound):
        tell(stage, "msg_missing", "call-1", 1)


def test_a_visitor_who_asks_on_leaves_the_call_unanswered(stage: Stage) -> None:
    message, watcher = ask(stage, WHERE)

    stage.ask("Never mind", conversation=stage.shown().id)

    assert [part.state for part in calls(stage, message)] == ["failed"]
    assert tell(stage, message, "call-1", 1) is None
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


def test_a_superseded_call_is_refused_kindly(stage: Stage) -> None:
    message, _ = ask(stage, WHERE)
    start.retry(stage.engine, stage.caller, message)
    stage.settle()

    with pytest.raises(RequestSettled):
        tell(stage, message, "call-1", 1)


def test_a_stopped_answer_calls_no_more(stage: Stage) -> None:
    accepted = begin(stage, WHERE)

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    assert [part.state for part in calls(stage, accepted.answer)] == ["failed"]


def test_an_agent_may_call_again(stage: Stage) -> None:
    message, watcher = ask(stage, WHERE)
    stage.provider.script = lambda turn: asking(WHO)
    tell(stage, message, "call-1", 1)
    stage.settle()
    stage.provider.script = lambda turn: answer("Done.")

    tell(stage, stage.shown_answer().id, "call-2", 2)
    stage.settle()

    assert [turn.reply for turn in stage.provider.turns[1:]] == [
        (ToolAnswered("call-1", "where", 1),),
        (ToolAnswered("call-2", "who", 2),),
    ]
    assert watcher.look().picture() == screen_of(stage.shown()).picture()


@pytest.mark.parametrize("result", [None, True, 1.5, "text", [1, [2]], {"a": {"b": None}}])
def test_every_json_value_is_a_result(stage: Stage, result: Any) -> None:
    message, _ = ask(stage, WHERE)

    tell(stage, message, "call-1", result)
    stage.settle()

    assert stage.provider.turns[-1].reply == (ToolAnswered("call-1", "where", result),)


def test_a_closed_conversation_a_paused_site_and_a_draining_process_take_none(
    stage: Stage,
) -> None:
    message, _ = ask(stage, WHERE, events.AccessChanged("closed"))
    with pytest.raises(ConversationClosed):
        tell(stage, message, "call-1", 1)
    stage.engine.drain(0.1)
    with stage.store.begin() as tx:
        tx.exec_driver_sql("UPDATE conversations SET access = 'open'")
    with pytest.raises(Restarting):
        tell(stage, message, "call-1", 1)
    stage.pause_site()
    with pytest.raises(SitePaused):
        tell(stage, message, "call-1", 1)

    assert [part.state for part in calls(stage, message)] == ["pending"]


def test_frames_are_told_of_the_call_and_what_became_of_it(stage: Stage) -> None:
    message, watcher = ask(stage, WHERE, WHO)

    tell(stage, message, "call-1", 1)

    parts = watcher.look().picture()["messages"][-1]["parts"]
    assert [part.get("state") for part in parts] == [None, "done", "pending"]
    assert isinstance(watcher, Watcher)
