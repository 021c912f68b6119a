"""The ``openai`` provider against a host that we did not write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.peers.aimock import KEY, Aimock
from tests.providers.openai.kit import ask, thread
from widget.domain.errors import Failure, UpstreamBusy, UpstreamInterrupted
from widget.domain.events import RunCompleted, Step, TextDelta, Usage
from widget.providers.base import Attachment
from widget.providers.http import make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.registry import parse_settings

pytestmark = pytest.mark.peers

ANSWER = (
    "Postage 运费 is **free** 🎉 from 99.\n\n| Where | Price |\n|---|---|\n| town | 6 |\n"
    "| country | 12 |\n\n```python\nprint(6)\n```\n"
)


@pytest.fixture(scope="module")
def aimock() -> Iterator[Aimock]:
    with Aimock() as started:
        yield started


each_api = pytest.mark.parametrize("api", ["chat", "responses"])


@contextmanager
def _docked(aimock: Aimock, **settings: Any) -> Iterator[OpenAI]:
    own = {"base_url": aimock.base_url, "api_key": KEY, "model": "gpt-4o"}
    parsed: Any = parse_settings("openai", {**own, **settings})
    with make_client() as client:
        yield OpenAI(parsed, client)


@pytest.fixture
def provider(aimock: Aimock) -> Iterator[OpenAI]:
    with _docked(aimock) as made:
        yield made


@each_api
def test_answer_is_whole_with_usage_and_end(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        heard = ask(provider, "How much is postage?")

    assert heard.error is None
    assert heard.text == ANSWER
    assert heard.usage == [Usage(input_tokens=11, output_tokens=22, total_tokens=33)]
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "stop"


@each_api
def test_answer_streams(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        heard = ask(provider, "Slowly, please", history=thread("Hello", "Hello!"))

    assert heard.text == "one two three four five six seven eight nine ten"
    assert len([e for e in heard.events if isinstance(e, TextDelta)]) > 1


@each_api
def test_thinking_is_told_apart(aimock: Aimock, api: str) -> None:
    with _docked(aimock, model="deepseek-reasoner", api=api) as provider:
        heard = ask(provider, "Think first")

    assert (heard.thinking, heard.text) == ("Let me count.", "Forty-two.")


@each_api
def test_tool_call_that_nobody_answers_fails_and_says_why(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        heard = ask(provider, "Find my order")

    assert heard.text == ""
    assert heard.failed.failure is Failure.CONFIG
    assert "find_order" in heard.failed.detail


@each_api
def test_rate_limit_is_busy_with_its_wait(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        error = ask(provider, "Too often").failed

    assert isinstance(error, UpstreamBusy)
    assert error.retry_after_s == 1
    assert error.log_id


def test_empty_purse_is_a_matter_of_quota(provider: OpenAI) -> None:
    assert ask(provider, "Out of money").failed.failure is Failure.QUOTA


@each_api
def test_broken_connection_keeps_its_text(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        heard = ask(provider, "Break off late")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text
    assert "abcdefghijklmnopqrstuvwxyz".startswith(heard.text)


def test_search_of_the_platform_is_a_step(aimock: Aimock) -> None:
    with _docked(aimock, api="responses") as provider:
        heard = ask(provider, "Look it up")

    steps = [event for event in heard.events if isinstance(event, Step)]
    assert [step.state for step in steps] == ["running", "done"]
    assert steps[-1].detail == "postage prices"
    assert heard.text == "Six yuan."


@each_api
def test_limit_of_length_is_a_good_end(aimock: Aimock, api: str) -> None:
    with _docked(aimock, api=api) as provider:
        end = ask(provider, "Go on and on").events[-1]

    assert isinstance(end, RunCompleted)
    assert end.reason == "length"


@each_api
def test_picture_is_taken_along(aimock: Aimock, api: str, tmp_path: Path) -> None:
    path = tmp_path / "shoe.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    shoe = Attachment("att_1", "shoe.png", "image/png", 8, path)

    with _docked(aimock, api=api, vision=True) as provider:
        heard = ask(provider, "What is in the picture?", attachments=(shoe,))

    assert heard.text == "A shoe."


def test_check_is_content_with_the_responses_api(aimock: Aimock) -> None:
    with _docked(aimock, api="responses") as provider:
        (finding,) = provider.check()

    assert finding.is_ok


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("deepseek-reasoner", "The platform answers and lists the model deepseek-reasoner."),
        ("gpt-4o", "The platform answers with the model gpt-4o."),
    ],
)
def test_check_is_content_with_a_model_that_answers(aimock: Aimock, model: str, words: str) -> None:
    with _docked(aimock, model=model) as provider:
        (finding,) = provider.check()

    assert finding.is_ok
    assert finding.text == words


def test_check_refuses_a_wrong_key(aimock: Aimock) -> None:
    with _docked(aimock, api_key="sk-wrong") as provider:
        (finding,) = provider.check()

    assert not finding.is_ok
    assert finding.text.startswith("The platform refuses api_key.")
