"""What is in the store while an answer is still being written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import gevent
import msgspec
from sqlalchemy import event
from structlog.testing import capture_logs

from tests.runs.conftest import MakeStage
from tests.runs.stage import FAST, Gate, Stage, answer, until
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs.answer import GrowingText
from widget.runs.opened import Accepted
from widget.store.checkpoints import RunSave


def stored_text(stage: Stage) -> str:
    rows = stage.rows(
        "SELECT text FROM parts WHERE kind = 'text' AND message IN (SELECT answer FROM runs)"
    )
    return "".join(text for (text,) in rows)


def stored_cursor(stage: Stage) -> str | None:
    cursor: str | None = stage.rows("SELECT cursor FROM runs")[0][0]
    return cursor


def begin(stage: Stage, *script: RunEvent) -> Accepted:
    """Plays these events and then stands still."""
    gate = Gate()

    def played(turn: Turn) -> Iterator[RunEvent]:
        yield from script
        gate.wait()

    stage.provider.script = played
    accepted = stage.send()
    gate.reached()
    return accepted


def test_text_is_stored_while_the_answer_grows(stage: Stage) -> None:
    begin(stage, events.TextDelta("One "), events.TextDelta("two"))

    assert stored_text(stage) == ""
    stage.engine.start()
    until(lambda: stored_text(stage) == "One two")
    assert stage.shown_answer().state == "running"


def test_the_platforms_ids_are_stored_at_once(make_stage: MakeStage) -> None:
    stage = make_stage(timing=msgspec.structs.replace(FAST, checkpoint_s=60))
    stage.engine.start()
    query = "SELECT upstream_run FROM runs ORDER BY started_at"
    begin(stage, events.RunStarted("c", "first"))
    until(lambda: stage.rows(query) == [("first",)])  # the regular save of this minute is over

    begin(stage, events.RunStarted("c", "second"))

    until(lambda: stage.rows(query) == [("first",), ("second",)], limit_s=1)
    begin(stage, events.RunStarted("c", "third"))
    until(lambda: stage.rows(query)[2:] == [("third",)], limit_s=1)


def test_a_growing_answer_is_stored_again_and_again(stage: Stage) -> None:
    gates = [Gate() for _ in range(3)]

    def script(turn: Turn) -> Iterator[RunEvent]:
        for number, gate in enumerate(gates):
            yield events.TextDelta(f"{number} ")
            gate.wait()
        yield events.RunCompleted()

    stage.provider.script = script
    stage.send()
    stored = []
    for gate in gates:
        gate.reached()
        stage.engine.checkpoints.save_all()
        stored.append(stored_text(stage))
        gate.open()
        gevent.sleep(0)

    assert stored == ["0 ", "0 1 ", "0 1 2 "]


def test_only_what_changed_is_written(stage: Stage) -> None:
    begin(stage, events.TextDelta("One"), events.Step("s", "Search", "running"))
    (live,) = stage.engine.live.values()

    first, second = live.checkpoint(), live.checkpoint()

    assert [row.kind for row in first.parts] == ["text", "step"]
    assert second.parts == []


def test_names_are_written_when_they_are_news_and_again_when_that_failed(stage: Stage) -> None:
    begin(stage, events.RunStarted("c", "r", "m"), events.TitleChanged("Shipping"))
    (live,) = stage.engine.live.values()

    def names(save: RunSave) -> tuple[str | None, ...]:
        return save.upstream_conversation, save.upstream_message, save.title

    first, second = live.checkpoint(), live.checkpoint()
    live.put_back(first)

    assert names(first) == names(live.checkpoint()) == names(live.whole()) == ("c", "m", "Shipping")
    assert names(second) == (None, None, None)


def test_the_stored_text_reaches_exactly_as_far_as_the_cursor(stage: Stage) -> None:
    begin(
        stage,
        events.TextDelta("known "),
        events.Cursor("7"),
        events.TextDelta("not yet"),
        events.Notice("info", "nor this"),
        events.TextDelta("nor that"),
    )

    stage.engine.checkpoints.save_all()

    assert (stored_text(stage), stored_cursor(stage)) == ("known ", "7")
    assert stage.rows("SELECT count(*) FROM parts WHERE kind = 'notice'") == [(0,)]


def test_what_was_held_back_is_stored_with_the_next_cursor(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("a")
        yield events.Cursor("1")
        yield events.TextDelta("b")
        yield events.Step("s", "Search", "done")
        yield events.TextDelta("c")
        gate.wait()
        yield events.Cursor("2")
        yield events.TextDelta("d")
        second.wait()

    second = Gate()
    stage.provider.script = script
    stage.send()
    gate.reached()
    stage.engine.checkpoints.save_all()
    first_stored = stored_text(stage), stored_cursor(stage)
    gate.open()
    second.reached()

    stage.engine.checkpoints.save_all()

    assert first_stored == ("a", "1")
    assert (stored_text(stage), stored_cursor(stage)) == ("abc", "2")


def test_a_cursor_before_the_first_word_stores_no_text(stage: Stage) -> None:
    begin(stage, events.Cursor("0"), events.TextDelta("later"))

    stage.engine.checkpoints.save_all()

    assert (stored_text(stage), stored_cursor(stage)) == ("", "0")


def test_the_end_stores_what_no_cursor_covered(stage: Stage) -> None:
    stage.provider.script = lambda turn: [
        events.TextDelta("a"),
        events.Cursor("1"),
        events.TextDelta("b"),
        events.RunCompleted(),
    ]

    stage.ask()

    assert stored_text(stage) == "ab"


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
