"""Many runs, one writer, and a database that others use too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import gevent
from sqlalchemy import event
from structlog.testing import capture_logs

from tests.runs.acts import (
    begin,
    stored_text,
)
from tests.runs.conftest import MakeStage
from tests.runs.stage import Gate, Stage, answer, until
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs.answer import GrowingText


def test_all_running_runs_are_saved_in_one_transaction(stage: Stage) -> None:
    gates = []
    for number in range(5):
        gates.append(begin(stage, events.TextDelta(f"answer {number}")))
    begun = 0
    original = stage.store.begin

    def counting() -> Any:
        nonlocal begun
        begun += 1
        return original()

    stage.store.begin = counting  # type: ignore[method-assign]
    stage.engine.checkpoints.save_all()

    assert begun == 1
    assert sorted(stage.rows("SELECT text FROM parts WHERE text LIKE 'answer%'")) == [
        (f"answer {number}",) for number in range(5)
    ]


def test_a_locked_database_only_delays_a_checkpoint(make_stage: MakeStage, tmp_path: Path) -> None:
    stage = make_stage(lock_limit_s=0.02)
    begin(stage, events.TextDelta("One"))
    with closing(sqlite3.connect(tmp_path / "chatdock.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with capture_logs() as logs:
            stage.engine.checkpoints.save_all()
        other.execute("ROLLBACK")
    stored_while_locked = stored_text(stage)

    stage.engine.checkpoints.save_all()

    assert (stored_while_locked, stored_text(stage)) == ("", "One")
    assert [entry["event"] for entry in logs] == ["a checkpoint has to wait"]


def test_the_end_of_an_answer_waits_for_a_locked_database(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = make_stage(lock_limit_s=0.02)
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Said.")

    stage.provider.script = script
    stage.send()
    gate.reached()
    with closing(sqlite3.connect(tmp_path / "chatdock.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with capture_logs() as logs:
            gate.open()
            until(lambda: logs)
        other.execute("ROLLBACK")
    stage.settle()

    assert stage.shown_answer().parts[0].html == "<p>Said.</p>"


def test_a_stop_while_the_end_is_being_stored_does_not_tear_it(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = make_stage(lock_limit_s=0.02)
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Said.")

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()
    with closing(sqlite3.connect(tmp_path / "chatdock.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with capture_logs() as logs:
            gate.open()
            until(lambda: logs)
            stage.journal.send_command(accepted.run, "stop")
            gevent.sleep(0)
        other.execute("ROLLBACK")
    stage.settle()

    assert stage.rows("SELECT state FROM runs") == [("done",)]
    assert stored_text(stage) == "Said."


def test_one_run_that_cannot_be_stored_does_not_stop_the_others(stage: Stage) -> None:
    begin(stage, events.TextDelta("healthy"))
    broken = begin(stage, events.TextDelta("broken"))
    live = stage.engine.live[broken.conversation]
    live.cursor = object()  # type: ignore[assignment]

    with capture_logs() as logs:
        stage.engine.checkpoints.save_all()

    assert stored_text(stage) == "healthy"
    assert {entry["event"] for entry in logs} == {"a checkpoint failed"}


def test_a_checkpoint_renews_the_lease(stage: Stage) -> None:
    begin(stage)
    (before,) = stage.rows("SELECT lease_ends_at FROM runs")[0]

    stage.engine.checkpoints.save_all()

    (after,) = stage.rows("SELECT lease_ends_at FROM runs")[0]
    assert after > before


def test_a_run_that_another_process_took_is_let_go(stage: Stage) -> None:
    begin(stage, events.TextDelta("mine"))
    with stage.store.begin() as tx:
        tx.exec_driver_sql("UPDATE runs SET owner = 'another'")

    stage.engine.checkpoints.save_all()
    stage.settle()

    assert stage.rows("SELECT state, owner FROM runs") == [("running", "another")]
    assert stored_text(stage) == ""


def test_the_end_of_a_run_that_another_process_took_changes_nothing(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("mine")
        gate.wait()
        yield events.RunCompleted()

    stage.provider.script = script
    stage.send()
    gate.reached()
    with stage.store.begin() as tx:
        tx.exec_driver_sql("UPDATE runs SET owner = 'another'")

    gate.open()
    stage.settle()

    assert stage.rows("SELECT state, owner FROM runs") == [("running", "another")]
    assert stored_text(stage) == ""


def test_the_pieces_of_a_long_answer_are_joined_once() -> None:
    part = GrowingText("text")
    part.chunks.extend(f"{number} " for number in range(500))

    assert part.melt(400) == "".join(f"{number} " for number in range(400))
    assert len(part.chunks) == 101


def test_many_runs_cost_no_more_statements_than_one(stage: Stage) -> None:
    statements: list[int] = []
    for _ in range(2):
        for _ in range(20):
            begin(stage, events.RunStarted("c", "r"), events.TextDelta("word"))
        with counted(stage) as count:
            stage.engine.checkpoints.save_all()
        statements.append(len(count))

    assert statements[0] == statements[1] > 0


@contextmanager
def counted(stage: Stage) -> Iterator[list[str]]:
    """Every statement that the store executes meanwhile."""
    executed: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        executed.append(statement)

    with stage.store.read() as tx:
        engine = tx.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(engine, "before_cursor_execute", note)
