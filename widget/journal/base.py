"""The seam of the journal: the numbered recent events of each conversation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from msgspec import Struct


class Entry(Struct, frozen=True):
    """``frame`` is the finished text frame: the body with its ``seq`` (``transcript.numbered``)."""

    seq: int
    frame: str


class Follower(ABC):
    """One reader of one conversation from a given number on."""

    @abstractmethod
    def take(self) -> list[Entry]:
        """Everything after the last taken entry that is there now; never blocks.

        Raises ``JournalGap`` when the journal no longer reaches back: send the conversation whole.
        """

    @abstractmethod
    def close(self) -> None:
        """Stops the wake-up calls; harmless twice."""


class JournalGap(Exception):
    """The asked-for number is older than what the journal keeps, or of another epoch."""


class Journal(ABC):
    """Append gives the number. One ``epoch`` is one life: after a restart of a memory journal all
    epochs differ and a frame is sent the conversation whole."""

    @abstractmethod
    def append(self, conversation: str, body: str) -> int:
        """Numbers and keeps one event body (``transcript.body``); returns its ``seq`` (from 1)."""

    @abstractmethod
    def position(self, conversation: str) -> tuple[str, int]:
        """(epoch, last seq); seq 0 when nothing was appended in this life."""

    @abstractmethod
    def follow(
        self, conversation: str, epoch: str, after: int, wake: Callable[[], None]
    ) -> Follower:
        """A reader from ``after`` (exclusive). ``wake`` is called, without arguments and without
        blocking, when something was appended since the last ``take``. Raises ``JournalGap``."""

    @abstractmethod
    def is_followed(self, conversation: str) -> bool:
        """Whether anybody is shown what is appended to it."""

    @abstractmethod
    def send_command(self, run: str, command: str) -> None:
        """Hands a command ("stop") to a run's owner, wherever it is; lost if nobody owns it."""

    @abstractmethod
    def on_command(self, run: str, handler: Callable[[str], None]) -> Callable[[], None]:
        """Registers the owner's handler; returns how to take it off again."""
