"""Every code of the facts: its class, and what is tried again before anybody is told."""

from __future__ import annotations

import pytest

from tests.fakes.coze.door import FOREIGN_KEY, NARROW_KEY, PERSONAL_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER, PIECES
from tests.leaks import leaks
from tests.providers.coze.kit import SHORT, ask, docked, ended, only
from tests.providers.openai.kit import Heard, thread
from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.domain.events import Notice
from widget.providers.coze.failures import refusal
from widget.providers.coze.provider import Coze

CLASSES = {
    4000: Failure.CONFIG,
    4001: Failure.NOT_FOUND,
    4002: Failure.NOT_FOUND,
    4003: Failure.CONFIG,
    4004: Failure.CONFIG,
    4005: Failure.CONFIG,
    4006: Failure.NOT_FOUND,
    4007: Failure.CONFIG,
    4008: Failure.QUOTA,
    4009: Failure.BUSY,
    4010: Failure.CONFIG,
    4011: Failure.QUOTA,
    4012: Failure.CONFIG,
    4013: Failure.BUSY,
    4015: Failure.CONFIG,
    4016: Failure.BUSY,
    4019: Failure.QUOTA,
    4020: Failure.BUSY,
    4021: Failure.CONFIG,
    4022: Failure.QUOTA,
    4027: Failure.QUOTA,
    4028: Failure.QUOTA,
    4033: Failure.QUOTA,
    4100: Failure.AUTH,
    4101: Failure.AUTH,
    4102: Failure.CONTENT,
    4105: Failure.CONFIG,
    4200: Failure.NOT_FOUND,
    4300: Failure.CONTENT,
    4301: Failure.CONTENT,
    4302: Failure.CONTENT,
    4303: Failure.CONTENT,
    4304: Failure.CONTENT,
    4314: Failure.NOT_FOUND,
    4315: Failure.NOT_FOUND,
    5000: Failure.UPSTREAM_DOWN,
    6006: Failure.CONFIG,
    700012006: Failure.AUTH,
    702242003: Failure.CONFIG,
    788788103: Failure.QUOTA,
    -1002: Failure.UPSTREAM_DOWN,
    103000000: Failure.CONFIG,
    103000001: Failure.AUTH,
    103000002: Failure.NOT_FOUND,
    103100001: Failure.UPSTREAM_DOWN,
    103100002: Failure.NOT_FOUND,
    103200001: Failure.NOT_FOUND,
    103200002: Failure.UPSTREAM_DOWN,
    103200004: Failure.CONFIG,
    31: Failure.UNKNOWN,
}


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


@pytest.mark.parametrize("how", ["refused", "failed", "error"])
@pytest.mark.parametrize(("code", "failure"), CLASSES.items())
def test_code_has_its_class_wherever_it_stands(
    provider: Coze, how: str, code: int, failure: Failure
) -> None:
    heard = ask(provider, f"{how}:{code}")

    assert heard.failed.failure is failure
    assert heard.failed.retryable is (
        failure in (Failure.BUSY, Failure.UPSTREAM_DOWN, Failure.UNKNOWN)
    )
    assert f"code {code}" in heard.failed.detail


@pytest.mark.parametrize(
    ("question", "failure"),
    [
        ("flat:4013", Failure.BUSY),
        ("text:4028", Failure.QUOTA),
        ("wrapped:103000001", Failure.AUTH),
        ("instead:4028", Failure.QUOTA),
    ],
)
def test_code_is_found_in_odd_shapes(provider: Coze, question: str, failure: Failure) -> None:
    assert ask(provider, question).failed.failure is failure


@pytest.mark.parametrize("how", ["refused", "failed", "error"])
def test_declining_reads_like_an_answer(provider: Coze, how: str) -> None:
    heard = ask(provider, f"{how}:4014", locale="zh-CN")

    assert ended(heard) == "stop"
    assert only(heard.events, Notice) == [Notice("info", "这个问题助手不便回答,换个问法试试吧。")]


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


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Failure.CONFIG),
        (401, Failure.AUTH),
        (403, Failure.AUTH),
        (404, Failure.NOT_FOUND),
        (408, Failure.TIMEOUT),
        (502, Failure.UPSTREAM_DOWN),
    ],
)
def test_status_counts_where_there_is_no_code(
    provider: Coze, platform: Platform, status: int, failure: Failure
) -> None:
    for _ in range(2):
        platform.answer_next("/v3/chat", status, "<html>no</html>", Content_Type="text/html")

    error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamRejected)
    assert (error.failure, error.status) == (failure, status)


def test_code_in_the_shape_of_a_status_counts(provider: Coze, platform: Platform) -> None:
    platform.answer_next("/v3/chat", 200, '{"code":400,"msg":"Invalid request parameters"}')

    assert ask(provider, "plain").failed.failure is Failure.CONFIG


def test_platforms_reference_is_kept(provider: Coze, platform: Platform) -> None:
    in_body = ask(provider, "refused:4015").failed
    platform.answer_next("/v3/chat", 403, "no", X_Tt_Logid="from-the-head")
    in_head = ask(provider, "plain").failed
    in_stream = ask(provider, "failed:4028").failed

    assert (in_body.log_id, in_head.log_id) == ("20260101000000FAKELOG", "from-the-head")
    assert in_stream.log_id == "20260101STREAM"


@pytest.mark.parametrize(
    "question", ["refused:4015", "failed:4028", "error:4105", "error in words", "refused:5000"]
)
def test_token_that_the_platform_quotes_is_cut_out(provider: Coze, question: str) -> None:
    """Each of these refusals holds it."""
    error = ask(provider, question).failed

    assert leaks(repr(error) + error.detail, PERSONAL_KEY) == []
    assert "…" in error.detail


def test_token_of_no_known_shape_is_cut_out_too() -> None:
    error = refusal({"code": 4100, "msg": "Bearer 0ddShape is wrong"}, where="GET", key="0ddShape")

    assert error.detail == "GET: code 4100 Bearer … is wrong"


@pytest.mark.parametrize("key", [FOREIGN_KEY, NARROW_KEY])
def test_token_of_another_region_is_told_once(platform: Platform, key: str) -> None:
    with docked(platform, platform.settings(api_key=key)) as provider:
        heard = ask(provider, "plain")

    assert heard.failed.failure is Failure.AUTH
    assert len(platform.requests) == 1
    assert leaks(repr(heard.failed), key) == []


def test_platform_that_is_not_there_is_unreachable(platform: Platform) -> None:
    with docked(platform, platform.settings(base_url="http://127.0.0.1:1")) as provider:
        heard = ask(provider, "plain")

    assert isinstance(heard.failed, UpstreamUnreachable)


def test_words_of_a_failed_run_are_shown_to_nobody(provider: Coze) -> None:
    heard = ask(provider, "failed:4013")

    assert "trouble" not in repr(heard.events)
    assert heard.text not in PIECES
