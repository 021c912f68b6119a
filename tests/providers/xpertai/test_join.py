"""Going on where another process stopped: stored text and joined text are the whole answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
    VISITOR,
    docked,
    fails,
    only,
    play,
    ref_of,
    text_of,
    turn,
    until,
)
from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import (
    Cursor,
    ReasoningDelta,
    RunCompleted,
    RunEvent,
    Source,
    Step,
    TextDelta,
    TextReplaced,
    TitleChanged,
)
from widget.providers.base import UpstreamRef
from widget.providers.xpertai.place import Place, parse_place
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.stream import Pace

GOOD = [
    "plain",
    "byte by byte",
    "reasoning",
    "tool",
    "retriever",
    "interleaved",
    "new part",
    "without ids",
    "strings",
    "unknown",
    "sub-agent",
]


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


@pytest.mark.parametrize("question", GOOD)
@pytest.mark.parametrize("is_told_to_run", [True, False])
def test_join_after_any_cursor_gives_the_whole_answer(
    platform: Platform, provider: XpertAI, question: str, is_told_to_run: bool
) -> None:
    """By the stream while the platform calls the run alive, else by the stored message."""
    events = play(provider, question)
    whole = text_of(events)
    platform.behaviour.reports_running = is_told_to_run

    for position, event in enumerate(events):
        if isinstance(event, Cursor):
            ref = ref_of(events, event.value)
            after = list(provider.join(ref))
            assert text_of(after, text_of(events[:position])) == whole, event
            assert isinstance(after[-1], RunCompleted)


def test_join_asks_for_the_runs_state_first(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.behaviour.reports_running = True
    before = len(platform.requests)

    list(provider.join(ref_of(events)))

    run = platform.only_run()
    assert [asked.path.split("/threads/")[-1] for asked in platform.requests[before:]] == [
        f"{run.thread.id}/runs/{run.id}",
        f"{run.thread.id}/runs/{run.id}/stream",
    ]


def test_join_of_a_running_run_follows_it_live(platform: Platform, provider: XpertAI) -> None:
    platform.behaviour.gate_opened_by_join = "go"
    running = provider.run(turn("gated"))
    before = until(running, TextDelta) + until(running, Cursor)
    with docked(platform) as other:
        after = list(other.join(ref_of(before)))

    assert text_of(after) == " whole"
    assert only(after, TextReplaced) == []
    (asked,) = platform.asked("GET", "/stream")
    assert asked.headers["last-event-id"] == _place(before).at


def test_join_words_the_end_of_a_step_that_began_before(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.gate_opened_by_join = "go"
    running = provider.run(turn("gated tool"))
    before = until(running, Step) + until(running, Cursor)
    with docked(platform) as other:
        after = list(other.join(ref_of(before)))

    assert only(after, Step) == [Step("c-1", "Find order", "done")]
    assert text_of(after, text_of(before)) == "Look: \n\nfound."


def test_join_repeats_no_reasoning(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "reasoning")
    platform.behaviour.reports_running = True

    assert only(provider.join(ref_of(events)), ReasoningDelta) == []


def test_join_without_a_cursor_replaces_what_may_be_there(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "plain")
    platform.behaviour.reports_running = True
    ref = ref_of(events)

    after = list(
        provider.join(UpstreamRef(VISITOR, ref.upstream_conversation, ref.upstream_run, None))
    )

    assert text_of(after, "运费") == text_of(events)
    assert isinstance(only(after, TextReplaced)[0], TextReplaced)


def test_join_whose_stream_is_gone_reads_the_message(platform: Platform, provider: XpertAI) -> None:
    """The older build would keep the connection alive for ever, the newer one says so."""
    running = provider.run(turn("gated"))
    before = until(running, TextDelta) + until(running, Cursor)
    platform.forget_streams()
    with docked(platform) as other:
        platform.gate("go").set()
        platform.only_run().wait_over()

        after = list(other.join(ref_of(before)))

    assert text_of(after, text_of(before)) == "Half whole"


def test_join_that_hangs_is_given_up_when_the_run_is_over(
    provider: XpertAI, platform: Platform
) -> None:
    """The state says running at first, so only keep-alives come; then the state is asked again."""
    platform.behaviour.dialect = "aug"
    platform.behaviour.gate_opened_by_join = "go"
    running = provider.run(turn("gated"))
    before = until(running, TextDelta) + until(running, Cursor)
    platform.forget_streams()
    with docked(platform) as other:
        after = list(other.join(ref_of(before)))

    assert text_of(after, text_of(before)) == "Half whole"
    assert len(platform.asked("GET", "/stream")) == 1


def test_join_beyond_the_replay_starts_over_as_a_replacement(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.dialect = "late"
    platform.behaviour.forgets_cursors = True
    events = play(provider, "plain")
    platform.behaviour.reports_running = True

    after = list(provider.join(ref_of(events)))

    assert text_of(after, "whatever stood there") == text_of(events)
    assert [j.headers.get("last-event-id") for j in platform.asked("GET", "/stream")][1:] == [None]


def test_join_of_an_unknown_run_is_interrupted(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.behaviour.forgets_runs = True

    seen, error = fails(provider.join(ref_of(events)))

    assert (seen, type(error)) == ([], UpstreamInterrupted)


def test_join_of_a_run_that_never_had_a_name_is_interrupted(provider: XpertAI) -> None:
    _, error = fails(provider.join(UpstreamRef(VISITOR, "thread", None, None)))

    assert type(error) is UpstreamInterrupted


@pytest.mark.parametrize(
    ("question", "kind", "failure"),
    [
        ("model limit", UpstreamError, Failure.BUSY),
        ("model fails", UpstreamRejected, Failure.UNKNOWN),
        ("aborted", UpstreamInterrupted, Failure.UPSTREAM_DOWN),
    ],
)
def test_join_of_a_run_that_ended_badly_fails_as_the_run_did(
    provider: XpertAI, question: str, kind: type, failure: Failure
) -> None:
    events, _ = fails(provider.run(turn(question)))

    before, ref = up_to_first_cursor(events)
    seen, error = fails(provider.join(ref))

    assert text_of(seen, text_of(before)) == "Half an ans"
    assert isinstance(error, kind)
    assert error.failure is failure


def test_join_waits_for_the_platforms_restart(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    for _ in range(3):
        platform.answer_next(f"/runs/{platform.only_run().id}", 503, "restarting")

    before, ref = up_to_first_cursor(events)
    after = list(provider.join(ref))

    assert text_of(after, text_of(before)) == text_of(events)


def test_join_that_is_refused_is_not_tried_again(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    path_end = f"/runs/{platform.only_run().id}"
    platform.answer_next(path_end, 403, "no")
    asked_before = len(platform.asked("GET", path_end))

    _, error = fails(provider.join(ref_of(events)))

    assert error.failure is Failure.AUTH
    assert len(platform.asked("GET", path_end)) == asked_before + 1


def test_join_whose_stream_is_refused_for_good_fails(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.behaviour.reports_running = True
    platform.answer_next("/stream", 403, "no")

    _, error = fails(provider.join(ref_of(events)))

    assert error.failure is Failure.AUTH


def test_join_whose_stream_breaks_is_tried_again(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.behaviour.reports_running = True
    for _ in range(2):
        platform.answer_next("/stream", 502, "bad gateway")

    before, ref = up_to_first_cursor(events)
    after = list(provider.join(ref))

    assert text_of(after, text_of(before)) == text_of(events)


def test_run_that_lives_but_tells_nothing_is_given_up(platform: Platform) -> None:
    """Called running for ever, kept alive for ever: as when the platform's worker died."""
    pace = Pace(quiet_s=0.05, silent_s=0.2, pauses_s=(0.01,))
    with docked(platform, pace=pace) as provider:
        events = play(provider, "plain")
        platform.behaviour.reports_running = True
        platform.forget_streams()

        _, error = fails(provider.join(ref_of(events)))

    assert error.retryable
    assert isinstance(error, UpstreamTimeout | UpstreamInterrupted)


def test_message_that_is_still_being_written_is_waited_for(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "plain")
    platform.behaviour.unfinished_reads = 2

    before, ref = up_to_first_cursor(events)
    after = list(provider.join(ref))

    assert text_of(after, text_of(before)) == text_of(events)


def test_message_that_is_never_finished_is_interrupted(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "plain")
    platform.behaviour.unfinished_reads = 100

    _, error = fails(provider.join(ref_of(events)))

    assert type(error) is UpstreamInterrupted


def test_message_that_is_gone_is_interrupted(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.only_run().thread.messages.clear()

    _, error = fails(provider.join(ref_of(events)))

    assert type(error) is UpstreamInterrupted


def test_message_is_found_by_its_run_among_others(platform: Platform, provider: XpertAI) -> None:
    first = play(provider, "new part")
    thread = ref_of(first).upstream_conversation
    play(provider, "plain", upstream_conversation=thread)
    before, ref = up_to_first_cursor(first)

    assert text_of(provider.join(ref), text_of(before)) == text_of(first)


def test_steps_and_sources_that_were_missed_are_read_too(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "retriever")

    after = list(provider.join(ref_of(events)))

    assert only(after, Source) == only(events, Source)
    assert only(after, Step)[-1] == only(events, Step)[-1]


def test_join_takes_the_title_along(platform: Platform, provider: XpertAI) -> None:
    events = play(provider, "plain")
    platform.only_run().thread.title = "Postage"

    after = list(provider.join(ref_of(events)))

    assert only(after, TitleChanged) == [TitleChanged("Postage")]


def test_join_finds_the_conversation_where_the_thread_cannot_be_read(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "plain")
    platform.answer_next(f"/threads/{platform.only_run().thread.id}", 500, "{}")

    before, ref = up_to_first_cursor(events)
    after = list(provider.join(ref))

    assert text_of(after, text_of(before)) == text_of(events)
    assert len(platform.asked("POST", "/conversations/search")) == 1


def test_interleaved_text_after_a_join_is_read_whole(platform: Platform, provider: XpertAI) -> None:
    """The part that grows stands before the cursor, so its text is not known here."""
    platform.behaviour.gate_opened_by_join = "go"
    running = provider.run(turn("gated interleaving"))
    before = until(running, Cursor)
    while "B1" not in text_of(before):
        before += until(running, Cursor)
    with docked(platform) as other:
        after = list(other.join(ref_of(before)))

    assert platform.asked("GET", "/stream") != []
    assert text_of(after, text_of(before)) == "A1 A2\nB1 B2"


def _place(events: list[RunEvent]) -> Place:
    place = parse_place(only(events, Cursor)[-1].value)
    assert place
    return place


def up_to_first_cursor(events: list[RunEvent]) -> tuple[list[RunEvent], UpstreamRef]:
    """What a process had stored that died there; packets decide how much that is."""
    first = next(event for event in events if isinstance(event, Cursor))
    return events[: events.index(first)], ref_of(events, first.value)
