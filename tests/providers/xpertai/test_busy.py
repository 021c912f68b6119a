"""A thread of XpertAI that is busy with another run."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
    docked,
    fails,
    play,
    ref_of,
    text_of,
    turn,
    until,
)
from widget.domain.errors import UpstreamBusy
from widget.domain.events import TextDelta
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


def actions(platform: Platform) -> list[str]:
    asked = [one.json["input"] for one in platform.asked("POST", "/runs/stream")]
    return [" ".join(filter(None, (one["action"], one.get("mode")))) for one in asked]


def test_refusal_whose_reason_cannot_be_asked_is_told(
    platform: Platform, provider: XpertAI
) -> None:
    thread = ref_of(play(provider, "plain")).upstream_conversation
    platform.answer_next("/runs/stream", 400, '{"message":"input: Required"}')
    platform.answer_next(f"/{thread}/runs", 500, '{"message":"no"}')

    _, error = fails(provider.run(turn("plain", upstream_conversation=thread)))

    assert "input: Required" in error.detail


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "The conversation is busy."), (400, "Not now"), (409, "Not now")],
)
def test_busy_thread_is_waited_for(platform: Platform, status: int, words: str) -> None:
    """A run that we stopped reading goes on there, and some builds take no second one."""
    platform.behaviour.refuses_when_busy = (status, words)
    with docked(platform, pace=Pace(quiet_s=0.2, pauses_s=(0.02,) * 200)) as provider:
        running = provider.run(turn("gated"))
        before = until(running, TextDelta)
        running.close()  # type: ignore[attr-defined]
        first = platform.only_run()
        opener = threading.Thread(target=_open_when_asked, args=(platform,))
        opener.start()

        events = play(provider, "mine", upstream_conversation=first.thread.id)
        opener.join(20)

    assert text_of(before) == "Half"
    assert text_of(events) == "mine"
    assert list(platform.state.threads) == [first.thread.id]


def _open_when_asked(platform: Platform) -> None:
    """Lets the first run end once the second one was refused and its reason looked at: in the runs,
    where words or status do not tell it, else the question is simply asked again."""
    platform.wait_for(
        lambda: (
            platform.asked("GET", "/runs") != [] or len(platform.asked("POST", "/runs/stream")) > 2
        )
    )
    platform.gate("go").set()


def test_thread_that_stays_busy_says_when_to_come_back(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.refuses_when_busy = (409, "Not now")
    running = provider.run(turn("stall"))
    before = until(running, TextDelta)
    thread = ref_of(before).upstream_conversation

    _, error = fails(provider.run(turn("plain", upstream_conversation=thread)))
    _, of_retry = fails(
        provider.run(
            turn(
                "plain",
                kind="retry",
                upstream_conversation=thread,
                target_message=platform.only_run().message["id"],
            )
        )
    )

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 5.0
    assert isinstance(of_retry, UpstreamBusy)
    assert set(actions(platform)) == {"send", "retry"}
    assert list(platform.state.threads) == [thread]
