"""What an answer of Coze is made of: texts, thinking, tools, suggestions, pictures and cards."""

from __future__ import annotations

import pytest

from tests.fakes.coze.answers import FILE, IMAGE, PROMPT
from tests.fakes.coze.scenarios import ANSWER
from tests.providers.coze.kit import ask, ended, only
from widget.domain.events import (
    FileReady,
    ImageReady,
    Notice,
    RunEvent,
    Step,
    Suggestions,
    TextDelta,
    TextReplaced,
)
from widget.providers.coze.provider import Coze

CARD = "The assistant sent a card that cannot be shown here."
TWO = f"One moment.\n\n{ANSWER}"


@pytest.mark.parametrize("question", ["reasoning", "reasoning at the end"])
def test_thinking_stays_apart_and_comes_once(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    assert ended(heard) == "stop"
    assert (heard.thinking, heard.text) == ("Let me think.", ANSWER)


def test_completed_text_replaces_the_deltas(provider: Coze) -> None:
    assert only(ask(provider, "completed differs").events, TextReplaced) == [TextReplaced(ANSWER)]


def test_completed_text_that_says_more_is_added(provider: Coze) -> None:
    heard = ask(provider, "completed says more")

    assert (heard.text, only(heard.events, TextReplaced)) == (ANSWER, [])


@pytest.mark.parametrize("question", ["two answers", "two answers at once"])
def test_several_answers_of_a_run_stay_apart(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    assert (ended(heard), heard.text) == ("stop", TWO)


def test_answer_that_is_corrected_late_keeps_its_place(provider: Coze) -> None:
    heard = ask(provider, "two answers, the first one corrected")

    assert (ended(heard), heard.text) == ("stop", f"Wait.\n\n{ANSWER}")


def test_branches_that_nobody_completes_are_put_in_order_at_the_end(provider: Coze) -> None:
    heard = ask(provider, "branches without their ends")

    assert heard.text == f"One moment.\n\n{ANSWER}"
    assert isinstance(heard.events[-2], TextReplaced | RunEvent)


def test_tool_between_two_answers_stands_between_them(provider: Coze) -> None:
    heard = ask(provider, "tool between two answers")

    shown = [type(e) for e in heard.events if isinstance(e, TextDelta | Step)]
    assert shown[:3] == [TextDelta, Step, Step]
    assert set(shown[3:]) == {TextDelta}
    assert heard.text == TWO


@pytest.mark.parametrize("question", ["tool", "tool of old"])
def test_tool_is_one_step_that_runs_and_is_done(provider: Coze, question: str) -> None:
    steps = only(ask(provider, question).events, Step)

    assert [(s.id, s.title, s.state) for s in steps] == [
        ("7500000000000000501", "订单查询", "running"),
        ("7500000000000000501", "订单查询", "done"),
    ]
    assert steps[1].detail.endswith('→ {"state":"sent"}')


@pytest.mark.parametrize("question", ["tool", "knowledge", "verbose", "odd tools", "card"])
def test_prompts_and_inputs_are_in_details_alone(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    shown = [Step(e.id, e.title, e.state) if isinstance(e, Step) else e for e in heard.events]
    assert (ended(heard), heard.text) == ("stop", ANSWER)
    assert PROMPT not in str(shown)


def test_input_of_a_tool_is_there_for_the_owner(provider: Coze) -> None:
    assert PROMPT in only(ask(provider, "tool").events, Step)[0].detail


def test_response_ends_the_oldest_open_call_and_the_end_of_the_run_the_rest(
    provider: Coze,
) -> None:
    steps = only(ask(provider, "two tools, one answered").events, Step)

    assert [(s.title, s.state) for s in steps] == [
        ("订单查询", "running"),
        ("weather", "running"),
        ("订单查询", "done"),
        ("weather", "done"),
    ]


def test_odd_calls_and_responses_are_steps_all_the_same(provider: Coze) -> None:
    steps = only(ask(provider, "odd tools").events, Step)

    assert [(s.id[-1], s.title, s.state) for s in steps] == [
        ("1", "Used a tool", "running"),
        ("1", "Used a tool", "done"),
        ("3", "Used a tool", "done"),
        ("4", "Used a tool", "running"),
        ("4", "Used a tool", "done"),
    ]


@pytest.mark.parametrize(
    ("lang", "title"), [("zh-CN", "查询知识库"), ("en", "Searched the knowledge base")]
)
def test_lookup_is_a_step_in_the_visitors_language(provider: Coze, lang: str, title: str) -> None:
    (step,) = only(ask(provider, "knowledge", locale=lang).events, Step)

    assert (step.title, step.state) == (title, "done")


def test_verbose_messages_are_never_shown(provider: Coze) -> None:
    heard = ask(provider, "verbose")

    assert (ended(heard), heard.text, heard.thinking) == ("stop", ANSWER, "")
    assert only(heard.events, Step) == []


def test_follow_ups_are_suggestions(provider: Coze) -> None:
    heard = ask(provider, "follow-ups")

    assert only(heard.events, Suggestions) == [Suggestions(("运费怎么算?", "How long?"))]


def test_pictures_and_files_of_an_answer_are_shown(provider: Coze) -> None:
    heard = ask(provider, "object string")

    assert (ended(heard), heard.text) == ("stop", ANSWER)
    (image,) = only(heard.events, ImageReady)
    assert image.url == IMAGE
    assert [(f.url, f.name, f.size) for f in only(heard.events, FileReady)] == [
        (FILE, "bill.pdf", 2048),
        ("https://p.example.com/a.mp3", "a.mp3", None),
    ]


def test_object_strings_that_make_no_sense_say_nothing(provider: Coze) -> None:
    heard = ask(provider, "odd object strings")

    assert (ended(heard), heard.text) == ("stop", ANSWER)


def test_card_is_a_plain_notice(provider: Coze) -> None:
    heard = ask(provider, "card")

    assert only(heard.events, Notice) == [Notice("info", CARD), Notice("info", CARD)]
    assert heard.text == ANSWER


def test_spoken_answer_is_not_shown_as_text(provider: Coze) -> None:
    heard = ask(provider, "spoken answer")

    assert (ended(heard), heard.text) == ("stop", ANSWER)
