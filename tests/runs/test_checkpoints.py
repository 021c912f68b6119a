"""What is in the store while an answer is still being written."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import msgspec

from tests.runs.acts import (
    begin,
    stored_text,
)
from tests.runs.conftest import MakeStage
from tests.runs.stage import FAST, Gate, Stage, until
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.store.checkpoints import RunSave


def stored_cursor(stage: Stage) -> str | None:
    cursor: str | None = stage.rows("SELECT cursor FROM runs")[0][0]
    return cursor


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
