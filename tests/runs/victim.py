"""A process to be killed: answers one message in words, and says on its output what it has done.

    python -m gevent.monkey --module tests.runs.victim DATABASE

``sent <message>`` when a message is acknowledged, ``word <n>`` when the answer has grown.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gevent

from tests.runs.stage import Stage
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Turn
from widget.runs.engine import Timing

WORDS_PER_S = 100


def words(since: int = 0) -> Iterator[RunEvent]:
    """An endless answer, in which every word can be told from every other."""
    number = since
    while True:
        yield events.TextDelta(f"{number} ")
        yield events.Cursor(str(number))
        number += 1


def script(turn: Turn) -> Iterator[RunEvent]:
    yield events.RunStarted("up-conversation", "up-run", "up-message")
    for event in words():
        yield event
        if isinstance(event, events.Cursor):
            say("word", event.value)
            time.sleep(1 / WORDS_PER_S)


def say(*what: str) -> None:
    sys.stdout.write(" ".join(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    stage = Stage(Path(sys.argv[1]), timing=Timing())
    stage.provider.script = script
    stage.engine.start()
    say("sent", stage.send("Count for me").message)
    gevent.sleep(60)
