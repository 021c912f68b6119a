"""What ``chatdock doctor`` says about an XpertAI site, in words that tell what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.xpertai.platform import (
    ASSISTANT,
    DEDICATED_KEY,
    FOREIGN_KEY,
    GENERAL_KEY,
    ORGANIZATION,
    OTHER_ASSISTANT,
)
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import docked
from widget.domain.errors import UpstreamUnreachable
from widget.providers.xpertai import check


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as started:
        yield started


def found(platform: Platform, **settings: Any) -> list[tuple[bool, str]]:
    with docked(platform, **settings) as provider:
        return [(finding.is_ok, finding.text) for finding in provider.check()]


def test_check_lists_what_a_bound_key_sees(platform: Platform) -> None:
    assert found(platform, api_key=DEDICATED_KEY) == [
        (True, f"{platform.base_url} answers and takes the key."),
        (
            True,
            f"The key sees 2 assistant(s): Shop ({ASSISTANT}), Other ({OTHER_ASSISTANT}).",
        ),
        (True, "A client secret is given, and Shop takes conversations."),
        (True, "Shop answers."),
        (True, "The key is bound to this assistant, as it should be."),
    ]


def test_check_tells_a_general_key(platform: Platform) -> None:
    is_ok, text = found(platform)[-1]

    assert is_ok
    assert text.startswith("Note: the key is a general one and reaches other assistants too.")


def test_check_leaves_no_thread_behind(platform: Platform) -> None:
    found(platform)

    assert platform.asked("POST", "/threads") != []
    assert platform.state.threads == {}


def test_check_of_a_key_that_sees_one_assistant_is_content(platform: Platform) -> None:
    platform.state.assistants.pop()

    assert found(platform)[-1] == (True, "The key reaches this assistant alone, as it should.")


def test_check_by_slug_finds_the_assistant(platform: Platform) -> None:
    assert found(platform, assistant_id="", slug="shop")[2] == (
        True,
        "A client secret is given, and Shop takes conversations.",
    )


def test_check_names_an_assistant_that_the_key_does_not_see(platform: Platform) -> None:
    is_ok, text = found(platform, assistant_id="nobody")[-1]

    assert not is_ok
    assert text.startswith("The assistant nobody is not among them: publish it")


def test_check_tells_a_key_of_another_assistant(platform: Platform) -> None:
    is_ok, text = found(platform, api_key=FOREIGN_KEY)[-1]

    assert not is_ok
    assert "The key may not talk to Shop" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("模型 'm' 的 Token 使用量超出限制", "used up, so top up the account"),
        ("No AI model provided", "it has no model, or one that the account may not use"),
        ("429 Rate limit reached", "limits how much is asked"),
        (f"Incorrect API key: {GENERAL_KEY} invalid_api_key", "refuses the platform's own key"),
        ("Something broke", "try the assistant in the platform's own page"),
    ],
)
def test_check_says_why_the_assistant_does_not_answer(
    platform: Platform, error: str, words: str
) -> None:
    platform.behaviour.fails_at_once = error

    is_ok, text = found(platform)[3]

    assert not is_ok
    assert text.startswith("Shop does not answer: ")
    assert words in text
    assert GENERAL_KEY not in text
    assert platform.state.threads == {}


def test_check_of_an_assistant_that_is_silent(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "PATIENCE_S", 0.3)
    monkeypatch.setattr(check, "QUESTION", "slow start")
    platform.behaviour.keep_alive_s = 0.05
    platform.behaviour.dialect = "late"

    is_ok, text = found(platform)[3]

    assert (is_ok, text) == (False, "Shop has said nothing for 0 s.")
    platform.only_run().wait_over()
    assert platform.only_run().status == "interrupted"
    assert platform.state.threads == {}


def test_check_says_when_only_the_first_conversation_could_be_opened(platform: Platform) -> None:
    made = '{"thread_id":"made"}'
    platform.answer_next("/threads", 201, made, Content_Type="application/json")
    platform.answer_next("/threads", 503, '{"message":"restarting"}')

    is_ok, text = found(platform)[3]

    assert not is_ok
    assert "restarting" in text


def test_check_of_an_assistant_without_a_word(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "QUESTION", "no words")

    assert found(platform)[3] == (False, "Shop ends without a word.")


def test_check_bears_that_it_cannot_tidy_up(platform: Platform) -> None:
    platform.answer_next("/cancel", 500, '{"message":"no"}')

    assert found(platform)[3][0]


@pytest.mark.parametrize(
    ("status", "settings", "words"),
    [
        (401, {}, "it is wrong, has expired, or was deleted"),
        (401, {"principal_user_id": "nobody"}, "nobody is no user of its tenant"),
        (403, {}, "set organization_id"),
        (403, {"organization_id": "org-9"}, "organisation org-9"),
        (404, {}, "the address ends in /api/ai"),
        (500, {}, "answered 500"),
    ],
)
def test_check_puts_a_refusal_in_plain_words(
    platform: Platform, status: int, settings: dict[str, str], words: str
) -> None:
    platform.answer_next("/assistants/search", status, f'{{"message":"no {GENERAL_KEY}"}}')

    ((is_ok, text),) = found(platform, **settings)

    assert not is_ok
    assert words in text
    assert GENERAL_KEY not in text


def test_check_says_when_the_address_lacks_the_path(platform: Platform) -> None:
    with_path = platform.upstream.url + "/api/ai"

    assert found(platform, base_url=platform.upstream.url)[0] == (
        True,
        f"{with_path} answers and takes the key; note: set it as base_url.",
    )


def test_check_of_an_organisation_that_is_needed(platform: Platform) -> None:
    platform.behaviour.needs_organization = True

    assert not found(platform)[0][0]
    assert found(platform, organization_id=ORGANIZATION)[0][0]


def test_check_tells_that_no_conversation_can_be_opened(platform: Platform) -> None:
    platform.answer_next("/threads", 500, '{"message":"Internal server error"}')

    is_ok, text = found(platform)[-1]

    assert not is_ok
    assert "Internal server error" in text


def test_check_of_a_server_that_is_gone_raises_for_the_doctor(platform: Platform) -> None:
    with (
        docked(platform, base_url="http://127.0.0.1:1/api/ai") as provider,
        pytest.raises(UpstreamUnreachable),
    ):
        provider.check()


def test_check_bears_a_thread_without_an_id(platform: Platform) -> None:
    platform.answer_next("/threads", 201, "{}", Content_Type="application/json")

    assert found(platform, api_key=DEDICATED_KEY)[-1][0]
