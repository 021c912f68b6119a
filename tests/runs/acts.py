"""What the tests of runs do again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.runs.frame import Screen
from tests.runs.stage import Gate, Stage, Watcher
from widget.domain.events import RunEvent
from widget.domain.transcript import ShownConversation
from widget.providers.base import Turn
from widget.runs.opened import Accepted


def play(stage: Stage, *script: RunEvent) -> Watcher:
    """Runs the script as one answer, to its end."""
    stage.provider.script = lambda turn: script
    return Watcher(stage, stage.ask().conversation)


def parts_on_screen(watcher: Watcher) -> list[dict[str, Any]]:
    picture = watcher.look().picture()
    parts: list[dict[str, Any]] = picture["messages"][-1]["parts"]
    return parts


def text(html: str) -> dict[str, str]:
    return {"kind": "text", "root": html}


def stored_text(stage: Stage) -> str:
    rows = stage.rows(
        "SELECT text FROM parts WHERE kind = 'text' AND message IN (SELECT answer FROM runs)"
    )
    return "".join(text for (text,) in rows)


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


def screen_of(conversation: ShownConversation) -> Screen:
    screen = Screen()
    screen.show(conversation)
    return screen
