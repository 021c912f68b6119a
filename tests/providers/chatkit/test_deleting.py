"""Conversations that are deleted here are deleted at the ChatKit server."""

from __future__ import annotations

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.upstream import Reply, json_reply
from tests.providers.chatkit.kit import VISITOR, ask, docked, ref_of, sent
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamRejected,
    UpstreamUnreachable,
)
from widget.providers.base import UpstreamRef
from widget.providers.chatkit.provider import ChatKit

CRASH = Reply(500, {"Content-Type": "text/plain"}, [b"Internal Server Error"], "length")


def test_thread_is_deleted_there_too(host: ChatKitHost, provider: ChatKit) -> None:
    ref = ref_of(ask(provider, "one"))
    other = ref_of(ask(provider, "two"))

    assert provider.delete_conversation(ref) is True
    assert list(host.threads) == [other.upstream_conversation]
    assert sent(host) == {
        "type": "threads.delete",
        "params": {"thread_id": ref.upstream_conversation},
        "metadata": {"visitor": VISITOR},
    }


def test_server_that_deletes_nothing_without_a_word_is_believed(
    host: ChatKitHost, provider: ChatKit
) -> None:
    ref = ref_of(ask(provider, "one"))
    host.threads.clear()

    assert provider.delete_conversation(ref) is True


@pytest.mark.parametrize("reply", [json_reply(404, {}), json_reply(410, {}), CRASH])
def test_thread_that_is_gone_already_is_no_trouble(any_host: ChatKitHost, reply: Reply) -> None:
    with docked(any_host.settings()) as provider:
        ref = ref_of(ask(provider, "one"))
        any_host.threads.clear()
        any_host.answer_next("threads.delete", reply)

        assert provider.delete_conversation(ref) is False


def test_trouble_with_a_thread_that_is_there_is_told(host: ChatKitHost, provider: ChatKit) -> None:
    ref = ref_of(ask(provider, "one"))
    host.answer_next("threads.delete", CRASH)

    with pytest.raises(UpstreamRejected) as failed:
        provider.delete_conversation(ref)

    assert failed.value.failure is Failure.UPSTREAM_DOWN
    assert list(host.threads) == [ref.upstream_conversation]


def test_conversation_that_never_was_needs_no_deleting(
    host: ChatKitHost, provider: ChatKit
) -> None:
    assert provider.delete_conversation(UpstreamRef(VISITOR, None, None, None)) is False
    assert host.requests == []


def test_refusal_is_told_without_the_key(host: ChatKitHost) -> None:
    with (
        docked(host.settings(api_key="sk-wrong-key-of-the-site")) as provider,
        pytest.raises(UpstreamRejected) as refused,
    ):
        provider.delete_conversation(UpstreamRef(VISITOR, "thr_1", None, None))

    assert (refused.value.failure, refused.value.retryable) == (Failure.AUTH, False)
    assert "sk-wrong" not in refused.value.detail
    assert host.requests[-1].headers["authorization"] == "Bearer sk-wrong-key-of-the-site"


def test_busy_server_is_asked_again_another_time(host: ChatKitHost, provider: ChatKit) -> None:
    ref = ref_of(ask(provider, "one"))
    host.answer_next("threads.delete", json_reply(429, {}))

    with pytest.raises(UpstreamBusy):
        provider.delete_conversation(ref)

    assert provider.delete_conversation(ref) is True


def test_server_that_is_not_reached_is_told(host: ChatKitHost, provider: ChatKit) -> None:
    ref = ref_of(ask(provider, "one"))
    host.upstream.close()

    with pytest.raises(UpstreamUnreachable) as failed:
        provider.delete_conversation(ref)

    assert failed.value.retryable
