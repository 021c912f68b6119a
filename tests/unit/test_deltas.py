"""Deltas that came together travel together, and never wait."""

from __future__ import annotations

from collections.abc import Iterator

from widget.domain.events import ReasoningDelta, RunCompleted, RunEvent, RunStarted, TextDelta
from widget.providers.deltas import merged


def test_neighbours_of_one_batch_are_joined_in_order() -> None:
    batch: list[RunEvent] = [
        RunStarted(),
        ReasoningDelta("a"),
        ReasoningDelta("b"),
        TextDelta("c"),
        TextDelta("d"),
        TextDelta("e"),
        RunCompleted(),
    ]

    assert list(merged([batch])) == [
        RunStarted(),
        ReasoningDelta("ab"),
        TextDelta("cde"),
        RunCompleted(),
    ]


def test_batches_stay_apart() -> None:
    assert list(merged([[TextDelta("a")], [], [TextDelta("b")]])) == [
        TextDelta("a"),
        TextDelta("b"),
    ]


def test_nothing_is_asked_for_before_what_is_there_was_taken() -> None:
    asked: list[str] = []

    def batches() -> Iterator[list[RunEvent]]:
        for letter in "ab":
            asked.append(letter)
            yield [TextDelta(letter), TextDelta(letter)]

    events = merged(batches())

    assert next(events) == TextDelta("aa")
    assert asked == ["a"]
