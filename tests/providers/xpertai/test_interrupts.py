"""Runs of XpertAI that stop in the middle: what is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
    docked,
    only,
    play,
)
from widget.domain.events import (
    ClientToolCalled,
    InputRequested,
    RunCompleted,
    RunEvent,
)
from widget.domain.inputs import (
    Action,
    Choice,
    Field,
    Form,
)
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
