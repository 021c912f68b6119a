"""Calls into the host page that the next question finds open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER
from tests.fakes.chatkit.wire import (
    STREAM_HEADERS,
    closed,
    item,
    opened,
)
from tests.fakes.script import Reply, Wait, json_reply
from tests.providers.chatkit import kit
from tests.providers.chatkit.kit import (
    ask,
    go_on,
    thread_of,
)
from widget.domain.conversations import TextPart, ToolCallPart
from widget.providers.chatkit.provider import ChatKit

EMPTY = Reply(200, dict(STREAM_HEADERS), [])
CALL = item("client_tool_call", "tc_1", status="pending", call_id="c", name="page", arguments={})
LEFT = kit.message("assistant", ToolCallPart("tc_1", "page", {}, state="failed"))


def test_call_left_behind_is_closed_before_the_next_question(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(call := dict(CALL))

    heard = go_on(provider, first, "never mind", history=(LEFT,))

    assert heard.text == ANSWER
    assert call["status"] == "completed"
    assert host.kinds()[1:] == [
        "items.list",
        "threads.add_client_tool_output",
        "items.list",
        "threads.add_user_message",
    ]


def test_answer_to_a_call_left_behind_is_read_to_its_end(
    host: ChatKitHost, provider: ChatKit
) -> None:
    """A connection closed before would be noted as the visitor's wish, behind the new question."""
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))
    host.play(opened("msg_b"), Wait(0.2), closed("msg_b", "I see"), Wait(0.2))

    heard = go_on(provider, first, "never mind", history=(LEFT,))

    (output,) = [one for one in host.requests if b"add_client_tool_output" in one.body]
    assert output.ended.wait(5)
    assert not output.gone.is_set()
    assert heard.text == ANSWER


def test_model_that_calls_again_is_answered_again(host: ChatKitHost, provider: ChatKit) -> None:
    """Closing one call may bring the next; there is an end to that."""
    first = ask(provider, "plain")
    page = {"data": [CALL], "has_more": False}
    for _ in range(5):
        host.answer_next("items.list", json_reply(200, page))
        host.answer_next("threads.add_client_tool_output", EMPTY)

    assert go_on(provider, first, "never mind", history=(LEFT,)).text == ANSWER
    assert host.kinds().count("threads.add_client_tool_output") == 3


@pytest.mark.parametrize("kind", ["items.list", "threads.add_client_tool_output"])
def test_trouble_with_an_old_call_does_not_hold_up_the_question(
    host: ChatKitHost, provider: ChatKit, kind: str
) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))
    host.answer_next(kind, json_reply(500, {}))

    assert go_on(provider, first, "never mind", history=(LEFT,)).text == ANSWER


@pytest.mark.parametrize(
    "history",
    [
        (),
        (kit.message("assistant", ToolCallPart("tc_1", "page", {}, state="done")),),
        (LEFT, kit.message("visitor", "x"), kit.message("assistant", TextPart("y"))),
    ],
)
def test_nothing_is_looked_for_where_no_call_was_left(
    host: ChatKitHost, provider: ChatKit, history: Any
) -> None:
    first = ask(provider, "plain")

    go_on(provider, first, "next", history=history)

    assert host.kinds()[1:] == ["threads.add_user_message"]
