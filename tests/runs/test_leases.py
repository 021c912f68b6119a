"""Who may take a run over, and when. Two stages on one database file are two processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import gevent
import msgspec
import pytest

from tests.runs.acts import (
    end_leases,
    leave_behind,
)
from tests.runs.conftest import MakeStage
from tests.runs.stage import FAST, Gate, Stage, answer
from widget.domain import events
from widget.domain.events import RunEvent
from widget.providers.base import Capabilities, Turn, UpstreamRef
from widget.runs import resume
from widget.runs.owner import is_gone, new_owner
from widget.store.runs import ownerless_runs

JOIN = Capabilities(join=True)


def test_a_live_lease_is_never_stolen(former: Stage, next_one: Stage) -> None:
    leave_behind(former, events.RunStarted("c", "r"))

    resume.sweep(next_one.engine)

    assert next_one.engine.live == {}
    assert next_one.rows("SELECT owner FROM runs") == [("former",)]


def test_a_lease_that_is_kept_alive_outlives_its_length(
    make_stage: MakeStage, next_one: Stage
) -> None:
    living = make_stage(owner="living", timing=msgspec.structs.replace(FAST, lease_s=0.2))
    gate = Gate()

    def script(turn: Turn) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("Late.")

    living.provider.script = script
    living.engine.start()
    living.send()
    gate.reached()
    ends_at = living.engine.clock() + timedelta(seconds=0.6)

    while living.engine.clock() < ends_at:
        resume.sweep(next_one.engine)
        gevent.sleep(0.01)
    gate.open()
    living.settle()

    assert next_one.engine.live == {}
    assert living.shown_answer().parts[0].html == "<p>Late.</p>"


def test_only_one_of_two_processes_takes_over(former: Stage, make_stage: MakeStage) -> None:
    leave_behind(former, events.RunStarted("c", "r"), events.Cursor("1"))
    end_leases(former)
    rivals = [make_stage(owner="a"), make_stage(owner="b")]
    gate = Gate()

    def join(ref: UpstreamRef) -> Iterator[RunEvent]:
        gate.wait()
        yield from answer("x")

    for rival in rivals:
        rival.provider.offers = JOIN
        rival.provider.join_script = join
    with former.store.read() as tx:
        (run,) = ownerless_runs(tx, at=former.engine.clock())

    for rival in rivals:
        resume.take_over(rival.engine, run)

    assert [len(rival.engine.live) for rival in rivals] == [1, 0]
    gate.open()
    rivals[0].settle()


def test_a_process_that_is_gone_needs_no_patience(make_stage: MakeStage, next_one: Stage) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "from widget.runs.owner import new_owner; print(new_owner())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    crashed = make_stage(owner=dead, timing=msgspec.structs.replace(FAST, lease_s=3600))
    leave_behind(crashed, events.TextDelta("Half"))

    resume.sweep(next_one.engine)
    next_one.settle()

    assert is_gone(dead)
    assert next_one.shown_answer().state == "interrupted"


@pytest.mark.parametrize(
    "owner",
    ["", "former", "another-machine.1.1", pytest.param(f"{new_owner()}0", id="later"), "a.b.c"],
)
def test_an_owner_that_cannot_be_judged_is_not_gone(owner: str) -> None:
    machine, pid, start = new_owner().rsplit(".", 2)

    assert not is_gone(new_owner())
    assert is_gone(f"{machine}.{pid}.{int(start) + 1}")
    assert is_gone(owner) == (owner == f"{new_owner()}0")
