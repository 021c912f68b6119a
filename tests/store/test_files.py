"""The folder of files: whole or not there, and nobody else's."""

from __future__ import annotations

import os
import resource
import stat
import time
from pathlib import Path

import gevent
import pytest

from widget.store.files import PIECE, Files, aside

LIMIT = 3 * PIECE


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "deep" / "uploads")


def read(files: Files, name: str) -> bytes:
    return b"".join(files.read(name))


def test_a_file_is_there_whole_or_not_at_all(files: Files) -> None:
    incoming = files.receive(LIMIT)
    data = os.urandom(PIECE + 7)
    incoming.write(data[:1000])
    incoming.write(data[1000:])

    assert not files.has("att_1")
    files.keep(incoming, "att_1")

    assert read(files, "att_1") == data
    assert [one.name for one in files.folder.iterdir()] == ["att_1"]
    assert incoming.size == len(data)


def test_files_and_folder_are_ours_alone(files: Files) -> None:
    files.write("att_1", b"x")

    assert stat.S_IMODE(files.path("att_1").stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700


def test_no_more_than_the_limit_is_written(files: Files) -> None:
    incoming = files.receive(PIECE)
    for _ in range(10):
        incoming.write(bytes(PIECE))
    incoming.seek(0)

    assert incoming.is_too_large
    assert incoming.size == 10 * PIECE
    assert incoming.path.stat().st_size == PIECE
    incoming.drop()


def test_what_is_dropped_is_gone_and_dropping_is_harmless(files: Files) -> None:
    incoming = files.receive(LIMIT)
    incoming.write(b"x" * PIECE)
    incoming.drop()
    incoming.drop()

    assert list(files.folder.iterdir()) == []


def test_what_was_kept_is_not_dropped(files: Files) -> None:
    incoming = files.receive(LIMIT)
    incoming.write(b"kept")
    files.keep(incoming, "att_1")
    incoming.drop()

    assert read(files, "att_1") == b"kept"


def test_removing_takes_what_is_there(files: Files) -> None:
    files.write("att_1", b"x")
    files.remove("att_1", "att_2")

    assert not files.has("att_1")
    with pytest.raises(FileNotFoundError):
        files.read("att_1")


def test_old_files_are_found_by_age(files: Files) -> None:
    assert files.older_than(0) == []
    files.write("att_old", b"x")
    files.write("att_new", b"x")
    before = time.time() - 100
    os.utime(files.path("att_old"), (before, before))

    assert files.older_than(50) == ["att_old"]


def test_room_is_told_before_the_folder_is_there(files: Files) -> None:
    assert not files.folder.exists()
    assert files.free() > 0


def test_a_disk_that_fills_up_meanwhile_keeps_what_is_to_be_free(files: Files) -> None:
    incoming = files.receive(LIMIT, kept_free=1 << 60)
    incoming.write(bytes(2 * PIECE))
    incoming.finish()

    assert incoming.lacks_room
    assert incoming.path.stat().st_size == 0
    incoming.drop()
    assert list(files.folder.iterdir()) == []


def test_a_file_that_the_disk_takes_half_of_is_not_kept(files: Files) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    incoming = files.receive(LIMIT)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PIECE // 2, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            incoming.write(bytes(PIECE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    incoming.drop()

    assert list(files.folder.iterdir()) == []


def test_the_loop_turns_while_a_disk_is_slow() -> None:
    turns = 0

    def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            gevent.sleep(0)

    counter = gevent.spawn(count)
    aside(_busy)
    counter.kill()

    assert turns > 10


def _busy() -> None:
    ends_at = time.monotonic() + 0.1
    while time.monotonic() < ends_at:
        os.getpid()


def test_what_fails_aside_fails_here_and_tells_nobody_else(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ZeroDivisionError):
        aside(lambda secret: 1 / 0, "secret")

    assert capfd.readouterr().err == ""
