"""Threads that are there, gone or in doubt, and questions tried again."""

from __future__ import annotations

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER
from tests.fakes.chatkit.wire import (
    STREAM_HEADERS,
    event,
    thread_json,
)
from tests.fakes.script import Die, Reply, Wait, json_reply
from tests.providers.chatkit.kit import (
    again,
    ask,
    docked,
    go_on,
    question_of,
    sent,
    thread_of,
)
from widget.domain.errors import (
    NotOffered,
    UpstreamInterrupted,
)
from widget.domain.events import (
    RunStarted,
)
from widget.providers.chatkit.provider import ChatKit

BREAK = Reply(200, dict(STREAM_HEADERS), [Wait(), Die()])
EMPTY = Reply(200, dict(STREAM_HEADERS), [])


def test_server_that_forgot_the_thread_gets_the_question_in_a_new_one(
    any_host: ChatKitHost,
) -> None:
    """Its stream begins with 200 and breaks off without a word."""
    with docked(any_host.settings()) as provider:
        first = ask(provider, "one")
        any_host.threads.clear()
        second = go_on(provider, first, "two")

    assert second.text == ANSWER
    assert thread_of(second) != thread_of(first)
    asked = any_host.asked("threads.create")[-1]["params"]["input"]["content"]
    assert asked == [{"type": "input_text", "text": "two"}]


@pytest.mark.parametrize("reply", [json_reply(404, {}), json_reply(500, {}), EMPTY])
def test_server_may_say_otherwise_that_the_thread_is_gone(
    host: ChatKitHost, provider: ChatKit, reply: Reply
) -> None:
    first = ask(provider, "one")
    host.threads.clear()
    host.answer_next("threads.add_user_message", reply)

    second = go_on(provider, first, "two")

    assert (second.text, thread_of(second) != thread_of(first)) == (ANSWER, True)


def test_stream_that_breaks_off_in_a_living_thread_is_not_asked_twice(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "one")
    host.answer_next("threads.add_user_message", BREAK)

    second = go_on(provider, first, "two")

    assert isinstance(second.failed, UpstreamInterrupted)
    assert len(host.asked("threads.create")) == 1


@pytest.mark.parametrize("kind", ["threads.get_by_id", "threads.list"])
def test_server_in_trouble_has_not_forgotten_the_thread(kind: str) -> None:
    with ChatKitHost(maps_errors=False) as host, docked(host.settings()) as provider:
        first = ask(provider, "one")
        host.threads.clear()
        host.answer_next(kind, Reply(200, {}, [Die()]))

        second = go_on(provider, first, "two")

        assert isinstance(second.failed, UpstreamInterrupted)
        assert len(host.asked("threads.create")) == 1


def test_refused_credentials_do_not_mean_that_the_thread_is_gone(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "one")
    host.answer_next("threads.add_user_message", BREAK)
    host.answer_next("threads.get_by_id", json_reply(403, {"error": "no"}))

    assert isinstance(go_on(provider, first, "two").failed, UpstreamInterrupted)


def test_new_thread_that_breaks_off_has_failed(host: ChatKitHost, provider: ChatKit) -> None:
    heard = ask(provider, "silent-break")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.events == []
    assert host.kinds() == ["threads.create"]


def test_thread_that_was_made_stays_when_the_message_was_not_taken(
    host: ChatKitHost, provider: ChatKit
) -> None:
    head = event("thread.created", thread=thread_json("thr_9"))
    host.answer_next("threads.create", Reply(200, dict(STREAM_HEADERS), [head, Wait(), Die()]))

    heard = ask(provider, "hello")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.events == [RunStarted("thr_9")]


def test_retry_goes_back_to_the_question(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")

    second = again(provider, first, "plain")

    assert (second.text, question_of(second)) == (ANSWER, question_of(first))
    assert sent(host)["params"] == {
        "thread_id": thread_of(first),
        "item_id": question_of(first),
    }


def test_retry_of_an_unknown_question_is_an_empty_stream_and_asks_anew(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")

    second = again(provider, first, "plain", target_run="msg_gone")

    assert second.text == ANSWER
    assert host.kinds()[1:] == ["threads.retry_after_item", "threads.add_user_message"]


def test_retry_of_a_run_without_a_name_asks_anew(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")

    assert again(provider, first, "plain", target_run=None).text == ANSWER
    assert host.kinds()[1:] == ["threads.add_user_message"]


def test_retry_in_a_forgotten_thread_asks_in_a_new_one(any_host: ChatKitHost) -> None:
    with docked(any_host.settings()) as provider:
        first = ask(provider, "plain")
        any_host.threads.clear()

        second = again(provider, first, "plain")

    assert (second.text, thread_of(second) != thread_of(first)) == (ANSWER, True)


@pytest.mark.parametrize("kind", ["edit", "follow_up"])
def test_what_the_protocol_has_no_request_for_is_not_offered(provider: ChatKit, kind: str) -> None:
    assert not provider.capabilities().edit
    assert provider.capabilities().follow_up == ""
    with pytest.raises(NotOffered):
        ask(provider, "hello", kind=kind)
