"""A process that is told to end lets its answers end, or leaves them well."""

from __future__ import annotations

from collections.abc import Iterator

import gevent

from tests.runs.stage import Gate, Stage, Watcher, answer
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, Turn
from widget.runs import resume
from widget.runs.opened import Accepted

JOIN = Capabilities(join=True)


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
