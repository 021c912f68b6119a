"""What ``chatdock doctor`` says about a Coze site, in words that tell what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.coze.door import FOREIGN_KEY, PERSONAL_KEY, SERVICE_KEY, key_pair
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.shop import BOT, UNPUBLISHED_BOT
from tests.leaks import leaks
from tests.providers.coze.kit import docked
from widget.domain.errors import UpstreamUnreachable

NOTE = "Note: a personal token ends after 30 days at most."


def found(platform: Platform, settings: dict[str, Any] | None = None) -> list[tuple[bool, str]]:
    with docked(platform, settings) as provider:
        return [(finding.is_ok, finding.text) for finding in provider.check()]


def test_check_of_an_agent_that_answers(platform: Platform) -> None:
    assert found(platform, platform.settings(api_key=SERVICE_KEY)) == [
        (True, f"{platform.url} answers and takes the token, which sees the agent Shop."),
        (True, "It answers."),
    ]


def test_check_of_a_chatflow_that_answers(platform: Platform) -> None:
    assert found(platform, platform.flow(api_key=SERVICE_KEY)) == [
        (True, f"{platform.url} answers and takes the token, which sees the chatflow Shop flow."),
        (True, "It answers."),
    ]


def test_check_by_oauth_is_content(platform: Platform) -> None:
    assert [is_ok for is_ok, _ in found(platform, platform.oauth())] == [True, True]


def test_check_reminds_of_a_personal_tokens_end(platform: Platform) -> None:
    is_ok, text = found(platform)[-1]

    assert is_ok
    assert text.startswith(NOTE)


def test_check_of_a_studio_has_nothing_against_its_tokens(studio: Platform) -> None:
    assert len(found(studio)) == 2


def test_check_leaves_no_conversation_and_no_run_behind(platform: Platform) -> None:
    found(platform)

    assert len(platform.state.runs) == 1
    assert platform.state.conversations == {}


def test_check_bears_that_it_cannot_tidy_up(platform: Platform) -> None:
    platform.answer_next("/cancel", 500, "no")

    assert all(is_ok for is_ok, _ in found(platform))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4100, "The platform refuses the token: it is wrong, has ended, was deleted"),
        (700012006, "The platform refuses the token"),
        (4006, f"There is no agent {BOT} for this token."),
        (4200, f"There is no agent {BOT} for this token."),
        (4015, "The agent is not published to the channel API."),
        (103000001, "The token's maker is not the maker of this agent"),
        (4011, "the account has nothing left"),
        (4020, "overloaded or limits this account"),
        (4000, "does not take the request"),
        (4102, "refused a harmless word"),
        (4001, "Compare base_url and the ids"),
        (5000, "trouble of its own"),
        (31, "makes no sense"),
    ],
)
def test_check_puts_each_code_in_plain_words(platform: Platform, code: int, words: str) -> None:
    refusal = f'{{"code":{code},"msg":"because of {PERSONAL_KEY}","detail":{{"logid":"L7"}}}}'
    platform.answer_next(f"/v1/bots/{BOT}", 200, refusal)

    ((is_ok, text),) = found(platform)

    assert not is_ok
    assert words in text
    assert "Their reference: L7." in text
    assert leaks(text, PERSONAL_KEY) == []


def test_check_tells_an_agent_that_is_not_published(platform: Platform) -> None:
    settings = platform.settings(bot_id=UNPUBLISHED_BOT, connector_id="999")

    assert "not published to the channel 999. Publish it again" in found(platform, settings)[0][1]


def test_check_tells_what_only_the_conversation_shows(platform: Platform) -> None:
    platform.answer_next("/v3/chat", 200, '{"code":4015,"msg":"not published"}')

    (sees, _), (answers, text), _ = found(platform)

    assert (sees, answers) == (True, False)
    assert "not published to the channel API" in text


def test_check_tells_an_agent_that_says_nothing(platform: Platform) -> None:
    silent = 'event:conversation.chat.completed\ndata:{"id":"1","status":"completed"}\n\n'
    platform.answer_next("/v3/chat", 200, silent, Content_Type="text/event-stream")

    assert found(platform)[1] == (
        False,
        "It takes a question but says nothing: try the agent on its own page.",
    )


def test_check_tells_a_chatflow_that_is_not_there(platform: Platform) -> None:
    ((is_ok, text),) = found(platform, platform.flow(workflow_id="7"))

    assert not is_ok
    assert text.startswith("There is no published chatflow 7 for this token.")


def test_check_tells_a_token_of_another_region(platform: Platform) -> None:
    ((is_ok, text),) = found(platform, platform.settings(api_key=FOREIGN_KEY))

    assert not is_ok
    assert "tokens of coze.cn are worth nothing at coze.com" in text


def test_check_of_a_token_that_may_only_talk(platform: Platform) -> None:
    platform.answer_next(f"/v1/bots/{BOT}", 200, '{"code":4101,"msg":"no getMetadata"}')

    answers, note, personal = found(platform)

    assert answers == (True, "It answers.")
    assert note[1].startswith("Note: the token may not read the agent's settings")
    assert personal[1].startswith(NOTE)


def test_check_tells_an_oauth_app_that_gets_no_token(platform: Platform) -> None:
    ((is_ok, text),) = found(platform, platform.oauth(oauth_fingerprint="another"))

    assert not is_ok
    assert text.startswith("The platform gives the OAuth app no token.")
    assert leaks(text, key_pair()[0]) == []


def test_check_tells_a_web_server_that_is_not_coze(platform: Platform) -> None:
    platform.answer_next(f"/v1/bots/{BOT}", 200, "<html>", Content_Type="text/html")

    ((is_ok, text),) = found(platform)

    assert not is_ok
    assert "is a web server, but not Coze's API. Check base_url." in text


def test_check_of_a_server_that_is_gone_raises_for_the_doctor(platform: Platform) -> None:
    with pytest.raises(UpstreamUnreachable):
        found(platform, platform.settings(base_url="http://127.0.0.1:1"))
