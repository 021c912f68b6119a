"""Conversations of Dify: kept, lost, of another visitor, and silent for ever."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER
from tests.providers.dify.kit import FLOW, Clock, ask, conversation_of, docked, only, turn
from widget.domain.errors import Failure, UpstreamTimeout
from widget.domain.events import RunStarted, TextDelta
from widget.providers.dify.recent import Recent
from widget.providers.dify.stream import Pace

CHATS = ["chat", "agent-chat", "advanced-chat", "agent"]
QUICK_TO_TELL = ["chat", "agent-chat", "agent"]
SLOW_TO_TELL = Pace(doubt_s=0.1, begin_s=5, after_s=0.1)


def sent(platform: Platform) -> list[str | None]:
    return [body.get("conversation_id") for body in platform.chats()]


@pytest.mark.parametrize("mode", CHATS)
def test_conversation_goes_on(mode: str) -> None:
    with Platform(mode=mode) as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        second = ask(provider, "plain", upstream_conversation=first)

    assert conversation_of(second) == first
    assert sent(platform) == [None, first]


@pytest.mark.parametrize("mode", CHATS)
def test_retry_and_edit_ask_again_in_the_conversation(mode: str) -> None:
    """There is no call for either: the platform keeps what was said before."""
    with Platform(mode=mode) as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        for kind in ("retry", "edit"):
            heard = ask(provider, "plain", kind=kind, upstream_conversation=first)
            assert heard.text == ANSWER

    assert sent(platform) == [None, first, first]


@pytest.mark.parametrize("mode", QUICK_TO_TELL)
def test_lost_conversation_is_begun_anew(mode: str) -> None:
    with Platform(mode=mode) as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert conversation_of(heard) != first
    assert sent(platform) == [None, first, None]


@pytest.mark.parametrize("version", ["1.5.0", "1.13.0", "2026-07"])
def test_flow_s_conversation_that_this_process_does_not_know_is_looked_up_first(
    version: str,
) -> None:
    """The question itself would be answered by pings alone; the look is quick."""
    unknown = str(uuid4())
    with Platform(mode=FLOW, version=version) as platform, docked(platform) as provider:
        heard = ask(provider, "plain", upstream_conversation=unknown)

    assert heard.text == ANSWER
    assert sent(platform) == [None]
    assert platform.asked("GET", "/messages")[0].query["limit"] == ["1"]


def test_flow_s_conversation_of_a_moment_ago_is_not_looked_up() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        ask(provider, "plain", upstream_conversation=first)

    assert platform.asked("GET", "/messages") == []


def test_flow_s_conversation_that_is_there_goes_on_after_a_restart() -> None:
    with Platform(mode=FLOW) as platform:
        with docked(platform) as provider:
            first = conversation_of(ask(provider, "plain"))
        with docked(platform) as provider:
            ask(provider, "plain", upstream_conversation=first)

    assert sent(platform) == [None, first]


def test_flow_that_answers_with_pings_alone_is_given_up_and_begun_anew() -> None:
    """Deleted in the console since the last question."""
    with (
        Platform(mode=FLOW, ping_s=0.02) as platform,
        docked(platform, pace=SLOW_TO_TELL) as provider,
    ):
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert conversation_of(heard) != first
    assert sent(platform) == [None, first, None]


def test_pings_are_doubted_also_where_the_kind_of_app_is_not_known() -> None:
    with (
        Platform(mode="chat", ping_s=0.02, unknown="pings") as platform,
        docked(platform, pace=SLOW_TO_TELL) as provider,
    ):
        platform.refuse_next("/info", 500, "internal_server_error")
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first, None]


def test_silent_flow_is_begun_anew_when_the_platform_cannot_tell() -> None:
    with (
        Platform(mode=FLOW, ping_s=0.02) as platform,
        docked(platform, pace=SLOW_TO_TELL) as provider,
    ):
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)
        platform.refuse_next("/messages", 500, "internal_server_error")

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first, None]


def test_slow_flow_in_a_known_conversation_is_asked_once() -> None:
    pace = Pace(doubt_s=0.1, alive_s=0, after_s=0.1)
    with Platform(mode=FLOW, ping_s=0.02) as platform, docked(platform, pace=pace) as provider:
        first = conversation_of(ask(provider, "plain"))
        events = provider.run(turn("slow start", upstream_conversation=first))
        while not platform.asked("GET", "/messages"):
            next(events)
        platform.gate("go").set()
        words = "".join(e.text for e in only(events, TextDelta))

    assert words == ANSWER
    assert sent(platform) == [None, first]
    assert len(platform.asked("GET", "/messages")) == 1


def test_flow_without_even_pings_is_doubted_when_time_runs_out() -> None:
    with (
        Platform(mode=FLOW, ping_s=60) as platform,
        docked(platform, pace=SLOW_TO_TELL) as provider,
    ):
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first, None]


def test_stream_that_ends_on_pings_alone_is_doubted() -> None:
    """After some minutes the platform itself hangs up."""
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)
        platform.behaviour.unknown = "eof"

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first, None]


def test_new_conversation_that_stays_silent_fails_and_is_not_asked_twice() -> None:
    pace = Pace(doubt_s=0.02, begin_s=0.1)
    with (
        Platform(mode=FLOW, ping_s=0.02) as platform,
        docked(platform, pace=pace) as provider,
    ):
        assert isinstance(ask(provider, "slow start").failed, UpstreamTimeout)

    assert sent(platform) == [None]


def test_look_that_fails_does_not_stop_the_question() -> None:
    with Platform(mode=FLOW) as platform:
        with docked(platform) as provider:
            first = conversation_of(ask(provider, "plain"))
        with docked(platform) as provider:
            platform.refuse_next("/messages", 500, "internal_server_error")
            heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first]


def test_completed_conversation_is_begun_anew() -> None:
    with Platform() as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        platform.state.conversations[first].is_completed = True

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert conversation_of(heard) != first


def test_conversation_is_begun_anew_once() -> None:
    """Whatever says that a new conversation is not there either is no lost conversation."""
    with Platform() as platform, docked(platform) as provider:
        first = conversation_of(ask(provider, "plain"))
        for _ in range(2):
            platform.refuse_next("/chat-messages", 404, "not_found")

        error = ask(provider, "plain", upstream_conversation=first).failed

    assert error.failure is Failure.NOT_FOUND
    assert sent(platform) == [None, first, None]


def test_id_of_another_platform_is_not_sent() -> None:
    """From before the site changed to this one; an id that is no UUID would be refused."""
    with Platform() as platform, docked(platform) as provider:
        assert ask(provider, "plain", upstream_conversation="thread_42").text == ANSWER

    assert sent(platform) == [None]


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_another_visitor_s_conversation_is_as_good_as_none(mode: str) -> None:
    with Platform(mode=mode) as platform, docked(platform) as provider:
        theirs = conversation_of(ask(provider, "plain"))

        heard = ask(provider, "plain", visitor="vis_2", upstream_conversation=theirs)

    assert heard.text == ANSWER
    assert conversation_of(heard) != theirs


def test_every_call_names_the_visitor_and_the_key() -> None:
    with Platform(mode=FLOW, suggests=("More?",)) as platform, docked(platform) as provider:
        platform.parameters["suggested_questions_after_answer"] = {"enabled": True}
        ask(provider, "plain", upstream_conversation=str(uuid4()))

    for asked in platform.requests:
        assert asked.headers["authorization"] == "Bearer app-Kq4wVdZs8fake"
        if asked.path not in ("/v1/info", "/v1/parameters"):
            named = asked.query.get("user") or [asked.json["user"]]
            assert named == ["vis_1"]


def test_first_word_names_the_run() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        heard = ask(provider, "plain")

    started = heard.events[0]
    assert isinstance(started, RunStarted)
    stage = platform.only_run().stage
    assert started.upstream_conversation == stage.conversation
    assert started.upstream_message == stage.message
    assert stage.task in str(started.upstream_run)
    assert stage.run in str(started.upstream_run)


def test_clock_alone_decides_over_doubt() -> None:
    """Twenty seconds of pings, as they are told by the clock."""
    clock = Clock(tick_s=1)
    with Platform(mode=FLOW, ping_s=0.01) as platform, docked(platform, clock=clock) as provider:
        first = conversation_of(ask(provider, "plain"))
        platform.forget(first)

        heard = ask(provider, "plain", upstream_conversation=first)

    assert heard.text == ANSWER
    assert sent(platform) == [None, first, None]


def test_only_the_last_conversations_are_remembered() -> None:
    recent = Recent(kept=2)
    for conversation in ("a", "b", "a", "c"):
        recent.note("vis_1", conversation)

    assert [recent.has("vis_1", c) for c in ("a", "b", "c")] == [True, False, True]
    assert not recent.has("vis_2", "a")
