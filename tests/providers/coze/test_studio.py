"""A self-hosted Coze Studio: its dialect, in each point where it differs."""

from __future__ import annotations

import pytest

from tests.fakes.coze.door import OTHER_KEY, PERSONAL_KEY, SERVICE_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from tests.leaks import leaks
from tests.providers.coze.kit import ask, docked, ended, only, ref_of
from widget.domain.errors import Failure, UpstreamInterrupted
from widget.domain.events import RunStarted, Usage

ODD = [
    "plain",
    "no done",
    "byte by byte",
    "crlf",
    "unknown",
    "completed alone",
    "completed differs",
    "no blank line at the end",
    "dies",
]


@pytest.mark.parametrize("question", ODD)
def test_studios_stream_gives_the_whole_answer(studio: Platform, question: str) -> None:
    with docked(studio) as provider:
        heard = ask(provider, question)

    assert (ended(heard), heard.text) == ("stop", ANSWER)


def test_studios_usage_is_read(studio: Platform) -> None:
    with docked(studio) as provider:
        assert ask(provider, "plain").usage == [Usage(11, 22, 33)]


@pytest.mark.parametrize("question", ["plain", "no done", "two answers", "follow-ups", "tool"])
def test_studios_chatflow_gives_the_whole_answer(studio: Platform, question: str) -> None:
    """Its records are numbered."""
    with docked(studio, studio.flow()) as provider:
        heard = ask(provider, question)

    assert ended(heard) == "stop"
    assert heard.text.endswith(ANSWER)


def test_studios_required_action_is_understood(studio: Platform) -> None:
    with docked(studio) as provider:
        heard = ask(provider, "asks")

    assert (ended(heard), heard.text) == ("stop", "Which size?")


def test_studios_lost_run_that_waits_is_not_waited_for(studio: Platform) -> None:
    """Its status is spelled in the other order."""
    with docked(studio) as provider:
        heard = ask(provider, "dies and asks")

    assert (ended(heard), heard.text) == ("tool", ANSWER)


def test_studios_cancelled_is_understood(studio: Platform) -> None:
    with docked(studio) as provider:
        assert isinstance(ask(provider, "canceled status").failed, UpstreamInterrupted)
        assert isinstance(ask(provider, "dies and is cancelled").failed, UpstreamInterrupted)


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("error in words", Failure.UNKNOWN),
        ("text:720702085", Failure.UNKNOWN),
        ("text:4000", Failure.CONFIG),
        ("error:103000001", Failure.AUTH),
        ("wrapped:103000001", Failure.AUTH),
        ("wrapped:103100002", Failure.NOT_FOUND),
    ],
)
def test_studios_errors_have_their_class(studio: Platform, question: str, failure: Failure) -> None:
    with docked(studio) as provider:
        error = ask(provider, question).failed

    assert error.failure is failure
    assert leaks(error.detail, PERSONAL_KEY) == []


def test_studios_run_that_failed_is_tried_again(studio: Platform) -> None:
    with docked(studio) as provider:
        assert ask(provider, "error:103100001 once").text == ANSWER


@pytest.mark.parametrize("key", [SERVICE_KEY, "pat_fakeNobodys"])
def test_studio_takes_personal_tokens_alone(studio: Platform, key: str) -> None:
    with docked(studio, studio.settings(api_key=key)) as provider:
        error = ask(provider, "plain").failed

    assert error.failure is Failure.AUTH
    assert "700012006" in error.detail


def test_conversation_of_another_token_is_made_anew(studio: Platform) -> None:
    with docked(studio, studio.settings(api_key=OTHER_KEY)) as provider:
        theirs = ask(provider, "plain").events[0].upstream_conversation  # type: ignore[union-attr]
    with docked(studio) as provider:
        heard = ask(provider, "plain", upstream_conversation=theirs)

    assert ended(heard) == "stop"
    assert only(heard.events, RunStarted)[-1].upstream_conversation != theirs


def test_words_tell_a_lost_conversation_where_no_code_does(studio: Platform) -> None:
    """A chatflow's refusal has a code of the workflow, whatever the reason was."""
    with docked(studio, studio.flow()) as provider:
        first = ref_of(ask(provider, "plain"))
        body = '{"code":777777,"msg":"workflow operation failed: conversation not found"}'
        studio.answer_next("/workflows/chat", 200, body)
        heard = ask(provider, "plain", upstream_conversation=first.upstream_conversation)

    assert (ended(heard), heard.text) == ("stop", ANSWER)


def test_cancel_of_a_run_that_is_over_is_nothing_to_studio(studio: Platform) -> None:
    with docked(studio) as provider:
        provider.cancel(ref_of(ask(provider, "plain")))
