"""How Dify tells an answer: deltas by several names, replacements, and ends in every order."""

from __future__ import annotations

import time

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER
from tests.fakes.upstream import Reply
from tests.providers.dify.kit import (
    FLOW,
    HURRY,
    Clock,
    ask,
    conversation_of,
    docked,
    only,
    told,
    turn,
)
from widget.domain.errors import (
    Failure,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
)
from widget.domain.events import (
    FileReady,
    RunCompleted,
    RunStarted,
    TextDelta,
    TextReplaced,
    Usage,
)
from widget.providers.dify.stream import Pace
from widget.providers.dify.text import without_thinking
from widget.providers.http import Patience

CHATS = ["chat", "agent-chat", "advanced-chat", "agent"]
VERSIONS = ["1.5.0", "1.13.0", "2026-07"]
SPENT = Usage(11, 22, 33)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("mode", CHATS)
def test_every_kind_of_app_answers(mode: str, version: str) -> None:
    """In the order of each release, also where the last event is lost."""
    heard = told("plain", mode=mode, version=version)

    is_lost = (mode, version) == (FLOW, "1.13.0")
    assert heard.text == ANSWER
    assert heard.usage == [Usage(None, None, 33) if is_lost else SPENT]
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].reason == "stop"


@pytest.mark.parametrize("mode", CHATS)
def test_answer_that_an_agent_repeats_stands_once(mode: str) -> None:
    heard = told("uses a tool", mode=mode if mode != FLOW else "agent-chat")

    assert heard.text == ANSWER
    assert only(heard.events, TextReplaced) == []


@pytest.mark.parametrize("mode", CHATS)
def test_repeated_answer_is_known_without_the_kind_of_app(mode: str) -> None:
    """``/info`` is out of reach: deltas by another name tell that ``message`` repeats."""
    with Platform(mode=mode) as platform, docked(platform) as provider:
        platform.refuse_next("/info", 500, "internal_server_error")

        heard = ask(provider, "plain")

    assert heard.text == ANSWER
    assert heard.error is None


def test_closing_message_of_an_agent_replaces_what_differs() -> None:
    """The new kind sends its whole answer at the end: it counts, and nothing stands twice."""
    with Platform(mode="agent") as platform, docked(platform) as provider:
        heard = ask(provider, "corrects itself")

    assert heard.text == "The whole answer."
    assert only(heard.events, TextReplaced) == [TextReplaced("The whole answer.")]


def test_closing_message_is_known_by_the_kind_of_app_too() -> None:
    """Where every delta before it came under the wrong name."""
    assert told("mislabelled, then whole", mode="agent").text == ANSWER


def test_closing_message_of_an_agent_is_known_under_the_wrong_name_too() -> None:
    with Platform(mode="agent") as platform, docked(platform) as provider:
        heard = ask(provider, "repeats itself as a file")

    assert heard.text == ANSWER


def test_moderated_text_replaces_all_of_it() -> None:
    heard = told("replaced", mode=FLOW)

    assert only(heard.events, TextDelta, TextReplaced) == [
        TextDelta("Something rude"),
        TextReplaced("Let us talk"),
        TextDelta(" kindly."),
    ]


@pytest.mark.parametrize("mode", ["chat", "agent-chat", "agent"])
def test_text_labelled_as_a_file_is_text(mode: str) -> None:
    assert told("mislabelled", mode=mode).text == ANSWER


def test_thinking_of_a_flow_has_its_own_channel() -> None:
    heard = told("thinks", mode=FLOW)

    assert heard.thinking == "The visitor asks about postage."
    assert heard.text == ANSWER


def test_thinking_in_tags_is_taken_out_for_each_model() -> None:
    heard = told("thinks in tags", mode=FLOW)

    assert heard.thinking == "The visitor asks.And again."
    assert heard.text == "One. Two."


def test_thinking_without_its_opening_tag_leaves_the_other_model_s_text() -> None:
    heard = told("half a tag", mode=FLOW)

    assert heard.text == "One. Two."


def test_thinking_in_a_replacement_is_no_text() -> None:
    assert told("thinks in a replacement").text == "Free."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<think>Hm.</think>Free.", "Free."),
        ("Hm.\n</think>\nFree.", "Free."),
        ("The tag </think> in a line.\n</think>\nFree.", "Free."),
        ("Write </think> at the end.", "Write </think> at the end."),
    ],
)
def test_whole_text_without_its_thinking(text: str, left: str) -> None:
    assert without_thinking(text) == left


# -- ends


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_stream_that_stays_open_ends_after_a_grace(mode: str, version: str) -> None:
    heard = told("stays open", mode=mode, version=version, ping_s=0.05)

    assert heard.text == ANSWER
    assert heard.usage == [SPENT]
    assert isinstance(heard.events[-1], RunCompleted)


def test_grace_ends_also_where_nothing_at_all_comes() -> None:
    patience = Patience(between_bytes_s=20)
    began = time.monotonic()
    with Platform(mode=FLOW, ping_s=60) as platform, docked(platform, patience) as provider:
        heard = ask(provider, "last event lost, open")

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)
    assert time.monotonic() - began < 10
    assert platform.asked("GET", "/messages") == []


def test_connection_that_breaks_in_the_grace_does_no_harm() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "last event lost, breaks")

    assert heard.text == ANSWER
    assert heard.usage == [Usage(None, None, 33)]
    assert platform.asked("GET", "/messages") == []


def test_grace_is_not_made_longer_by_pings() -> None:
    pace = Pace(grace_s=0.15, after_s=0.1)
    heard = told("last event lost, open", mode=FLOW, ping_s=0.05, settings={"pace": pace})

    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.usage == [Usage(None, None, 33)]


def test_audio_after_the_end_is_no_part_of_the_answer() -> None:
    heard = told("audio after the end")

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_connection_that_breaks_after_the_end_does_no_harm(mode: str) -> None:
    with Platform(mode=mode, version="1.5.0") as platform, docked(platform) as provider:
        heard = ask(provider, "breaks after the end")

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)
    assert platform.asked("GET", "/messages") == []


def test_flow_is_read_to_its_very_end() -> None:
    """The newest releases tell the end of the message before that of the flow."""
    heard = told("file at the very end", mode=FLOW)

    assert [file.name for file in only(heard.events, FileReady)] == ["list.pdf"]


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_usage_that_never_came_is_unknown_and_not_nothing(mode: str) -> None:
    assert told("no usage", mode=mode).usage == []


@pytest.mark.parametrize("version", VERSIONS)
def test_flow_that_fails_is_a_failure_in_every_order(version: str) -> None:
    """The oldest and the newest tell a code; the one between stops before it."""
    heard = told("flow fails", mode=FLOW, version=version)

    assert heard.text == "Half "
    assert heard.failed.failure is Failure.UNKNOWN
    assert "no such tool" in heard.failed.detail


def test_flow_stopped_on_the_platform_is_interrupted() -> None:
    assert isinstance(told("flow is stopped", mode=FLOW).failed, UpstreamInterrupted)


def test_flow_that_succeeds_in_part_is_an_answer() -> None:
    heard = told("flow succeeds in part", mode=FLOW)

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)


def test_polite_end_without_the_answer_s_end_is_an_interruption() -> None:
    heard = told("ends politely")

    assert heard.text == "Half "
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_answer_in_one_piece_is_taken_as_it_is() -> None:
    """By the answer's type, not by what was asked: a gateway may gather the stream."""
    heard = told("plain", answers_json=True)

    assert heard.text == ANSWER
    assert heard.usage == [SPENT]
    assert isinstance(heard.events[-1], RunCompleted)


def test_whole_answer_that_is_no_json_is_no_answer() -> None:
    with Platform() as platform, docked(platform) as provider:
        json = {"Content-Type": "application/json"}
        platform.answer_next("/chat-messages", Reply(200, json, [b"<oops>"], framing="length"))

        assert isinstance(ask(provider, "plain").failed, UpstreamProtocolError)


def test_whole_answer_that_says_nothing_is_no_answer() -> None:
    with Platform() as platform, docked(platform) as provider:
        json = {"Content-Type": "application/json"}
        platform.answer_next("/chat-messages", Reply(200, json, [b"{}"], framing="length"))

        assert isinstance(ask(provider, "plain").failed, UpstreamInterrupted)


def test_web_page_in_place_of_an_answer_names_base_url() -> None:
    with Platform() as platform, docked(platform) as provider:
        html = {"Content-Type": "text/html"}
        page = Reply(200, html, [b"<h1>Welcome</h1>"], framing="length")
        platform.answer_next("/chat-messages", page)

        error = ask(provider, "plain").failed

    assert isinstance(error, UpstreamProtocolError)
    assert "is base_url that of the API?" in error.detail


# -- pings and patience


def test_pings_and_comments_are_no_answer() -> None:
    assert told("pings").text == ANSWER


def test_run_that_thinks_for_long_shows_signs_of_life() -> None:
    """Pings alone: whoever watches over silence must hear of them."""
    pace = Pace(alive_s=0.0, after_s=0.1)
    with Platform(ping_s=0.02) as platform, docked(platform, pace=pace) as provider:
        running = provider.run(turn("gated"))
        seen = [next(running)]
        while len(only(seen, RunStarted)) < 4:
            seen.append(next(running))
        platform.gate("go").set()
        seen += list(running)

    assert [e.text for e in only(seen, TextDelta)] == ["Half ", "whole"]
    assert len(set(only(seen, RunStarted))) == 1


def test_app_that_never_begins_is_given_up() -> None:
    pace = Pace(begin_s=0.1)
    heard = told("slow start", ping_s=0.02, settings={"pace": pace})

    assert isinstance(heard.failed, UpstreamTimeout)
    assert heard.failed.retryable


def test_slow_app_is_waited_for() -> None:
    with Platform(ping_s=0.02) as platform, docked(platform) as provider:
        running = provider.run(turn("slow start"))
        platform.gate("go").set()

        assert "".join(e.text for e in only(running, TextDelta)) == ANSWER


def test_connection_is_kept_for_the_next_question() -> None:
    with Platform() as platform, docked(platform, titles=False) as provider:
        first = ask(provider, "plain")
        ask(provider, "plain", upstream_conversation=conversation_of(first))

    assert {asked.connection for asked in platform.requests} == {1}


def test_run_without_a_name_that_breaks_cannot_be_followed() -> None:
    with Platform() as platform, docked(platform) as provider:
        heard = ask(provider, "nameless, dies")

    assert heard.text == "Half "
    assert isinstance(heard.failed, UpstreamInterrupted)
    assert platform.asked("GET", "/messages") == []


@pytest.mark.parametrize("mode", CHATS)
@pytest.mark.parametrize("question", ["unknown", "broken once"])
def test_what_cannot_be_read_is_passed_over(mode: str, question: str) -> None:
    """Events of a later version, nulls where values were, one event that is no JSON."""
    heard = told(question, mode="agent-chat" if mode == "agent" else mode)

    assert heard.text == ANSWER
    assert isinstance(heard.events[-1], RunCompleted)


def test_stream_that_cannot_be_read_fails_with_what_was_said() -> None:
    heard = told("broken")

    assert heard.text == "Half "
    assert isinstance(heard.failed, UpstreamProtocolError)


def test_unnamed_run_and_odd_events_are_lived_with() -> None:
    heard = told("nameless")

    assert heard.text == ANSWER
    assert heard.events[-1] == RunCompleted("stop", None)


def test_grace_is_what_the_pace_says() -> None:
    """Nothing is waited for where all that matters has come."""
    clock = Clock()
    with (
        Platform(mode=FLOW, ping_s=60) as platform,
        docked(platform, clock=clock, pace=HURRY) as provider,
    ):
        heard = ask(provider, "stays open")

    assert isinstance(heard.events[-1], RunCompleted)
