"""What XpertAI shows besides text: every kind of part and every named event of the facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.stage import ANSWER
from tests.providers.xpertai.kit import docked, only, play, ref_of, text_of, turn, until
from widget.domain.events import (
    Cursor,
    FileReady,
    ImageReady,
    ReasoningDelta,
    RunEvent,
    RunStarted,
    Source,
    Step,
    TextDelta,
    Usage,
)
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def last_of(events: list[RunEvent], id_: str) -> Step:
    """The step as it stands at the end."""
    steps: list[Step] = only(events, Step)
    return [step for step in steps if step.id == id_][-1]


def test_web_search_is_a_step_and_its_hits_are_sources(provider: XpertAI) -> None:
    events = play(provider, "canvas web search")

    assert last_of(events, "w-s") == Step("w-s", "Web_Search", "done", "postage")
    assert only(events, Source) == [
        Source("w-s:0", "Postage", "https://shop.example/p", "Free above 99.")
    ]


def test_files_of_a_tool_can_be_fetched(provider: XpertAI) -> None:
    """One without an address is nothing that a visitor could open."""
    assert only(play(provider, "canvas files"), FileReady) == [
        FileReady("fs:0", "https://files.example/bill.pdf", "bill.pdf", 9)
    ]
    assert only(play(provider, "canvas file"), FileReady) == [
        FileReady("fi:0", "https://files.example/plan.md", "plan.md", None)
    ]


def test_code_of_a_program_stays_in_the_detail(provider: XpertAI) -> None:
    step = last_of(play(provider, "canvas program"), "pr")

    assert (step.title, step.state) == ("Program", "done")
    assert step.detail == "code: print(6 * 7)\noutput: 42"


def test_list_gives_sources_and_bears_odd_entries(provider: XpertAI) -> None:
    assert only(play(provider, "canvas list"), Source) == [
        Source("li:0", "Shoes", "https://shop.example/shoes")
    ]


def test_memories_are_told_to_nobody(provider: XpertAI) -> None:
    events = play(provider, "canvas memory")

    assert last_of(events, "me") == Step("me", "Memory", "done")
    assert "secret of another" not in repr(events)


def test_page_in_a_frame_is_a_source(provider: XpertAI) -> None:
    assert only(play(provider, "canvas iframe"), Source) == [
        Source("if:0", "Map", "https://maps.example/1")
    ]


def test_tasks_are_steps_when_their_turn_comes(provider: XpertAI) -> None:
    steps = only(play(provider, "canvas tasks"), Step)

    assert [step for step in steps if step.id.startswith("ta:")] == [
        Step("ta:a", "Find the order", "done"),
        Step("ta:b", "Write the mail", "running"),
    ]


def test_dashboard_is_a_step(provider: XpertAI) -> None:
    assert last_of(play(provider, "dashboard"), "d-1") == Step("d-1", "Sales", "done")


def test_helpers_are_steps_by_their_titles(provider: XpertAI) -> None:
    """The first to give a title may be the end; until then there is only the key."""
    steps = only(play(provider, "helpers"), Step)

    assert steps == [
        Step("h-1", "Stock clerk", "running"),
        Step("h-2", "Agent_3", "running"),
        Step("h-2", "Warehouse", "done"),
        Step("h-1", "Stock clerk", "done"),
    ]


def test_helper_that_fails_is_a_failed_step(provider: XpertAI) -> None:
    step = last_of(play(provider, "sub-agent"), "sub-1")

    assert step == Step("sub-1", "Agent_2", "failed", "error: helper failed")


def test_tools_by_events_of_their_own_are_steps_too(provider: XpertAI) -> None:
    events = play(provider, "named tools")

    assert [(s.id, s.title, s.state) for s in only(events, Step)] == [
        ("n-1", "find_order", "running"),
        ("n-1", "Find order", "running"),
        ("n-1", "Find order", "done"),
        ("n-2", "weigh", "running"),
        ("n-2", "weigh", "failed"),
        ("n-3", "Handbook", "running"),
        ("n-3", "Handbook", "done"),
    ]
    assert last_of(events, "n-2").detail == "error: the scales are broken"
    assert only(events, Source) == [Source("n-3:0", "Postage")]


def test_lookup_that_fails_is_a_failed_step_and_no_failed_answer(provider: XpertAI) -> None:
    events = play(provider, "retriever fails")

    assert last_of(events, "r-9") == Step("r-9", "Handbook", "failed", "error: the index is gone")
    assert text_of(events) == ANSWER


def test_lookup_that_fails_unseen_shows_nothing(provider: XpertAI) -> None:
    events = play(provider, "retriever fails unseen")

    assert only(events, Step) == []
    assert text_of(events) == ANSWER


def test_thoughts_apart_are_paragraphs(provider: XpertAI) -> None:
    thoughts = only(play(provider, "two thoughts"), ReasoningDelta)

    assert "".join(one.text for one in thoughts) == "First.\n\nSecond."


def test_goals_summaries_and_middleware_are_no_steps(provider: XpertAI) -> None:
    assert only(play(provider, "goal"), Step) == []


@pytest.mark.parametrize(
    ("question", "usage"),
    [
        ("plain", Usage(11, 22, 33)),
        ("usage of the thread", Usage(1, 2, 3)),
        ("usage in snakes", Usage(1, 2, 3)),
        ("usage as tokens", Usage(None, None, 7)),
    ],
)
def test_usage_in_every_spelling(provider: XpertAI, question: str, usage: Usage) -> None:
    assert only(play(provider, question), Usage) == [usage]


def test_picture_may_come_in_the_message_itself(provider: XpertAI) -> None:
    assert only(play(provider, "picture in the message"), ImageReady) == [
        ImageReady("q", "data:image/png;base64,AA==")
    ]


def test_halves_of_a_character_are_put_together(provider: XpertAI) -> None:
    """The platform counts in UTF-16 and may cut an emoji in two, each half an escape."""
    events = play(provider, "half characters")

    assert text_of(events) == "Yes 🎉 and 😀."
    assert "".join(one.text for one in only(events, ReasoningDelta)) == "hm 😀"
    for event in events:
        repr(event).encode()


def test_half_that_stays_alone_does_no_harm(provider: XpertAI) -> None:
    assert text_of(play(provider, "half a character")) == "Cut \ufffd"


def test_half_of_a_thought_is_left_out(provider: XpertAI) -> None:
    events = play(provider, "half a thought")

    assert only(events, ReasoningDelta) == []
    assert text_of(events) == "x"


def test_half_in_a_name_is_marked(provider: XpertAI) -> None:
    events = play(provider, "half a title")

    assert last_of(events, "c-h").title == "Cut \ufffd"
    assert only(events, Source) == [Source("c-h:0", "In \ufffd")]


def test_cursor_waits_for_the_other_half(platform: Platform, provider: XpertAI) -> None:
    """Else a join after it would lose the character."""
    running = provider.run(turn("half gated"))
    events = until(running, TextDelta) + until(running, RunStarted)
    platform.gate("go").set()
    events += running
    platform.behaviour.reports_running = True

    for position, event in enumerate(events):
        if isinstance(event, Cursor):
            after = list(provider.join(ref_of(events, event.value)))
            assert text_of(after, text_of(events[:position])) == "Yes 🎉!"


def test_text_before_a_half_is_shown_at_once(provider: XpertAI) -> None:
    first = next(e for e in provider.run(turn("half a character")) if isinstance(e, TextDelta))

    assert first.text == "Cut "
