"""Every refusal of Dify to its class, and what is asked again by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER, SCENARIOS, in_stream
from tests.fakes.dify.wire import KEY
from tests.fakes.upstream import Die, Reply
from tests.leaks import leaks
from tests.providers.dify.cutting import cut_link
from tests.providers.dify.kit import FLOW, ask, conversation_of, docked
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamRejected,
    UpstreamUnreachable,
)
from widget.providers.dify.failures import scrub

NEVER_AGAIN = [
    (400, "invalid_param", Failure.CONFIG),
    (400, "app_unavailable", Failure.CONFIG),
    (400, "not_chat_app", Failure.CONFIG),
    (400, "agent_not_published", Failure.CONFIG),
    (400, "bad_request", Failure.CONFIG),
    (400, "provider_not_initialize", Failure.CONFIG),
    (400, "provider_quota_exceeded", Failure.QUOTA),
    (400, "model_currently_not_support", Failure.CONFIG),
    (400, "conversation_completed", Failure.NOT_FOUND),
    (401, "unauthorized", Failure.AUTH),
    (403, "forbidden", Failure.AUTH),
    (403, "workflow_version_execution_not_allowed", Failure.CONFIG),
    (404, "not_found", Failure.NOT_FOUND),
    (429, "rate_limit_error", Failure.QUOTA),
    (418, "of_a_later_version", Failure.CONFIG),
]
AGAIN = [
    (400, "completion_request_error", Failure.BUSY, 1),
    (429, "too_many_requests", Failure.BUSY, 2),
    (500, "internal_server_error", Failure.UPSTREAM_DOWN, 1),
]


def refuse(platform: Platform, times: int, *refusal: Any, **headers: Any) -> None:
    for _ in range(times):
        platform.refuse_next("/chat-messages", *refusal, **headers)


@pytest.mark.parametrize(("status", "code", "failure"), NEVER_AGAIN)
def test_refusal_has_its_class_and_is_not_asked_again(
    status: int, code: str, failure: Failure
) -> None:
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, 1, status, code)
        error = ask(provider, "plain").failed

    assert error.failure is failure
    assert not error.retryable
    assert len(platform.chats()) == 1


@pytest.mark.parametrize(("status", "code", "failure", "times"), AGAIN)
def test_what_passes_is_asked_again(status: int, code: str, failure: Failure, times: int) -> None:
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, times, status, code)
        assert ask(provider, "plain").text == ANSWER

        refuse(platform, times + 1, status, code)
        error = ask(provider, "plain").failed

    assert error.failure is failure
    assert error.retryable
    assert len(platform.chats()) == 2 * (times + 1)


@pytest.mark.parametrize(("status", "code", "failure"), NEVER_AGAIN)
@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_error_inside_the_stream_has_the_same_class(
    monkeypatch: pytest.MonkeyPatch, mode: str, status: int, code: str, failure: Failure
) -> None:
    """But for the one that every plain error of a run is called by."""
    monkeypatch.setitem(SCENARIOS, "fails", in_stream(status, code, "so it is"))
    with Platform(mode=mode) as platform, docked(platform) as provider:
        error = ask(provider, "fails").failed

    assert error.failure is (Failure.UNKNOWN if code == "invalid_param" else failure)
    assert len(platform.chats()) == 1


@pytest.mark.parametrize(("status", "code", "failure", "times"), AGAIN)
def test_error_inside_a_stream_before_its_first_word_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str, failure: Failure, times: int
) -> None:
    monkeypatch.setitem(SCENARIOS, "fails", in_stream(status, code, "so it is"))
    with Platform() as platform, docked(platform) as provider:
        error = ask(provider, "fails").failed

    assert error.failure is failure
    assert len(platform.chats()) == times + 1


@pytest.mark.parametrize("code", ["not_found", "conversation_completed"])
def test_conversation_that_is_lost_inside_the_stream_is_begun_anew(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setitem(SCENARIOS, "fails", in_stream(404, code, "so it is"))
    with Platform() as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        ask(provider, "fails", upstream_conversation=first)

    assert [b.get("conversation_id") for b in platform.chats()] == [None, first, None]


def test_long_wait_that_the_platform_asks_for_is_told() -> None:
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, 1, 429, "too_many_requests", Retry_After="17")
        error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 17
    assert len(platform.chats()) == 1


@pytest.mark.parametrize("wished", ["0.01", "soon"])
def test_short_wait_is_waited(wished: str) -> None:
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, 1, 429, "too_many_requests", Retry_After=wished)

        assert ask(provider, "plain").text == ANSWER


@pytest.mark.parametrize(
    ("reply", "failure", "tries"),
    [
        (Reply(502, {"Content-Type": "text/html"}, [b"<h1>Bad</h1>"]), Failure.UPSTREAM_DOWN, 2),
        (Reply(429, {}, [b'["slow"]']), Failure.BUSY, 2),
        (Reply(403, {}, [b"<h1>Blocked</h1>"]), Failure.AUTH, 1),
        (Reply(400, {}, [b'{"code": 7, "message": null, "status": "x"}']), Failure.CONFIG, 1),
        (Reply(302, {"Location": "https://x.example/login?k=1"}, []), Failure.CONFIG, 1),
    ],
    ids=["gateway", "limiter", "firewall", "odd body", "redirect"],
)
def test_refusal_of_something_before_the_platform(
    reply: Reply, failure: Failure, tries: int
) -> None:
    with Platform() as platform, docked(platform) as provider:
        for _ in range(tries):
            platform.answer_next("/chat-messages", reply)
        error = ask(provider, "plain").failed

    assert error.failure is failure
    assert len(platform.chats()) == tries


def test_redirect_says_where_base_url_should_lead() -> None:
    reply = Reply(301, {"Location": "https://x.example/v1/chat-messages?k=1"}, [])
    with Platform() as platform, docked(platform) as provider:
        platform.answer_next("/chat-messages", reply)
        detail = ask(provider, "plain").failed.detail

    assert "base_url leads elsewhere (https://x.example/v1/chat-messages)" in detail


def test_kept_connection_that_was_closed_meanwhile_is_opened_anew() -> None:
    with (
        Platform() as platform,
        cut_link(platform.upstream.url, times=1) as url,
        docked(platform, base_url=url) as provider,
    ):
        assert ask(provider, "plain").text == ANSWER

    assert len(platform.chats()) == 1


def test_link_that_breaks_again_and_again_is_no_answer() -> None:
    with (
        Platform() as platform,
        cut_link(platform.upstream.url, times=2) as url,
        docked(platform, base_url=url) as provider,
    ):
        assert isinstance(ask(provider, "plain").failed, UpstreamInterrupted)

    assert platform.chats() == []


def test_answer_that_breaks_before_its_first_word_is_not_asked_for_twice() -> None:
    """It may be under way; only a connection that never carried the answer is opened anew."""
    with Platform() as platform, docked(platform) as provider:
        stream = {"Content-Type": "text/event-stream"}
        platform.answer_next("/chat-messages", Reply(200, stream, [Die()]))

        assert isinstance(ask(provider, "plain").failed, UpstreamInterrupted)

    assert len(platform.chats()) == 1


def test_server_that_is_not_there_is_not_asked_again() -> None:
    with Platform() as platform, docked(platform, base_url="http://127.0.0.1:9") as provider:
        assert isinstance(ask(provider, "plain").failed, UpstreamUnreachable)


def test_key_stands_in_no_error() -> None:
    """The platform quotes it, inside the stream and outside."""
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, 1, 401, "unauthorized", f"Access token {KEY} and app-another is invalid")
        outside = ask(provider, "plain").failed
        inside = ask(provider, "error with the key").failed

    for error in (outside, inside):
        assert isinstance(error, UpstreamRejected)
        assert error.failure is Failure.AUTH
        assert leaks(error.detail + repr(error), KEY) == []
        assert "app-another" not in error.detail


def test_key_of_any_make_is_taken_out() -> None:
    assert scrub("Bearer sesame,\n sesame", "sesame") == "Bearer …, …"
    assert scrub("all is well", "") == "all is well"


def test_hints_that_are_glued_to_a_refusal_decide_nothing() -> None:
    with Platform() as platform, docked(platform) as provider:
        refuse(platform, 1, 404, "not_found", "Conversation Not Exists.")
        error = ask(provider, "plain").failed

    assert "did you mean" in error.detail
    assert error.failure is Failure.NOT_FOUND
