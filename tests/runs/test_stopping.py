from __future__ import annotations

import time
from collections.abc import Iterator

import gevent
import pytest
from structlog.testing import capture_logs

from tests.runs.stage import KEY, Gate, Stage, Watcher, answer, make_caller, until
from widget.domain import events
from widget.domain.errors import NotFound, UpstreamTimeout
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs import conversations, stop
from widget.runs.opened import Accepted


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def stalled(stage: Stage, gate: Gate) -> Accepted:
    """A run whose platform has said two words and then nothing more."""

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.RunStarted("c", "r")
        yield events.TextDelta("Two words")
        gate.wait()
        yield from answer("never said")

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()
    return accepted


def test_a_stop_shows_within_a_second_while_nothing_comes(stage: Stage, stalled: Accepted) -> None:
    watcher = Watcher(stage, stalled.conversation)
    began_at = time.monotonic()

    stop.stop(stage.engine, stage.caller, stalled.run)
    until(lambda: watcher.look().run is None)

    assert time.monotonic() - began_at < 1
    shown = stage.shown_answer()
    assert (shown.state, shown.failure, shown.parts[0].html) == (
        "stopped",
        None,
        "<p>Two words</p>",
    )
    assert watcher.screen.messages[stalled.answer]["state"] == "stopped"


def test_a_stop_reaches_the_platform(stage: Stage, stalled: Accepted) -> None:
    stop.stop(stage.engine, stage.caller, stalled.run)

    until(lambda: stage.provider.cancels)
    ref = stage.provider.cancels[0]
    assert (ref.visitor, ref.upstream_conversation, ref.upstream_run) == ("vis_ada", "c", "r")


def test_the_visitor_does_not_wait_for_the_platforms_cancel(
    stage: Stage, stalled: Accepted
) -> None:
    stage.provider.on_cancel = Gate().wait

    with capture_logs() as logs:
        stop.stop(stage.engine, stage.caller, stalled.run)
        stage.settle()
        state = stage.shown_answer().state
        until(lambda: logs)

    assert state == "stopped"
    assert logs[0]["event"] == "the platform was not told to stop"


def test_a_failed_cancel_is_logged_without_the_key(stage: Stage, stalled: Accepted) -> None:
    def refuse() -> None:
        raise UpstreamTimeout(f"with {KEY}")

    stage.provider.on_cancel = refuse

    with capture_logs() as logs:
        stop.stop(stage.engine, stage.caller, stalled.run)
        until(lambda: logs)

    assert logs[0]["detail"] == "UpstreamTimeout: with …"


def test_the_connection_to_the_platform_is_closed(stage: Stage) -> None:
    gate, closed = Gate(), Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            gate.wait()
        finally:
            closed.open()
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    closed.wait()


def test_a_provider_that_swallows_the_stop_is_stopped_at_its_next_word(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            gate.wait()
        except Exception as error:
            yield events.TextDelta(f"I swallowed {error!r}")
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    shown = stage.shown_answer()
    assert (shown.state, shown.parts) == ("stopped", ())


def test_a_provider_that_wraps_the_stop_did_not_fail(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            gate.wait()
        except Exception as error:
            raise UpstreamTimeout("wrapped") from error
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    assert stage.shown_answer().state == "stopped"


def test_a_stop_before_the_first_step_of_the_run_counts(stage: Stage) -> None:
    accepted = stage.send()

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    assert stage.shown_answer().state == "stopped"
    assert stage.provider.turns == []


def test_two_stops_are_one(stage: Stage, stalled: Accepted) -> None:
    stop.stop(stage.engine, stage.caller, stalled.run)
    stop.stop(stage.engine, stage.caller, stalled.run)
    stage.settle()
    stop.stop(stage.engine, stage.caller, stalled.run)
    gevent.sleep(0)

    assert len(stage.provider.cancels) == 1
    watcher = Watcher(stage, stalled.conversation)
    watcher.look()
    assert sum("run.ended" in frame for frame in watcher.frames) == 1


def test_a_stop_after_the_end_changes_nothing(stage: Stage) -> None:
    accepted = stage.ask()

    stop.stop(stage.engine, stage.caller, accepted.run)
    stage.settle()

    assert stage.shown_answer().state == "done"
    assert stage.provider.cancels == []


def test_nobody_elses_run_can_be_stopped(stage: Stage, stalled: Accepted) -> None:
    bob = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        stop.stop(stage.engine, bob, stalled.run)
    assert stage.engine.live


def test_the_next_message_may_follow_a_stop(stage: Stage, stalled: Accepted) -> None:
    stop.stop(stage.engine, stage.caller, stalled.run)
    stage.settle()
    stage.provider.script = lambda turn: answer("Again.")

    stage.ask("More", conversation=stalled.conversation)

    assert stage.shown_answer().parts[0].html == "<p>Again.</p>"


def test_deleting_a_conversation_stops_its_run(stage: Stage, stalled: Accepted) -> None:
    watcher = Watcher(stage, stalled.conversation)

    conversations.delete(stage.engine, stage.caller, stalled.conversation)
    stage.settle()

    assert stage.rows("SELECT count(*) FROM messages") == [(0,)]
    until(lambda: stage.provider.cancels)
    assert watcher.look().run is None
    until(lambda: stage.provider.deleted)
    assert stage.provider.deleted[0].upstream_conversation == "c"
