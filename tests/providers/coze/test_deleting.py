"""Conversations that are deleted here are deleted at Coze."""

from __future__ import annotations

import pytest

from tests.fakes.coze.door import NARROW_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.providers.coze.kit import VISITOR, ask, docked, ref_of
from widget.domain.errors import Failure, UpstreamBusy, UpstreamRejected, UpstreamUnreachable
from widget.providers.base import UpstreamRef
from widget.providers.coze.provider import Coze


def there(platform: Platform) -> list[str]:
    return list(platform.state.conversations)


@pytest.mark.parametrize("edition", ["cloud", "studio"])
def test_conversation_is_deleted_there_too(edition: str) -> None:
    with Platform(edition=edition) as platform, docked(platform) as provider:
        ref = ref_of(ask(provider, "plain"))
        other = ref_of(ask(provider, "plain"))

        assert provider.delete_conversation(ref) is True
        assert there(platform) == [other.upstream_conversation]
        assert provider.delete_conversation(ref) is False


def test_conversation_of_a_chatflow_is_deleted(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider:
        assert provider.delete_conversation(ref_of(ask(provider, "plain"))) is True

    assert there(platform) == []


@pytest.mark.parametrize("visitor", ["vis_other", VISITOR])
def test_only_its_own_visitors_conversation_is_deleted(platform: Platform, visitor: str) -> None:
    """Where each visitor has a session of their own."""
    with docked(platform, platform.oauth()) as provider:
        ref = ref_of(ask(provider, "plain"), visitor)

        is_gone = provider.delete_conversation(ref)

    assert is_gone is (visitor == VISITOR)
    assert (there(platform) == []) is is_gone


def test_conversation_that_never_was_needs_no_deleting(provider: Coze, platform: Platform) -> None:
    assert provider.delete_conversation(UpstreamRef(VISITOR, None, None, None)) is False
    assert platform.requests == []


def test_id_stays_one_part_of_the_path(provider: Coze, platform: Platform) -> None:
    ask(provider, "plain")

    assert provider.delete_conversation(UpstreamRef(VISITOR, "1/clear?x", None, None)) is False
    assert platform.requests[-1].path == "/v1/conversations/1%2Fclear%3Fx"


def test_release_that_deletes_none_has_nothing_to_delete(
    provider: Coze, platform: Platform
) -> None:
    ref = ref_of(ask(provider, "plain"))
    platform.answer_next(str(ref.upstream_conversation), 404, "404 page not found")

    assert provider.delete_conversation(ref) is False


def test_token_that_may_not_delete_is_told(provider: Coze, platform: Platform) -> None:
    ref = ref_of(ask(provider, "plain"))

    with (
        docked(platform, platform.settings(api_key=NARROW_KEY)) as narrow,
        pytest.raises(UpstreamRejected, match="4101") as refused,
    ):
        narrow.delete_conversation(ref)

    assert refused.value.failure is Failure.AUTH
    assert NARROW_KEY not in refused.value.detail
    assert there(platform) == [ref.upstream_conversation]


def test_busy_platform_is_asked_again_another_time(provider: Coze, platform: Platform) -> None:
    ref = ref_of(ask(provider, "plain"))
    platform.answer_next(
        str(ref.upstream_conversation), 200, '{"code":4013,"msg":"too many requests"}'
    )

    with pytest.raises(UpstreamBusy):
        provider.delete_conversation(ref)

    assert provider.delete_conversation(ref) is True


def test_platform_that_is_not_reached_is_told(provider: Coze, platform: Platform) -> None:
    ref = ref_of(ask(provider, "plain"))
    platform.upstream.close()

    with pytest.raises(UpstreamUnreachable) as failed:
        provider.delete_conversation(ref)

    assert failed.value.retryable
