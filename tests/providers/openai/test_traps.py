"""Every trap of OpenAI-compatible streams that the facts name, one test each, on a real socket."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.scenarios import ANSWER, PIECES, THINKING
from tests.providers.openai.kit import QUICK, ask, docked
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

BEGUN = "".join(PIECES[:2])


@pytest.fixture(scope="module")
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


@pytest.fixture
def provider(host: OpenAIHost) -> Iterator[OpenAI]:
    host.requests.clear()
    with docked(host) as made:
        yield made


@pytest.fixture
def impatient(host: OpenAIHost) -> Iterator[OpenAI]:
    host.requests.clear()
    with docked(host, QUICK) as made:
        yield made


@pytest.mark.parametrize(
    "question",
    [
        "plain",
        "no-object-no-role",
        "null-content",
        "empty-choices",
        "unknown-fields",
        "keep-alive",
        "crlf",
        "multi-line-data",
        "no-space-after-colon",
        "split-character",
        "many-in-one-packet",
        "no-done",
        "no-blank-line-at-the-end",
        "closed-by-connection",
        "broken-json-once",
        "no-usage",
    ],
)
def test_odd_stream_gives_the_whole_answer(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.error is None
    assert heard.text == ANSWER
    assert heard.events[0] == RunStarted()
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "stop"


@pytest.mark.parametrize(
    "question",
    [
        "plain",
        "usage-with-choice",
        "usage-on-finish",
        "usage-twice",
        "usage-in-choice",
        "usage-cumulative",
    ],
)
def test_usage_is_found_wherever_it_hides_and_told_once(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.usage == [Usage(input_tokens=11, output_tokens=22, total_tokens=33)]


def test_usage_that_nobody_tells_is_not_made_up(provider: OpenAI) -> None:
    assert ask(provider, "no-usage").usage == []


@pytest.mark.parametrize(
    "question",
    ["reasoning_content", "reasoning", "reasoning-both", "reasoning-details"]
    + ["reasoning-and-details", "json-instead-of-stream", "think-in-json"]
    + [f"think-{size}" for size in (1, 2, 3, 5, 1000)]
    + [f"think-unopened-{size}" for size in (1, 2, 3, 5, 1000)],
)
def test_thinking_is_told_apart_from_the_answer(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert heard.thinking.strip() == THINKING


def test_thinking_that_never_ends_is_no_answer(provider: OpenAI) -> None:
    heard = ask(provider, "think-unclosed")

    assert (heard.text, heard.thinking) == ("", THINKING)
    assert heard.events[-1] == RunCompleted(reason="length", upstream_message="chatcmpl-1")


def test_answer_about_think_tags_stays_whole(provider: OpenAI) -> None:
    heard = ask(provider, "think-in-prose")

    assert heard.text == "Use `<think>` if 1 <2 </thinking"
    assert heard.thinking == ""


def test_answer_after_thinking_in_a_field_may_begin_with_a_tag(provider: OpenAI) -> None:
    heard = ask(provider, "tags-after-reasoning")

    assert (heard.thinking, heard.text) == (THINKING, "<think> is a tag.\n</think>\n")


def test_connection_serves_the_next_run_too(provider: OpenAI, host: OpenAIHost) -> None:
    for _ in range(3):
        assert ask(provider, "late-end").text == ANSWER

    assert len({asked.connection for asked in host.requests}) == 1


def test_characters_cut_in_two_are_whole_again(provider: OpenAI) -> None:
    heard = ask(provider, "halved-characters")

    assert heard.error is None
    assert (heard.thinking, heard.text) == ("🎉", ANSWER)


def test_text_that_breaks_off_is_kept_to_its_last_letter(provider: OpenAI) -> None:
    heard = ask(provider, "ends-in-half")

    assert heard.text == "a </thi\ufffd"
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_refusal_text_is_the_answer(provider: OpenAI) -> None:
    assert ask(provider, "refusal").text == "I cannot help with that."


@pytest.mark.parametrize("question", ["json-instead-of-stream", "blank-lines-then-json"])
def test_json_in_place_of_a_stream_is_one_big_delta(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert [e for e in heard.events if isinstance(e, TextDelta)] == [TextDelta(ANSWER)]
    assert heard.usage == [Usage(input_tokens=11, output_tokens=22, total_tokens=33)]
    assert isinstance(heard.events[-1], RunCompleted)


def test_tool_call_is_logged_by_name_and_not_forwarded(
    provider: OpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = ask(provider, "tool-calls")

    assert heard.text == ANSWER
    assert heard.events[-1] == RunCompleted(reason="tool", upstream_message="chatcmpl-1")
    logged = "".join(capsys.readouterr())
    assert "find_order" in logged
    assert "secret-number" not in logged


def test_answer_that_is_only_a_tool_call_fails_and_says_why(provider: OpenAI) -> None:
    heard = ask(provider, "tool-calls-alone")

    assert heard.text == ""
    assert heard.failed.failure is Failure.CONFIG
    assert "only called find_order" in heard.failed.detail


def test_length_is_a_good_end_with_its_reason(provider: OpenAI) -> None:
    assert ask(provider, "finish-length").events[-1] == RunCompleted(
        reason="length", upstream_message="chatcmpl-1"
    )


def test_content_filter_in_mid_answer_fails_and_keeps_the_text(provider: OpenAI) -> None:
    heard = ask(provider, "finish-content_filter")

    assert heard.text == ANSWER
    assert heard.failed.failure is Failure.CONTENT


@pytest.mark.parametrize("word", ["error", "insufficient_system_resource"])
def test_unknown_finish_reason_is_an_abnormal_end(provider: OpenAI, word: str) -> None:
    heard = ask(provider, f"finish-{word}")

    assert heard.text == ANSWER
    assert isinstance(heard.failed, UpstreamInterrupted)
    assert word in heard.failed.detail


@pytest.mark.parametrize("question", ["no-finish", "done-without-finish"])
def test_polite_end_without_finish_reason_is_an_interruption(
    provider: OpenAI, question: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == ANSWER
    assert isinstance(heard.failed, UpstreamInterrupted)


@pytest.mark.parametrize("question", ["die", "reset"])
def test_death_in_mid_answer_is_an_interruption(provider: OpenAI, question: str) -> None:
    heard = ask(provider, question)

    assert heard.text == BEGUN
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_death_inside_what_may_be_a_tag_keeps_its_letters(provider: OpenAI) -> None:
    heard = ask(provider, "die-in-tag")

    assert heard.text == "a </thi"
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_host_that_stays_after_the_end_mark_is_not_waited_for(provider: OpenAI) -> None:
    began = time.monotonic()

    heard = ask(provider, "open-after-done")

    assert isinstance(heard.events[-1], RunCompleted)
    assert time.monotonic() - began < 2


def test_host_that_stays_after_the_finish_reason_is_not_waited_for(provider: OpenAI) -> None:
    began = time.monotonic()

    heard = ask(provider, "open-after-finish")

    assert heard.error is None
    assert heard.text == ANSWER
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(("question", "text"), [("gate", BEGUN), ("silent", "")])
def test_stall_is_a_timeout(impatient: OpenAI, question: str, text: str) -> None:
    heard = ask(impatient, question)

    assert heard.text == text
    assert isinstance(heard.failed, UpstreamTimeout)


def test_broken_chunked_coding_is_a_protocol_error_after_the_text(provider: OpenAI) -> None:
    heard = ask(provider, "broken-chunk")

    assert heard.text == BEGUN
    assert isinstance(heard.failed, UpstreamProtocolError)


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


def test_page_in_place_of_a_stream_is_a_protocol_error(provider: OpenAI) -> None:
    assert isinstance(ask(provider, "html-instead-of-stream").failed, UpstreamProtocolError)


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [
        ("error-in-stream", UpstreamRejected, "The server had an error"),
        ("flat-error-in-stream", UpstreamRejected, "EngineCore died"),
        ("text-error-in-stream", UpstreamRejected, "out of memory"),
        ("busy-in-stream", UpstreamBusy, "Rate limit reached"),
    ],
)
def test_error_inside_the_stream_fails_and_keeps_the_text(
    provider: OpenAI, host: OpenAIHost, question: str, kind: type, words: str
) -> None:
    heard = ask(provider, question)

    assert heard.text == BEGUN
    assert isinstance(heard.failed, kind)
    assert words in heard.failed.detail
    assert len(host.requests) == 1
