"""From the provider's events to what stands on screen and in the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gevent
import msgspec
import pytest
from structlog.testing import capture_logs

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
from widget.domain.transcript import ShownFailure
from widget.providers.base import Turn
from widget.runs import conversations

DONE = events.RunCompleted()


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


def test_parts_stand_in_the_order_in_which_they_came(stage: Stage) -> None:
    watcher = play(
        stage,
        events.ReasoningDelta("Let me "),
        events.ReasoningDelta("think."),
        events.TextDelta("First"),
        events.TextDelta(" words."),
        events.Step("s1", "Search", "running"),
        events.TextDelta("Then more."),
        events.Source("q1", "Terms", "https://acme.example/terms", "free above 99"),
        DONE,
    )

    expected = [
        {"kind": "reasoning", "root": "<p>Let me think.</p>"},
        text("<p>First words.</p>"),
        {"kind": "step", "id": "s1", "title": "Search", "state": "running"},
        text("<p>Then more.</p>"),
        {
            "kind": "source",
            "id": "q1",
            "title": "Terms",
            "url": "https://acme.example/terms",
            "quote": "free above 99",
        },
    ]
    assert parts_on_screen(watcher) == expected
    assert stage.rows(
        "SELECT position, kind, text FROM parts WHERE message IN (SELECT answer FROM runs)"
    ) == [
        (0, "reasoning", "Let me think."),
        (1, "text", "First words."),
        (2, "step", ""),
        (3, "text", "Then more."),
        (4, "source", ""),
    ]


def test_a_step_is_updated_where_it_stands_and_the_text_goes_on(stage: Stage) -> None:
    watcher = play(
        stage,
        events.Step("s1", "Search", "running"),
        events.TextDelta("Found "),
        events.Step("s1", "Search", "done"),
        events.TextDelta("it."),
        DONE,
    )

    assert parts_on_screen(watcher) == [
        {"kind": "step", "id": "s1", "title": "Search", "state": "done"},
        text("<p>Found it.</p>"),
    ]


def test_steps_sources_and_widgets_may_share_an_id(stage: Stage) -> None:
    watcher = play(
        stage,
        events.Step("1", "Search", "done"),
        events.Source("1", "Terms"),
        events.WidgetChanged("1", {"type": "Card"}),
        events.InputRequested("1", {"fields": []}),
        DONE,
    )

    kinds = [part["kind"] for part in parts_on_screen(watcher)]
    assert kinds == ["step", "source", "widget", "input_request"]


def test_the_detail_of_a_step_stays_with_the_owner(stage: Stage) -> None:
    watcher = play(stage, events.Step("s1", "Search", "done", detail="planted detail"), DONE)
    watcher.look()

    assert "planted detail" in stage.rows("SELECT data FROM parts WHERE kind = 'step'")[0][0]
    assert "planted detail" not in "".join(watcher.frames)
    assert "planted detail" not in repr(stage.shown())


def test_only_web_addresses_reach_a_frame(stage: Stage) -> None:
    watcher = play(
        stage,
        events.Source("1", "Bad", "javascript:alert(1)"),
        events.ImageReady("2", "data:image/png;base64,AA", "A cat"),
        events.FileReady("3", "https://acme.example/a.pdf", "a.pdf", 12),
        DONE,
    )

    assert [part.get("url") for part in parts_on_screen(watcher)] == [
        None,
        None,
        "https://acme.example/a.pdf",
    ]


def test_a_notice_is_shown_each_time(stage: Stage) -> None:
    watcher = play(stage, events.Notice("info", "Busy."), events.Notice("info", "Busy."), DONE)

    assert [part["text"] for part in parts_on_screen(watcher)] == ["Busy.", "Busy."]


def test_replaced_text_takes_the_place_of_what_stands(stage: Stage) -> None:
    watcher = play(
        stage,
        events.TextDelta("Wrong *word"),
        events.TextReplaced("Right **word**"),
        events.TextDelta(" and more."),
        DONE,
    )

    assert parts_on_screen(watcher) == [text("<p>Right <strong>word</strong> and more.</p>")]


def test_replaced_text_empties_the_earlier_parts(stage: Stage) -> None:
    watcher = play(
        stage,
        events.TextDelta("One."),
        events.Step("s1", "Search", "done"),
        events.TextDelta("Two."),
        events.Step("s2", "Search", "done"),
        events.TextReplaced("The whole."),
        events.TextDelta("After."),
        DONE,
    )

    on_screen = parts_on_screen(watcher)
    assert [part.get("root") for part in on_screen] == [
        "",
        None,
        "<p>The whole.</p>",
        None,
        "<p>After.</p>",
    ]


def test_replaced_text_that_says_the_same_sends_nothing(stage: Stage) -> None:
    watcher = play(
        stage,
        events.TextDelta("The "),
        events.TextDelta("same."),
        events.TextReplaced("The same."),
        DONE,
    )

    assert parts_on_screen(watcher) == [text("<p>The same.</p>")]
    assert sum('"type":"part"' in frame for frame in watcher.frames) == 1


def test_replaced_text_may_be_the_first(stage: Stage) -> None:
    assert parts_on_screen(play(stage, events.TextReplaced("All."), DONE)) == [text("<p>All.</p>")]


def test_replaced_text_may_come_while_it_thinks(stage: Stage) -> None:
    watcher = play(
        stage,
        events.TextDelta("Wrong."),
        events.ReasoningDelta("Hm."),
        events.TextReplaced("Right."),
        events.ReasoningDelta("Well."),
        DONE,
    )

    assert [(part["kind"], part["root"]) for part in parts_on_screen(watcher)] == [
        ("text", "<p>Right.</p>"),
        ("reasoning", "<p>Hm.</p>"),
        ("reasoning", "<p>Well.</p>"),
    ]


def test_an_empty_delta_opens_nothing(stage: Stage) -> None:
    watcher = play(stage, events.ReasoningDelta(""), events.TextDelta("So."), DONE)

    assert parts_on_screen(watcher) == [text("<p>So.</p>")]


def test_a_step_that_says_the_same_again_is_told_once(stage: Stage) -> None:
    step = events.Step("s1", "Search", "running")
    watcher = play(stage, step, step, DONE)

    parts_on_screen(watcher)
    assert sum('"type":"part"' in frame for frame in watcher.frames) == 1


def test_broken_text_of_a_platform_is_mended_not_fatal(stage: Stage) -> None:
    watcher = play(
        stage,
        events.TextDelta("a\ud83d\0b"),
        events.Step("s1", "c\udc00", "done"),
        events.ClientEffect("open", {"x": "\ud83d"}),
        events.TitleChanged("d\ud83d"),
        DONE,
    )

    assert parts_on_screen(watcher)[0] == text("<p>a\ufffdb</p>")
    assert parts_on_screen(watcher)[1]["title"] == "c\ufffd"
    assert watcher.screen.title == stage.shown().title == "d\ufffd"


def test_suggestions_come_after_the_end_and_stay_until_the_next_message(stage: Stage) -> None:
    watcher = play(stage, events.Suggestions(("More?", "Why?")), events.TextDelta("So."), DONE)

    assert watcher.look().suggestions == ["More?", "Why?"]
    assert "suggestions" in watcher.frames[-1]
    conversation = stage.shown()
    assert conversation.suggestions == ("More?", "Why?")
    stage.provider.script = lambda turn: (DONE,)
    stage.ask("Next", conversation=conversation.id)
    assert stage.shown().suggestions == ()
    assert watcher.look().suggestions == []


def test_the_last_usage_counts(stage: Stage) -> None:
    play(stage, events.Usage(1, 2, 3), events.Usage(10, 20, 30), DONE)

    assert stage.rows("SELECT usage FROM runs") == [
        ('{"input_tokens":10,"output_tokens":20,"total_tokens":30}',)
    ]


def test_the_platforms_title_is_kept(stage: Stage) -> None:
    watcher = play(stage, events.TitleChanged("Shipping\ncosts"), DONE)

    assert watcher.look().title == "Shipping costs"
    assert stage.shown().title == "Shipping costs"


def test_the_visitors_own_title_stays(stage: Stage) -> None:
    conversation = stage.ask().conversation
    conversations.rename(stage.engine, stage.caller, conversation, "Mine")
    stage.provider.script = lambda turn: (events.TitleChanged("Theirs"), DONE)

    stage.ask("Next", conversation=conversation)

    assert stage.shown().title == "Mine"
    assert Watcher(stage, conversation).look().title == "Mine"


def test_a_title_that_the_visitor_chose_meanwhile_stays(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TitleChanged("Theirs")
        gate.wait()
        yield events.TitleChanged("Theirs, longer")
        yield DONE

    stage.provider.script = script
    conversation = stage.send().conversation
    gate.reached()
    watcher = Watcher(stage, conversation)
    before = watcher.look().title

    conversations.rename(stage.engine, stage.caller, conversation, "Mine")
    during = stage.shown().title
    gate.open()
    stage.settle()

    assert (before, during) == ("Theirs", "Mine")
    assert watcher.look().title == stage.shown().title == "Mine"


def test_effects_and_tool_calls_are_journalled(stage: Stage) -> None:
    watcher = play(
        stage,
        events.ClientEffect("open_cart", {"id": 1}),
        events.ClientToolCalled("t1", "locate", {"exact": True}),
        DONE,
    )
    watcher.look()

    told = [msgspec.json.decode(frame) for frame in watcher.frames]
    assert [event for event in told if event.pop("seq") and event["type"] == "effect"] == [
        {"type": "effect", "name": "open_cart", "data": {"id": 1}}
    ]
    assert [event for event in told if event["type"] == "tool.called"] == [
        {"type": "tool.called", "id": "t1", "name": "locate", "arguments": {"exact": True}}
    ]


def test_the_platforms_ids_are_stored(stage: Stage) -> None:
    play(
        stage,
        events.RunStarted("c1", "r1", None),
        events.Cursor("7"),
        events.RunCompleted(upstream_message="m1"),
    )

    assert stage.rows(
        "SELECT upstream_conversation, upstream_run, cursor, upstream_message FROM runs "
        "JOIN conversations ON conversations.id = runs.conversation "
        "JOIN messages ON messages.id = runs.answer"
    ) == [("c1", "r1", "7", "m1")]


def test_what_comes_after_the_end_is_not_waited_for(stage: Stage) -> None:
    closed: list[str] = []

    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            yield events.TextDelta("Done.")
            yield DONE
            Gate().wait()
        finally:
            closed.append("closed")

    stage.provider.script = script
    stage.ask()

    assert (stage.shown_answer().state, closed) == ("done", ["closed"])


def test_a_provider_that_stumbles_while_closing_has_still_answered(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        try:
            yield DONE
        finally:
            raise ValueError("connection already closed")

    stage.provider.script = script
    with capture_logs() as logs:
        stage.ask()

    assert stage.shown_answer().state == "done"
    assert [entry["event"] for entry in logs] == ["a provider did not close"]


FAILURES = [
    (UpstreamUnreachable("no route"), Failure.UPSTREAM_DOWN, True),
    (UpstreamTimeout("120 s"), Failure.TIMEOUT, True),
    (UpstreamInterrupted("cut"), Failure.UPSTREAM_DOWN, True),
    (UpstreamProtocolError("not JSON"), Failure.UNKNOWN, True),
    (UpstreamBusy("slow down", retry_after_s=2.5), Failure.BUSY, True),
    (UpstreamRejected("no such luck", status=401), Failure.AUTH, False),
    (UpstreamRejected("no such luck", status=402), Failure.QUOTA, False),
    (UpstreamRejected("no such luck", status=200, failure=Failure.CONTENT), Failure.CONTENT, False),
]


@pytest.mark.parametrize(("error", "failure", "retryable"), FAILURES)
def test_a_failure_keeps_the_text_and_tells_its_class_only(
    stage: Stage, error: UpstreamError, failure: Failure, retryable: bool
) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("Half an ")
        raise error

    stage.provider.script = script
    watcher = Watcher(stage, stage.ask().conversation)
    watcher.look()

    shown = stage.shown_answer()
    assert (shown.state, shown.parts[0].html) == ("failed", "<p>Half an</p>")
    assert shown.failure == ShownFailure(failure, retryable)
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
    stage.engine.start()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.RunStarted("c", "r")
        while True:
            yield events.TextDelta("and ")
            gevent.sleep(0.01)

    stage.provider.script = script
    stage.ask()

    shown = stage.shown_answer()
    assert shown.failure == ShownFailure(Failure.TIMEOUT, retryable=True)
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

    assert stage.shown_answer().failure == ShownFailure(Failure.TIMEOUT, retryable=True)


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
