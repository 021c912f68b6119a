"""What every journal must do, whatever it is made of."""

from __future__ import annotations

import json

import pytest

from widget.journal.base import Entry, Journal, JournalGap


class Wakes:
    """Counts wake-up calls."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def fill(journal: Journal, conversation: str, count: int) -> None:
    for number in range(count):
        journal.append(conversation, f'[0,"{number}"]')


def test_append_numbers_from_one_in_each_conversation(journal: Journal) -> None:
    numbers = [journal.append("cnv_a", '{"type":"x"}') for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert journal.append("cnv_b", '{"type":"x"}') == 1


def test_position_is_the_last_number_of_one_epoch(journal: Journal) -> None:
    before = journal.position("cnv_a")
    fill(journal, "cnv_a", 2)

    assert before[1] == 0
    assert journal.position("cnv_a") == (before[0], 2)


def test_take_gives_finished_frames_once_and_in_order(journal: Journal) -> None:
    epoch, seq = journal.position("cnv_a")
    follower = journal.follow("cnv_a", epoch, seq, Wakes())

    journal.append("cnv_a", '{"type":"run.started","run":"run_1"}')
    journal.append("cnv_a", '[0,"好"]')

    assert follower.take() == [
        Entry(1, '{"seq":1,"type":"run.started","run":"run_1"}'),
        Entry(2, '[2,0,"好"]'),
    ]
    assert follower.take() == []


def test_follow_replays_what_came_after_the_number(journal: Journal) -> None:
    fill(journal, "cnv_a", 5)
    epoch, _ = journal.position("cnv_a")

    follower = journal.follow("cnv_a", epoch, 3, Wakes())

    assert [json.loads(entry.frame) for entry in follower.take()] == [[4, 0, "3"], [5, 0, "4"]]


def test_a_follower_hears_of_its_own_conversation_only(journal: Journal) -> None:
    wakes = Wakes()
    follower = journal.follow("cnv_a", journal.position("cnv_a")[0], 0, wakes)

    journal.append("cnv_b", '{"type":"x"}')

    assert (wakes.count, follower.take()) == (0, [])


def test_wake_comes_once_until_the_next_take(journal: Journal) -> None:
    wakes = Wakes()
    follower = journal.follow("cnv_a", journal.position("cnv_a")[0], 0, wakes)

    fill(journal, "cnv_a", 3)
    first = wakes.count
    follower.take()
    fill(journal, "cnv_a", 1)

    assert (first, wakes.count) == (1, 2)


def test_wake_comes_at_once_for_what_is_there_already(journal: Journal) -> None:
    fill(journal, "cnv_a", 1)
    wakes = Wakes()

    journal.follow("cnv_a", journal.position("cnv_a")[0], 0, wakes)

    assert wakes.count == 1


def test_closed_followers_are_not_woken(journal: Journal) -> None:
    wakes = Wakes()
    follower = journal.follow("cnv_a", journal.position("cnv_a")[0], 0, wakes)

    follower.close()
    follower.close()
    fill(journal, "cnv_a", 1)

    assert wakes.count == 0


def test_each_of_two_followers_gets_everything(journal: Journal) -> None:
    epoch, _ = journal.position("cnv_a")
    one = journal.follow("cnv_a", epoch, 0, Wakes())
    other = journal.follow("cnv_a", epoch, 0, Wakes())

    fill(journal, "cnv_a", 2)

    assert one.take() == other.take() != []


def test_follow_refuses_another_epoch(two_lives: tuple[Journal, Journal]) -> None:
    former, present = two_lives
    fill(former, "cnv_a", 1)
    fill(present, "cnv_a", 1)
    epoch, seq = former.position("cnv_a")

    with pytest.raises(JournalGap):
        present.follow("cnv_a", epoch, seq, Wakes())


def test_follow_refuses_a_number_from_the_future(journal: Journal) -> None:
    fill(journal, "cnv_a", 2)
    epoch, _ = journal.position("cnv_a")

    with pytest.raises(JournalGap):
        journal.follow("cnv_a", epoch, 3, Wakes())


def test_follow_refuses_a_number_that_is_no_longer_kept(small_journal: Journal) -> None:
    fill(small_journal, "cnv_a", 100)
    epoch, last = small_journal.position("cnv_a")

    with pytest.raises(JournalGap):
        small_journal.follow("cnv_a", epoch, 0, Wakes())
    kept = small_journal.follow("cnv_a", epoch, last - 5, Wakes())
    assert [entry.seq for entry in kept.take()] == list(range(last - 4, last + 1))


def test_a_follower_that_fell_behind_is_told(small_journal: Journal) -> None:
    epoch, _ = small_journal.position("cnv_a")
    follower = small_journal.follow("cnv_a", epoch, 0, Wakes())

    fill(small_journal, "cnv_a", 100)

    with pytest.raises(JournalGap):
        follower.take()


def test_a_follower_that_keeps_up_never_misses_one(small_journal: Journal) -> None:
    epoch, _ = small_journal.position("cnv_a")
    follower = small_journal.follow("cnv_a", epoch, 0, Wakes())

    seen: list[int] = []
    for _ in range(100):
        fill(small_journal, "cnv_a", 3)
        seen.extend(entry.seq for entry in follower.take())

    assert seen == list(range(1, 301))


def test_a_command_reaches_the_owner_of_that_run(journal: Journal) -> None:
    one: list[str] = []
    other: list[str] = []
    journal.on_command("run_1", one.append)
    journal.on_command("run_2", other.append)

    journal.send_command("run_1", "stop")

    assert (one, other) == (["stop"], [])


def test_a_command_for_nobody_is_lost(journal: Journal) -> None:
    heard: list[str] = []
    off = journal.on_command("run_1", heard.append)

    off()
    off()
    journal.send_command("run_1", "stop")

    assert heard == []


def test_followed_is_what_somebody_reads(journal: Journal) -> None:
    fill(journal, "cnv_a", 1)
    epoch, seq = journal.position("cnv_a")
    before = journal.is_followed("cnv_a"), journal.is_followed("cnv_never")
    follower = journal.follow("cnv_a", epoch, seq, Wakes())

    assert before == (False, False)
    assert journal.is_followed("cnv_a")
    follower.close()
    assert not journal.is_followed("cnv_a")
