"""Runs that wait: questions, forms and the host page's tools, and how each of them goes on."""

from __future__ import annotations

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.providers.coze.kit import ask, docked, ended, only
from tests.providers.openai.kit import Heard, thread
from widget.domain.errors import Failure, NotOffered
from widget.domain.events import ClientToolCalled, InputRequested, Notice, RunStarted
from widget.domain.inputs import ActionTaken, Choice, Field, Form, FormAnswered, ToolAnswered
from widget.providers.coze.provider import Coze

SIZE = Field("@answer", "Which size?", "choice", (Choice("S", "S"), Choice("M", "M")))
CART = ToolAnswered("call-1", "read_cart", {"items": 2})
SCROLL = ToolAnswered("call-2", "scroll", "no such place", is_error=True)


def going_on(heard: Heard, **more: object) -> dict[str, object]:
    last = only(heard.events, RunStarted)[-1]
    return {
        "kind": "answer",
        "upstream_conversation": last.upstream_conversation,
        "target_run": last.upstream_run,
        **more,
    }


@pytest.mark.parametrize("question", ["asks", "asks silently"])
def test_question_is_words_that_the_next_message_answers(
    provider: Coze, platform: Platform, question: str
) -> None:
    first = ask(provider, question)

    second = ask(provider, "M", upstream_conversation=first.events[0].upstream_conversation)  # type: ignore[union-attr]

    assert (ended(first), first.text) == ("stop", "Which size?")
    assert only(first.events, InputRequested) == []
    assert ended(second) == "stop"
    assert [run.conversation.id for run in platform.state.runs.values()] == [
        first.events[0].upstream_conversation  # type: ignore[union-attr]
    ] * 2


def test_question_with_options_is_a_form(provider: Coze) -> None:
    heard = ask(provider, "asks with options")

    assert ended(heard) == "tool"
    assert only(heard.events, InputRequested) == [InputRequested("call-9", Form(fields=(SIZE,)))]


def test_long_question_stands_above_its_options(provider: Coze) -> None:
    (asked,) = only(ask(provider, "asks at length").events, InputRequested)

    assert asked.form.text.startswith("Well, ")
    assert asked.form.fields[0].label == "Your answer"


def test_waiting_for_nothing_that_is_known_ends_the_answer(provider: Coze) -> None:
    heard = ask(provider, "waits for nothing")

    assert ended(heard) == "stop"
    assert only(heard.events, InputRequested) == []


def test_question_card_of_a_flow_is_a_form(provider: Coze) -> None:
    heard = ask(provider, "question card")

    assert ended(heard) == "tool"
    (asked,) = only(heard.events, InputRequested)
    assert asked.form == Form(fields=(SIZE,))
    assert only(heard.events, Notice) == []


def test_input_card_of_a_flow_is_a_form(provider: Coze) -> None:
    (asked,) = only(ask(provider, "input card").events, InputRequested)

    assert asked.form.fields == (
        Field("city", "city", "text", is_required=True),
        Field("nights", "nights", "number", is_required=False),
    )


def test_workflow_cards_that_make_no_sense_are_notices(provider: Coze) -> None:
    heard = ask(provider, "odd workflow cards")

    assert ended(heard) == "stop"
    assert len(only(heard.events, Notice)) == 6


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({"@answer": ("M",)}, "M"),
        ({"city": ("上海",), "nights": ("2",)}, "city:上海\nnights:2"),
        ({}, "plain"),
    ],
)
def test_answered_form_is_the_next_message(
    provider: Coze, platform: Platform, values: dict[str, tuple[str, ...]], sent: str
) -> None:
    first = ask(provider, "question card")
    reply = FormAnswered("7", values=values)

    second = ask(provider, "plain", **going_on(first, reply=reply))

    assert ended(second) == "stop"
    messages = platform.asked("/v3/chat")[-1].json["additional_messages"]
    assert [m["content"] for m in messages] == [sent]


def test_tools_of_the_page_are_called_with_their_arguments(provider: Coze) -> None:
    heard = ask(provider, "calls the page")

    assert ended(heard) == "tool"
    assert only(heard.events, ClientToolCalled) == [
        ClientToolCalled("call-1", "read_cart", {"currency": "CNY"}),
        ClientToolCalled("call-2", "scroll", {}),
    ]


def test_results_of_tools_go_on_with_the_same_run(provider: Coze, platform: Platform) -> None:
    first = ask(provider, "calls the page")

    second = ask(provider, "", **going_on(first, reply=(CART, SCROLL)))

    assert ended(second) == "stop"
    assert second.text == 'call-1={"items":2}; call-2=no such place'
    assert len(platform.state.runs) == 1


def test_results_of_tools_for_a_lost_conversation_become_a_message(
    provider: Coze, platform: Platform
) -> None:
    first = ask(provider, "calls the page")
    platform.state.conversations.clear()

    second = ask(
        provider,
        "",
        history=thread("calls the page", "One moment."),
        **going_on(first, reply=(CART, SCROLL)),
    )

    assert ended(second) == "stop"
    sent = platform.asked("/v3/chat")[-1].json["additional_messages"]
    assert [m["content"] for m in sent] == [
        "calls the page",
        "One moment.",
        '{"items":2}\nno such place',
    ]


def test_results_that_fit_no_call_are_refused(provider: Coze) -> None:
    first = ask(provider, "calls the page")

    heard = ask(provider, "", **going_on(first, reply=(CART,)))

    assert heard.failed.failure is Failure.CONFIG


def test_coze_studio_takes_results_as_a_message(studio: Platform) -> None:
    with docked(studio) as provider:
        first = ask(provider, "calls the page")
        second = ask(provider, "", **going_on(first, reply=(CART,)))

    assert ended(second) == "stop"
    sent = studio.asked("/v3/chat")[-1].json["additional_messages"]
    assert [m["content"] for m in sent] == ['{"items":2}']


def test_chatflow_goes_on_by_being_called_again(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider:
        first = ask(provider, "question card")
        second = ask(
            provider, "", **going_on(first, reply=FormAnswered("7", values={"@answer": ("S",)}))
        )

    body = platform.asked("/workflows/chat")[-1].json
    assert (ended(first), ended(second)) == ("tool", "stop")
    assert body["conversation_id"] == only(first.events, RunStarted)[-1].upstream_conversation
    assert [m["content"] for m in body["additional_messages"]] == ["S"]


def test_what_coze_has_no_word_for_is_not_offered(provider: Coze) -> None:
    with pytest.raises(NotOffered):
        ask(provider, "x", kind="follow_up")
    with pytest.raises(NotOffered):
        ask(provider, "x", kind="answer", reply=ActionTaken("w", "buy"))
