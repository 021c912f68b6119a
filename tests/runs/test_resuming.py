"""A run whose owner is gone. Two stages on one database file are two processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from structlog.testing import capture_logs

from tests.runs.acts import (
    end_leases,
    leave_behind,
)
from tests.runs.stage import Gate, Stage, Watcher, answer, until
from widget.domain import events
from widget.domain.errors import UpstreamRejected, UpstreamUnreachable
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, UpstreamRef
from widget.runs import conversations, resume, start, stop

JOIN = Capabilities(join=True)


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
