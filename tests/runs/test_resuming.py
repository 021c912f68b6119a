"""A run whose owner is gone. Two stages on one database file are two processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta

import gevent
import msgspec
import pytest
from structlog.testing import capture_logs

from tests.runs.conftest import MakeStage
from tests.runs.stage import FAST, Gate, Stage, Watcher, answer, until
from widget.domain import events
from widget.domain.errors import UpstreamRejected, UpstreamUnreachable
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, Turn, UpstreamRef
from widget.runs import conversations, resume, start, stop
from widget.runs.opened import Accepted
from widget.runs.owner import is_gone, new_owner
from widget.store.runs import ownerless_runs

JOIN = Capabilities(join=True)


def leave_behind(stage: Stage, *script: RunEvent) -> Accepted:
    """A run with these events in the store, whose process then vanished without a word."""
    gate = Gate()

    def played(turn: Turn) -> Iterator[RunEvent]:
        yield from script
        gate.wait()

    stage.provider.script = played
    accepted = stage.send()
    gate.reached()
    stage.engine.checkpoints.save_all()
    (live,) = stage.engine.live.values()
    live.is_streaming = False
    stage.engine.live.clear()
    return accepted


def end_leases(stage: Stage) -> None:
    with stage.store.begin() as tx:
        tx.exec_driver_sql("UPDATE runs SET lease_ends_at = '2000-01-01 00:00:00.000000'")


@pytest.fixture
def former(make_stage: MakeStage) -> Stage:
    return make_stage(owner="former")


@pytest.fixture
def next_one(make_stage: MakeStage) -> Stage:
    stage = make_stage(owner="next")
    stage.provider.offers = JOIN
    return stage


def test_a_joined_answer_goes_on_exactly_where_the_cursor_was(
    former: Stage, next_one: Stage
) -> None:
    leave_behind(
        former,
        events.RunStarted("c", "r"),
        events.TextDelta("One **tw"),
        events.Cursor("17"),
        events.TextDelta("lost in the kill"),
    )
    end_leases(former)
    next_one.provider.join_script = lambda ref: [
        events.TextDelta("o** three."),
        events.RunCompleted(),
    ]

    resume.sweep(next_one.engine)
    next_one.settle()

    (ref,) = next_one.provider.joins
    assert ref == UpstreamRef("vis_ada", "c", "r", "17")
    shown = next_one.shown_answer()
    assert (shown.state, shown.parts[0].html) == ("done", "<p>One <strong>two</strong> three.</p>")
    assert next_one.rows("SELECT state, owner, lease_ends_at FROM runs") == [("done", None, None)]


def test_a_frame_that_holds_the_stored_text_follows_the_join(
    former: Stage, next_one: Stage
) -> None:
    accepted = leave_behind(
        former, events.RunStarted("c", "r"), events.TextDelta("| a |\n|-"), events.Cursor("1")
    )
    end_leases(former)
    before = next_one.shown()
    watcher = Watcher(next_one, accepted.conversation)
    watcher.screen.show(before)
    next_one.provider.join_script = lambda ref: [
        events.TextDelta("--|\n| b |\n"),
        events.RunCompleted(),
    ]

    resume.sweep(next_one.engine)
    next_one.settle()

    assert before.run is not None
    assert before.run.id == accepted.run
    whole = Watcher(next_one, accepted.conversation).screen
    whole.show(next_one.shown())
    assert watcher.look().picture() == whole.picture()


def test_a_joined_answer_is_stored_up_to_its_cursor_too(former: Stage, next_one: Stage) -> None:
    """So that the next kill does not repeat a word either."""
    leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("One "), events.Cursor("1"))
    end_leases(former)
    gate = Gate()

    def join(ref: UpstreamRef) -> Iterator[RunEvent]:
        yield events.TextDelta("two ")
        gate.wait()
        yield events.Cursor("2")
        yield events.RunCompleted()

    next_one.provider.join_script = join
    resume.sweep(next_one.engine)
    gate.reached()

    next_one.engine.checkpoints.save_all()

    stored = next_one.rows(
        "SELECT text, cursor FROM parts JOIN runs ON runs.answer = parts.message"
    )
    assert stored == [("One ", "1")]
    gate.open()
    next_one.settle()
    assert next_one.shown_answer().parts[0].html == "<p>One two</p>"


def test_steps_that_are_told_again_are_not_doubled(former: Stage, next_one: Stage) -> None:
    leave_behind(
        former,
        events.RunStarted("c", "r"),
        events.Step("s", "Search", "running"),
        events.TextDelta("So"),
        events.Cursor("3"),
    )
    end_leases(former)
    next_one.provider.join_script = lambda ref: [
        events.Step("s", "Search", "done"),
        events.TextDelta(" be it."),
        events.RunCompleted(),
    ]

    resume.sweep(next_one.engine)
    next_one.settle()

    assert [part.state or part.html for part in next_one.shown_answer().parts] == [
        "done",
        "<p>So be it.</p>",
    ]


def test_without_a_cursor_the_platform_tells_everything_again(
    former: Stage, next_one: Stage
) -> None:
    leave_behind(
        former,
        events.RunStarted("c", "r"),
        events.TextDelta("One "),
        events.Step("s", "Search", "done"),
        events.TextDelta("two"),
    )
    end_leases(former)
    next_one.provider.join_script = lambda ref: answer("One two three.")

    resume.sweep(next_one.engine)
    next_one.settle()

    assert [part.html for part in next_one.shown_answer().parts] == ["<p>One two three.</p>"]


def test_where_joining_is_not_offered_the_text_stands_marked(
    former: Stage, next_one: Stage
) -> None:
    accepted = leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("Half an"))
    end_leases(former)
    next_one.provider.offers = Capabilities(join=False)
    watcher = Watcher(next_one, accepted.conversation)
    watcher.screen.show(next_one.shown())

    resume.sweep(next_one.engine)
    next_one.settle()

    shown = next_one.shown_answer()
    assert (shown.state, shown.failure, shown.parts[0].html) == (
        "interrupted",
        None,
        "<p>Half an</p>",
    )
    assert watcher.look().messages[accepted.answer]["state"] == "interrupted"
    assert next_one.rows("SELECT state FROM runs") == [("interrupted",)]


def test_an_interrupted_answer_can_be_tried_again(former: Stage, next_one: Stage) -> None:

    accepted = leave_behind(former, events.TextDelta("Half an"))
    end_leases(former)
    next_one.provider.offers = Capabilities()
    resume.sweep(next_one.engine)
    next_one.settle()

    start.retry(next_one.engine, next_one.caller, accepted.answer)
    next_one.settle()

    assert next_one.shown_answer().parts[0].html == "<p>You said Hello.</p>"


def test_a_run_that_never_reached_the_platform_is_marked(former: Stage, next_one: Stage) -> None:
    leave_behind(former)
    end_leases(former)

    resume.sweep(next_one.engine)
    next_one.settle()

    assert next_one.shown_answer().state == "interrupted"
    assert next_one.provider.joins == []


def _not_known(ref: UpstreamRef) -> Iterable[RunEvent]:
    raise UpstreamRejected("no such run", status=404)


def _cut(ref: UpstreamRef) -> Iterable[RunEvent]:
    yield events.TextDelta(" more")
    raise UpstreamUnreachable("cut again")


@pytest.mark.parametrize(
    ("script", "html"), [(_not_known, "<p>Half</p>"), (_cut, "<p>Half more</p>")]
)
def test_a_join_that_fails_leaves_the_text_marked(
    former: Stage, next_one: Stage, script: Iterable[RunEvent], html: str
) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("Half"), events.Cursor("1"))
    end_leases(former)
    next_one.provider.join_script = script  # type: ignore[assignment]

    with capture_logs() as logs:
        resume.sweep(next_one.engine)
        next_one.settle()

    shown = next_one.shown_answer()
    assert (shown.state, shown.parts[0].html) == ("interrupted", html)
    assert "run could not be joined" in [entry["event"] for entry in logs]


def test_a_join_that_knows_nothing_keeps_the_stored_text(former: Stage, next_one: Stage) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("Half"))
    end_leases(former)
    next_one.provider.join_script = _not_known

    resume.sweep(next_one.engine)
    next_one.settle()

    shown = next_one.shown_answer()
    assert (shown.state, shown.parts[0].html) == ("interrupted", "<p>Half</p>")


def test_a_paused_site_joins_nothing(former: Stage, next_one: Stage) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("Half"), events.Cursor("1"))
    end_leases(former)
    next_one.pause_site()

    resume.sweep(next_one.engine)
    next_one.settle()

    assert next_one.shown_answer().state == "interrupted"
    assert next_one.provider.joins == []


def test_a_live_lease_is_never_stolen(former: Stage, next_one: Stage) -> None:
    leave_behind(former, events.RunStarted("c", "r"))

    resume.sweep(next_one.engine)

    assert next_one.engine.live == {}
    assert next_one.rows("SELECT owner FROM runs") == [("former",)]


def test_a_lease_that_is_kept_alive_outlives_its_length(
    make_stage: MakeStage, next_one: Stage
) -> None:
    living = make_stage(owner="living", timing=msgspec.structs.replace(FAST, lease_s=0.2))
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Late.")

    living.provider.script = script
    living.engine.start()
    living.send()
    gate.reached()
    ends_at = living.engine.clock() + timedelta(seconds=0.6)

    while living.engine.clock() < ends_at:
        resume.sweep(next_one.engine)
        gevent.sleep(0.01)
    gate.open()
    living.settle()

    assert next_one.engine.live == {}
    assert living.shown_answer().parts[0].html == "<p>Late.</p>"


def test_only_one_of_two_processes_takes_over(former: Stage, make_stage: MakeStage) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.Cursor("1"))
    end_leases(former)
    rivals = [make_stage(owner="a"), make_stage(owner="b")]
    gate = Gate()

    def join(ref: UpstreamRef) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("x")

    for rival in rivals:
        rival.provider.offers = JOIN
        rival.provider.join_script = join
    with former.store.read() as tx:
        (run,) = ownerless_runs(tx, at=former.engine.clock())

    for rival in rivals:
        resume.take_over(rival.engine, run)

    assert [len(rival.engine.live) for rival in rivals] == [1, 0]
    gate.open()
    rivals[0].settle()


def test_a_process_that_is_gone_needs_no_patience(make_stage: MakeStage, next_one: Stage) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "from widget.runs.owner import new_owner; print(new_owner())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    crashed = make_stage(owner=dead, timing=msgspec.structs.replace(FAST, lease_s=3600))
    leave_behind(crashed, events.TextDelta("Half"))

    resume.sweep(next_one.engine)
    next_one.settle()

    assert is_gone(dead)
    assert next_one.shown_answer().state == "interrupted"


@pytest.mark.parametrize("owner", ["", "former", "another-machine.1.1", f"{new_owner()}0", "a.b.c"])
def test_an_owner_that_cannot_be_judged_is_not_gone(owner: str) -> None:
    machine, pid, start = new_owner().rsplit(".", 2)

    assert not is_gone(new_owner())
    assert is_gone(f"{machine}.{pid}.{int(start) + 1}")
    assert is_gone(owner) == (owner == f"{new_owner()}0")


def test_the_keepers_take_over_by_themselves(former: Stage, next_one: Stage) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.TextDelta("Half "), events.Cursor("1"))
    end_leases(former)
    next_one.provider.join_script = lambda ref: [events.TextDelta("whole."), events.RunCompleted()]

    next_one.engine.start()

    until(lambda: next_one.shown_answer().state == "done")
    assert next_one.shown_answer().parts[0].html == "<p>Half whole.</p>"


def test_a_run_that_cannot_be_read_does_not_hide_the_others(former: Stage, next_one: Stage) -> None:
    broken = leave_behind(former, events.Step("s", "Search", "done"))
    leave_behind(former, events.TextDelta("Half"))
    end_leases(former)
    with former.store.begin() as tx:
        tx.exec_driver_sql("UPDATE parts SET data = '{' WHERE kind = 'step'")

    with capture_logs() as logs:
        resume.sweep(next_one.engine)
        next_one.settle()

    assert next_one.shown_answer().state == "interrupted"
    assert [(entry["event"], entry["run"]) for entry in logs if entry["log_level"] == "error"] == [
        ("a run could not be taken over", broken.run)
    ]


def test_a_stop_reaches_a_run_that_nobody_owns(former: Stage, next_one: Stage) -> None:
    accepted = leave_behind(
        former, events.RunStarted("c", "r"), events.TextDelta("Half"), events.Cursor("1")
    )
    end_leases(former)

    stop.stop(next_one.engine, next_one.caller, accepted.run)
    next_one.settle()

    assert next_one.shown_answer().state == "stopped"
    until(lambda: next_one.provider.cancels)
    assert next_one.provider.joins == []


def test_the_visitors_title_outlives_a_join(former: Stage, next_one: Stage) -> None:

    accepted = leave_behind(former, events.RunStarted("c", "r"), events.Cursor("1"))
    conversations.rename(former.engine, former.caller, accepted.conversation, "Mine")
    end_leases(former)
    next_one.provider.join_script = lambda ref: [
        events.TitleChanged("Theirs"),
        events.RunCompleted(),
    ]

    resume.sweep(next_one.engine)
    next_one.settle()

    assert next_one.shown().title == "Mine"


class TestDraining:
    def test_running_answers_may_end(self, stage: Stage) -> None:
        gate = Gate()

        def script(turn: Turn) -> Iterator[RunEvent]:
            gate.wait()
            yield from answer("Ended.")

        stage.provider.script = script
        stage.send()
        gate.reached()
        draining = gevent.spawn(stage.engine.drain, 5)
        gevent.sleep(0)
        gate.open()
        draining.get(timeout=5)

        assert stage.shown_answer().parts[0].html == "<p>Ended.</p>"

    def test_what_does_not_end_is_marked(self, stage: Stage) -> None:
        gate = Gate()

        def script(turn: Turn) -> Iterator[RunEvent]:
            yield events.RunStarted("c", "r")
            yield events.TextDelta("Half")
            gate.wait()

        stage.provider.script = script
        stage.send()
        gate.reached()

        stage.engine.drain(0.05)

        shown = stage.shown_answer()
        assert (shown.state, shown.parts[0].html) == ("interrupted", "<p>Half</p>")
        assert stage.provider.cancels == []

    def test_what_can_be_joined_is_handed_over(self, former: Stage, next_one: Stage) -> None:
        gate = Gate()

        def script(turn: Turn) -> Iterator[RunEvent]:
            yield events.RunStarted("c", "r")
            yield events.TextDelta("Half ")
            yield events.Cursor("1")
            yield events.TextDelta("unsaid")
            gate.wait()

        former.provider.script = script
        former.provider.offers = JOIN
        accepted = former.send()
        gate.reached()

        former.engine.drain(0.05)
        handed_over = former.rows("SELECT state, owner, lease_ends_at FROM runs")
        next_one.provider.join_script = lambda ref: [
            events.TextDelta("whole."),
            events.RunCompleted(),
        ]
        resume.sweep(next_one.engine)
        next_one.settle()

        assert handed_over == [("running", None, None)]
        assert former.provider.cancels == []
        assert "run.ended" not in "".join(_frames(former, accepted))
        assert next_one.shown_answer().parts[0].html == "<p>Half whole.</p>"


def _frames(stage: Stage, accepted: Accepted) -> list[str]:
    watcher = Watcher(stage, accepted.conversation)
    watcher.look()
    return watcher.frames
