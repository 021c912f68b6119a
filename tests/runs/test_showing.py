"""A conversation whole: whose, which, and how much of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.runs.stage import Gate, Stage, make_caller
from widget.domain import events
from widget.domain.errors import Failure, NotFound, UpstreamRejected
from widget.domain.events import RunEvent
from widget.domain.transcript import ShownConversation, ShownPart
from widget.providers.base import Turn
from widget.runs import conversations, opening


def test_an_empty_conversation_is_shown_to_a_visitor_without_one(stage: Stage) -> None:
    assert stage.shown() == ShownConversation("", "", "", 0, ())


def test_the_latest_conversation_is_shown_unless_one_is_named(stage: Stage) -> None:
    first, second = stage.ask("One"), stage.ask("Two")

    assert stage.shown().id == second.conversation
    assert stage.shown(first.conversation).id == first.conversation


def test_nobody_elses_conversation_is_shown(stage: Stage) -> None:
    conversation = stage.ask("Mine").conversation
    bob = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        opening.show(stage.engine, bob, conversation)
    assert opening.show(stage.engine, bob, None).id == ""


def test_a_visitor_of_another_site_is_another_visitor(stage: Stage) -> None:
    conversation = stage.ask("Mine").conversation
    other_site = msgspec.structs.replace(stage.site, key="other")

    with pytest.raises(NotFound):
        opening.show(stage.engine, make_caller(other_site), conversation)


def test_a_running_answer_is_shown_as_it_stands(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("So far")
        gate.wait()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    shown = stage.shown()

    assert shown.run is not None
    assert (shown.run.id, shown.run.message) == (accepted.run, accepted.answer)
    assert shown.messages[-1].state == "running"
    assert shown.messages[-1].parts == (ShownPart(kind="text", html="<p>So far</p>"),)


def test_the_numbers_of_a_whole_conversation_are_the_journals(stage: Stage) -> None:
    conversation = stage.ask().conversation

    shown = stage.shown()

    assert (shown.epoch, shown.seq) == stage.journal.position(conversation)


def test_after_a_restart_the_conversation_is_the_same_in_another_epoch(
    stage: Stage, tmp_path: Path
) -> None:
    stage.provider.script = lambda turn: [
        events.TextDelta("Some **text**"),
        events.Step("s", "Search", "done"),
        events.Suggestions(("More?",)),
        events.RunCompleted(),
    ]
    stage.ask()
    before = stage.shown()
    after_restart = Stage(tmp_path / "chatdock.db")
    try:
        after = after_restart.shown()
    finally:
        after_restart.close()

    assert msgspec.structs.replace(after, epoch="", seq=0) == msgspec.structs.replace(
        before, epoch="", seq=0
    )
    assert (after.epoch, after.seq) != (before.epoch, before.seq)


def test_a_failed_answer_is_shown_with_its_class(stage: Stage) -> None:
    def script(turn: Turn) -> Iterator[RunEvent]:
        raise UpstreamRejected("refused", status=402)
        yield

    stage.provider.script = script
    stage.ask()

    failure = stage.shown_answer().failure
    assert failure is not None
    assert (failure.code, failure.retryable) == (Failure.QUOTA, False)


def test_only_the_last_messages_are_shown_and_the_rest_is_history(stage: Stage) -> None:
    conversation = stage.ask("0").conversation
    for number in range(1, 60):
        stage.ask(str(number), conversation=conversation)

    shown = stage.shown()
    pages = [shown.messages]
    has_more = shown.has_more
    while has_more:
        older, has_more = conversations.history(
            stage.engine, stage.caller, conversation, pages[-1][0].id
        )
        pages.append(older)

    assert [len(page) for page in pages] == [50, 50, 20]
    asked = [m.parts[0].text for page in reversed(pages) for m in page if m.role == "visitor"]
    assert asked == [str(number) for number in range(60)]


def test_finished_blocks_of_a_running_answer_are_shown_alone(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        yield events.TextDelta("First.\n\nSecond, which is still")
        gate.wait()
        yield events.TextDelta(" growing.")
        yield events.RunCompleted()

    stage.provider.script = script
    accepted = stage.send()
    gate.reached()

    running, is_growing = opening.finished_parts(stage.engine, stage.caller, accepted.answer)
    gate.open()
    stage.settle()
    ended, still = opening.finished_parts(stage.engine, stage.caller, accepted.answer)

    assert (running.parts[0].html, is_growing) == ("<p>First.</p>", True)
    assert (ended.parts[0].html, still) == (
        "<p>First.</p><p>Second, which is still growing.</p>",
        False,
    )
