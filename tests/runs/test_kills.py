"""A process is killed in the middle of an answer; the next one finds everything it must."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.conftest import MakeStage
from tests.runs.stage import Stage, until
from tests.runs.victim import WORDS_PER_S, words
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, UpstreamRef

MAY_BE_LOST_S = 2


class Victim:
    def __init__(self, database: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gevent.monkey", "--module", "tests.runs.victim", str(database)],
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self, what: str) -> str:
        """Waits for a line that begins so, and gives the rest of it."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(what):
                return line.removeprefix(what).strip()
        raise AssertionError(f"the process ended before it said {what!r}")

    def kill(self) -> list[str]:
        """SIGKILL; what it had said until then and nobody had read."""
        self._process.send_signal(signal.SIGKILL)
        rest, _ = self._process.communicate(timeout=10)
        return str(rest).splitlines()


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    victim = Victim(tmp_path / "chatdock.db")
    yield victim
    victim.kill()


def stored_words(stage: Stage) -> list[str]:
    ((text,),) = stage.rows("SELECT text FROM parts WHERE message IN (SELECT answer FROM runs)")
    return str(text).split()


def test_an_acknowledged_message_survives_a_kill_in_the_next_moment(
    victim: Victim, make_stage: MakeStage
) -> None:
    message = victim.said("sent")
    victim.kill()

    stage = make_stage()
    stage.engine.start()
    until(lambda: stage.shown_answer().state == "interrupted")

    assert stage.shown().messages[0].id == message
    assert stage.shown().messages[0].parts[0].text == "Count for me"


def test_a_killed_process_loses_at_most_two_seconds_of_an_answer(
    victim: Victim, make_stage: MakeStage
) -> None:
    victim.said(f"word {3 * WORDS_PER_S}")
    last_said = [line for line in victim.kill() if line.startswith("word")]
    written = 3 * WORDS_PER_S + len(last_said)

    stage = make_stage()
    stage.engine.start()
    until(lambda: stage.shown_answer().state == "interrupted")

    stored = stored_words(stage)
    assert stored == [str(number) for number in range(len(stored))]
    assert len(stored) >= written - MAY_BE_LOST_S * WORDS_PER_S


def test_a_joined_answer_has_every_word_once(victim: Victim, make_stage: MakeStage) -> None:
    victim.said(f"word {2 * WORDS_PER_S}")
    victim.kill()

    def rest(ref: UpstreamRef) -> Iterator[RunEvent]:
        assert ref.cursor is not None
        for event in words(int(ref.cursor) + 1):
            yield event
            if event == events.Cursor("500"):
                yield events.RunCompleted()

    stage = make_stage()
    stage.provider.offers = Capabilities(join=True)
    stage.provider.join_script = rest
    stage.engine.start()
    until(lambda: stage.shown_answer().state == "done")

    (ref,) = stage.provider.joins
    assert (ref.upstream_conversation, ref.upstream_run) == ("up-conversation", "up-run")
    assert stored_words(stage) == [str(number) for number in range(501)]


def test_the_platforms_ids_survive_a_kill_right_after_the_start(
    victim: Victim, make_stage: MakeStage
) -> None:
    victim.said("word 10")
    victim.kill()

    stage = make_stage()

    assert stage.rows("SELECT upstream_run FROM runs") == [("up-run",)]
