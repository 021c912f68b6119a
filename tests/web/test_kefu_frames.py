"""The frames of a streamed answer, without a server: silence, second thoughts, and bad ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from gevent.event import Event

from tests.runs.stage import Stage
from widget.domain.events import RunCompleted, RunEvent, TextDelta, TextReplaced
from widget.providers.base import Turn
from widget.runs import conversations
from widget.runs.kefu_answer import Answering, Written
from widget.runs.opened import Accepted
from widget.web.kefu_stream import COMMENT, frames


class Pauses:
    """A provider's script that waits after each text until it is told to go on."""

    def __init__(self, *script: RunEvent) -> None:
        self._script = script
        self._go = Event()

    def __call__(self, turn: Turn) -> Iterator[RunEvent]:
        for event in (*self._script, RunCompleted()):
            yield event
            if isinstance(event, TextDelta | TextReplaced):
                self._go.wait(5)
                self._go.clear()

    def go_on(self) -> None:
        self._go.set()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "chatdock.db")
    made.caller = msgspec.structs.replace(made.caller, channel="kefu")
    yield made
    made.close()


def streamed(
    stage: Stage,
    accepted: Accepted,
    *,
    end: Callable[[Written], dict[str, Any]] = lambda written: {"reply": written.text},
    heartbeat_s: float = 5,
) -> Iterator[Any]:
    """Frames as a client reads them; comments as they are."""
    answering = Answering(stage.engine, stage.caller, accepted, address_of=lambda file: file)
    for frame in frames(
        answering,
        start={"message_id": accepted.answer},
        end=end,
        error=lambda error: {"why": type(error).__name__},
        heartbeat_s=heartbeat_s,
    ):
        yield frame if frame == COMMENT else json.loads(frame.removeprefix("data: "))


def test_silence_is_filled_with_comments(stage: Stage) -> None:
    stage.provider.script = script = Pauses(TextDelta("Half"))
    told = streamed(stage, stage.send(), heartbeat_s=0.2)

    seen = [next(told) for _ in range(5)]

    texts = [frame["event"] for frame in seen if frame != COMMENT]
    assert texts == ["start", "delta"]
    assert seen[-1] == COMMENT
    script.go_on()
    assert list(told)[-1] == {"event": "end", "reply": "Half"}


def test_corrected_text_is_sent_whole(stage: Stage) -> None:
    stage.provider.script = script = Pauses(
        TextDelta("The old"), TextReplaced("The new"), TextDelta(" one")
    )
    accepted = stage.send()
    seen = []
    for frame in streamed(stage, accepted):
        seen.append(frame)
        if "text" in frame:
            script.go_on()

    assert seen == [
        {"event": "start", "message_id": accepted.answer},
        {"event": "delta", "text": "The old"},
        {"event": "replace", "text": "The new"},
        {"event": "delta", "text": " one"},
        {"event": "end", "reply": "The new one"},
    ]


def test_deleted_conversation_ends_the_stream(stage: Stage) -> None:
    stage.provider.script = Pauses(TextDelta("Half"))
    accepted = stage.send()
    told = streamed(stage, accepted)
    assert [next(told)["event"], next(told)["event"]] == ["start", "delta"]

    conversations.delete(stage.engine, stage.caller, accepted.conversation)

    assert list(told) == [{"event": "error", "why": "NotFound"}]


def test_fault_of_ours_ends_the_stream_with_an_error(stage: Stage) -> None:
    def broken(written: Written) -> dict[str, Any]:
        raise ZeroDivisionError

    told = list(streamed(stage, stage.ask(), end=broken))

    assert told[-1] == {"event": "error", "why": "ZeroDivisionError"}
