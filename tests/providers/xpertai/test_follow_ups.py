"""Messages sent while XpertAI is writing an answer: queued, steered, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.providers.xpertai.kit import (
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
from widget.domain.errors import Failure, NotOffered
from widget.domain.events import Cursor, RunCompleted, RunEvent, RunStarted, TextDelta
from widget.providers.xpertai.place import parse_place
from widget.providers.xpertai.provider import XpertAI


@pytest.fixture(params=["aug", "late"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with Platform(dialect=request.param, keep_alive_s=0.05) as started:
        yield started


@pytest.fixture
def provider(platform: Platform) -> Iterator[XpertAI]:
    with docked(platform) as made:
        yield made


def say(provider: XpertAI, text: str, before: list[RunEvent], **more: Any) -> list[RunEvent]:
    """A message to the run of these events."""
    ref = ref_of(before)
    return play(
        provider,
        text,
        kind="follow_up",
        upstream_conversation=ref.upstream_conversation,
        target_run=ref.upstream_run,
        **more,
    )


def actions(platform: Platform) -> list[str]:
    asked = [one.json["input"] for one in platform.asked("POST", "/runs/stream")]
    return [" ".join(filter(None, (one["action"], one.get("mode")))) for one in asked]


def test_queue_is_what_the_platforms_own_page_does() -> None:
    with Platform() as platform:
        for mode in ("queue", "steer", ""):
            with docked(platform, follow_up=mode) as provider:
                assert provider.capabilities().follow_up == mode
        with docked(platform) as provider:
            assert provider.capabilities().follow_up == "queue"


def test_queued_message_is_answered_after_the_one_before(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    first = platform.only_run()

    assert say(provider, "And returns?", before) == []
    platform.gate("go").set()
    events = [*before, *running]

    assert actions(platform) == ["send", "follow_up queue", "send"]
    assert asked_of(platform, 1)["target"] == {"executionId": first.id}
    assert asked_of(platform)["message"] == asked_of(platform, 1)["message"]
    assert text_of(events) == "Half whole\n\nAnd returns?"
    assert len(only(events, RunCompleted)) == 1
    assert only(events, RunStarted)[-1].upstream_run != first.id
    assert platform.only_thread().pending() == []


@pytest.mark.parametrize("merges", [True, False])
def test_all_that_wait_are_answered(platform: Platform, provider: XpertAI, merges: bool) -> None:
    """Some builds merge them with the first that is sent, some send that alone."""
    platform.behaviour.merges_pending = merges
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    say(provider, "One?", before)
    say(provider, "Two?", before)
    platform.gate("go").set()

    assert text_of([*before, *running]) == "Half whole\n\nOne?\n\nTwo?"
    assert len(platform.state.runs) == (2 if merges else 3)


def test_replaced_text_of_a_second_run_keeps_the_first(
    platform: Platform, provider: XpertAI
) -> None:
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    say(provider, "interleaved", before)
    platform.gate("go").set()

    assert text_of([*before, *running]) == "Half whole\n\nA1 A2\nB1 B2\n"


def test_steered_message_is_taken_up_in_the_same_run(platform: Platform) -> None:
    """One message of the platform ends and a fresh one begins; for us it is one answer."""
    with docked(platform, follow_up="steer") as provider:
        running = provider.run(turn("steered"))
        before = until(running, TextDelta)

        assert say(provider, "Shorter!", before) == []
        events = [*before, *running]

    run = platform.only_run()
    assert actions(platform) == ["send", "follow_up steer"]
    assert text_of(events) == "First.\n\nSecond."
    assert len({event.upstream_message for event in only(events, RunStarted)} - {None}) == 2
    assert only(events, RunCompleted) == [RunCompleted("stop", run.message["id"])]


def test_join_after_a_steered_message_has_both_halves(platform: Platform) -> None:
    with docked(platform, follow_up="steer") as provider:
        running = provider.run(turn("steered"))
        before = until(running, TextDelta)
        say(provider, "Shorter!", before)
        events = [*before, *running]
        first = next(event for event in events if isinstance(event, Cursor))

        after = list(provider.join(ref_of(events, first.value)))

    shown = text_of(events[: events.index(first)])
    assert text_of(after, shown) == "First.\n\nSecond."


def test_steer_that_comes_too_late_is_queued_then_sent(platform: Platform) -> None:
    """The run has ended; the platform says ``steer_target_not_running`` or only its words."""
    with docked(platform, follow_up="steer") as provider:
        before = play(provider, "plain")

        events = say(provider, "And returns?", before)

    assert actions(platform) == ["send", "follow_up steer", "follow_up queue", "send"]
    assert text_of(events) == "And returns?"
    assert platform.only_thread().pending() == []


def test_message_that_was_seen_waiting_is_not_sent_twice(
    platform: Platform, provider: XpertAI
) -> None:
    """The run ends at the same moment, and its reader takes the message along."""
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    rest: list[RunEvent] = []
    reader = threading.Thread(target=lambda: rest.extend(running))
    platform.gate("go").set()
    platform.only_run().wait_over()
    thread = platform.only_thread()
    conversation = f"/conversations/{thread.conversation}/messages/search"

    told: list[RunEvent] = []
    sender = threading.Thread(target=lambda: told.extend(say(provider, "And returns?", before)))
    sender.start()
    platform.wait_for(lambda: bool(thread.pending()))
    reader.start()
    for one in (reader, sender):
        one.join(20)

    answers = text_of([*before, *rest]), text_of(told)
    assert sorted(answers) in (
        ["", "Half whole\n\nAnd returns?"],
        ["And returns?", "Half whole"],
    )
    assert platform.asked("POST", conversation) != []
    assert [m["content"] for m in thread.messages if m["role"] == "human"].count(
        "And returns?"
    ) == 1


def test_message_that_an_old_build_refuses_waits_here(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.knows_follow_ups = False
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)

    assert say(provider, "And returns?", before) == []
    platform.gate("go").set()

    assert text_of([*before, *running]) == "Half whole\n\nAnd returns?"
    assert actions(platform) == ["send", "follow_up queue", "send"]


def test_message_that_nobody_would_take_along_is_a_question(
    platform: Platform, provider: XpertAI
) -> None:
    platform.behaviour.knows_follow_ups = False
    before = play(provider, "plain")

    assert text_of(say(provider, "And returns?", before)) == "And returns?"


def test_message_to_an_interrupted_thread_is_a_question(
    platform: Platform, provider: XpertAI
) -> None:
    """The platform takes no follow-up while it waits for an answer."""
    before = play(provider, "confirm")

    assert text_of(say(provider, "And returns?", before)) == "And returns?"


def test_run_that_waits_for_an_answer_takes_up_nothing(
    platform: Platform, provider: XpertAI
) -> None:
    before = play(provider, "confirm")

    assert platform.asked("POST", "/messages/search") == []
    assert only(before, RunCompleted)[0].reason == "tool"


def test_build_that_cannot_tell_what_waits_is_not_asked_again_and_again(
    platform: Platform, provider: XpertAI
) -> None:
    """It gives every message of the visitor, the question among them."""
    platform.behaviour.ignores_follow_up_status = True

    assert text_of(play(provider, "new part")) == "First.\nSecond."
    assert actions(platform) == ["send"]


def test_search_that_fails_ends_the_answer_well(platform: Platform, provider: XpertAI) -> None:
    platform.answer_next("/messages/search", 500, '{"message":"no such column"}')

    assert isinstance(play(provider, "plain")[-1], RunCompleted)


def test_site_that_wants_none_asks_for_none(platform: Platform) -> None:
    with docked(platform, follow_up="") as provider:
        before = play(provider, "plain")
        with pytest.raises(NotOffered):
            say(provider, "And returns?", before)

    assert platform.asked("POST", "/messages/search") == []


@pytest.mark.parametrize("is_told_to_run", [True, False])
def test_join_of_a_second_run_keeps_the_first_ones_text(
    platform: Platform, provider: XpertAI, is_told_to_run: bool
) -> None:
    """Its stream is another one: the cursor of the first means nothing there."""
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    say(provider, "gated again", before)
    platform.gate("go").set()
    before += _until_second_run(running, before)
    second = platform.state.runs[ref_of(before).upstream_run or ""]
    platform.gate("again").set()
    second.wait_over()
    cursor = [event.value for event in only(before, Cursor)][-1]
    place = parse_place(cursor)
    assert place
    assert second.id not in place.runs
    platform.behaviour.reports_running = is_told_to_run

    with docked(platform) as other:
        after = list(other.join(ref_of(before)))

    assert text_of(after, text_of(before)) == "Half whole\n\nOnce more"


def test_join_of_a_second_run_that_cannot_be_replayed_reads_both(platform: Platform) -> None:
    """A replay from the start would bring the second run alone."""
    platform.behaviour.dialect = "late"
    platform.behaviour.forgets_cursors = True
    with docked(platform) as provider:
        running = provider.run(turn("gated"))
        before = until(running, TextDelta)
        say(provider, "gated again", before)
        platform.gate("go").set()
        platform.gate("again").set()
        events = [*before, *running]
        platform.behaviour.reports_running = True

        after = list(provider.join(ref_of(events)))

    assert text_of(after, "whatever stood there") == text_of(events)


def test_message_sent_meanwhile_that_is_refused_asks_nothing_twice(
    platform: Platform, provider: XpertAI
) -> None:
    """The first answer is whole, so its question must not be asked again."""
    running = provider.run(turn("gated"))
    before = until(running, TextDelta)
    say(provider, "And returns?", before)
    platform.answer_next("/runs/stream", 400, '{"message":"input: Required"}')
    platform.gate("go").set()

    rest, error = fails(running)

    assert text_of([*before, *rest]) == "Half whole"
    assert error.failure is Failure.CONFIG
    assert actions(platform) == ["send", "follow_up queue", "send"]


def _until_second_run(running: Iterator[RunEvent], before: list[RunEvent]) -> list[RunEvent]:
    seen: list[RunEvent] = []
    first = ref_of(before).upstream_run
    while ref_of([*before, *seen]).upstream_run == first:
        seen.append(next(running))
    return seen
