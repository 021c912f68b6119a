"""What goes with an answer: titles, suggestions, feedback, stop, and runs taken up again."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER
from tests.fakes.upstream import Die, Reply, json_reply
from tests.providers.dify.kit import (
    FLOW,
    VISITOR,
    ask,
    conversation_of,
    docked,
    only,
    ref_of,
    told,
    turn,
)
from tests.providers.openai.kit import Heard, hear
from widget.domain.errors import Failure, NotOffered, UpstreamInterrupted, UpstreamRejected
from widget.domain.events import (
    RunCompleted,
    Source,
    Suggestions,
    TextDelta,
    TextReplaced,
    TitleChanged,
)
from widget.providers.base import UpstreamRef
from widget.providers.dify.afterwards import Afterwards
from widget.providers.dify.place import AskedForm, Place, parse_place
from widget.providers.dify.stream import Pace

SUGGESTS = {"suggested_questions_after_answer": {"enabled": True}}


# -- titles and suggestions


def test_new_conversation_gets_its_title_once() -> None:
    with Platform() as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        second = ask(provider, "plain", upstream_conversation=conversation_of(first))

    assert only(first.events, TitleChanged) == [TitleChanged("Postage")]
    assert only(second.events, TitleChanged) == []


def test_titles_can_be_switched_off() -> None:
    heard = told("plain", settings={"titles": False})

    assert only(heard.events, TitleChanged) == []


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_suggestions_come_before_the_end(mode: str) -> None:
    asked = ("How much?", "", 7, "When?")
    with Platform(mode=mode, suggests=asked) as platform, docked(platform) as provider:
        platform.parameters |= SUGGESTS
        heard = ask(provider, "plain")

    assert only(heard.events, Suggestions) == [Suggestions(("How much?", "When?"))]
    assert isinstance(heard.events[-1], RunCompleted)


def test_suggestions_that_are_switched_off_are_not_asked_for() -> None:
    with Platform(suggests=("More?",)) as platform, docked(platform) as provider:
        heard = ask(provider, "plain")

    assert only(heard.events, Suggestions) == []
    assert platform.asked("GET", "/suggested") == []


@pytest.mark.parametrize("given", [{"data": []}, {"data": None}])
def test_no_suggestions_are_none(given: dict[str, Any]) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.parameters |= SUGGESTS
        platform.answer_next("/suggested", json_reply(200, given))
        heard = ask(provider, "plain")

    assert only(heard.events, Suggestions) == []


def test_slow_suggestions_do_not_keep_the_visitor_waiting() -> None:
    pace = Pace(after_s=0.2)
    with (
        Platform(suggestions_wait="slow", suggests=("More?",)) as platform,
        docked(platform, pace=pace) as provider,
    ):
        platform.parameters |= SUGGESTS
        began = time.monotonic()
        heard = ask(provider, "plain")
        took_s = time.monotonic() - began
        platform.gate("slow").set()

    assert only(heard.events, Suggestions) == []
    assert only(heard.events, TitleChanged) == [TitleChanged("Postage")]
    assert isinstance(heard.events[-1], RunCompleted)
    assert took_s < 2


@pytest.mark.parametrize("path", ["/name", "/suggested"])
def test_title_or_suggestions_that_fail_do_no_harm(path: str) -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.parameters |= SUGGESTS
        platform.refuse_next(path, 500, "internal_server_error")
        heard = ask(provider, "plain")

    assert isinstance(heard.events[-1], RunCompleted)


def test_title_without_a_word_is_none() -> None:
    with Platform() as platform, docked(platform) as provider:
        platform.answer_next("/name", json_reply(200, {"name": " "}))

        assert only(ask(provider, "plain").events, TitleChanged) == []


def test_client_that_is_closed_meanwhile_does_no_harm() -> None:
    with Platform() as platform, docked(platform) as provider:
        provider.client.close()
        later = Afterwards(provider.api, "vis_1")
        later.name("c")

        assert later.events(5) == []


def test_paused_run_has_neither() -> None:
    with Platform(mode=FLOW, suggests=("More?",)) as platform, docked(platform) as provider:
        platform.parameters |= SUGGESTS
        heard = ask(provider, "form")

    assert only(heard.events, Suggestions, TitleChanged) == []


# -- stop


@pytest.mark.parametrize("mode", ["chat", "agent-chat", FLOW, "agent"])
def test_stop_names_the_task_and_the_same_visitor(mode: str) -> None:
    """Another visitor's stop would be answered with success, and stop nothing."""
    with Platform(mode=mode) as platform, docked(platform) as provider:
        running = provider.run(turn("stall"))
        seen = [next(running)]
        while not only(seen, TextDelta):
            seen.append(next(running))
        provider.cancel(ref_of(seen))

        run = platform.only_run()
        run.wait_over()
        assert run.status == "stopped"


def test_stop_before_the_task_has_a_name_asks_nothing() -> None:
    with Platform() as platform, docked(platform) as provider:
        provider.cancel(UpstreamRef("vis_1", "conversation", None, None))

    assert platform.requests == []


# -- feedback


def given(platform: Platform) -> Any:
    return platform.only_run().row["feedback"]


def test_feedback_is_given_changed_and_taken_back() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref, message = finished(ask(provider, "plain"))
        for verdict in ("like", "dislike", None):
            assert provider.give_feedback(ref, message, verdict=verdict, detail="")
            assert given(platform) == ({"rating": verdict} if verdict else None)


def test_feedback_carries_the_visitor_s_words() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref, message = finished(ask(provider, "plain"))
        provider.give_feedback(ref, message, verdict="dislike", detail="Too long")

    (sent,) = platform.asked("POST", "/feedbacks")
    assert sent.json == {"rating": "dislike", "content": "Too long", "user": "vis_1"}


def test_nothing_to_take_back_is_fine() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref, message = finished(ask(provider, "plain"))

        assert provider.give_feedback(ref, message, verdict=None, detail="")


def test_another_visitor_s_message_takes_no_feedback() -> None:
    with Platform() as platform, docked(platform) as provider:
        _, message = finished(ask(provider, "plain"))
        theirs = UpstreamRef("vis_2", None, None, None)

        assert not provider.give_feedback(theirs, message, verdict="like", detail="")
        assert given(platform) is None


def test_feedback_for_no_message_is_not_sent() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref = UpstreamRef("vis_1", None, None, None)

        assert not provider.give_feedback(ref, "", verdict="like", detail="")

    assert platform.requests == []


def test_feedback_that_is_refused_is_said() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref, message = finished(ask(provider, "plain"))
        platform.refuse_next("/feedbacks", 403, "forbidden")

        with pytest.raises(UpstreamRejected):
            provider.give_feedback(ref, message, verdict="like", detail="")


# -- runs taken up again


@pytest.mark.parametrize("mode", ["chat", "agent-chat", FLOW, "agent"])
def test_broken_stream_ends_in_the_whole_answer(mode: str) -> None:
    with Platform(mode=mode) as platform, docked(platform) as provider:
        platform.gate("go").set()
        heard = ask(provider, "dies")

    assert heard.text == "Half whole"
    assert isinstance(heard.events[-1], RunCompleted)


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_broken_stream_whose_answer_is_lost_fails_with_its_text(mode: str) -> None:
    with (
        Platform(mode=mode, version="1.13.0", keeps_runs=False) as platform,
        docked(platform) as provider,
    ):
        platform.gate("go").set()
        heard = ask(provider, "dies")

    assert heard.text == "Half "
    assert isinstance(heard.failed, UpstreamInterrupted)


def test_flow_is_followed_while_it_lives() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        running = provider.run(turn("dies"))
        seen = []
        for event in running:
            seen.append(event)
            if platform.asked("GET", "/events"):
                platform.gate("go").set()

    assert Heard(seen).text == "Half whole"
    assert isinstance(seen[-1], RunCompleted)


def left_behind(platform: Platform, question: str) -> UpstreamRef:
    """A run whose process has ended, as the store knows it."""
    with docked(platform) as provider:
        running = provider.run(turn(question))
        seen = [next(running)]
        while not only(seen, TextDelta):
            seen.append(next(running))
    return ref_of(seen)


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_run_of_an_ended_process_is_joined(mode: str) -> None:
    with Platform(mode=mode) as platform:
        ref = left_behind(platform, "gated")
        platform.gate("go").set()
        platform.only_run().wait_over()
        with docked(platform) as provider:
            assert provider.capabilities().join
            heard = hear(provider.join(ref))

    assert heard.text == "Half whole"
    assert only(heard.events, TextReplaced) == [TextReplaced("Half whole")]
    assert isinstance(heard.events[-1], RunCompleted)
    assert heard.events[-1].upstream_message == platform.only_run().stage.message


def test_joined_run_brings_its_sources() -> None:
    with Platform() as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        row = platform.only_run().row
        row["retriever_resources"] = [{"segment_id": "s", "document_name": "a.pdf"}]
        heard = hear(provider.join(ref_of(first.events)))

    assert heard.text == ANSWER
    assert only(heard.events, Source) == [Source("s", "a.pdf")]


def test_run_that_failed_meanwhile_is_a_failure() -> None:
    with Platform() as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        platform.only_run().row.update(status="error", error="the model is gone")
        error = hear(provider.join(ref_of(first.events))).failed

    assert error.failure is Failure.UNKNOWN
    assert "the model is gone" in error.detail


def test_stopped_flow_is_not_joined() -> None:
    with Platform(mode=FLOW) as platform:
        ref = left_behind(platform, "stall")
        with docked(platform) as provider:
            provider.cancel(ref)
            platform.only_run().wait_over()
            heard = hear(provider.join(ref))

    assert isinstance(heard.failed, UpstreamInterrupted)


def test_run_without_a_name_cannot_be_joined() -> None:
    with Platform() as platform, docked(platform) as provider:
        heard = hear(provider.join(UpstreamRef("vis_1", "c", None, None)))

    assert isinstance(heard.failed, UpstreamInterrupted)
    assert platform.requests == []


@pytest.mark.parametrize("code", ["not_workflow_app", "not_found"])
def test_flow_that_cannot_be_followed_is_read_from_the_store(code: str) -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        platform.refuse_next("/events", 400 if code == "not_workflow_app" else 404, code)
        heard = hear(provider.join(ref_of(first.events)))

    assert heard.text == ANSWER


def test_flow_whose_stream_breaks_again_is_read_from_the_store() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        stream = {"Content-Type": "text/event-stream"}
        platform.answer_next("/events", Reply(200, stream, [Die()]))
        heard = hear(provider.join(ref_of(first.events)))

    assert heard.text == ANSWER


def test_other_refusals_of_following_are_said() -> None:
    with Platform(mode=FLOW) as platform, docked(platform) as provider:
        first = ask(provider, "plain")
        platform.refuse_next("/events", 401, "unauthorized")
        error = hear(provider.join(ref_of(first.events))).failed

    assert error.failure is Failure.AUTH


def test_message_that_is_not_there_gives_no_answer() -> None:
    with Platform() as platform, docked(platform) as provider:
        first = ref_of(ask(provider, "plain").events)
        place = Place("t", "another message").encode()
        ref = UpstreamRef("vis_1", first.upstream_conversation, place, None)

        assert isinstance(hear(provider.join(ref)).failed, UpstreamInterrupted)


def test_odd_page_of_messages_gives_no_answer() -> None:
    with Platform() as platform, docked(platform) as provider:
        ref = ref_of(ask(provider, "plain").events)
        for _ in range(3):
            platform.answer_next("/messages", json_reply(200, {"data": "none"}))

        assert isinstance(hear(provider.join(ref)).failed, UpstreamInterrupted)


def test_follow_up_while_a_run_is_running_is_not_taken() -> None:
    with Platform() as platform, docked(platform) as provider:
        assert provider.capabilities().follow_up == ""
        with pytest.raises(NotOffered):
            provider.run(turn("more", kind="follow_up"))


# -- what the store keeps of a run


def test_place_is_what_was_stored() -> None:
    place = Place("task", "message", "run", {"form": AskedForm("token", ("a",), ("b",))})

    assert parse_place(place.encode()) == place
    assert Place().encode() is None


@pytest.mark.parametrize("stored", [None, "", "run_1", '{"task": 7}', "[]"])
def test_name_of_another_platform_is_no_place(stored: str | None) -> None:
    assert parse_place(stored) == Place()


def finished(heard: Heard) -> tuple[UpstreamRef, str]:
    end = heard.events[-1]
    assert isinstance(end, RunCompleted)
    assert end.upstream_message
    return ref_of(heard.events), end.upstream_message


# -- conversations that are deleted here


def test_conversation_is_deleted_there_too() -> None:
    with Platform() as platform, docked(platform) as provider:
        conversation = conversation_of(ask(provider, "plain"))
        ref = UpstreamRef(VISITOR, conversation, None, None)

        assert provider.delete_conversation(ref) is True
        assert platform.state.conversations == {}
        assert provider.delete_conversation(ref) is False


@pytest.mark.parametrize("visitor", ["vis_other", VISITOR])
def test_only_its_own_visitors_conversation_is_deleted(visitor: str) -> None:
    """Also where the platform would ask for no owner."""
    with Platform() as platform, docked(platform) as provider:
        conversation = conversation_of(ask(provider, "plain"))

        is_gone = provider.delete_conversation(UpstreamRef(visitor, conversation, None, None))

        assert is_gone is (visitor == VISITOR)
        assert (conversation in platform.state.conversations) is not is_gone


def test_conversation_that_never_was_needs_no_deleting() -> None:
    with Platform() as platform, docked(platform) as provider:
        assert provider.delete_conversation(UpstreamRef(VISITOR, None, None, None)) is False
        assert platform.upstream.requests == []
