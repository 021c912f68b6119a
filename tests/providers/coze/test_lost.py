"""Streams that are lost while the run goes on: the answer is fetched from the platform."""

from __future__ import annotations

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER, PIECES
from tests.providers.coze.kit import SHORT, ask, docked, ended, only, ref_of, turn
from tests.providers.openai.kit import Heard, hear
from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamTimeout,
)
from widget.domain.events import (
    ClientToolCalled,
    RunStarted,
    Step,
    Suggestions,
    TextDelta,
    TextReplaced,
)
from widget.providers.base import UpstreamRef
from widget.providers.coze.provider import Coze

BEGUN = "".join(PIECES[:2])


def refuse_twice(platform: Platform, path_end: str, status: int, body: str) -> None:
    for _ in range(2):
        platform.answer_next(path_end, status, body)


@pytest.mark.parametrize("question", ["dies", "reset", "ends politely"])
def test_lost_answer_is_whole_all_the_same(provider: Coze, question: str) -> None:
    heard = ask(provider, question)

    assert (ended(heard), heard.text) == ("stop", ANSWER)
    assert only(heard.events, TextReplaced) == []
    assert only(heard.events, Suggestions) == [Suggestions(("运费怎么算?",))]
    assert len(heard.usage) == 1


def test_run_that_is_not_over_is_waited_for(provider: Coze, platform: Platform) -> None:
    platform.behaviour.unfinished_reads = 3

    assert ask(provider, "dies").text == ANSWER
    assert len(platform.asked("/retrieve")) == 4


def test_both_verbs_find_the_run(provider: Coze, platform: Platform) -> None:
    """The documents say GET, both SDKs send POST."""
    platform.behaviour.retrieves_by_post = True

    assert ask(provider, "dies").text == ANSWER
    assert [asked.method for asked in platform.asked("/retrieve")] == ["GET", "POST"]


def test_run_that_never_ends_is_the_loss_that_it_was(provider: Coze) -> None:
    heard = ask(provider, "dies and stays alive")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == BEGUN


@pytest.mark.parametrize(
    ("path_end", "status", "body"),
    [
        ("/retrieve", 500, "no"),
        ("/retrieve", 200, '{"code":0,"data":null}'),
        ("/message/list", 200, '{"code":4101,"msg":"no scope listMessage"}'),
    ],
)
def test_run_that_cannot_be_looked_at_is_the_loss_that_it_was(
    provider: Coze, platform: Platform, path_end: str, status: int, body: str
) -> None:
    refuse_twice(platform, path_end, status, body)

    heard = ask(provider, "dies")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == BEGUN


@pytest.mark.parametrize("data", ["null", "[7]", '[{"id": [1], "content": {}}]'])
def test_stored_messages_that_make_no_sense_are_passed_over(
    provider: Coze, platform: Platform, data: str
) -> None:
    platform.answer_next("/message/list", 200, f'{{"code":0,"data":{data}}}')

    heard = ask(provider, "dies")

    assert (ended(heard), heard.text) == ("stop", BEGUN)


def test_lost_run_that_failed_has_its_class(provider: Coze) -> None:
    assert ask(provider, "dies and fails").failed.failure is Failure.BUSY


def test_lost_run_that_was_cancelled_is_interrupted(provider: Coze) -> None:
    heard = ask(provider, "dies and is cancelled")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == BEGUN


def test_lost_run_that_waits_goes_on_waiting(provider: Coze) -> None:
    heard = ask(provider, "dies and asks")

    assert (ended(heard), heard.text) == ("tool", ANSWER)
    assert only(heard.events, ClientToolCalled)[0].id == "call-1"


def test_what_came_before_the_loss_comes_once(provider: Coze) -> None:
    heard = ask(provider, "dies after a tool")

    assert (ended(heard), heard.text, heard.thinking) == ("stop", ANSWER, "Hm.")
    assert [(s.id, s.state) for s in only(heard.events, Step)] == [
        ("7500000000000000501", "running"),
        ("7500000000000000501", "done"),
    ]


def test_lost_stream_of_a_chatflow_is_told(platform: Platform) -> None:
    """Its runs cannot be looked at."""
    with docked(platform, platform.flow()) as provider:
        heard = ask(provider, "dies")

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert heard.text == BEGUN
    assert platform.asked("/retrieve") == []


# -- joined by another process


def joined(platform: Platform, heard: Heard) -> Heard:
    with docked(platform) as another:
        return hear(another.join(ref_of(heard)))


def test_joined_run_brings_the_text_whole_and_thinking_not_again(platform: Platform) -> None:
    with docked(platform) as provider:
        first = ask(provider, "reasoning")

    second = joined(platform, first)

    assert ended(second) == "stop"
    assert only(second.events, TextReplaced) == [TextReplaced(ANSWER)]
    assert (only(second.events, TextDelta), second.thinking) == ([], "")
    assert only(second.events, RunStarted) == []
    assert second.events[-1] == first.events[-1]


@pytest.mark.parametrize("question", ["two answers", "tool between two answers"])
def test_joined_answers_come_in_one_piece(platform: Platform, question: str) -> None:
    with docked(platform) as provider:
        first = ask(provider, question)

    assert only(joined(platform, first).events, TextReplaced) == [
        TextReplaced(f"One moment.\n\n{ANSWER}")
    ]


def test_joined_lookup_keeps_the_words_of_its_region(platform: Platform) -> None:
    with docked(platform) as provider:
        first = ask(provider, "knowledge", locale="en")

    (step,) = only(joined(platform, first).events, Step)

    assert step.title == "Searched the knowledge base"


def test_joined_run_that_failed_is_told_with_its_text(platform: Platform) -> None:
    with docked(platform, patience=SHORT) as provider:
        first = ask(provider, "stall")
    run = platform.only_run()
    list(run.say(*PIECES))
    run.chat.status, run.chat.last_error = "failed", {"code": 5000, "msg": "internal"}

    second = joined(platform, first)

    assert second.failed.failure is Failure.UPSTREAM_DOWN
    assert second.text == ANSWER


def test_joined_run_that_never_ends_is_a_timeout(platform: Platform) -> None:
    with docked(platform, patience=SHORT) as provider:
        first = ask(provider, "stall")

    assert isinstance(joined(platform, first).failed, UpstreamTimeout)


@pytest.mark.parametrize(("conversation", "run"), [(None, None), ("7", None), (None, "7")])
def test_run_that_had_no_name_cannot_be_joined(
    provider: Coze, conversation: str | None, run: str | None
) -> None:
    with pytest.raises(UpstreamInterrupted):
        list(provider.join(UpstreamRef("vis_1", conversation, run, None)))


def test_run_of_a_chatflow_cannot_be_joined(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider, pytest.raises(NotOffered):
        list(provider.join(UpstreamRef("vis_1", "7", "8", None)))


# -- stopped


def test_cancelled_run_is_told_to_the_platform(platform: Platform) -> None:
    with docked(platform) as provider:
        events = provider.run(turn("stall"))
        heard = Heard()
        for event in events:
            heard.events.append(event)
            if isinstance(event, TextDelta):
                break
        provider.cancel(ref_of(heard))
        events.close()  # type: ignore[attr-defined]

    assert platform.only_run().chat.status == "canceled"
    assert platform.asked("/v3/chat")[0].gone.wait(5)


def test_cancel_that_failed_is_made_up_for_when_the_conversation_is_busy(
    platform: Platform,
) -> None:
    with docked(platform, patience=SHORT) as provider:
        first = ask(provider, "stall")
        platform.answer_next("/cancel", 500, "no")
        with pytest.raises(UpstreamError):
            provider.cancel(ref_of(first))

        second = ask(provider, "plain", upstream_conversation=ref_of(first).upstream_conversation)

    assert (ended(second), second.text) == ("stop", ANSWER)
    assert len(platform.asked("/cancel")) == 2


def test_cancel_of_a_run_that_is_over_is_nothing(provider: Coze) -> None:
    provider.cancel(ref_of(ask(provider, "plain")))


def test_cancel_of_an_unknown_run_is_told(provider: Coze) -> None:
    with pytest.raises(UpstreamError, match="4002"):
        provider.cancel(UpstreamRef("vis_1", "7", "8", None))


def test_cancel_of_nothing_asks_nothing(provider: Coze, platform: Platform) -> None:
    provider.cancel(UpstreamRef("vis_1", "7", None, None))

    assert platform.requests == []
