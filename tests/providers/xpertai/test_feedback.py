"""A visitor's verdict on XpertAI's side: one per message, changed and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import docked, play, ref_of
from widget.domain.errors import UpstreamError
from widget.providers.base import UpstreamRef
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


@pytest.fixture
def ref(platform: Platform, provider: XpertAI) -> UpstreamRef:
    return ref_of(play(provider, "plain"))


def test_verdict_is_kept_with_its_words(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    message = platform.only_run().message["id"]

    is_taken = provider.give_feedback(ref, message, verdict="dislike", detail="too short")

    (kept,) = platform.state.feedback.values()
    assert is_taken
    assert (kept["messageId"], kept["rating"], kept["content"]) == (message, "dislike", "too short")


def test_second_verdict_changes_the_first(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    message = platform.only_run().message["id"]
    provider.give_feedback(ref, message, verdict="dislike", detail="too short")

    provider.give_feedback(ref, message, verdict="like", detail="")

    (kept,) = platform.state.feedback.values()
    assert (kept["rating"], kept["content"]) == ("like", "")


def test_verdict_is_taken_back(platform: Platform, provider: XpertAI, ref: UpstreamRef) -> None:
    message = platform.only_run().message["id"]
    provider.give_feedback(ref, message, verdict="like", detail="")

    assert provider.give_feedback(ref, message, verdict=None, detail="")
    assert provider.give_feedback(ref, message, verdict=None, detail="")

    assert platform.state.feedback == {}


def test_message_that_the_platform_lost_takes_none(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    message = platform.only_run().message["id"]
    nowhere = UpstreamRef(ref.visitor, None, None, None)
    platform.state.threads.clear()

    assert not provider.give_feedback(ref, message, verdict="like", detail="")
    assert not provider.give_feedback(nowhere, message, verdict="like", detail="")
    assert not provider.give_feedback(ref, "", verdict="like", detail="")


@pytest.mark.parametrize("path_end", ["/feedbacks", "/threads/{thread}"])
def test_refusal_is_told(
    platform: Platform, provider: XpertAI, ref: UpstreamRef, path_end: str
) -> None:
    path_end = path_end.format(thread=ref.upstream_conversation)
    platform.answer_next(path_end, 403, '{"message":"no"}')

    with pytest.raises(UpstreamError):
        provider.give_feedback(ref, platform.only_run().message["id"], verdict="like", detail="")


def test_message_without_a_uuid_is_a_refusal(provider: XpertAI, ref: UpstreamRef) -> None:
    with pytest.raises(UpstreamError, match="uuid"):
        provider.give_feedback(ref, "m-1", verdict="like", detail="")


def test_cancel_of_an_unknown_run_is_told(provider: XpertAI, ref: UpstreamRef) -> None:
    with pytest.raises(UpstreamError):
        provider.cancel(UpstreamRef(ref.visitor, ref.upstream_conversation, "nobody", None))


def test_cancel_without_a_thread_asks_nothing(platform: Platform, provider: XpertAI) -> None:
    provider.cancel(UpstreamRef("vis_1", None, None, None))

    assert platform.requests == []


def test_cancel_of_a_thread_that_runs_nothing_cancels_nothing(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    provider.cancel(UpstreamRef(ref.visitor, ref.upstream_conversation, None, None))

    assert platform.asked("POST", "/cancel") == []


def test_message_that_is_not_there_takes_none(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    platform.answer_next("/feedbacks", 404, '{"message":"The requested record was not found"}')
    message = platform.only_run().message["id"]

    assert not provider.give_feedback(ref, message, verdict="like", detail="")
