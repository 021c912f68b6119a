"""What a host refuses before the first word: its class, what is tried again, what is kept quiet."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import ANSWER
from tests.providers.openai.kit import ask, docked, thread
from widget.domain.errors import Failure, UpstreamBusy, UpstreamRejected
from widget.domain.events import RunStarted
from widget.providers.openai.provider import OpenAI


@pytest.fixture
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


@pytest.fixture
def provider(host: OpenAIHost) -> Iterator[OpenAI]:
    with docked(host) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("status-400", Failure.CONFIG),
        ("status-401", Failure.AUTH),
        ("status-402", Failure.QUOTA),
        ("status-403", Failure.AUTH),
        ("status-404", Failure.NOT_FOUND),
        ("status-422", Failure.CONFIG),
        ("no-quota", Failure.QUOTA),
        ("no-quota-in-words", Failure.QUOTA),
        ("no-database", Failure.AUTH),
        ("arrears", Failure.QUOTA),
        ("content-filter", Failure.CONTENT),
        ("numeric-code", Failure.CONFIG),
        ("flat-message", Failure.AUTH),
        ("flat-detail", Failure.CONFIG),
        ("always-too-long", Failure.CONFIG),
        ("redirect", Failure.CONFIG),
    ],
)
def test_refusal_has_its_class_and_is_not_asked_again(
    provider: OpenAI, host: OpenAIHost, question: str, failure: Failure
) -> None:
    heard = ask(provider, question)

    assert heard.events == []
    assert heard.failed.failure is failure
    assert not heard.failed.retryable
    assert len(host.requests) == 1


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("status-500", Failure.UPSTREAM_DOWN),
        ("status-503", Failure.BUSY),
        ("status-529", Failure.BUSY),
        ("html-error", Failure.UPSTREAM_DOWN),
        ("empty-error", Failure.UPSTREAM_DOWN),
        ("error-as-json-200", Failure.BUSY),
    ],
)
def test_trouble_over_there_is_tried_once_more(
    provider: OpenAI, host: OpenAIHost, question: str, failure: Failure
) -> None:
    heard = ask(provider, question)

    assert heard.failed.failure is failure
    assert heard.failed.retryable
    assert len(host.requests) == 2


@pytest.mark.parametrize("question", ["busy-once", "rate-limited-briefly", "error-first-in-stream"])
def test_second_try_may_answer_and_starts_the_run_once(
    provider: OpenAI, host: OpenAIHost, question: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert heard.events.count(RunStarted()) == 1
    assert len(host.requests) == 2


def test_wish_to_be_left_alone_is_honoured(provider: OpenAI, host: OpenAIHost) -> None:
    error = ask(provider, "rate-limited").failed

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 17
    assert len(host.requests) == 1


def test_retry_after_may_be_a_date(provider: OpenAI) -> None:
    assert ask(provider, "rate-limited-until").failed.retry_after_s == 0


def test_refusal_carries_the_platforms_own_reference(provider: OpenAI) -> None:
    assert ask(provider, "status-400").failed.log_id == "req-77"


def test_html_of_a_gateway_is_told_in_words(provider: OpenAI) -> None:
    assert ask(provider, "html-error").failed.detail == "HTTP 502: 502 Bad Gateway"


def test_error_that_is_only_a_text_is_told(provider: OpenAI) -> None:
    assert ask(provider, "bare-error").failed.detail == "HTTP 400: Bad model name"


def test_key_that_a_host_quotes_is_taken_out(
    provider: OpenAI, host: OpenAIHost, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ask(provider, "key-in-error").failed

    assert host.requests[0].headers["authorization"] == f"Bearer {KEY}"
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(provider.settings)
    assert "Incorrect API key provided: …. Not …? See" in shown
    assert KEY not in shown + "".join(capsys.readouterr())


def test_redirect_is_not_followed_with_the_key(provider: OpenAI) -> None:
    error = ask(provider, "redirect").failed

    assert isinstance(error, UpstreamRejected)
    assert error.detail == (
        "base_url leads elsewhere (http://127.0.0.1:9/elsewhere); set it to that address"
    )


def test_host_without_stream_options_is_remembered(provider: OpenAI, host: OpenAIHost) -> None:
    first = ask(provider, "stream-options-refused")
    second = ask(provider, "plain")

    assert (first.text, second.text) == (ANSWER, ANSWER)
    assert ["stream_options" in r.json for r in host.requests] == [True, False, False]


def test_conversation_that_is_too_long_is_halved_once(provider: OpenAI, host: OpenAIHost) -> None:
    history = thread(*[f"{letter * 900}" for letter in "abcdef"])

    heard = ask(provider, "context-too-long", history=history)

    assert heard.error is None
    assert [len(r.json["messages"]) for r in host.requests] == [7, 3]
    assert [m["content"][0] for m in host.requests[1].json["messages"]] == ["e", "f", "c"]


def test_question_that_alone_is_too_long_is_not_tried_forever(
    provider: OpenAI, host: OpenAIHost
) -> None:
    heard = ask(provider, "always-too-long", history=thread("a" * 50, "b" * 50))

    assert heard.failed.failure is Failure.CONFIG
    assert len(host.requests) == 2
