"""How a socket follows a conversation: from where its screen stands, or from a whole picture."""

from __future__ import annotations

from collections.abc import Callable

from widget.domain.errors import StoreBusy
from widget.domain.sites import Caller
from widget.domain.transcript import ShownConversation
from widget.journal.base import Follower, JournalGap
from widget.runs import opening
from widget.runs.conversations import see
from widget.runs.engine import Engine

TRIES = 5

__all__ = ["Follower", "frames", "from_here", "from_start", "whole"]


def from_here(
    engine: Engine,
    caller: Caller,
    conversation: str,
    *,
    epoch: str,
    seq: int,
    wake: Callable[[], None],
) -> Follower | None:
    """Everything after ``seq``; None when the journal cannot say it: then show it ``whole``."""
    see(engine, caller, conversation)
    try:
        return engine.journal.follow(conversation, epoch, seq, wake)
    except JournalGap:
        return None


def from_start(
    engine: Engine, caller: Caller, conversation: str, wake: Callable[[], None]
) -> tuple[str, Follower | None]:
    """The epoch and all events of a conversation that the caller has begun a moment ago. Its answer
    may have ended already."""
    see(engine, caller, conversation)
    epoch, _ = engine.journal.position(conversation)
    try:
        return epoch, engine.journal.follow(conversation, epoch, 0, wake)
    except JournalGap:
        return epoch, None


def whole(
    engine: Engine, caller: Caller, conversation: str | None, wake: Callable[[], None]
) -> tuple[ShownConversation, Follower | None]:
    """The conversation (None: the visitor's latest), and what comes after that picture of it.

    There is nothing to follow in an empty conversation, whose id is empty too.
    """
    for _ in range(TRIES):
        shown = opening.show(engine, caller, conversation)
        if not shown.id:
            return shown, None
        see(engine, caller, shown.id)
        try:
            return shown, engine.journal.follow(shown.id, shown.epoch, shown.seq, wake)
        except JournalGap:
            continue  # so much was appended since that the journal no longer reaches back
    raise StoreBusy(f"conversation {shown.id} changes faster than it can be shown")


def frames(follower: Follower) -> list[str] | None:
    """The text frames that are new; None when some are missing: then show it ``whole`` again."""
    try:
        return [entry.frame for entry in follower.take()]
    except JournalGap:
        return None
