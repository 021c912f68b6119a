"""How long a silent platform is waited for, where one timer watches over all connections."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.certificates import make_tls
from tests.fakes.upstream import Asked, Die, Reply, Stall, Step, Upstream, Wait
from widget.domain.errors import UpstreamInterrupted, UpstreamTimeout
from widget.providers.bodies import stream_bytes
from widget.providers.http import Patience, make_client
from widget.providers.watchdog import LOOK_EVERY_S, Waiting, Watchdog

ROOT = Path(__file__).parents[2]
PATIENCE_S = 2.0
LATE_S = 1.0
COARSE = Patience(first_byte_s=PATIENCE_S, between_bytes_s=PATIENCE_S)
SCRIPTS: dict[str, list[Step]] = {
    "/silent": [b"one ", Stall()],
    "/slow": [b"one ", Wait(PATIENCE_S * 0.7), b"two ", Wait(PATIENCE_S * 0.7), b"three"],
    "/slower": [b"one ", Wait(PATIENCE_S * 1.4), b"two"],
    "/dies": [b"one ", Wait(), Die(is_reset=True)],
}


def _answer(asked: Asked) -> Reply:
    return Reply(200, {}, SCRIPTS[asked.path])


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(_answer) as started:
        yield started


def _read(url: str) -> Iterator[bytes]:
    with make_client(patience=COARSE) as client, client.stream("GET", url) as response:
        yield from stream_bytes(response)


def _read_under_gevent(url: str, trust: Path | None = None) -> Any:
    trusted = {"SSL_CERT_FILE": str(trust)} if trust else {}
    done = subprocess.run(
        [sys.executable, "-m", "tests.providers.waiting", url, str(PATIENCE_S)],
        cwd=ROOT,
        env={**os.environ, **trusted},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_silence_ends_as_a_timeout_in_threads_too(upstream: Upstream) -> None:
    with pytest.raises(UpstreamTimeout, match=r"nothing came for 2 s"):
        list(_read(f"{upstream.url}/silent"))


def test_silence_ends_when_patience_does(upstream: Upstream) -> None:
    told = _read_under_gevent(f"{upstream.url}/silent")

    assert told["pieces"] == ["one "]
    assert told["error"] == "UpstreamTimeout: nothing came for 2 s"
    assert PATIENCE_S <= told["took_s"] < PATIENCE_S + LATE_S


def test_silence_ends_over_tls_too(tmp_path: Path) -> None:
    context, certificate = make_tls(tmp_path)
    with Upstream(_answer, tls=context) as upstream:
        told = _read_under_gevent(f"{upstream.url}/silent", certificate)

    assert told["error"] == "UpstreamTimeout: nothing came for 2 s"
    assert PATIENCE_S <= told["took_s"] < PATIENCE_S + LATE_S


def test_slow_platform_is_waited_for_each_time_anew(upstream: Upstream) -> None:
    told = _read_under_gevent(f"{upstream.url}/slow")

    assert (told["pieces"], told["error"]) == (["one ", "two ", "three"], "")


def test_patience_within_the_answer_is_not_that_for_its_beginning(upstream: Upstream) -> None:
    """What httpcore set on the socket for the head does not stay there."""
    longer = Patience(first_byte_s=PATIENCE_S, between_bytes_s=2 * PATIENCE_S)
    url = f"{upstream.url}/slower"

    with make_client(patience=longer) as client, client.stream("GET", url) as response:
        assert list(stream_bytes(response)) == [b"one ", b"two"]


def test_broken_connection_is_still_an_interruption(upstream: Upstream) -> None:
    with pytest.raises(UpstreamInterrupted, match="the connection broke"):
        list(_read(f"{upstream.url}/dies"))


class _Reader(Waiting):
    def __init__(self) -> None:
        super().__init__()
        self.gave_up = threading.Event()

    def _give_up(self) -> None:
        self.gave_up.set()


def test_nobody_is_given_up_early() -> None:
    reader = _Reader()
    reader.begin_wait(1.0)

    looks = 0
    while not reader.is_given_up:
        reader.look(LOOK_EVERY_S)
        looks += 1

    # The first look may have come at once, so three looks are a second at least.
    assert looks == 3


def test_each_wait_begins_anew_and_who_does_not_wait_is_left_alone() -> None:
    reader = _Reader()
    for _ in range(5):
        reader.begin_wait(1.0)
        reader.look(LOOK_EVERY_S)
        reader.look(LOOK_EVERY_S)
        reader.end_wait()
    for _ in range(9):
        reader.look(LOOK_EVERY_S)

    assert not reader.is_given_up


def test_watchdog_rests_when_nobody_is_left_and_wakes_again() -> None:
    before = set(threading.enumerate())
    dog = Watchdog()
    for _ in range(2):
        reader = _Reader()
        reader.begin_wait(0)
        dog.watch(reader)
        dog.watch(reader)
        (thread,) = set(threading.enumerate()) - before
        assert reader.gave_up.wait(5)

        del reader
        gc.collect()
        thread.join(5)
        assert not thread.is_alive()
