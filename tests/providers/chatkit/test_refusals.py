"""What a server refuses, in our classes and without its credentials."""

from __future__ import annotations

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import KEY
from tests.fakes.script import Reply, json_reply
from tests.providers.chatkit.kit import (
    ask,
    docked,
    ref_of,
)
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamProtocolError,
)
from widget.providers.chatkit.provider import ChatKit


def test_busy_server_names_its_wait_and_its_own_reference(provider: ChatKit) -> None:
    error = ask(provider, "rate-limited").failed

    assert isinstance(error, UpstreamBusy)
    assert (error.retry_after_s, error.log_id) == (17, "r-1")
    assert "slow down" in error.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", None), ("soon", None), ("-3", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_wait_may_be_missing_or_a_date(
    host: ChatKitHost, provider: ChatKit, value: str, seconds: float | None
) -> None:
    host.answer_next("threads.create", json_reply(429, [], {"Retry-After": value}))

    assert ask(provider, "hello").failed.retry_after_s == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"type": "a", "code": "b", "message": "c"}}', "a b c"),
        (b'{"detail": "Not here"}', "Not here"),
        (b'{"message": "No"}', "No"),
        (b'[{"loc": 1}]', "[{'loc': 1}]"),
        (b"<html><b>Teapot</b></html>", "Teapot"),
        (b"[" * 5000, "[["),
    ],
)
def test_refusal_is_told_in_the_servers_words(
    host: ChatKitHost, provider: ChatKit, body: bytes, words: str
) -> None:
    host.answer_next("threads.create", Reply(418, {}, [body], framing="length"))

    error = ask(provider, "hello").failed

    assert error.failure is Failure.CONFIG
    assert error.detail.startswith(f"threads.create: HTTP 418 {words}")


def test_redirect_names_where_to(provider: ChatKit) -> None:
    error = ask(provider, "elsewhere").failed

    assert error.failure is Failure.CONFIG
    assert error.detail == (
        "threads.create: leads elsewhere (http://127.0.0.1/chatkit/); set url to that address"
    )


def test_answer_that_is_no_event_stream_is_named(provider: ChatKit) -> None:
    error = ask(provider, "not-sse").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "is url right?" in error.detail
    assert KEY not in error.detail


def test_json_that_is_none_is_named(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.answer_next("items.feedback", Reply(200, {}, [f"<p>{KEY}".encode()], framing="length"))

    with pytest.raises(UpstreamProtocolError, match="no ChatKit server answers so") as caught:
        provider.give_feedback(ref_of(first), "msg_a", verdict="like", detail="")
    assert KEY not in str(caught.value)


def test_value_of_a_header_is_in_no_error(host: ChatKitHost) -> None:
    host.answer_next("threads.create", json_reply(400, {"error": "tenant hush-hush is unknown"}))

    with docked(host.settings(headers={"X-Tenant": "hush-hush"})) as provider:
        assert "hush-hush" not in ask(provider, "hello").failed.detail
