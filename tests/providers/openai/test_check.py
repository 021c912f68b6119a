"""What ``chatdock doctor`` finds at an OpenAI-compatible host, and the advice that it gives."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import error
from tests.fakes.upstream import Reply, Stall
from tests.providers.openai.kit import QUICK, docked
from widget.providers.base import Finding


@pytest.fixture
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


def _only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_check_finds_the_listed_model(host: OpenAIHost) -> None:
    with docked(host) as provider:
        finding = _only(provider.check())

    assert finding.is_ok
    assert [r.path for r in host.requests] == ["/v1/models"]


def test_check_asks_for_one_word_where_models_are_not_listed() -> None:
    with OpenAIHost(lists_models=False) as host, docked(host) as provider:
        finding = _only(provider.check())

        assert finding.is_ok
        assert host.requests[-1].json["max_tokens"] == 1


def test_check_believes_an_answer_more_than_the_list(host: OpenAIHost) -> None:
    """Volcengine's ``ep-…`` names and many gateways answer without being listed."""
    with docked(host) as provider:
        host.refuse_models = error(403, "not allowed to list")
        finding = _only(provider.check())

    assert finding.is_ok


def test_check_is_content_with_a_model_that_is_not_listed_but_answers(host: OpenAIHost) -> None:
    host.unlisted.append("ep-20260101")

    with docked(host, model="ep-20260101") as provider:
        finding = _only(provider.check())

    assert finding.is_ok


def test_check_does_without_max_tokens_where_a_model_refuses_it(host: OpenAIHost) -> None:
    host.unlisted.append("o9")
    host.takes_max_tokens = False

    with docked(host, model="o9") as provider:
        finding = _only(provider.check())

    assert finding.is_ok
    assert ["max_tokens" in r.json for r in host.requests[1:]] == [True, False]


def test_check_suggests_a_model_that_is_listed(host: OpenAIHost) -> None:
    with docked(host, model="fake-modle") as provider:
        refused, hint = provider.check()

    assert not refused.is_ok
    assert not hint.is_ok
    assert "It lists fake-model" in hint.text


@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        (error(401, "no"), "The platform refuses api_key."),
        (error(402, "no"), "The key works, but the account has no money or quota left."),
        (error(429, "slow down"), "The platform is overloaded or limits this key."),
        (error(500, "oops"), "The platform has trouble of its own."),
    ],
)
def test_check_says_what_to_do(host: OpenAIHost, reply: Reply, advice: str) -> None:
    host.refuse_models = reply

    with docked(host) as provider:
        finding = _only(provider.check())

    assert not finding.is_ok
    assert finding.text.startswith(advice)


def test_check_tells_a_wrong_path_apart(host: OpenAIHost) -> None:
    with docked(host, base_url=host.base_url + "/wrong") as provider:
        finding = _only(provider.check())

    assert not finding.is_ok
    assert finding.text.startswith("Nothing answers at this address")


def test_check_names_an_address_that_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with OpenAIHost() as host, docked(host, base_url=address) as provider:
            finding = _only(provider.check())

    assert not finding.is_ok
    assert finding.text.startswith(f"This machine does not reach {address} - check the address")


def test_check_names_a_silent_host(host: OpenAIHost) -> None:
    host.refuse_models = Reply(200, {"Content-Type": "application/json"}, [Stall()])

    with docked(host, QUICK) as provider:
        finding = _only(provider.check())

    assert not finding.is_ok
    assert "does not answer in time" in finding.text


def test_check_names_a_page_that_is_no_api(host: OpenAIHost) -> None:
    host.refuse_models = Reply(
        200, {"Content-Type": "text/html"}, [b"<html>Welcome</html>"], framing="length"
    )

    with docked(host) as provider:
        finding = _only(provider.check())

    assert not finding.is_ok
    assert "base_url" in finding.text


def test_check_shows_no_key(host: OpenAIHost) -> None:
    host.refuse_models = error(401, f"Incorrect API key provided: {KEY}")

    with docked(host) as provider:
        finding = _only(provider.check())

    assert "Incorrect API key provided" in finding.text
    assert KEY not in finding.text


def test_check_asks_the_responses_api_for_one_word(host: OpenAIHost) -> None:
    """A list of models says nothing about it. OpenAI refuses a limit below 16."""
    with docked(host, api="responses") as provider:
        finding = _only(provider.check())

    assert finding.is_ok
    assert host.requests[-1].path == "/v1/responses"
    assert host.requests[-1].json["max_output_tokens"] == 16


def test_check_names_a_host_without_the_responses_api(host: OpenAIHost) -> None:
    host.responds = False

    with docked(host, api="responses") as provider:
        finding = _only(provider.check())

    assert not finding.is_ok
    assert finding.text.startswith(f"{host.base_url} has no Responses API")
    assert 'Set api = "chat"' in finding.text
