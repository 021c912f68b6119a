"""What the visitor or the host page brings to what was asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER
from tests.fakes.chatkit.wire import (
    item,
)
from tests.providers.chatkit.kit import (
    answer,
    ask,
    docked,
    only,
    question_of,
    sent,
    thread_of,
)
from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamInterrupted,
    UpstreamRejected,
)
from widget.domain.events import (
    RunCompleted,
    RunStarted,
    WidgetChanged,
)
from widget.domain.inputs import ActionTaken, FormAnswered, ToolAnswered
from widget.providers.chatkit.provider import ChatKit

CALL = item("client_tool_call", "tc_1", status="pending", call_id="c", name="page", arguments={})


def test_tool_result_goes_back(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))

    heard = answer(provider, first, (ToolAnswered("tc_1", "page", {"title": "Shop"}),))

    assert heard.text == ANSWER
    assert question_of(heard) == question_of(first)
    assert sent(host)["params"]["result"] == {"title": "Shop"}


def test_failed_tool_tells_the_model_why(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(dict(CALL))

    answer(provider, first, (ToolAnswered("tc_1", "page", "no such page", is_error=True),))

    assert sent(host)["params"]["result"] == {"error": "no such page"}


def test_tool_result_that_nothing_waits_for_can_be_tried_again(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")

    heard = answer(provider, first, (ToolAnswered("tc_1", "page", 1),))

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.failed.retryable


def test_form_goes_back_with_its_values(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    form = item("structured_input", "si_1", status="pending", inputs=[])
    host.items[thread_of(first)].append(form)

    filled = FormAnswered("si_1", values={"q1": ("A", "B"), "q2": ("",), "q3": ()})
    heard = answer(provider, first, filled)

    assert heard.text == ANSWER
    assert sent(host)["params"]["input"] == {
        "status": "answered",
        "answers": {
            "q1": {"values": ["A", "B"], "skipped": False},
            "q2": {"values": [], "skipped": True},
            "q3": {"values": [], "skipped": True},
        },
    }


def test_skipped_form_goes_back_as_skipped(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    form = item("structured_input", "si_1", status="pending", inputs=[])
    host.items[thread_of(first)].append(form)

    answer(provider, first, FormAnswered("si_1", is_skipped=True))

    assert sent(host)["params"]["input"] == {"status": "skipped", "answers": {}}


def test_action_goes_to_the_widget(host: ChatKitHost, provider: ChatKit) -> None:
    first = ask(provider, "plain")
    host.items[thread_of(first)].append(item("widget", "wgt_1", widget={}))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", {"n": 1}))

    assert heard.text == ANSWER
    assert sent(host)["params"]["action"] == {"type": "go", "payload": {"n": 1}}


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        ({"type": "Card"}, [WidgetChanged("wgt_1", {"type": "Card"})]),
        (None, []),
    ],
)
def test_quiet_action_is_answered_with_the_widget(
    host: ChatKitHost, provider: ChatKit, tree: Any, shown: list[WidgetChanged]
) -> None:
    first = ask(provider, "plain")
    thread = thread_of(first)
    host.items[thread].append(item("widget", "wgt_1", widget=tree))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", is_quiet=True))

    assert sent(host)["type"] == "threads.sync_custom_action"
    assert heard.events == [RunStarted(thread, question_of(first)), *shown, RunCompleted()]


def test_picture_in_the_answer_to_a_quiet_action_is_held_to_the_threads_hosts(
    host: ChatKitHost, provider: ChatKit
) -> None:
    first = ask(provider, "plain")
    thread = thread_of(first)
    host.threads[thread]["allowed_image_domains"] = ["good.example"]
    picture = {"type": "Image", "src": "https://bad.example/1.png"}
    tree = {"type": "Card", "children": [picture]}
    host.items[thread].append(item("widget", "wgt_1", widget=tree))

    heard = answer(provider, first, ActionTaken("wgt_1", "go", is_quiet=True))

    (widget,) = only(heard.events, WidgetChanged)
    assert widget.tree == {"type": "Card", "children": [{"type": "Image"}]}


def test_reply_to_a_forgotten_thread_is_not_found(any_host: ChatKitHost) -> None:
    with docked(any_host.settings()) as provider:
        first = ask(provider, "plain")
        any_host.threads.clear()
        any_host.items.clear()

        heard = answer(provider, first, FormAnswered("si_1"))

    assert isinstance(heard.failed, UpstreamRejected)
    assert heard.failed.failure is Failure.NOT_FOUND


@pytest.mark.parametrize("more", [{}, {"upstream_conversation": "thr_1"}])
def test_reply_to_nothing_is_refused(provider: ChatKit, more: dict[str, str]) -> None:
    with pytest.raises(NotOffered):
        ask(provider, "", kind="answer", **more)
