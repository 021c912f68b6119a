"""What is tried again before anybody is told, how often, and in which conversation."""

from __future__ import annotations

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from tests.providers.coze.kit import SHORT, ask, docked, ended
from tests.providers.openai.kit import Heard, thread
from widget.domain.errors import Failure, UpstreamBusy, UpstreamTimeout
from widget.providers.coze.provider import Coze


def tries(platform: Platform) -> int:
    return len(platform.asked("/v3/chat"))


def in_a_known_conversation(provider: Coze, question: str) -> Heard:
    first = ask(provider, "plain")
    return ask(
        provider,
        question,
        upstream_conversation=first.events[0].upstream_conversation,  # type: ignore[union-attr]
        history=thread("plain", ANSWER),
    )


@pytest.mark.parametrize(
    "question",
    [
        "refused:4009 once",
        "refused:4009 twice",
        "refused:4013 once",
        "failed:4013 once",
        "error:4020 once",
        "refused:4016 twice",
        "refused:5000 once",
        "failed:5000 once",
        "dies before it begins",
    ],
)
def test_passing_trouble_before_the_first_word_is_tried_again(
    provider: Coze, question: str
) -> None:
    heard = ask(provider, question)

    assert (ended(heard), heard.text) == ("stop", ANSWER)


@pytest.mark.parametrize(
    ("code", "times"), [(4009, 3), (4013, 3), (4016, 3), (5000, 2), (4015, 1), (4100, 1), (4028, 1)]
)
def test_each_kind_of_trouble_is_tried_so_often(
    provider: Coze, platform: Platform, code: int, times: int
) -> None:
    ask(provider, f"refused:{code}")

    assert tries(platform) == times


def test_platform_that_wants_a_long_wait_is_busy_at_once(
    provider: Coze, platform: Platform
) -> None:
    platform.answer_next("/v3/chat", 429, '{"code":4020,"msg":"rpm"}', Retry_After="17")

    error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamBusy)
    assert (error.retry_after_s, tries(platform)) == (17, 1)


def test_short_wait_that_is_asked_for_is_kept(provider: Coze, platform: Platform) -> None:
    platform.answer_next("/v3/chat", 429, "slow down", Retry_After="0", Content_Type="text/plain")

    assert ask(provider, "plain").text == ANSWER


@pytest.mark.parametrize("wait", ["soon", ""])
def test_wait_that_is_no_number_is_none(provider: Coze, platform: Platform, wait: str) -> None:
    platform.answer_next("/v3/chat", 429, '{"code":4020}', Retry_After=wait)

    assert ask(provider, "plain").text == ANSWER


def test_trouble_after_the_first_word_is_told(provider: Coze, platform: Platform) -> None:
    heard = ask(provider, "JSON at the end")

    assert (heard.failed.failure, tries(platform)) == (Failure.BUSY, 1)


@pytest.mark.parametrize("code", [4001, 4002, 103000002])
def test_lost_conversation_is_made_anew_with_the_thread(
    provider: Coze, platform: Platform, code: int
) -> None:
    heard = in_a_known_conversation(provider, f"refused:{code} once")

    assert (ended(heard), heard.text) == ("stop", ANSWER)
    first, second = platform.asked("/v3/chat")[-2:]
    assert first.query != second.query
    assert [m["content"] for m in second.json["additional_messages"]] == [
        "plain",
        ANSWER,
        f"refused:{code} once",
    ]


def test_conversation_that_is_lost_again_is_told(provider: Coze, platform: Platform) -> None:
    heard = in_a_known_conversation(provider, "refused:4002")

    assert (heard.failed.failure, tries(platform)) == (Failure.NOT_FOUND, 3)


def test_prompt_that_is_too_long_goes_on_without_the_thread(
    provider: Coze, platform: Platform
) -> None:
    heard = in_a_known_conversation(provider, "refused:4010 once")

    assert (ended(heard), heard.text) == ("stop", ANSWER)
    assert len(platform.asked("/v3/chat")[-1].json["additional_messages"]) == 1


def test_question_that_is_too_long_alone_is_told(provider: Coze, platform: Platform) -> None:
    heard = ask(provider, "refused:4010")

    assert (heard.failed.failure, tries(platform)) == (Failure.CONFIG, 1)


def test_prompt_that_stays_too_long_is_told(provider: Coze, platform: Platform) -> None:
    heard = in_a_known_conversation(provider, "refused:4010")

    assert (heard.failed.failure, tries(platform)) == (Failure.CONFIG, 3)


def test_run_that_was_lost_here_is_cancelled_when_it_keeps_its_conversation_busy(
    platform: Platform,
) -> None:
    with docked(platform, patience=SHORT) as provider:
        first = ask(provider, "stall")
        conversation = first.events[0].upstream_conversation  # type: ignore[union-attr]
        second = ask(provider, "plain", upstream_conversation=conversation)

    assert isinstance(first.failed, UpstreamTimeout)
    assert (ended(second), second.text) == ("stop", ANSWER)
    assert [run.chat.status for run in platform.state.runs.values()] == ["canceled", "completed"]


def test_conversation_that_stays_busy_is_told_as_busy(platform: Platform) -> None:
    with docked(platform, patience=SHORT) as provider:
        conversation = ask(provider, "stall").events[0].upstream_conversation  # type: ignore[union-attr]
    with docked(platform) as another:
        heard = ask(another, "plain", upstream_conversation=conversation)

    assert heard.failed.failure is Failure.BUSY


def test_question_that_failed_after_it_began_is_not_twice_in_its_conversation(
    provider: Coze, platform: Platform
) -> None:
    heard = ask(provider, "failed:5000 once")

    assert ended(heard) == "stop"
    assert [len(c.messages) for c in platform.state.conversations.values()] == [1, 1]
