"""The kefu door in front of platforms: what they are told, and what becomes of what they say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.coze.platform import Coze
from tests.fakes.dify.platform import Dify
from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.scenarios import ANSWER, ending, opening, stream, text
from tests.fakes.xpertai.platform import XpertAI
from tests.serving import Server
from tests.web.kefu_client import Client, age, kefu_site, refusal, shown, user_token

StartServer = Callable[..., Server]


@pytest.fixture
def host() -> Iterator[OpenAIHost]:
    with OpenAIHost() as started:
        yield started


@pytest.fixture
def dify() -> Iterator[Dify]:
    with Dify(ping_s=0.1) as started:
        yield started


def openai_site(host: OpenAIHost, more: str = "") -> str:
    return kefu_site(provider=_lines(kind="openai", **host.settings()), more=more)


def dify_site(platform: Dify) -> str:
    return kefu_site(provider=_lines(kind="dify", **platform.settings()))


def coze_conversations(platform: Coze) -> list[str]:
    return list(platform.state.conversations)


def xpertai_threads(platform: XpertAI) -> list[str]:
    return list(platform.state.threads)


def chatkit_threads(platform: ChatKitHost) -> list[str]:
    return list(platform.threads)


def _lines(**settings: object) -> str:
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())


# -- OpenAI-compatible


def test_usage_is_the_platforms(host: OpenAIHost, start_server: StartServer) -> None:
    client = Client(start_server(openai_site(host)))

    told, untold = client.ask("plain"), client.ask("no-usage")

    assert told["reply"] == untold["reply"] == ANSWER
    assert told["usage"] == {"prompt_tokens": 11, "completion_tokens": 22, "total_tokens": 33}
    assert told["usage_known"] is True
    assert untold["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    assert untold["usage_known"] is False


@pytest.mark.parametrize(
    ("reason", "expected"), [("stop", "stop"), ("length", "length"), ("tool_calls", "stop")]
)
def test_finish_reason_is_one_of_the_contracts(
    host: OpenAIHost, start_server: StartServer, reason: str, expected: str
) -> None:
    client = Client(start_server(openai_site(host)))
    host.answer_next(stream(opening(), text("So far"), ending(reason)))

    assert client.ask("anything")["finish_reason"] == expected


def test_filtered_answer_says_so(host: OpenAIHost, start_server: StartServer) -> None:
    client = Client(start_server(openai_site(host)))
    host.answer_next(stream(opening(), text("So far"), ending("content_filter")))

    answered = client.ask("anything")

    assert (answered["reply"], answered["finish_reason"]) == ("So far", "content_filter")


def test_answer_filtered_from_the_start_is_a_failure(
    host: OpenAIHost, start_server: StartServer
) -> None:
    client = Client(start_server(openai_site(host)))

    answer = client.post("chat", message="content-filter")

    assert refusal(answer) == (502, 502, "upstream_content")


@pytest.mark.parametrize("more", ["", "apis.kefu.document_errors = true"])
def test_empty_answer_is_a_failure_and_no_message(
    host: OpenAIHost, start_server: StartServer, more: str
) -> None:
    client = Client(start_server(openai_site(host, more)))
    conversation = client.begin()
    code = 500 if more else 502
    for _ in range(2):
        host.answer_next(stream(opening(), ending()))

    answer = client.post("chat", message="one", conversation_id=conversation)
    frames = client.streamed("two", conversation_id=conversation)

    assert refusal(answer) == (code, code, "empty_reply")
    assert (frames[-1]["event"], frames[-1]["error"]) == ("error", "empty_reply")
    assert client.said(conversation) == [("user", "one"), ("user", "two")]


def test_wrong_key_is_the_owners_matter(host: OpenAIHost, start_server: StartServer) -> None:
    site = openai_site(host)
    key = json.loads(next(line for line in site.splitlines() if "api_key" in line).split(" = ")[1])
    client = Client(start_server(site.replace(key, "sk-wrong")))

    answer = client.post("chat", message="plain")

    assert refusal(answer) == (502, 502, "upstream_auth")
    assert "sk-wrong" not in answer.json["message"]


def test_answer_that_breaks_off_is_a_failure_whose_text_stays(
    host: OpenAIHost, start_server: StartServer
) -> None:
    client = Client(start_server(openai_site(host)))
    conversation = client.begin()

    answer = client.post("chat", message="die", conversation_id=conversation)

    assert refusal(answer) == (502, 502, "upstream_down")
    assert answer.json["retryable"] is True
    assert [role for role, _ in client.said(conversation)] == ["user", "assistant"]


def test_model_gets_the_conversation_so_far(host: OpenAIHost, start_server: StartServer) -> None:
    client = Client(start_server(openai_site(host)))
    first = client.ask("plain")

    client.ask("and?", conversation_id=first["conversation_id"])

    messages = json.loads(host.requests[-1].body)["messages"]
    assert [message["content"] for message in messages] == ["plain", ANSWER, "and?"]


# -- Dify


def test_platform_never_learns_who_it_is(dify: Dify, start_server: StartServer) -> None:
    server = start_server(dify_site(dify))
    named, signed = Client(server), Client(server).signed_in(user_token(server, "13800138000"))

    named.named("13912345678").ask("plain")
    signed.ask("plain")

    users = [body["user"] for body in dify.chats()]
    assert len(set(users)) == 2
    assert all(user.startswith("vis_") for user in users)
    asked = b"".join(one.body for one in dify.upstream.requests)
    assert b"13912345678" not in asked
    assert b"13800138000" not in asked


def test_platforms_ids_never_leave(dify: Dify, start_server: StartServer) -> None:
    client = Client(start_server(dify_site(dify)))

    frames = client.streamed("plain")

    (theirs,) = dify.state.conversations
    told = json.dumps([frames, client.history(frames[0]["conversation_id"])])
    assert theirs not in told
    (row,) = dify.state.conversations[theirs].messages
    assert row["id"] not in told


def test_conversation_that_the_platform_forgot_goes_on(
    dify: Dify, start_server: StartServer
) -> None:
    client = Client(start_server(dify_site(dify)))
    first = client.ask("plain")
    dify.forget(next(iter(dify.state.conversations)))

    second = client.ask("plain", conversation_id=first["conversation_id"])

    assert second["conversation_id"] == first["conversation_id"]
    assert client.history(first["conversation_id"])["total"] == 4
    assert len(dify.state.conversations) == 1


def test_replaced_text_ends_as_the_platform_wants_it(dify: Dify, start_server: StartServer) -> None:
    client = Client(start_server(dify_site(dify)))

    frames = client.streamed("replaced")

    assert shown(frames) == frames[-1]["reply"]
    assert client.said(frames[0]["conversation_id"])[1] == ("assistant", frames[-1]["reply"])


def test_purge_deletes_on_the_platform_too(dify: Dify, start_server: StartServer) -> None:
    server = start_server(dify_site(dify))
    client = Client(server)
    kept, old = client.ask("plain"), client.ask("plain")
    age(server, old["conversation_id"])

    told = server.command("purge")

    assert told == (
        "acme: 1 conversation idle for 30 days deleted, with 0 files, 1 of them on the platform"
        " too.\n"
    )
    assert len(dify.state.conversations) == 1
    assert client.history(kept["conversation_id"])["total"] == 2
    answer = client.post("getHistory", conversation_id=old["conversation_id"])
    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_purge_leaves_what_the_platform_could_not_be_asked_for(
    dify: Dify, start_server: StartServer
) -> None:
    server = start_server(dify_site(dify))
    old = Client(server).ask("plain")["conversation_id"]
    age(server, old)
    dify.refuse_next("/messages", 503, "unavailable")

    first, second = server.command("purge"), server.command("purge")

    assert first == (
        "acme: 0 conversations idle for 30 days deleted, with 0 files; 1 left for next time, since"
        " the platform could not be asked (GET /v1/messages: 503 unavailable What the platform says"
        " about unavailable).\n"
    )
    assert second == (
        "acme: 1 conversation idle for 30 days deleted, with 0 files, 1 of them on the platform"
        " too.\n"
    )
    assert dify.state.conversations == {}


def test_purge_tells_what_the_platform_keeps(dify: Dify, start_server: StartServer) -> None:
    server = start_server(dify_site(dify))
    old = Client(server).ask("plain")["conversation_id"]
    age(server, old)
    dify.refuse_next("/messages", 403, "forbidden")

    told = server.command("purge")

    assert told.startswith(
        "acme: 1 conversation idle for 30 days deleted, with 0 files; the platform refused to"
        " delete 1 of them (GET /v1/messages: 403 forbidden"
    )
    assert server.command("purge").startswith("acme: 0 conversations")


# -- the others


@pytest.mark.parametrize(
    ("kind", "start", "kept_there"),
    [
        ("coze", Coze, coze_conversations),
        ("xpertai", XpertAI, xpertai_threads),
        ("chatkit", ChatKitHost, chatkit_threads),
    ],
)
def test_purge_deletes_there_what_is_idle_and_nothing_else(
    kind: str,
    start: Callable[[], Any],
    kept_there: Callable[[Any], list[str]],
    start_server: StartServer,
) -> None:
    with start() as platform:
        server = start_server(kefu_site(provider=_lines(kind=kind, **platform.settings())))
        client = Client(server)
        old = client.ask("plain")["conversation_id"]
        (theirs,) = kept_there(platform)
        kept = client.ask("plain")["conversation_id"]
        age(server, old)

        told = server.command("purge")

        assert told == (
            "acme: 1 conversation idle for 30 days deleted, with 0 files, 1 of them on the platform"
            " too.\n"
        )
        assert len(kept_there(platform)) == 1
        assert theirs not in kept_there(platform)
        assert client.history(kept)["total"] == 2
