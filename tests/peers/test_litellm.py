"""The ``openai`` provider behind LiteLLM, both of them somebody else's work with habits of its own:
errors in mid stream, no event names, an end mark too many, translations between the two APIs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.peers import aimock, litellm
from tests.peers.aimock import Aimock
from tests.peers.litellm import LiteLLM
from tests.providers.openai.kit import ask, thread
from widget.domain.errors import Failure, UpstreamBusy
from widget.domain.events import RunCompleted, TextDelta, Usage
from widget.providers.http import make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.registry import parse_settings

pytestmark = pytest.mark.peers

LETTERS = "abcdefghijklmnopqrstuvwxyz"
each_api = pytest.mark.parametrize("api", ["chat", "responses"])
each_way = pytest.mark.parametrize(
    ("api", "model"), [("chat", "thinker"), ("responses", "thinker"), ("responses", "bridged")]
)


@pytest.fixture(scope="module")
def proxy() -> Iterator[LiteLLM]:
    with Aimock() as upstream, LiteLLM(upstream.base_url, aimock.KEY) as started:
        yield started


@contextmanager
def _docked(proxy: LiteLLM, **settings: Any) -> Iterator[OpenAI]:
    own = {"base_url": proxy.base_url, "api_key": litellm.KEY, "model": "mock"}
    parsed: Any = parse_settings("openai", {**own, **settings})
    with make_client() as client:
        yield OpenAI(parsed, client)


@each_api
def test_answer_is_whole_with_usage_and_end(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api) as provider:
        heard = ask(provider, "How much to the country?", history=thread("Hello", "Hello!"))

    assert heard.error is None
    assert heard.text == "**Twelve** yuan 十二元."
    assert heard.usage == [Usage(input_tokens=11, output_tokens=22, total_tokens=33)]
    assert isinstance(heard.events[-1], RunCompleted)


@each_way
def test_answer_streams(proxy: LiteLLM, api: str, model: str) -> None:
    with _docked(proxy, api=api, model=model) as provider:
        heard = ask(provider, "Slowly, please")

    assert heard.text == "one two three four five six seven eight nine ten"
    assert len([e for e in heard.events if isinstance(e, TextDelta)]) > 1


@each_way
def test_thinking_is_told_apart_and_once(proxy: LiteLLM, api: str, model: str) -> None:
    with _docked(proxy, api=api, model=model) as provider:
        heard = ask(provider, "Think first")

    assert (heard.thinking, heard.text) == ("Let me count.", "Forty-two.")


@each_way
def test_error_in_mid_stream_is_a_failure_with_its_text_kept(
    proxy: LiteLLM, api: str, model: str
) -> None:
    """The platform behind dies; LiteLLM tells so in a frame of its own, and closes politely."""
    with _docked(proxy, api=api, model=model) as provider:
        heard = ask(provider, "Break off late")

    assert heard.text
    assert LETTERS.startswith(heard.text)
    assert heard.failed.failure is Failure.UPSTREAM_DOWN
    assert heard.failed.detail.startswith("in the stream: ")


@each_api
def test_rate_limit_of_the_platform_is_busy(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api) as provider:
        assert isinstance(ask(provider, "Too often").failed, UpstreamBusy)


@each_api
def test_empty_purse_is_a_matter_of_quota(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api) as provider:
        assert ask(provider, "Out of money").failed.failure is Failure.QUOTA


@each_api
def test_tool_call_that_nobody_answers_fails_and_says_why(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api) as provider:
        heard = ask(provider, "Find my order")

    assert heard.failed.failure is Failure.CONFIG
    assert "find_order" in heard.failed.detail


@each_api
def test_check_is_content_with_a_model_that_answers(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api) as provider:
        (finding,) = provider.check()

    assert finding.is_ok, finding.text


@each_api
def test_check_tells_what_to_do(proxy: LiteLLM, api: str) -> None:
    with _docked(proxy, api=api, api_key="sk-wrong") as provider:
        finding, *_ = provider.check()

    assert not finding.is_ok
    assert finding.text.startswith("The platform refuses api_key.")
