"""Asking XpertAI: threads, retries, stops, and what its refusals mean."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from tests.fakes.upstream import Die, Reply
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.stage import ANSWER
from tests.providers.xpertai.kit import docked, fails, only, play, ref_of, text_of, turn, until
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamProtocolError,
)
from widget.domain.events import (
    RunStarted,
    TextDelta,
)
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.stream import Pace


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def test_run_goes_on_when_its_reader_leaves_and_ends_when_cancelled(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("stall"))
    seen = until(running, TextDelta)
    running.close()  # type: ignore[attr-defined]
    run = platform.only_run()
    assert run.status == "running"

    provider.cancel(ref_of(seen))

    run.wait_over()
    assert run.status == "interrupted"


def test_run_without_a_name_is_cancelled_by_its_thread(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("stall"))
    seen = [next(running)]
    until(running, TextDelta)

    provider.cancel(ref_of(seen))

    platform.only_run().wait_over()
    assert platform.only_run().status == "interrupted"


def test_retry_names_its_source(platform: Platform, provider: XpertAI) -> None:
    first = play(provider, "plain")
    run = platform.only_run()

    again = play(
        provider,
        "plain",
        kind="retry",
        upstream_conversation=run.thread.id,
        target_message=run.message["id"],
        target_run=run.id,
    )

    assert text_of(first) == text_of(again) == ANSWER
    asked = platform.asked("POST", "/runs/stream")[-1].json["input"]
    assert asked == {
        "action": "retry",
        "source": {"aiMessageId": run.message["id"], "executionId": run.id},
    }


def test_retry_that_the_platform_refuses_sends_the_question_again(
    platform: Platform, provider: XpertAI
) -> None:
    play(provider, "plain")
    thread = platform.only_run().thread.id

    again = play(
        provider,
        "plain",
        kind="retry",
        upstream_conversation=thread,
        target_message="00000000-0000-0000-0000-000000000000",
    )

    assert text_of(again) == ANSWER
    actions = [asked.json["input"]["action"] for asked in platform.asked("POST", "/runs/stream")]
    assert actions == ["send", "retry", "send"]


def test_retry_without_a_source_and_edit_are_new_questions(
    platform: Platform, provider: XpertAI
) -> None:
    play(provider, "plain", kind="retry")
    play(provider, "plain", kind="edit", target_message="m")

    actions = [asked.json["input"]["action"] for asked in platform.asked("POST", "/runs/stream")]
    assert actions == ["send", "send"]


def test_conversation_keeps_its_thread(platform: Platform, provider: XpertAI) -> None:
    first = play(provider, "plain")[0]
    assert isinstance(first, RunStarted)

    play(provider, "plain", upstream_conversation=first.upstream_conversation)

    assert list(platform.state.threads) == [first.upstream_conversation]


def test_thread_that_the_platform_lost_is_replaced(platform: Platform, provider: XpertAI) -> None:
    """An unknown thread is a 404 in one build and a type error's text in another."""
    events = play(provider, "plain", upstream_conversation="lost")

    (thread,) = platform.state.threads
    assert text_of(events) == ANSWER
    assert only(events, RunStarted)[1] == RunStarted(thread)


def test_thread_with_runs_is_never_replaced(platform: Platform, provider: XpertAI) -> None:
    play(provider, "plain")
    thread = platform.only_run().thread.id
    platform.answer_next(
        "/runs/stream", 500, '{"statusCode":500,"message":"Internal server error"}'
    )

    _, error = fails(provider.run(turn("plain", upstream_conversation=thread)))

    assert error.failure is Failure.UPSTREAM_DOWN
    assert list(platform.state.threads) == [thread]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, Failure.AUTH),
        (403, Failure.AUTH),
        (404, Failure.NOT_FOUND),
        (429, Failure.BUSY),
        (500, Failure.UPSTREAM_DOWN),
        (503, Failure.UPSTREAM_DOWN),
        (302, Failure.CONFIG),
    ],
)
def test_http_refusals_have_their_class(
    platform: Platform, provider: XpertAI, status: int, failure: Failure
) -> None:
    for _ in range(2):
        platform.answer_next("/threads", status, '{"message":{"message":"no","code":"c"}}')

    _, error = fails(provider.run(turn("plain")))

    assert error.failure is failure
    assert "no (c)" in error.detail


def test_busy_platform_says_when_to_come_back(platform: Platform, provider: XpertAI) -> None:
    platform.answer_next("/runs/stream", 429, "slow down", Retry_After="7")

    _, error = fails(provider.run(turn("plain")))

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 7.0


def test_signed_context_and_language_reach_the_run(platform: Platform, provider: XpertAI) -> None:
    play(provider, "plain", context={"plan": "gold"}, locale="zh-CN")

    (asked,) = platform.asked("POST", "/runs/stream")
    assert asked.json["context"] == {"env": {"plan": "gold"}}
    assert asked.headers["language"] == "zh-CN"


def test_thread_without_an_id_is_a_protocol_error(platform: Platform, provider: XpertAI) -> None:
    platform.answer_next("/threads", 201, "{}", Content_Type="application/json")

    _, error = fails(provider.run(turn("plain")))

    assert type(error) is UpstreamProtocolError


def test_lost_thread_whose_successor_is_refused_fails(
    platform: Platform, provider: XpertAI
) -> None:
    for _ in range(2):
        platform.answer_next("/runs/stream", 400, '{"message":"input: Required"}')

    _, error = fails(provider.run(turn("plain", upstream_conversation="lost")))

    assert error.failure is Failure.CONFIG
    assert len(platform.state.threads) == 1


def test_lost_thread_may_be_a_404(platform: Platform, provider: XpertAI) -> None:
    platform.answer_next("/runs", 404, '{"message":"The requested record was not found"}')

    events = play(provider, "plain", upstream_conversation="lost")

    assert text_of(events) == ANSWER


def test_thread_whose_runs_may_not_be_listed_is_not_replaced(
    platform: Platform, provider: XpertAI
) -> None:
    platform.answer_next("/runs", 403, '{"message":"no"}')

    _, error = fails(provider.run(turn("plain", upstream_conversation="lost")))

    assert error.failure is Failure.NOT_FOUND
    assert platform.state.threads == {}


def test_connection_that_breaks_before_the_run_has_a_name_fails(
    platform: Platform, provider: XpertAI
) -> None:
    platform.answer_next("/runs/stream", 201, ": keep", Content_Type="text/event-stream")

    _, error = fails(provider.run(turn("plain")))

    assert type(error) is UpstreamInterrupted


def test_platform_that_dies_at_once_fails(platform: Platform, provider: XpertAI) -> None:
    thread = play(provider, "plain")[0]
    assert isinstance(thread, RunStarted)
    platform.upstream.answer = lambda asked: Reply(201, {}, [Die()])

    _, error = fails(
        provider.run(turn("plain", upstream_conversation=thread.upstream_conversation))
    )

    assert type(error) is UpstreamInterrupted
    assert error.retryable


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('["first", "second"]', '["first","second"]'),
        ('{"message":["a must be b","c"],"error":"Bad Request"}', 'b","c"], Bad Request'),
        ("<h1>Bad Gateway</h1>", "<h1>Bad Gateway</h1>"),
        ("", "500"),
    ],
)
def test_refusal_of_any_shape_is_told_to_the_owner(
    platform: Platform, provider: XpertAI, body: str, words: str
) -> None:
    platform.answer_next("/threads", 500, body)

    _, error = fails(provider.run(turn("plain")))

    assert words in error.detail


def test_state_that_cannot_be_asked_leaves_a_silent_run_alone(platform: Platform) -> None:
    with docked(platform, pace=Pace(quiet_s=0.02, pauses_s=(0.01,))) as provider:
        running = provider.run(turn("gated"))
        before = until(running, TextDelta)
        for _ in range(3):
            platform.answer_next(f"/runs/{platform.only_run().id}", 503, "restarting")
        opener = threading.Thread(target=_open_after, args=(platform, 3), daemon=True)
        opener.start()

        events = [*before, *running]
        opener.join()

    assert text_of(events) == "Half whole"
    assert len(only(events, RunStarted)) > len(only(before, RunStarted))


def _open_after(platform: Platform, refusals: int) -> None:
    """Opens the gate when the state was asked for so often, or nobody asks any more."""
    ends_at = time.monotonic() + 10
    while len(platform.asked("GET", platform.only_run().id)) <= refusals:
        if time.monotonic() > ends_at:
            break
        time.sleep(0.01)
    platform.gate("go").set()


def test_run_that_has_no_name_yet_is_waited_for() -> None:
    """There is nothing to ask the state of, however long it is quiet."""
    ticks = itertools.count(0, 10)

    with Platform(dialect="aug", keep_alive_s=0.01) as platform:

        def clock() -> float:
            now = next(ticks)
            if now > 300:
                platform.gate("go").set()
            return float(now)

        with docked(platform, clock=clock, pace=Pace(quiet_s=25, silent_s=100_000)) as provider:
            assert text_of(play(provider, "slow start")) == ANSWER

        assert platform.asked("GET", platform.only_run().id) == []
