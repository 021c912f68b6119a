"""What the memory journal promises beyond the contract: little memory, and numbers never reused."""

from __future__ import annotations

import tracemalloc

import pytest

from widget.journal.base import JournalGap
from widget.journal.memory import (
    MAX_CHARS,
    SWEEP_S,
    SWEEPS_TO_EMPTY,
    SWEEPS_TO_FORGET,
    MemoryJournal,
)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def sweep(journal: MemoryJournal, clock: Clock, times: int) -> None:
    """Lets this many sweeps come by; another conversation's appends bring them about."""
    for _ in range(times):
        clock.now += SWEEP_S
        journal.append("cnv_other", '{"type":"x"}')


def test_long_entries_are_bounded_by_their_length() -> None:
    journal = MemoryJournal(max_chars=1_000)
    for _ in range(50):
        journal.append("cnv_a", f'[0,"{"x" * 100}"]')
    epoch, last = journal.position("cnv_a")

    with pytest.raises(JournalGap):
        journal.follow("cnv_a", epoch, last - 11, lambda: None)
    assert journal.follow("cnv_a", epoch, last - 5, lambda: None).take() != []


def test_one_entry_above_the_bound_is_told_as_a_gap() -> None:
    journal = MemoryJournal(max_chars=1_000)
    epoch, _ = journal.position("cnv_a")
    follower = journal.follow("cnv_a", epoch, 0, lambda: None)

    journal.append("cnv_a", f'[0,"{"x" * 2_000}"]')

    with pytest.raises(JournalGap):
        follower.take()
    assert journal.position("cnv_a") == (epoch, 1)


def test_a_quiet_conversation_keeps_its_number_only() -> None:
    clock = Clock()
    journal = MemoryJournal(clock=clock)
    journal.append("cnv_a", '{"type":"x"}')
    epoch, _ = journal.position("cnv_a")

    sweep(journal, clock, SWEEPS_TO_EMPTY + 1)

    assert journal.position("cnv_a") == (epoch, 1)
    assert journal.follow("cnv_a", epoch, 1, lambda: None).take() == []
    with pytest.raises(JournalGap):
        journal.follow("cnv_a", epoch, 0, lambda: None)


def test_an_answer_that_is_silent_for_minutes_stays_replayable() -> None:
    clock = Clock()
    journal = MemoryJournal(clock=clock)
    journal.append("cnv_a", '{"type":"run.started"}')
    epoch, _ = journal.position("cnv_a")

    sweep(journal, clock, SWEEPS_TO_EMPTY)

    assert len(journal.follow("cnv_a", epoch, 0, lambda: None).take()) == 1


def test_a_forgotten_conversation_comes_back_in_another_epoch() -> None:
    clock = Clock()
    journal = MemoryJournal(clock=clock)
    journal.append("cnv_a", '{"type":"x"}')
    former, _ = journal.position("cnv_a")

    sweep(journal, clock, SWEEPS_TO_FORGET + 1)
    journal.append("cnv_a", '{"type":"y"}')

    assert journal.position("cnv_a") != (former, 1)
    with pytest.raises(JournalGap):
        journal.follow("cnv_a", former, 1, lambda: None)


def test_a_followed_conversation_is_never_forgotten() -> None:
    clock = Clock()
    journal = MemoryJournal(clock=clock)
    journal.append("cnv_a", '{"type":"x"}')
    epoch, seq = journal.position("cnv_a")
    follower = journal.follow("cnv_a", epoch, seq, lambda: None)

    sweep(journal, clock, SWEEPS_TO_FORGET + 5)
    journal.append("cnv_a", '{"type":"y"}')

    assert [entry.seq for entry in follower.take()] == [2]


def test_idle_conversations_are_small() -> None:
    journal = MemoryJournal()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        followers = [
            journal.follow(f"cnv_{i}", journal.position(f"cnv_{i}")[0], 0, lambda: None)
            for i in range(1_000)
        ]
        each = (tracemalloc.get_traced_memory()[0] - before) / len(followers)
    finally:
        tracemalloc.stop()

    assert each < 1_000


def test_a_long_answer_is_bounded() -> None:
    journal = MemoryJournal()
    tracemalloc.start()
    try:
        for number in range(50_000):
            journal.append("cnv_a", f'[0,"{number:060}"]')
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert size < 2 * MAX_CHARS
