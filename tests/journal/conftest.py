from __future__ import annotations

from collections.abc import Callable

import pytest

from widget.journal.base import Journal
from widget.journal.memory import MemoryJournal

# Every journal there is passes the same suite; ``small`` keeps eight entries of a conversation.
JOURNALS: dict[str, Callable[[], Journal]] = {"memory": MemoryJournal}
SMALL_JOURNALS: dict[str, Callable[[], Journal]] = {"memory": lambda: MemoryJournal(max_entries=8)}


@pytest.fixture(params=sorted(JOURNALS))
def journal(request: pytest.FixtureRequest) -> Journal:
    return JOURNALS[request.param]()


@pytest.fixture(params=sorted(SMALL_JOURNALS))
def small_journal(request: pytest.FixtureRequest) -> Journal:
    return SMALL_JOURNALS[request.param]()


@pytest.fixture(params=sorted(JOURNALS))
def two_lives(request: pytest.FixtureRequest) -> tuple[Journal, Journal]:
    """A journal, and the one after a restart that lost it."""
    make = JOURNALS[request.param]
    return make(), make()
