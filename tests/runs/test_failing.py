"""Whatever a provider does, the run ends and says how, to each reader what is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import gevent
import msgspec
import pytest
from structlog.testing import capture_logs

from tests.runs.acts import (
    parts_on_screen,
    play,
    text,
)
from tests.runs.conftest import MakeStage
from tests.runs.stage import FAST, KEY, Gate, Stage, Watcher, make_site
from widget.domain import events
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import RunEvent
from widget.domain.remedies import Remedy
from widget.domain.transcript import ShownFailure
from widget.providers.base import Turn

DONE = events.RunCompleted()


FAILURES = [
    (UpstreamUnreachable("no route"), Failure.UPSTREAM_DOWN, True, "again"),
    (UpstreamTimeout("120 s"), Failure.TIMEOUT, True, "again"),
    (UpstreamInterrupted("cut"), Failure.UPSTREAM_DOWN, True, "again"),
    (UpstreamProtocolError("not JSON"), Failure.UNKNOWN, True, "again"),
    (UpstreamBusy("slow down", retry_after_s=2.5), Failure.BUSY, True, "wait"),
    (UpstreamRejected("no such luck", status=401), Failure.AUTH, False, None),
    (UpstreamRejected("no such luck", status=402), Failure.QUOTA, False, None),
    (
        UpstreamRejected("no such luck", status=200, failure=Failure.CONTENT),
        Failure.CONTENT,
        False,
        "edit",
    ),
]


@pytest.mark.parametrize(("error", "failure", "retryable", "remedy"), FAILURES)
def test_a_failure_keeps_the_text_and_tells_its_class_only(
    stage: Stage, error: UpstreamError, failure: Failure, retryable: bool, remedy: Remedy | None
) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("Half an ")
        raise error

    stage.provider.script = script
    watcher = Watcher(stage, stage.ask().conversation)
    watcher.look()

    shown = stage.shown_answer()
    assert (shown.state, shown.parts[0].html) == ("failed", "<p>Half an</p>")
    assert shown.failure == ShownFailure(failure, retryable, remedy=remedy)
    ended = msgspec.json.decode(watcher.frames[-1])
    assert (ended["state"], ended["failure"]["code"]) == ("failed", failure)
    assert error.detail not in "".join(watcher.frames)


def test_when_to_try_again_is_told_where_it_is_known(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("x")
        raise UpstreamBusy("slow down", retry_after_s=2.5)

    stage.provider.script = script
    watcher = Watcher(stage, stage.ask().conversation)
    watcher.look()

    assert msgspec.json.decode(watcher.frames[-1])["failure"]["retry_after_s"] == 3


def test_the_owners_log_has_detail_and_reference_and_no_key(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        raise UpstreamRejected(f"bad key {KEY}", status=401, log_id="req-77")
        yield

    stage.provider.script = script
    with capture_logs() as logs:
        accepted = stage.ask()

    assert logs == [
        {
            "event": "run failed",
            "log_level": "warning",
            "run": accepted.run,
            "site": "acme",
            "error": "UpstreamRejected",
            "detail": "bad key …",
            "log_id": "req-77",
        }
    ]


def test_a_bug_in_a_provider_fails_the_run_with_its_traceback_in_the_log(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("x")
        raise KeyError(f"planted {KEY}")

    stage.provider.script = script
    with capture_logs() as logs:
        stage.ask()

    failure = stage.shown_answer().failure
    assert failure is not None
    assert failure.code == "unknown"
    assert "in script" in logs[0]["detail"]
    assert "planted …" in logs[0]["detail"]
    assert KEY not in str(logs)


def test_an_event_that_is_none_fails_the_run(stage: Stage) -> None:
    stage.provider.script = lambda turn: ["not an event"]  # type: ignore[list-item]

    stage.ask()

    assert stage.shown_answer().state == "failed"


@pytest.mark.parametrize("script", [[], [events.TextDelta("Half")]])
def test_a_stream_without_its_end_was_interrupted(stage: Stage, script: list[RunEvent]) -> None:
    play(stage, *script)

    failure = stage.shown_answer().failure
    assert failure is not None
    assert failure.code == "upstream_down"


def test_an_answer_that_takes_too_long_is_cut(make_stage: MakeStage) -> None:
    timing = msgspec.structs.replace(FAST, run_s=0.1)
    stage = make_stage(timing=timing)
    begun = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.RunStarted("c", "r")
        yield events.TextDelta("and and ")
        begun.wait()
        while True:
            yield events.TextDelta("and ")
            gevent.sleep(0.01)

    stage.provider.script = script
    stage.send()
    begun.reached()
    stage.engine.start()  # a stalled machine must not spend the time before it has begun
    begun.open()
    stage.settle()

    shown = stage.shown_answer()
    assert shown.failure == ShownFailure(Failure.TIMEOUT, retryable=True, remedy="again")
    assert shown.parts[0].html is not None
    assert shown.parts[0].html.startswith("<p>and and")
    assert [ref.upstream_run for ref in stage.provider.cancels] == ["r"]


def test_a_platform_that_falls_silent_is_given_up(make_stage: MakeStage) -> None:
    stage = make_stage(timing=msgspec.structs.replace(FAST, silence_s=0.1))
    stage.engine.start()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("One.")
        Gate().wait()

    stage.provider.script = script
    stage.ask()

    assert stage.shown_answer().failure == ShownFailure(
        Failure.TIMEOUT, retryable=True, remedy="again"
    )


def test_a_paused_site_ends_its_running_answers(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("One.")
        gate.wait()

    stage.provider.script = script
    stage.engine.start()
    stage.send()
    gate.reached()

    stage.pause_site()
    stage.settle()

    assert stage.shown_answer().state == "stopped"


def test_a_provider_that_never_waits_leaves_room_for_others(stage: Stage) -> None:
    turns: list[int] = []

    def script(turn: Turn) -> Iterable[RunEvent]:
        for number in range(1_000):
            yield events.TextDelta("x")
            turns.append(number)
        yield DONE

    stage.provider.script = script
    stage.send()
    gevent.sleep(0)
    gevent.sleep(0)

    assert 0 < len(turns) < 1_000
    stage.settle()


def test_a_text_that_cannot_be_rendered_is_shown_as_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard behind the renderer, for the bug that it has one day."""

    def broken(self: object, *args: object) -> list[object]:
        raise ValueError("renderer bug")

    stage.provider.script = lambda turn: [events.TextDelta("a <b>"), DONE]
    monkeypatch.setattr("widget.render.stream.MarkdownStream.feed", broken)
    monkeypatch.setattr("widget.render.stream.MarkdownStream.finish", broken)
    monkeypatch.setattr("widget.runs.shown.render", broken)
    watcher = Watcher(stage, stage.ask().conversation)

    assert parts_on_screen(watcher) == [text("<p>a &lt;b&gt;</p>")]
    assert stage.shown_answer().parts[0].html == "<p>a &lt;b&gt;</p>"
    assert stage.shown_answer().state == "failed"


def test_the_site_of_these_tests_holds_the_key_that_is_searched_for() -> None:
    assert make_site().provider.settings["api_key"] == KEY
