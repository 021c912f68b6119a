"""Every trap of Coze's streams that the facts name, one test each, on a real socket."""

from __future__ import annotations

import time

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER, PIECES
from tests.providers.coze.kit import SHORT, ask, docked, ended, only
from widget.domain.errors import (
    Failure,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
)
from widget.domain.events import RunStarted, TextDelta, TextReplaced, Usage
from widget.providers.coze.provider import Coze


@pytest.mark.parametrize(
    "question",
    [
        "plain",
        "slow",
        "bare done",
        "done alone",
        "bare done alone",
        "spaces after the colons",
        "no done",
        "no blank line at the end",
        "audio afterwards",
        "byte by byte",
        "crlf",
        "keep-alive",
        "multiline",
        "broken json",
        "unknown",
        "ids as numbers",
        "no usage",
        "zero usage",
        "completed alone",
        "completed says more",
        "completed differs",
        "completed is empty",
        "completed by another id",
    ],
)
def test_odd_stream_gives_the_whole_answer(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    assert ended(heard) == "stop"
    assert heard.text == ANSWER
    assert isinstance(heard.events[0], RunStarted)


def test_pieces_arrive_as_they_come(provider: Coze) -> None:
    heard = ask(provider, "slow")

    assert [e.text for e in only(heard.events, TextDelta)] == list(PIECES)
    assert only(heard.events, TextReplaced) == []


def test_run_is_named_as_soon_as_the_platform_does(provider: Coze, platform: Platform) -> None:
    heard = ask(provider, "plain")

    run = platform.only_run()
    assert only(heard.events, RunStarted) == [
        RunStarted(run.conversation.id),
        RunStarted(run.conversation.id, run.chat.id),
    ]
    assert only(heard.events[:2], RunStarted) == heard.events[:2]


def test_answers_message_is_kept_for_feedback(provider: Coze, platform: Platform) -> None:
    heard = ask(provider, "plain")

    (message,) = platform.only_run().messages
    assert heard.events[-1].upstream_message == message["id"]  # type: ignore[union-attr]


@pytest.mark.parametrize("question", ["plain", "usage in tokens"])
def test_usage_is_read_in_both_spellings_and_told_once(provider: Coze, question: str) -> None:
    assert ask(provider, question).usage == [Usage(11, 22, 33)]


@pytest.mark.parametrize("question", ["no usage", "zero usage"])
def test_usage_that_nobody_counted_is_not_made_up(provider: Coze, question: str) -> None:
    assert ask(provider, question).usage == []


def test_open_connection_after_the_end_is_not_waited_for(provider: Coze) -> None:
    began = time.monotonic()

    heard = ask(provider, "open after the end")

    assert (ended(heard), heard.text) == ("stop", ANSWER)
    assert time.monotonic() - began < 2


def test_connection_serves_the_next_run_too(provider: Coze, platform: Platform) -> None:
    ask(provider, "plain")
    ask(provider, "plain")

    assert len({asked.connection for asked in platform.requests}) == 1


def test_second_broken_record_fails_the_run_and_tells_no_text(provider: Coze) -> None:
    heard = ask(provider, "broken twice")

    assert isinstance(heard.failed, UpstreamProtocolError)
    assert "secret" not in str(heard.failed)
    assert heard.text == PIECES[0]


@pytest.mark.parametrize("question", ["cancelled event", "canceled status"])
def test_run_that_was_cancelled_elsewhere_is_no_good_end(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == "".join(PIECES[:2])


def test_status_counts_whatever_the_event_is_called(provider: Coze) -> None:
    heard = ask(provider, "failed by status")

    assert heard.failed.failure is Failure.QUOTA


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("error of nothing", Failure.UNKNOWN),
        ("failed without an error", Failure.UNKNOWN),
        ("JSON at the end", Failure.BUSY),
        ("error in words", Failure.UNKNOWN),
    ],
)
def test_odd_failure_in_the_stream_has_its_class(
    provider: Coze, question: str, failure: Failure
) -> None:
    heard = ask(provider, question)

    assert heard.failed.failure is failure
    assert heard.text == "".join(PIECES[:2])


def test_words_at_the_end_are_a_lost_stream(platform: Platform) -> None:
    with docked(platform) as provider:
        heard = ask(provider, "words at the end")

    assert heard.failed.failure is Failure.UNKNOWN
    assert heard.text == "".join(PIECES[:2])


def test_json_body_under_the_name_of_a_stream_is_a_refusal(
    provider: Coze, platform: Platform
) -> None:
    body = '{\n "code": 4011,\n "msg": "balance"\n}'
    platform.answer_next("/v3/chat", 200, body, Content_Type="text/event-stream")

    assert ask(provider, "plain").failed.failure is Failure.QUOTA


def test_page_in_place_of_the_api_names_base_url(provider: Coze, platform: Platform) -> None:
    platform.answer_next("/v3/chat", 200, "<html>hello</html>", Content_Type="text/html")

    error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "is base_url right?" in error.detail


@pytest.mark.parametrize("body", ["<html>", "[]", "{}"])
def test_call_that_is_answered_by_no_envelope_names_base_url(
    provider: Coze, platform: Platform, body: str
) -> None:
    platform.answer_next("/create", 200, body)

    error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "is base_url right?" in error.detail


@pytest.mark.parametrize("data", ["null", "{}", '{"id": ""}', "[]"])
def test_conversation_without_an_id_is_told(provider: Coze, platform: Platform, data: str) -> None:
    platform.answer_next("/create", 200, f'{{"code":0,"data":{data}}}')

    assert ask(provider, "plain").failed.detail == "POST /v1/conversation/create named no id"


def test_silence_is_a_timeout(platform: Platform) -> None:
    with docked(platform, patience=SHORT) as provider:
        heard = ask(provider, "stall")

    assert isinstance(heard.failed, UpstreamTimeout)
    assert heard.text == PIECES[0]
