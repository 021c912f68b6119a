"""Runs of XpertAI that stop in the middle: what is asked, and what the platform gets for it."""

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
    fails,
    only,
    play,
    ref_of,
    text_of,
    turn,
    until,
)
from widget.domain.errors import BadInput, Failure, NotOffered, UpstreamRejected
from widget.domain.events import (
    ClientToolCalled,
    Cursor,
    InputRequested,
    RunCompleted,
    RunEvent,
    RunStarted,
    TextDelta,
)
from widget.domain.inputs import (
    Action,
    ActionTaken,
    Choice,
    Field,
    Form,
    FormAnswered,
    ToolAnswered,
    Values,
)
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.provider import XpertAI

CONFIRM = (Action("confirm", "Approve", "primary"), Action("reject", "Decline", "danger"))


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


# -- what is asked


def test_confirmation_says_what_is_to_be_done(provider: XpertAI) -> None:
    events = play(provider, "confirm")

    asked = request_of(events)
    assert (asked.id, asked.form.title, asked.form.text) == ("i-1", "Cancel order", "For good.")
    assert asked.form.fields == (
        Field("parameter.0.order", "Order", "text", (), False, ("A7",), "Its number"),
        Field("parameter.0.count", "Pieces", "number", (), False, ("3",), "3"),
    )
    assert asked.form.actions == CONFIRM
    assert isinstance(events[-1], RunCompleted)
    assert events[-1].reason == "tool"


def test_confirmation_is_worded_in_the_visitors_language(provider: XpertAI) -> None:
    form = request_of(play(provider, "confirm", locale="zh-CN")).form

    assert [action.label for action in form.actions] == ["同意", "不同意"]
    assert (form.fields[0].label, form.fields[0].help) == ("订单", "订单号")


def test_confirmation_without_words_names_its_tool(provider: XpertAI) -> None:
    assert request_of(play(provider, "confirm without words")).form == Form(
        "cancel_order", actions=CONFIRM
    )


def test_two_confirmations_are_one_question(provider: XpertAI) -> None:
    """The platform takes one decision for all of them."""
    asked = request_of(play(provider, "confirm two"))

    assert asked.id == "i-1"
    assert (asked.form.title, asked.form.text) == ("cancel_order, mail", "- `order`: `A7`")


def test_breakpoint_before_a_tool_is_a_confirmation(provider: XpertAI) -> None:
    """It brings a task without any interrupt."""
    asked = request_of(play(provider, "breakpoint"))

    assert (asked.id, asked.form.title) == ("t-1", "Cancel order")


def test_interrupt_of_an_unknown_kind_asks_nothing(provider: XpertAI) -> None:
    events = play(provider, "odd interrupt")

    assert only(events, InputRequested) == []
    assert only(events, RunCompleted)[0].reason == "tool"


def test_review_has_a_button_for_each_decision_and_a_field_for_each_argument(
    provider: XpertAI,
) -> None:
    """Changing and approving is one button; a list stays as it is."""
    form = request_of(play(provider, "review")).form

    assert form.title == "refund"
    assert form.fields == (
        Field("argument.0.order", "order", "text", (), False, ("A7",)),
        Field("argument.0.amount", "amount", "number", (), False, ("12.5",)),
        Field(
            "argument.0.fast",
            "fast",
            "choice",
            (Choice("true", "Yes"), Choice("false", "No")),
            False,
            ("true",),
        ),
        Field("reason.0", "What you want to say (optional)", "paragraph", (), False),
    )
    assert form.actions == (
        Action("approve", "Approve", "primary"),
        Action("reject", "Decline", "danger"),
        Action("respond", "Reply"),
    )


def test_several_reviews_are_decided_one_by_one(provider: XpertAI) -> None:
    form = request_of(play(provider, "two reviews")).form

    assert form.title == "refund, mail"
    assert form.text == "Pays the money back.\n\n- `order`: `A7`"
    assert form.actions == ()
    assert form.fields == (
        Field(
            "decision.0",
            "Your decision: refund",
            "choice",
            (Choice("approve", "Approve"), Choice("reject", "Decline")),
        ),
        Field("reason.0", "What you want to say (optional)", "paragraph", (), False),
        Field("decision.1", "Your decision: mail", "choice", (Choice("approve", "Approve"),)),
        Field("argument.1.to", "To whom", "text", (), True, ("a@b.example",), "One address."),
        Field("argument.1.copies", "copies", "number", (), False),
        Field(
            "argument.1.urgent",
            "urgent",
            "choice",
            (Choice("true", "Yes"), Choice("false", "No")),
            False,
        ),
        Field("argument.1.lang", "lang", "choice", (Choice("zh", "zh"), Choice("en", "en")), False),
    )


def test_review_without_configuration_is_yes_or_no(provider: XpertAI) -> None:
    form = request_of(play(provider, "review without words")).form

    assert [action.id for action in form.actions] == ["approve", "reject"]


def test_questions_are_a_form_with_choices(provider: XpertAI) -> None:
    """The built-in tool is answered here; it never reaches the host page."""
    events = play(provider, "questions")

    assert only(events, ClientToolCalled) == []
    assert request_of(events) == InputRequested(
        "k-1",
        Form(
            fields=(
                Field(
                    "size",
                    "Which size do you need?",
                    "choice",
                    (
                        Choice("Small (Recommended)", "Small (Recommended)", "Fits most."),
                        Choice("Large", "Large", "For tall people."),
                    ),
                ),
                Field(
                    "color",
                    "Which colour?",
                    "choice",
                    (Choice("Red", "Red"), Choice("Blue", "Blue"), Choice("Green", "Green")),
                ),
            )
        ),
    )


def test_questions_out_of_form_are_the_pages_to_answer(provider: XpertAI) -> None:
    (called,) = only(play(provider, "questions without options"), ClientToolCalled)

    assert called.name == "request_user_input"


# -- what the platform gets


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


# -- what may be missing or go wrong


def test_plain_answer_reaches_a_platform_that_shows_no_question(
    platform: Platform, provider: XpertAI
) -> None:
    """A build may not tell its ``operation``; a yes or no needs nothing of it."""
    before = play(provider, "confirm")
    for _ in range(2):
        platform.answer_next(
            f"/conversations/{platform.only_run().thread.conversation}",
            200,
            '{"operation":null}',
            Content_Type="application/json",
        )

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_goes_on_where_the_conversation_cannot_be_found(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm")
    path = f"/threads/{platform.only_thread().id}"
    platform.answer_next(path, 200, "{}", Content_Type="application/json")

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_goes_on_where_the_message_cannot_be_read(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm")
    platform.answer_next("/messages/search", 500, '{"message":"no"}')

    after = list(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert text_of(after) == "All done."


def test_answer_needs_no_run_id(platform: Platform, provider: XpertAI) -> None:
    """The platform finds the run by its message."""
    play(provider, "confirm")
    run = platform.only_run()

    after = list(
        provider.run(
            turn(
                "",
                kind="answer",
                reply=FormAnswered("i-1", "confirm"),
                upstream_conversation=run.thread.id,
                target_message=run.message["id"],
            )
        )
    )

    assert asked_of(platform)["target"] == {"aiMessageId": run.message["id"]}
    assert text_of(after) == "All done."


@pytest.mark.parametrize(
    "reply",
    [
        FormAnswered("i-9", "approve"),
        FormAnswered("i-9", "confirm", {"parameter.0.order": ("B8",)}),
    ],
)
def test_answer_to_a_question_that_is_gone_changes_nothing(
    platform: Platform, provider: XpertAI, reply: FormAnswered
) -> None:
    """A changed argument must not be confirmed unchanged."""
    before = play(provider, "confirm")

    with pytest.raises(BadInput, match="does not wait for this answer"):
        list(answered(provider, before, reply))
    assert len(platform.asked("POST", "/runs/stream")) == 1


@pytest.mark.parametrize("lost", [{"upstream_conversation": None}, {"target_message": None}])
def test_answer_needs_the_message_that_asked(provider: XpertAI, lost: dict[str, None]) -> None:
    known = {"upstream_conversation": "t", "target_message": "m", **lost}
    reply = FormAnswered("i-1", "confirm")

    _, error = fails(provider.run(turn("", kind="answer", reply=reply, **known)))

    assert error.failure is Failure.NOT_FOUND


def test_answer_that_the_platform_refuses_fails(platform: Platform, provider: XpertAI) -> None:
    before = play(provider, "confirm")
    platform.only_run().message["id"] = "another"

    _, error = fails(answered(provider, before, FormAnswered("i-1", "confirm")))

    assert isinstance(error, UpstreamRejected)
    assert "Missing resume target" in error.detail


def test_message_in_place_of_an_answer_is_a_new_question(
    platform: Platform, provider: XpertAI
) -> None:
    """The platform drops what was waiting."""
    before = play(provider, "confirm")
    thread = ref_of(before).upstream_conversation

    after = play(provider, "never mind", upstream_conversation=thread)

    assert text_of(after) == "never mind"
    assert asked_of(platform)["action"] == "send"
    assert platform.only_thread().operation is None


# -- joining


def test_join_of_an_interrupted_run_asks_again(platform: Platform, provider: XpertAI) -> None:
    """The question came while nobody listened; it stands in the conversation."""
    events = play(provider, "confirm", locale="zh-CN")
    first = next(event for event in events if isinstance(event, Cursor))

    after = list(provider.join(ref_of(events, first.value)))

    assert request_of(after) == request_of(events)
    assert only(after, RunCompleted)[0].reason == "tool"


def test_join_of_an_interrupted_run_without_a_question_ends(
    platform: Platform, provider: XpertAI
) -> None:
    events = play(provider, "odd interrupt")
    platform.only_thread().operation = None

    after = list(provider.join(ref_of(events)))

    assert only(after, RunCompleted)[0].reason == "stop"


def test_answer_whose_stream_breaks_repeats_nothing(platform: Platform, provider: XpertAI) -> None:
    """The platform's message holds what was said before the question, which stands in another of
    our messages."""
    before = play(provider, "confirm slowly")
    running = answered(provider, before, FormAnswered("i-1", "confirm"))
    seen = until(running, TextDelta) + until(running, Cursor)
    platform.forget_streams()
    platform.gate("go").set()
    platform.only_run().wait_over()

    with docked(platform) as other:
        after = list(other.join(ref_of(seen)))

    assert text_of(after, text_of(seen)) == "All done."


def test_answer_whose_process_dies_at_once_repeats_nothing(
    platform: Platform, provider: XpertAI
) -> None:
    """A join from the start would replay what came before the question, and end there."""
    before = play(provider, "confirm slowly")
    running = answered(provider, before, FormAnswered("i-1", "confirm"))
    seen = until(running, Cursor)
    place = parse_place(only(seen, Cursor)[-1].value)
    assert place
    assert (place.at, place.skip, place.runs) == (
        "",
        len("One moment"),
        (platform.only_run().id,),
    )
    platform.gate("go").set()
    list(running)

    with docked(platform) as other:
        after = list(other.join(ref_of(seen)))

    assert text_of(after) == "All done."
    assert platform.asked("GET", "/stream") == []
