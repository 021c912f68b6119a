"""Conversations that are deleted here are deleted at XpertAI, with the visitor's own secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import VISITOR, docked, play, ref_of
from widget.domain.errors import Failure, UpstreamBusy, UpstreamRejected, UpstreamUnreachable
from widget.providers.base import UpstreamRef
from widget.providers.xpertai.provider import XpertAI

TROUBLE = '{"statusCode":500,"message":"Internal server error"}'
MISSING = '{"statusCode":404,"message":"The requested record was not found"}'


@pytest.fixture(params=["early", "aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


@pytest.fixture
def ref(provider: XpertAI) -> UpstreamRef:
    return ref_of(play(provider, "plain"))


def there(platform: Platform) -> list[str]:
    return list(platform.state.threads)


def test_thread_is_deleted_there_too(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    other = ref_of(play(provider, "plain"))

    assert provider.delete_conversation(ref) is True
    assert there(platform) == [other.upstream_conversation]


def test_deleting_is_asked_by_the_visitors_secret(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    provider.delete_conversation(ref)

    (asked,) = platform.asked("DELETE", f"/threads/{ref.upstream_conversation}")
    (secret,) = platform.state.secrets
    assert asked.headers["authorization"] == f"Bearer {secret}"
    assert "x-api-key" not in asked.headers


@pytest.mark.parametrize(("status", "body"), [(404, MISSING), (500, TROUBLE)])
def test_thread_that_is_gone_already_is_no_trouble(
    platform: Platform, provider: XpertAI, ref: UpstreamRef, status: int, body: str
) -> None:
    platform.state.threads.clear()
    platform.answer_next(f"/threads/{ref.upstream_conversation}", status, body)

    assert provider.delete_conversation(ref) is False


def test_trouble_with_a_thread_that_is_there_is_told(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    platform.answer_next(f"/threads/{ref.upstream_conversation}", 500, TROUBLE)

    with pytest.raises(UpstreamRejected) as failed:
        provider.delete_conversation(ref)

    assert failed.value.failure is Failure.UPSTREAM_DOWN
    assert there(platform) == [ref.upstream_conversation]


def test_conversation_that_never_was_needs_no_deleting(
    platform: Platform, provider: XpertAI
) -> None:
    assert provider.delete_conversation(UpstreamRef(VISITOR, None, None, None)) is False
    assert platform.requests == []


def test_refusal_is_told(platform: Platform, provider: XpertAI, ref: UpstreamRef) -> None:
    platform.answer_next(f"/threads/{ref.upstream_conversation}", 403, '{"message":"no"}')

    with pytest.raises(UpstreamRejected) as refused:
        provider.delete_conversation(ref)

    assert (refused.value.status, refused.value.retryable) == (403, False)
    assert there(platform) == [ref.upstream_conversation]


def test_busy_platform_is_asked_again_another_time(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    platform.answer_next(f"/threads/{ref.upstream_conversation}", 429, "{}")

    with pytest.raises(UpstreamBusy):
        provider.delete_conversation(ref)

    assert provider.delete_conversation(ref) is True


def test_platform_that_is_not_reached_is_told(
    platform: Platform, provider: XpertAI, ref: UpstreamRef
) -> None:
    platform.upstream.close()

    with pytest.raises(UpstreamUnreachable) as failed:
        provider.delete_conversation(ref)

    assert failed.value.retryable
