"""What a host is sent: nothing but what it knows, and as much of the conversation as fits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.fakes.openai.platform import MODEL, OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import ANSWER, error
from tests.fakes.upstream import Reply
from tests.providers.openai.kit import ask, docked, message, thread
from widget.domain.conversations import ReasoningPart
from widget.domain.errors import BadInput
from widget.domain.events import RunCompleted
from widget.providers.registry import parse_settings


@pytest.fixture
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


def _sent(host: OpenAIHost, question: str = "plain", **more: Any) -> Any:
    """The body that the host got; a ``history`` of messages goes to the turn, the rest are
    settings."""
    is_thread = isinstance(more.get("history"), tuple)
    history = more.pop("history") if is_thread else ()
    with docked(host, **more) as provider:
        assert ask(provider, question, history=history).error is None
    return host.requests[-1].json


def test_body_holds_model_question_and_usage_wish(host: OpenAIHost) -> None:
    assert _sent(host) == {
        "model": MODEL,
        "messages": [{"role": "user", "content": "plain"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_key_goes_as_bearer_and_nothing_else_is_added(host: OpenAIHost) -> None:
    _sent(host)

    headers = dict(host.requests[-1].headers)
    assert headers.pop("content-length")
    assert headers == {
        "host": host.base_url.removeprefix("http://").removesuffix("/v1"),
        "accept": "*/*",
        "accept-encoding": "identity",
        "authorization": f"Bearer {KEY}",
        "connection": "keep-alive",
        "content-type": "application/json",
        "user-agent": "chatdock",
    }


def test_settings_reach_the_host(host: OpenAIHost) -> None:
    body = _sent(
        host,
        temperature=0.3,
        max_tokens=50,
        system_prompt=" Be brief. ",
        extra_body={"enable_thinking": False, "stream_options": None},
    )

    assert body == {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "plain"},
        ],
        "stream": True,
        "temperature": 0.3,
        "max_tokens": 50,
        "enable_thinking": False,
    }


def test_history_is_sent_in_order_with_the_question_last(host: OpenAIHost) -> None:
    body = _sent(host, system_prompt="S", history=thread("q1", "a1", "q2", "a2"))

    assert [(m["role"], m["content"]) for m in body["messages"]] == [
        ("system", "S"),
        ("user", "q1"),
        ("assistant", "a1"),
        ("user", "q2"),
        ("assistant", "a2"),
        ("user", "plain"),
    ]


def test_history_is_cut_by_characters_and_keeps_whole_turns(host: OpenAIHost) -> None:
    history = thread("q1" * 50, "a1" * 50, "q2" * 50, "a2" * 50)

    body = _sent(host, system_prompt="S" * 500, history_chars=350, history=history)

    assert [m["content"][:2] for m in body["messages"]] == ["SS", "q2", "a2", "pl"]


def test_history_is_cut_by_turns(host: OpenAIHost) -> None:
    body = _sent(host, history_turns=1, history=thread("q1", "a1", "q2", "a2"))

    assert [m["content"] for m in body["messages"]] == ["q2", "a2", "plain"]


def test_no_history_is_sent_where_none_is_wanted(host: OpenAIHost) -> None:
    body = _sent(host, history_turns=0, history=thread("q1", "a1"))

    assert [m["content"] for m in body["messages"]] == ["plain"]


def test_thinking_is_not_sent_back(host: OpenAIHost) -> None:
    answer = message("assistant", ReasoningPart("secret thoughts"), "a", "b")

    body = _sent(host, history=(message("visitor", "q"), answer))

    assert [m["content"] for m in body["messages"]] == ["q", "a\n\nb", "plain"]


def test_question_without_an_answer_joins_the_next(host: OpenAIHost) -> None:
    """Some models insist on turns, and a failed answer has no text."""
    history = (message("visitor", "q1"), message("assistant"), message("visitor", "q2"))

    body = _sent(host, history=history)

    assert [m["content"] for m in body["messages"]] == ["q1\n\nq2\n\nplain"]


@pytest.mark.parametrize("end", ["", "/", "/chat/completions", "/chat/completions/"])
def test_base_url_is_taken_as_pasted(host: OpenAIHost, end: str) -> None:
    _sent(host, base_url=f" {host.base_url}{end} ")

    assert host.requests[-1].path == "/v1/chat/completions"


def test_v1_is_never_added() -> None:
    with OpenAIHost(prefix="/api/paas/v4") as host, docked(host) as provider:
        assert ask(provider, "plain").text == ANSWER


def test_no_key_sends_no_header(host: OpenAIHost) -> None:
    with docked(host, api_key="") as provider:
        ask(provider, "plain")

    assert "authorization" not in host.requests[-1].headers


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_url": "api.example.com/v1"}, "provider.base_url: write the whole address"),
        ({"base_url": "https://x/v1?key=1"}, "provider.base_url: leave out what follows"),
        ({"temperature": 3}, "provider.temperature: a number from 0 to 2"),
        ({"max_tokens": 0}, "provider.max_tokens: a whole number from 1"),
        ({"extra_body": {"messages": []}}, "provider.extra_body.messages: this field is made"),
        ({"extra_body": {"input": []}}, "provider.extra_body.input: this field is made"),
        ({"history": "kept"}, 'provider.history: "kept" needs api = "responses"'),
        ({"api": "respones"}, "provider.api: Invalid enum value 'respones'"),
        ({"max_files": 0}, "provider.max_files: Expected"),
        ({"history_turns": -1}, "provider.history_turns: Expected"),
        ({"model": ""}, "provider.model: Expected"),
        ({"api_key": "sk-\u5bc6"}, "provider.api_key: holds characters that no key has"),
        ({"api_key": 5}, "provider.api_key: expected text, got int"),
        ({"proxy": "localhost:1080"}, "provider.proxy: write it as"),
        ({"temprature": 1}, "provider.temprature: openai has no such setting; did you mean temp"),
    ],
)
def test_wrong_setting_is_named_with_its_remedy(change: dict[str, Any], words: str) -> None:
    settings = {"base_url": "https://api.example.com/v1", "api_key": "sk-1", "model": "m"}

    with pytest.raises(BadInput) as caught:
        parse_settings("openai", {**settings, **change})

    assert str(caught.value).startswith(words)


def test_missing_setting_is_named() -> None:
    with pytest.raises(BadInput, match=r"provider\.model: is missing"):
        parse_settings("openai", {"base_url": "https://api.example.com/v1"})


def test_unknown_kind_is_named_with_the_likeliest() -> None:
    with pytest.raises(BadInput, match=r"provider\.kind: there is no 'opnai'; did you mean openai"):
        parse_settings("opnai", {})


def test_key_shows_in_no_repr() -> None:
    parsed = parse_settings(
        "openai", {"base_url": "https://x.example", "api_key": KEY, "model": "m"}
    )

    assert f"{parsed.api_key}" == KEY  # type: ignore[attr-defined]
    assert KEY not in repr(parsed)
    assert "Secret(…)" in repr(parsed)


def test_response_is_asked_with_its_own_names_of_things(host: OpenAIHost) -> None:
    body = _sent(
        host,
        api="responses",
        temperature=0.3,
        max_tokens=50,
        system_prompt=" Be brief. ",
        history=thread("q1", "a1"),
        extra_body={"tools": [{"type": "web_search"}], "store": False},
    )

    assert host.requests[-1].path == "/v1/responses"
    assert body == {
        "model": MODEL,
        "input": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "q1"},
            {"role": "assistant", "content": "a1"},
            {"role": "user", "content": "plain"},
        ],
        "stream": True,
        "temperature": 0.3,
        "max_output_tokens": 50,
        "tools": [{"type": "web_search"}],
        "store": False,
    }


@pytest.mark.parametrize("end", ["", "/", "/responses", "/responses/", "/chat/completions"])
def test_base_url_of_responses_is_taken_as_pasted(host: OpenAIHost, end: str) -> None:
    _sent(host, api="responses", base_url=f" {host.base_url}{end} ")

    assert host.requests[-1].path == "/v1/responses"


def test_kept_history_goes_on_from_the_last_answer(host: OpenAIHost) -> None:
    with docked(host, api="responses", history="kept", system_prompt="Be brief.") as provider:
        first = ask(provider, "plain").events[-1]
        assert isinstance(first, RunCompleted)
        answer = msgspec.structs.replace(
            message("assistant", "a1"), upstream_message=first.upstream_message
        )
        failed = (message("visitor", "q2"), message("assistant", "cut off"))
        second = ask(provider, "plain", history=(message("visitor", "q1"), answer, *failed))

    assert second.error is None
    body = host.requests[-1].json
    assert body["previous_response_id"] == first.upstream_message
    assert [row["content"] for row in body["input"]] == ["q2", "cut off", "plain"]


def test_kept_history_begins_without_one(host: OpenAIHost) -> None:
    body = _sent(host, api="responses", history="kept")

    assert "previous_response_id" not in body


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "Previous response not found.", code="previous_response_not_found"),
        error(404, "No such response", type="not_found_error"),
        error(400, "This API is stateless", code="invalid_prompt"),
        error(400, "Your input exceeds the context window", code="context_length_exceeded"),
    ],
)
def test_answer_that_the_host_does_not_keep_is_sent_again(host: OpenAIHost, refusal: Reply) -> None:
    """OpenAI forgets after 30 days, others at once, and the site may have had another platform."""
    host.refuse_previous = refusal
    answer = msgspec.structs.replace(message("assistant", "a1"), upstream_message="resp_gone")

    with docked(host, api="responses", history="kept") as provider:
        heard = ask(provider, "plain", history=(message("visitor", "q1"), answer))

    assert heard.text == ANSWER
    assert [row["content"] for row in host.requests[-1].json["input"]] == ["q1", "a1", "plain"]
    assert len(host.requests) == 2


def test_history_that_is_sent_names_no_answer(host: OpenAIHost) -> None:
    answer = msgspec.structs.replace(message("assistant", "a1"), upstream_message="resp_1")

    with docked(host, api="responses") as provider:
        ask(provider, "plain", history=(message("visitor", "q1"), answer))

    assert "previous_response_id" not in host.requests[-1].json
