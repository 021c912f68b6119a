"""What is sent with a question, and the verdict on its answer."""

from __future__ import annotations

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import KEY
from tests.fakes.chatkit.wire import (
    message,
)
from tests.providers.chatkit.kit import (
    ask,
    docked,
    only,
    ref_of,
    sent,
    thread_of,
)
from widget.domain.errors import (
    Failure,
)
from widget.domain.events import (
    RunCompleted,
)
from widget.providers.base import UpstreamRef
from widget.providers.chatkit.provider import ChatKit


def test_question_is_sent_with_language_visitor_and_credentials(host: ChatKitHost) -> None:
    with docked(host.settings(headers={"X-Tenant": "acme"})) as provider:
        ask(provider, "hello", locale="zh-CN", context={"plan": "gold"})

    assert sent(host) == {
        "type": "threads.create",
        "params": {
            "input": {
                "content": [{"type": "input_text", "text": "hello"}],
                "attachments": [],
                "inference_options": {},
            }
        },
        "metadata": {"visitor": "vis_1", "context": {"plan": "gold"}},
    }
    headers = host.requests[-1].headers
    assert headers["accept-language"] == "zh-CN"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "text/event-stream"
    assert headers["x-tenant"] == "acme"


def test_question_without_words_has_no_content(host: ChatKitHost, provider: ChatKit) -> None:
    ask(provider, "")

    assert sent(host)["params"]["input"]["content"] == []


def test_server_without_keys_gets_none(host: ChatKitHost) -> None:
    with docked(host.settings(api_key="")) as provider:
        assert ask(provider, "hello").failed.failure is Failure.AUTH

    assert "authorization" not in host.requests[-1].headers


@pytest.mark.parametrize(("verdict", "kind"), [("like", "positive"), ("dislike", "negative")])
def test_verdict_names_every_item_of_the_answer(
    host: ChatKitHost, provider: ChatKit, verdict: str, kind: str
) -> None:
    host.play(message("msg_a", "One"), message("msg_b", "Two"))
    heard = ask(provider, "hello")
    items = only(heard.events, RunCompleted)[0].upstream_message

    assert provider.give_feedback(ref_of(heard), items, verdict=verdict, detail="fine")

    assert sent(host)["params"] == {
        "thread_id": thread_of(heard),
        "item_ids": ["msg_a", "msg_b"],
        "kind": kind,
    }


def test_verdict_cannot_be_withdrawn(host: ChatKitHost, provider: ChatKit) -> None:
    ref = UpstreamRef("vis_1", "thr_1", "msg_u", None)

    assert not provider.give_feedback(ref, "msg_a", verdict=None, detail="")
    assert host.requests == []


def test_verdict_on_what_has_no_thread_goes_nowhere(host: ChatKitHost, provider: ChatKit) -> None:
    ref = UpstreamRef("vis_1", None, None, None)

    assert not provider.give_feedback(ref, "msg_a", verdict="like", detail="")
    assert host.requests == []


def test_fake_refuses_what_the_protocol_does_not_name(provider: ChatKit, host: ChatKitHost) -> None:
    """The strictness that the tests above rely on."""
    body = {"type": "threads.create", "params": {"input": {}, "model": "x"}, "metadata": {}}
    headers = {"Authorization": f"Bearer {KEY}", "Accept": "x"}

    assert provider.client.post(host.url, json=body, headers=headers).status_code == 400
