"""The Responses API: text, thinking, ends and errors, one test for each way that hosts differ."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.response_ends import BEGUN
from tests.fakes.openai.scenarios import ANSWER, THINKING
from tests.providers.openai.kit import QUICK, ask, docked, thread
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import RunCompleted, RunStarted, TextDelta, Usage
from widget.providers.openai.provider import OpenAI


@pytest.fixture(scope="module")
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


@pytest.fixture
def provider(host: OpenAIHost) -> Iterator[OpenAI]:
    host.requests.clear()
    with docked(host, api="responses") as made:
        yield made


@pytest.mark.parametrize(
    "question",
    [
        "plain",
        "unnamed",
        "keep-alive",
        "crlf",
        "split-character",
        "multi-line-data",
        "many-in-one-packet",
        "unknown-fields",
        "empty-pieces",
        "halved-characters",
        "broken-json-once",
        "late-end",
        "no-usage",
        "no-status",
        "end-is-no-response",
        "think-tags",
        "text-in-done",
        "text-in-item",
        "text-in-end",
        "json-instead-of-stream",
    ],
)
def test_odd_stream_gives_the_whole_answer_once(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.error is None
    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "stop"


def test_answer_comes_in_the_pieces_that_the_host_sends(provider: OpenAI) -> None:
    heard = ask(provider, "plain")

    assert len([e for e in heard.events if isinstance(e, TextDelta)]) >= 1
    assert heard.usage == [Usage(input_tokens=11, output_tokens=22, total_tokens=33)]


def test_run_and_answer_carry_the_names_that_the_host_gave(host: OpenAIHost) -> None:
    with docked(host, api="responses") as provider:
        heard = ask(provider, "plain")

    started = [e.upstream_run for e in heard.events if isinstance(e, RunStarted)]
    assert started[0] is None
    assert len(started) == 2
    assert heard.events[-1] == RunCompleted("stop", upstream_message=started[1])
    assert started[1] in host.kept


def test_usage_that_nobody_tells_is_not_made_up(provider: OpenAI) -> None:
    assert ask(provider, "no-usage").usage == []


@pytest.mark.parametrize(
    "question",
    [
        "reasoning-summary",
        "reasoning-text",
        "reasoning-both",
        "reasoning-in-done",
        "reasoning-in-item",
        "reasoning-in-end",
        "reasoning-without-words",
        "think-tags",
    ],
)
def test_thinking_is_told_apart_and_once(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert heard.thinking.strip() == THINKING


def test_parts_of_a_summary_are_paragraphs(provider: OpenAI) -> None:
    assert ask(provider, "reasoning-parts").thinking == "First thought.\n\nSecond thought."


def test_second_message_of_a_response_is_a_paragraph_of_its_own(provider: OpenAI) -> None:
    assert ask(provider, "two-messages").text == "Let me look.\n\nHere it is."


@pytest.mark.parametrize("question", ["refusal", "refusal-in-done", "refusal-in-end"])
def test_refusal_text_is_the_answer(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.error is None
    assert heard.text == "I cannot help with that."


@pytest.mark.parametrize("question", ["incomplete-length", "completed-incomplete"])
def test_length_is_a_good_end_with_its_reason(provider: OpenAI, question: str) -> None:
    end = ask(provider, question).events[-1]

    assert isinstance(end, RunCompleted)
    assert end.reason == "length"


def test_content_filter_fails_and_keeps_the_text(provider: OpenAI) -> None:
    heard = ask(provider, "incomplete-content_filter")

    assert heard.text == ANSWER
    assert heard.failed.failure is Failure.CONTENT


@pytest.mark.parametrize(
    ("question", "words"), [("incomplete-other", "moon phase"), ("cancelled", "cancelled")]
)
def test_end_of_an_unknown_kind_is_an_interruption(
    provider: OpenAI, question: str, words: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert isinstance(heard.failed, UpstreamInterrupted)
    assert words in heard.failed.detail


@pytest.mark.parametrize("question", ["completed-failed", "no-status-failed"])
def test_failure_that_gives_no_reason_is_none_the_less_one(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert heard.failed.failure is Failure.UPSTREAM_DOWN


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("failed", Failure.UPSTREAM_DOWN),
        ("failed-busy", Failure.BUSY),
        ("failed-prompt", Failure.CONTENT),
        ("failed-odd-prompt", Failure.UPSTREAM_DOWN),
        ("failed-image", Failure.CONTENT),
        ("failed-store", Failure.UPSTREAM_DOWN),
        ("error-event", Failure.UPSTREAM_DOWN),
        ("error-event-nested", Failure.BUSY),
        ("error-without-type", Failure.UPSTREAM_DOWN),
    ],
)
def test_failure_in_mid_answer_has_its_class_and_keeps_the_text(
    provider: OpenAI, host: OpenAIHost, question: str, failure: Failure
) -> None:
    heard = ask(provider, question)

    assert heard.text == BEGUN
    assert isinstance(heard.failed, UpstreamRejected | UpstreamBusy)
    assert heard.failed.failure is failure
    assert len(host.requests) == 1


@pytest.mark.parametrize("question", ["error-first", "busy-once"])
def test_trouble_before_the_first_word_is_tried_once_more(
    provider: OpenAI, host: OpenAIHost, question: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert len(host.requests) == 2


@pytest.mark.parametrize("question", ["no-end", "done-without-end", "answer-of-chat"])
def test_polite_end_without_the_end_of_the_response_is_an_interruption(
    provider: OpenAI, question: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == ("" if question == "answer-of-chat" else ANSWER)
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_death_in_mid_answer_is_an_interruption(provider: OpenAI) -> None:
    heard = ask(provider, "die")

    assert heard.text == BEGUN
    assert isinstance(heard.failed, UpstreamInterrupted)


@pytest.mark.parametrize(("question", "text"), [("gate", BEGUN), ("silent", "")])
def test_stall_is_a_timeout(host: OpenAIHost, question: str, text: str) -> None:
    with docked(host, QUICK, api="responses") as provider:
        heard = ask(provider, question)

    assert heard.text == text
    assert isinstance(heard.failed, UpstreamTimeout)


def test_host_that_stays_after_the_end_is_not_waited_for(provider: OpenAI) -> None:
    began = time.monotonic()

    heard = ask(provider, "open-after-end")

    assert isinstance(heard.events[-1], RunCompleted)
    assert time.monotonic() - began < 2


def test_connection_serves_the_next_run_too(provider: OpenAI, host: OpenAIHost) -> None:
    for question in ("late-end", "unnamed", "plain"):
        assert ask(provider, question).text == ANSWER

    assert len({asked.connection for asked in host.requests}) == 1


@pytest.mark.parametrize("question", ["broken-json", "wrong-shape"])
def test_repeated_broken_records_fail_and_their_text_is_in_no_log(
    provider: OpenAI, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == BEGUN
    assert isinstance(heard.failed, UpstreamProtocolError)
    logged = "".join(capsys.readouterr())
    assert "cannot be read" in logged
    assert "secret words" not in logged + heard.failed.detail


def test_json_that_tells_a_failure_fails(provider: OpenAI) -> None:
    assert ask(provider, "json-failed").failed.failure is Failure.UPSTREAM_DOWN


def test_json_that_holds_an_error_alone_fails(provider: OpenAI) -> None:
    assert ask(provider, "error-as-json-200").failed.failure is Failure.BUSY


@pytest.mark.parametrize("question", ["html-instead-of-stream", "json-of-something-else"])
def test_page_in_place_of_a_stream_is_a_protocol_error(provider: OpenAI, question: str) -> None:
    assert isinstance(ask(provider, question).failed, UpstreamProtocolError)


def test_tool_call_is_logged_by_name_and_not_forwarded(
    provider: OpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = ask(provider, "tool-calls")

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "tool"
    logged = "".join(capsys.readouterr())
    assert "find_order" in logged
    assert "secret-number" not in logged


@pytest.mark.parametrize("question", ["tool-calls-alone", "approval-asked"])
def test_answer_that_is_only_a_tool_call_fails_and_says_why(
    provider: OpenAI, question: str
) -> None:
    heard = ask(provider, question)

    assert heard.failed.failure is Failure.CONFIG
    assert "only called find_order" in heard.failed.detail
    assert "secret-number" not in heard.failed.detail


def test_refusal_before_the_stream_is_that_of_chat(provider: OpenAI, host: OpenAIHost) -> None:
    heard = ask(provider, "no-quota")

    assert heard.failed.failure is Failure.QUOTA
    assert len(host.requests) == 1


def test_host_without_the_api_is_not_found() -> None:
    with OpenAIHost() as host, docked(host, api="responses") as provider:
        host.responds = False
        assert ask(provider, "plain").failed.failure is Failure.NOT_FOUND


def test_conversation_that_is_too_long_is_halved_once(provider: OpenAI, host: OpenAIHost) -> None:
    history = thread(*[letter * 900 for letter in "abcdef"])

    heard = ask(provider, "context-too-long", history=history)

    assert heard.error is None
    assert [len(r.json["input"]) for r in host.requests] == [7, 3]
