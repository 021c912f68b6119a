"""The journal of one process: recent events in memory, gone with it.

Everything here runs on one event loop and never yields, so there is no lock: an append, with its
number and its wake-up calls, is one step for every other greenlet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from secrets import token_urlsafe

from widget.domain.transcript import numbered
from widget.journal.base import Entry, Follower, Journal, JournalGap

MAX_ENTRIES = 2_048
MAX_CHARS = 262_144
SWEEP_S = 60.0
SWEEPS_TO_EMPTY = 5  # longer than a run may be silent, so a running answer stays replayable
SWEEPS_TO_FORGET = 15


class MemoryJournal(Journal):
    """Bounded per conversation: a frame that was away for longer is sent the conversation whole.

    An idle conversation keeps its number only, and one that nobody follows is forgotten; should it
    come back it gets another epoch, so that an old number can never be taken for a new one.
    """

    def __init__(
        self,
        *,
        max_entries: int = MAX_ENTRIES,
        max_chars: int = MAX_CHARS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_entries = max_entries
        self._max_chars = max_chars
        self._clock = clock
        self._life = token_urlsafe(8)
        self._born = 0
        self._logs: dict[str, _Log] = {}
        self._handlers: dict[str, Callable[[str], None]] = {}
        self._sweep_at = clock() + SWEEP_S

    def append(self, conversation: str, body: str) -> int:
        log = self._logs.get(conversation) or self._open(conversation)
        seq = log.add(body)
        if len(log.frames) > self._max_entries or log.chars > self._max_chars:
            log.trim(self._max_entries * 3 // 4, self._max_chars * 3 // 4)
        if self._clock() >= self._sweep_at:
            self._sweep()
        for follower in log.followers:
            follower.nudge()
        return seq

    def position(self, conversation: str) -> tuple[str, int]:
        log = self._logs.get(conversation) or self._open(conversation)
        return log.epoch, log.last

    def follow(
        self, conversation: str, epoch: str, after: int, wake: Callable[[], None]
    ) -> Follower:
        log = self._logs.get(conversation) or self._open(conversation)
        if epoch != log.epoch or not log.first - 1 <= after <= log.last:
            raise JournalGap(f"{conversation}: {epoch}/{after} is not in the journal")
        follower = _LogFollower(log, after, wake)
        log.followers = (*log.followers, follower)
        if after < log.last:
            follower.nudge()
        return follower

    def is_followed(self, conversation: str) -> bool:
        log = self._logs.get(conversation)
        return log is not None and bool(log.followers)

    def send_command(self, run: str, command: str) -> None:
        handler = self._handlers.get(run)
        if handler:
            handler(command)

    def on_command(self, run: str, handler: Callable[[str], None]) -> Callable[[], None]:
        self._handlers[run] = handler

        def off() -> None:
            if self._handlers.get(run) is handler:
                del self._handlers[run]

        return off

    def _open(self, conversation: str) -> _Log:
        self._born += 1
        log = self._logs[conversation] = _Log(f"{self._life}.{self._born}")
        return log

    def _sweep(self) -> None:
        self._sweep_at = self._clock() + SWEEP_S
        for conversation, log in list(self._logs.items()):
            log.quiet_sweeps += 1
            if log.quiet_sweeps > SWEEPS_TO_EMPTY and log.frames:
                log.trim(0, 0)
            if log.quiet_sweeps > SWEEPS_TO_FORGET and not log.followers:
                del self._logs[conversation]


class _Log:
    """One conversation's entries: ``frames[i]`` has the number ``first + i``."""

    __slots__ = ("chars", "epoch", "first", "followers", "frames", "quiet_sweeps")

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.first = 1
        self.frames: list[str] = []
        self.chars = 0
        self.followers: tuple[_LogFollower, ...] = ()
        self.quiet_sweeps = 0

    @property
    def last(self) -> int:
        return self.first + len(self.frames) - 1

    def add(self, body: str) -> int:
        seq = self.first + len(self.frames)
        frame = numbered(seq, body)
        self.frames.append(frame)
        self.chars += len(frame)
        self.quiet_sweeps = 0
        return seq

    def trim(self, entries: int, chars: int) -> None:
        """Drops the oldest down to both bounds; a quarter at a time, so that it is rare."""
        dropped = max(len(self.frames) - entries, 0)
        self.chars -= sum(map(len, self.frames[:dropped]))
        while self.chars > chars and dropped < len(self.frames):
            self.chars -= len(self.frames[dropped])
            dropped += 1
        del self.frames[:dropped]
        self.first += dropped


class _LogFollower(Follower):
    __slots__ = ("_after", "_is_nudged", "_log", "_wake")

    def __init__(self, log: _Log, after: int, wake: Callable[[], None]) -> None:
        self._log = log
        self._after = after
        self._wake = wake
        self._is_nudged = False

    def nudge(self) -> None:
        """Wakes the reader once; it needs no second call before it takes."""
        if not self._is_nudged:
            self._is_nudged = True
            self._wake()

    def take(self) -> list[Entry]:
        self._is_nudged = False
        start = self._after + 1 - self._log.first
        if start < 0:
            raise JournalGap(f"the journal begins at {self._log.first}, after {self._after}")
        entries = [
            Entry(seq, frame)
            for seq, frame in enumerate(self._log.frames[start:], start=self._after + 1)
        ]
        self._after += len(entries)
        return entries

    def close(self) -> None:
        self._log.followers = tuple(other for other in self._log.followers if other is not self)
