"""Every code of the facts has its class, wherever it stands, and tells no token."""

from __future__ import annotations

import pytest

from tests.fakes.coze.door import FOREIGN_KEY, NARROW_KEY, PERSONAL_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import PIECES
from tests.leaks import leaks
from tests.providers.coze.kit import ask, docked, ended, only
from widget.domain.errors import Failure, UpstreamRejected, UpstreamUnreachable
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
