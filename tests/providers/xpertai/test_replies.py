"""Replies to what an XpertAI run waits for: what the platform gets for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
    answered,
    asked_of,
    docked,
    only,
    play,
    text_of,
)
from widget.domain.errors import BadInput, NotOffered
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    RunCompleted,
    RunEvent,
    RunStarted,
)
from widget.domain.inputs import (
    ActionTaken,
    FormAnswered,
    ToolAnswered,
    Values,
)
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def request_of(events: list[RunEvent]) -> InputRequested:
    (asked,) = only(events, InputRequested)
    assert isinstance(asked, InputRequested)
    return asked


def decide(
    platform: Platform, provider: XpertAI, question: str, reply: FormAnswered
) -> dict[str, Any]:
    """What the platform gets for a form that was filled in."""
    list(answered(provider, play(provider, question), reply))
    return asked_of(platform)


def test_confirmed_run_goes_on_under_its_id(platform: Platform, provider: XpertAI) -> None:
    before = play(provider, "confirm")
    run = platform.only_run()

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert asked_of(platform) == {
        "action": "resume",
        "target": {"aiMessageId": run.message["id"], "executionId": run.id},
        "decision": {"type": "confirm"},
    }
    assert text_of(after) == "All done."
    assert {e.upstream_run for e in only(after, RunStarted)} == {run.id}
    assert only(after, RunCompleted) == [RunCompleted("stop", run.message["id"])]
    assert list(platform.state.runs) == [run.id]


@pytest.mark.parametrize(
    "reply",
    [
        FormAnswered("i-1", "reject"),
        FormAnswered("i-1", "confirm", is_skipped=True),
        FormAnswered("i-1", ""),
    ],
)
def test_rejection_has_no_payload(
    platform: Platform, provider: XpertAI, reply: FormAnswered
) -> None:
    """With one it would be taken for the tool's answer. And nothing is confirmed by accident."""
    after = list(answered(provider, play(provider, "confirm"), reply))

    assert asked_of(platform)["decision"] == {"type": "reject"}
    assert text_of(after) == "Left as it was."


def test_changed_parameters_go_with_the_confirmation(platform: Platform, provider: XpertAI) -> None:
    values: Values = {"parameter.0.order": ("B8",), "parameter.0.count": ("4",)}

    sent = decide(platform, provider, "confirm", FormAnswered("i-1", "confirm", values))

    call = {"id": "c-1", "name": "cancel_order", "args": {"order": "B8", "count": 4}}
    assert sent["patch"] == {"agentKey": "Agent_1", "toolCalls": [call]}
    assert sent["decision"] == {"type": "confirm"}


def test_unchanged_parameters_are_not_sent(platform: Platform, provider: XpertAI) -> None:
    values: Values = {"parameter.0.order": ("A7",), "parameter.0.count": ("3",)}

    sent = decide(platform, provider, "confirm", FormAnswered("i-1", "confirm", values))

    assert "patch" not in sent


@pytest.mark.parametrize(
    ("reply", "decision"),
    [
        (FormAnswered("i-1", "approve"), {"type": "approve"}),
        (
            FormAnswered("i-1", "approve", {"argument.0.fast": ("true",), "reason.0": ("x",)}),
            {"type": "approve"},
        ),
        (
            FormAnswered(
                "i-1", "approve", {"argument.0.amount": ("9",), "argument.0.fast": ("false",)}
            ),
            {
                "type": "edit",
                "editedAction": {
                    "name": "refund",
                    "args": {"order": "A7", "amount": 9, "fast": False, "tags": ["x"]},
                },
            },
        ),
        (FormAnswered("i-1", "reject"), {"type": "reject"}),
        (FormAnswered("i-1", ""), {"type": "reject"}),
        (
            FormAnswered("i-1", "reject", {"reason.0": (" too much ",)}),
            {"type": "reject", "message": "too much"},
        ),
        (FormAnswered("i-1", "respond"), {"type": "respond", "message": ""}),
    ],
)
def test_review_is_answered_with_a_decision(
    platform: Platform, provider: XpertAI, reply: FormAnswered, decision: dict[str, Any]
) -> None:
    sent = decide(platform, provider, "review", reply)

    assert sent["decision"] == {"type": "confirm", "payload": {"decisions": [decision]}}


def test_number_that_is_none_goes_as_it_was_written(platform: Platform, provider: XpertAI) -> None:
    """The platform says what it wants; nothing is guessed for it."""
    values: Values = {"parameter.0.count": ("a few",)}

    sent = decide(platform, provider, "confirm", FormAnswered("i-1", "confirm", values))

    assert sent["patch"]["toolCalls"][0]["args"] == {"order": "A7", "count": "a few"}


def test_decisions_keep_the_order_of_the_actions(platform: Platform, provider: XpertAI) -> None:
    values: Values = {
        "decision.1": ("approve",),
        "decision.0": ("reject",),
        "argument.1.to": ("c@d.example",),
        "argument.1.copies": ("2",),
        "argument.1.urgent": (),
        "argument.1.lang": ("zh",),
    }

    sent = decide(platform, provider, "two reviews", FormAnswered("i-1", "", values))

    edited = {"to": "c@d.example", "copies": 2, "lang": "zh"}
    assert sent["decision"]["payload"]["decisions"] == [
        {"type": "reject"},
        {"type": "edit", "editedAction": {"name": "mail", "args": edited}},
    ]


def test_decision_that_is_not_allowed_is_refused(platform: Platform, provider: XpertAI) -> None:
    before = play(provider, "two reviews")
    reply = FormAnswered("i-1", "", {"decision.0": ("respond",), "decision.1": ("approve",)})

    with pytest.raises(BadInput, match="refund: 'respond' is none of approve, reject"):
        list(answered(provider, before, reply))
    assert len(platform.asked("POST", "/runs/stream")) == 1


def test_chosen_options_are_the_tools_message(platform: Platform, provider: XpertAI) -> None:
    values: Values = {"size": ("Large",), "color": ("Blue",)}

    sent = decide(platform, provider, "questions", FormAnswered("k-1", "", values))

    (message,) = sent["decision"]["payload"]["toolMessages"]
    assert (message["tool_call_id"], message["name"], message["status"]) == (
        "k-1",
        "request_user_input",
        "success",
    )
    assert json.loads(message["content"]) == {
        "type": "request_user_input_result",
        "purpose": "plan_clarification",
        "answers": [
            {
                "id": "size",
                "question": "Which size do you need?",
                "type": "option",
                "value": "Large",
                "label": "Large",
                "description": "For tall people.",
            },
            {
                "id": "color",
                "question": "Which colour?",
                "type": "option",
                "value": "Blue",
                "label": "Blue",
            },
        ],
    }


def test_go_ahead_for_a_plan_is_told_from_a_wish(platform: Platform, provider: XpertAI) -> None:
    reply = FormAnswered("k-1", "", {"implement_plan": ("Perhaps",)})

    sent = decide(platform, provider, "plan", reply)

    content = json.loads(sent["decision"]["payload"]["toolMessages"][0]["content"])
    assert content["purpose"] == "implementation_confirmation"
    assert content["answers"] == []


def test_results_of_the_pages_tools_match_their_calls(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "client tools")
    assert [call.id for call in only(before, ClientToolCalled)] == ["k-1", "k-2"]
    reply = (
        ToolAnswered("k-1", "open_cart", {"items": 2}),
        ToolAnswered("k-2", "read_page", "no such page", is_error=True),
    )

    after = list(answered(provider, before, reply))

    assert asked_of(platform)["decision"]["payload"]["toolMessages"] == [
        {
            "tool_call_id": "k-1",
            "name": "open_cart",
            "content": '{"items":2}',
            "status": "success",
        },
        {
            "tool_call_id": "k-2",
            "name": "read_page",
            "content": "no such page",
            "status": "error",
        },
    ]
    assert text_of(after) == "All done."


def test_action_of_a_widget_is_the_pages(provider: XpertAI) -> None:
    with pytest.raises(NotOffered, match="belongs to the host page"):
        list(answered(provider, play(provider, "confirm"), ActionTaken("w", "t")))


def test_answer_is_asked_for_again_when_the_run_stops_again(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm twice")

    again = list(answered(provider, before, FormAnswered("i-1", "confirm")))
    after = list(answered(provider, again, FormAnswered("i-1", "reject")))

    assert request_of(again).form.title == "ship"
    assert only(again, RunCompleted)[0].reason == "tool"
    assert asked_of(platform)["decision"] == {"type": "reject"}
    assert request_of(after)
