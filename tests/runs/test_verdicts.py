"""Feedback: kept, withdrawable, and passed on where the platform takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from structlog.testing import capture_logs

from tests.runs.stage import KEY, Gate, Stage, answer, make_caller, until
from widget.domain import events
from widget.domain.conversations import Feedback
from widget.domain.errors import BadInput, NotFound, NotOffered, UpstreamUnreachable
from widget.domain.events import RunEvent
from widget.domain.options import Options
from widget.providers.base import Turn, UpstreamRef
from widget.runs import feedback

VERDICTS: tuple[Literal["like", "dislike"] | None, ...] = ("like", "dislike", None)


def give(
    stage: Stage,
    message: str,
    verdict: Literal["like", "dislike"] | None = "dislike",
    tags: tuple[str, ...] = (),
    detail: str = "",
) -> Feedback | None:
    return feedback.give(
        stage.engine, stage.caller, message, verdict=verdict, tags=tags, detail=detail
    )


def test_a_verdict_is_kept_and_shown(stage: Stage) -> None:
    accepted = stage.ask()

    given = give(stage, accepted.answer, tags=("Wrong", "Too long"), detail=" The price. ")

    assert given == Feedback(accepted.answer, "dislike", ("Wrong", "Too long"), "The price.")
    assert stage.shown_answer().feedback == given


def test_a_second_verdict_replaces_the_first(stage: Stage) -> None:
    accepted = stage.ask()
    give(stage, accepted.answer, tags=("Wrong",))

    give(stage, accepted.answer, "like")

    assert stage.shown_answer().feedback == Feedback(accepted.answer, "like")


def test_a_verdict_can_be_withdrawn(stage: Stage) -> None:
    accepted = stage.ask()
    give(stage, accepted.answer)

    assert give(stage, accepted.answer, None) is None
    assert stage.shown_answer().feedback is None
    assert stage.rows("SELECT count(*) FROM feedback") == [(0,)]


def test_the_platform_hears_of_it(stage: Stage) -> None:
    accepted = stage.ask()

    give(stage, accepted.answer, tags=("Wrong", "Late"), detail="The price.")
    give(stage, accepted.answer, None)

    until(lambda: len(stage.provider.verdicts) == 2)
    ref = UpstreamRef("vis_ada", "up-conversation", "up-run", None)
    assert stage.provider.verdicts == [
        (ref, "up-message", "dislike", "Wrong; Late; The price."),
        (ref, "up-message", None, ""),
    ]


def test_the_platform_hears_the_last_verdict_last(stage: Stage) -> None:
    """Also where it took its time over the one before."""
    accepted = stage.ask()
    gate = Gate()
    heard: list[str | None] = []

    def slowly(ref: UpstreamRef, message: str, *, verdict: str | None, detail: str) -> bool:
        if verdict == "like":
            gate.wait()
        heard.append(verdict)
        return True

    stage.provider.give_feedback = slowly  # type: ignore[method-assign]
    for verdict in VERDICTS:
        give(stage, accepted.answer, verdict)
    gate.reached()
    gate.open()
    until(lambda: len(heard) == 3)

    assert heard == [*VERDICTS]
    until(lambda: not stage.engine.verdicts)


def test_a_platform_that_refuses_changes_nothing_here(stage: Stage) -> None:
    accepted = stage.ask()

    def refuse(*args: object, **rest: object) -> bool:
        raise UpstreamUnreachable(f"with {KEY}")

    stage.provider.give_feedback = refuse  # type: ignore[method-assign]
    with capture_logs() as logs:
        give(stage, accepted.answer)
        until(lambda: logs)

    assert stage.shown_answer().feedback is not None
    assert logs[0]["detail"] == "UpstreamUnreachable: with …"


def test_an_answer_that_the_platform_has_no_name_for_is_judged_here_alone(stage: Stage) -> None:
    stage.provider.script = lambda turn: [events.TextDelta("So."), events.RunCompleted()]
    accepted = stage.ask()

    give(stage, accepted.answer)
    stage.ask("More", conversation=accepted.conversation)

    assert stage.provider.verdicts == []


def test_only_a_finished_answer_is_judged(stage: Stage) -> None:
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Late.")

    stage.provider.script = script
    accepted = stage.send()

    with pytest.raises(BadInput):
        give(stage, accepted.answer)
    with pytest.raises(BadInput):
        give(stage, accepted.message)
    gate.open()
    stage.settle()


def test_nobody_elses_answer_is_judged(stage: Stage) -> None:
    accepted = stage.ask()
    stage.caller = make_caller(stage.site, visitor="vis_bob")

    with pytest.raises(NotFound):
        give(stage, accepted.answer)


def test_feedback_is_taken_only_where_the_owner_wants_it(stage: Stage) -> None:
    accepted = stage.ask()
    stage.save_site(options=Options())

    with pytest.raises(NotOffered):
        give(stage, accepted.answer)
