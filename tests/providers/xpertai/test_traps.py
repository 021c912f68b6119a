"""Every trap of XpertAI's stream that the facts name, one test each, on a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.parts import WIDGETS
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.stage import ANSWER
from tests.providers.xpertai.kit import docked, fails, only, play, text_of, turn, until
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import (
    ClientEffect,
    ClientToolCalled,
    Cursor,
    ImageReady,
    ReasoningDelta,
    RunCompleted,
    RunStarted,
    Source,
    Step,
    TextDelta,
    TextReplaced,
    TitleChanged,
    Usage,
    WidgetChanged,
)
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def test_stream_is_good_with_status_200_and_201(provider: XpertAI) -> None:
    events = play(provider, "plain")

    assert text_of(events) == ANSWER
    assert [type(event) for event in events].count(RunCompleted) == 1
    assert isinstance(events[-1], RunCompleted)


def test_thread_is_told_before_the_run_is_asked_for(platform: Platform, provider: XpertAI) -> None:
    first = next(provider.run(turn("plain")))

    (thread,) = platform.state.threads
    assert first == RunStarted(thread)
    assert platform.asked("POST", "/runs/stream") == []


def test_run_id_comes_from_content_location_before_any_frame() -> None:
    with Platform(dialect="late") as platform, docked(platform) as provider:
        events = play(provider, "plain")

        run = platform.only_run()
        assert events[1] == RunStarted(run.thread.id, run.id)


@pytest.mark.parametrize(
    "form",
    [
        "/threads/{thread}/runs/{run}/stream",
        "https://x.example/api/ai/threads/{thread}/runs/{run}/",
    ],
)
def test_run_id_is_found_in_any_likely_content_location(form: str) -> None:
    with Platform(dialect="late", content_location=form) as platform:
        with docked(platform) as provider:
            events = play(provider, "plain")

        run = platform.only_run()
        assert events[1] == RunStarted(run.thread.id, run.id)


def test_content_location_that_names_no_run_is_passed_over() -> None:
    form = "{prefix}/threads/{thread}/runs/stream"
    with Platform(dialect="late", content_location=form) as platform:
        with docked(platform) as provider:
            events = play(provider, "plain")

        assert {event.upstream_run for event in only(events, RunStarted)} == {
            None,
            platform.only_run().id,
        }


def test_run_id_comes_from_the_first_message_where_no_header_names_it() -> None:
    with Platform(dialect="aug") as platform, docked(platform) as provider:
        events = play(provider, "plain")

        run = platform.only_run()
        started = RunStarted(run.thread.id, run.id, run.message["id"])
        assert only(events, RunStarted) == [RunStarted(run.thread.id), started]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("crlf", ANSWER),
        ("multiline", ANSWER),
        ("byte by byte", ANSWER),
        ("keep-alive", "Half whole"),
        ("keep-alive as data", "Half whole"),
        ("null data", ANSWER),
        ("plain words", "Bare words quoted"),
        ("strings", "One two"),
        ("without ids", "One two\nthree"),
        ("new part", "First.\nSecond."),
        ("unknown", ANSWER),
        ("broken json", ANSWER),
    ],
)
def test_framing_leaves_the_text_whole(provider: XpertAI, question: str, text: str) -> None:
    assert text_of(play(provider, question)) == text


def test_second_item_that_is_no_json_fails_the_run(provider: XpertAI) -> None:
    _, error = fails(provider.run(turn("broken twice")))

    assert type(error) is UpstreamProtocolError


def test_text_of_an_earlier_part_goes_where_the_platform_puts_it(provider: XpertAI) -> None:
    assert text_of(play(provider, "interleaved")) == "A1 A2\nB1 B2\n"


def test_text_after_a_displaced_part_waits_for_the_replacement(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("gated interleaving"))
    before = until(running, Cursor)
    while text_of(before) != "A1 \nB1 " and text_of(before) != "A1 B1 ":
        before += until(running, Cursor)
    platform.gate("go").set()

    after = list(running)

    assert text_of(after, text_of(before)) == "A1 A2\nB1 B2"
    assert only(after, TextReplaced) != []


def test_error_frame_in_place_of_a_run_is_a_refusal_by_its_kind() -> None:
    with Platform(dialect="aug") as platform, docked(platform) as provider:
        platform.keys["sk-x-general-key"] = "another assistant"
        platform.state.threads.clear()
        thread = _open_thread(platform, provider)

        _, error = fails(provider.run(turn("plain", upstream_conversation=thread)))

        assert isinstance(error, UpstreamRejected)
        assert error.failure is Failure.AUTH
        assert platform.state.runs == {}


def _open_thread(platform: Platform, provider: XpertAI) -> str:
    """A thread that holds a run, so that it is not taken for one that got lost."""
    bound = platform.keys["sk-x-general-key"]
    platform.keys["sk-x-general-key"] = None
    thread = play(provider, "plain")[0]
    platform.keys["sk-x-general-key"] = bound
    platform.state.runs.clear()
    assert isinstance(thread, RunStarted)
    assert thread.upstream_conversation
    return thread.upstream_conversation


def test_error_frame_in_mid_run_is_no_end_and_its_id_no_cursor(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "error frame late")

    assert text_of(events) == "Half whole"
    places = [parse_place(cursor.value) for cursor in only(events, Cursor)]
    assert all(place and place.at.startswith("172") for place in places)


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("model fails", Failure.UNKNOWN),
        ("quota", Failure.QUOTA),
        ("quota of the organisation", Failure.QUOTA),
        ("points", Failure.QUOTA),
        ("no plan", Failure.QUOTA),
        ("rate rule", Failure.BUSY),
        ("model not in plan", Failure.CONFIG),
        ("no model", Failure.CONFIG),
        ("unknown words", Failure.UNKNOWN),
        ("model limit", Failure.BUSY),
        ("content refused", Failure.CONTENT),
        ("on_error", Failure.UNKNOWN),
    ],
)
def test_failure_inside_a_2xx_stream_fails_the_run(
    provider: XpertAI, question: str, failure: Failure
) -> None:
    seen, error = fails(provider.run(turn(question)))

    assert text_of(seen) == "Half an ans"
    assert error.failure is failure
    assert isinstance(error, UpstreamBusy if failure is Failure.BUSY else UpstreamRejected)


def test_failure_of_a_helper_agent_is_not_the_answers(provider: XpertAI) -> None:
    events = play(provider, "sub-agent")

    assert text_of(events) == ANSWER
    assert only(events, Usage) == [Usage(11, 22, 33)]


def test_run_cancelled_on_the_platform_is_interrupted(provider: XpertAI) -> None:
    seen, error = fails(provider.run(turn("aborted")))

    assert text_of(seen) == "Half an ans"
    assert type(error) is UpstreamInterrupted


def test_key_that_the_platform_repeats_is_in_no_error(provider: XpertAI) -> None:
    _, error = fails(provider.run(turn("leaks the key")))

    assert "API key provided" in str(error)
    assert "sk-x" not in f"{error} {error.detail} {error!r}"


@pytest.mark.parametrize("question", ["closes early", "dies"])
def test_stream_that_ends_without_complete_is_joined_or_read(
    provider: XpertAI, question: str
) -> None:
    events = play(provider, question)

    assert text_of(events) == "Half whole"
    assert isinstance(events[-1], RunCompleted)


def test_closed_stream_of_a_living_run_is_joined_after_the_last_event(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.gate_opened_by_join = "go"

    events = play(provider, "closes gated")

    (join,) = platform.asked("GET", "/stream")
    covered = [e for e in events[: events.index(TextDelta(" whole"))] if isinstance(e, Cursor)]
    place = parse_place(covered[-1].value)
    assert place
    assert join.headers["last-event-id"] == place.at
    assert [event.text for event in only(events, TextDelta)] == ["Half", " whole"]


def test_run_that_ends_without_a_word_is_found_out(provider: XpertAI) -> None:
    """Its stream would keep itself alive for ever."""
    seen, error = fails(provider.run(turn("vanished")))

    assert text_of(seen) == "Half an ans"
    assert isinstance(error, UpstreamRejected)


def test_reasoning_is_not_part_of_the_text(provider: XpertAI) -> None:
    events = play(provider, "reasoning")

    assert "".join(event.text for event in only(events, ReasoningDelta)) == "Let me think."
    assert text_of(events) == ANSWER


def test_tool_is_a_step_whose_end_keeps_its_title(provider: XpertAI) -> None:
    events = play(provider, "tool")

    assert only(events, Step) == [
        Step("c-1", "Find order", "running", 'input: {"no":7}'),
        Step("c-1", "Find order", "done", 'input: {"no":7}\noutput: shipped'),
    ]
    assert text_of(events) == "Let me look.\n\nIt is on its way."


def test_tool_that_fails_keeps_its_innards_in_the_detail(provider: XpertAI) -> None:
    events = play(provider, "tool fails")

    failed = only(events, Step)[-1]
    assert (failed.title, failed.state) == ("Find order", "failed")
    assert failed.detail == 'input: {"no":7}\nerror: secret innards'
    others = [event for event in events if not isinstance(event, Step)]
    assert "innards" not in repr(others)


def test_key_that_a_tool_repeats_is_in_no_detail(provider: XpertAI) -> None:
    failed = only(play(provider, "tool tells the key"), Step)[-1]

    assert failed.detail == 'input: {"no":7}\nerror: … and Bearer …'


def test_retriever_gives_a_step_and_its_documents_as_sources(provider: XpertAI) -> None:
    events = play(provider, "retriever")

    assert only(events, Step)[-1] == Step("r-1", "Handbook", "done", "postage")
    assert only(events, Source) == [
        Source("r-1:0", "Postage", "https://shop.example/postage", "Free above 99."),
        Source("r-1:1", "returns.pdf", "", "Seven days."),
        Source("r-1:2", "Bad", "", "Bad link."),
    ]


def test_step_told_by_a_chat_event_is_a_step(provider: XpertAI) -> None:
    assert only(play(provider, "chat step"), Step) == [
        Step("s-1", "Run code", "running"),
        Step("s-1", "Run code", "done"),
    ]


def test_title_comes_from_the_end_of_the_conversation(provider: XpertAI) -> None:
    assert only(play(provider, "plain"), TitleChanged) == [TitleChanged("Postage")]


def test_client_tool_ends_the_run_as_a_tool_call(provider: XpertAI) -> None:
    events = play(provider, "client tool")

    assert only(events, ClientToolCalled) == [ClientToolCalled("k-1", "open_cart", {"sku": 7})]
    assert only(events, RunCompleted)[0].reason == "tool"


def test_effect_and_picture_pass_through(provider: XpertAI) -> None:
    assert only(play(provider, "effect"), ClientEffect) == [ClientEffect("confetti", {"n": 3})]
    assert only(play(provider, "image"), ImageReady) == [ImageReady("p", "https://a.example/i.png")]


def test_widget_of_another_toolkit_is_handed_on_as_it_is(provider: XpertAI) -> None:
    (shown,) = only(play(provider, "widget"), WidgetChanged)

    assert shown == WidgetChanged("w-1", {"type": "Widget", "widgets": WIDGETS})
