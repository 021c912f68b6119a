"""From the provider's events to the parts of an answer, on screen and in the store."""

from __future__ import annotations

from tests.runs.acts import (
    parts_on_screen,
    play,
    text,
)
from tests.runs.stage import Stage
from widget.domain import events
from widget.domain.inputs import Form

DONE = events.RunCompleted()


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
        events.InputRequested("1", Form("Name?")),
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


def test_notice_is_shown_without_the_marks_of_its_markdown(stage: Stage) -> None:
    watcher = play(
        stage, events.Notice("warning", "Be **careful** with [this](https://a.example)."), DONE
    )

    assert [part["text"] for part in parts_on_screen(watcher)] == ["Be careful with this."]
