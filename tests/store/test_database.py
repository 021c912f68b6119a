from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from widget.domain.errors import Misconfigured, StoreBusy
from widget.store.database import POOL_SIZE, Store, Transaction


@pytest.fixture
def counter(store: Store) -> Store:
    with store.begin() as tx:
        tx.execute(text("CREATE TABLE counter (n INTEGER PRIMARY KEY)"))
    return store


@pytest.fixture
def other_process(database: Path, store: Store) -> Iterator[sqlite3.Connection]:
    """A connection of its own, as another process would hold it."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def impatient(database: Path, store: Store) -> Iterator[Store]:
    """Another store on the same file, which waits for 50 ms only."""
    impatient = Store(f"sqlite:///{database}", secret_key=b"k" * 32, lock_limit_s=0.05)
    yield impatient
    impatient.close()


def add(tx: Transaction, number: int) -> None:
    tx.execute(text("INSERT INTO counter VALUES (:n)"), {"n": number})


def numbers(store: Store) -> list[int]:
    with store.read() as tx:
        return list(tx.scalars(text("SELECT n FROM counter ORDER BY n")))


def test_begin_commits_at_the_end(counter: Store) -> None:
    with counter.begin() as tx:
        add(tx, 1)

    assert numbers(counter) == [1]


def test_begin_rolls_back_on_an_exception(counter: Store) -> None:
    class Trouble(Exception):
        pass

    with contextlib.suppress(Trouble), counter.begin() as tx:
        add(tx, 1)
        raise Trouble

    assert numbers(counter) == []


def test_begin_serves_again_after_a_failed_statement(counter: Store) -> None:
    with contextlib.suppress(IntegrityError), counter.begin() as tx:
        add(tx, 1)
        add(tx, 1)

    with counter.begin() as tx:
        add(tx, 2)
    assert numbers(counter) == [2]


def test_read_sees_one_picture_while_a_writer_commits(counter: Store) -> None:
    with counter.read() as tx:
        with counter.begin() as writer:
            add(writer, 1)
        seen = tx.scalar(text("SELECT count(*) FROM counter"))

    assert seen == 0
    assert numbers(counter) == [1]


def test_a_nested_begin_is_named_instead_of_waiting_for_itself(counter: Store) -> None:
    with (
        counter.begin(),
        pytest.raises(RuntimeError, match="do not nest"),
        counter.begin(),
    ):
        pass


def test_writers_of_one_process_take_turns(counter: Store) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 50):
            with counter.begin() as tx:
                add(tx, number)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(numbers(counter)) == 200


def test_begin_waits_for_another_process(
    counter: Store, other_process: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_process.execute("BEGIN IMMEDIATE")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            other_process.execute("COMMIT")

    monkeypatch.setattr("time.sleep", pause)
    with counter.begin() as tx:
        add(tx, 1)

    assert len(pauses) == 3
    assert numbers(counter) == [1]


def test_begin_gives_up_after_its_limit(
    counter: Store, impatient: Store, other_process: sqlite3.Connection
) -> None:
    other_process.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreBusy, match="another process held the database"), impatient.begin():
        pass

    other_process.execute("COMMIT")
    with impatient.begin() as tx:
        add(tx, 1)
    assert numbers(counter) == [1]


def test_begin_gives_up_when_its_own_process_never_ends_one(impatient: Store) -> None:
    refused: list[StoreBusy] = []

    def write() -> None:
        try:
            with impatient.begin():
                pass
        except StoreBusy as error:
            refused.append(error)

    with impatient.begin():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert [str(one) for one in refused] == ["no turn to write within 0.05 s"]


def test_reading_is_not_stopped_by_another_process_that_writes(
    counter: Store, other_process: sqlite3.Connection
) -> None:
    other_process.execute("BEGIN IMMEDIATE")

    assert numbers(counter) == []


def test_reading_gives_up_when_all_connections_are_taken(impatient: Store) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(POOL_SIZE):
            stack.enter_context(impatient.read())

        with pytest.raises(StoreBusy, match="connections"), impatient.read():
            pass

    with impatient.read() as tx:
        assert tx.scalar(text("SELECT 1")) == 1


def test_the_file_is_set_up_for_greenlets_and_kills(store: Store) -> None:
    pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    with store.read() as tx:
        values = {one: tx.exec_driver_sql(f"PRAGMA {one}").scalar() for one in pragmas}

    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 0}


def test_check_finds_a_damaged_file(database: Path, store: Store) -> None:
    store.check()
    store.close()
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(Misconfigured, match=r"damaged|cannot be used"):
        store.check()


def test_a_file_that_is_no_database_is_named(database: Path) -> None:
    database.write_bytes(b"no database at all, but long enough to look at" * 100)
    store = Store(f"sqlite:///{database}", secret_key=b"k" * 32)

    with pytest.raises(Misconfigured, match="file is not a database"):
        store.migrate()
    store.close()


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file stands here")
    store = Store(f"sqlite:///{tmp_path / 'folder/chatdock.db'}", secret_key=b"k" * 32)

    with pytest.raises(Misconfigured, match="cannot be written"):
        store.migrate()


def test_reading_waits_for_a_process_that_has_the_file_to_itself(
    counter: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.close()
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("INSERT INTO counter VALUES (7)")
        pauses: list[float] = []

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 2:
                other.close()

        monkeypatch.setattr("time.sleep", pause)

        assert numbers(counter) == [7]
        assert len(pauses) == 2


def test_another_database_is_refused_in_a_sentence() -> None:
    with pytest.raises(Misconfigured, match="PostgreSQL"):
        Store("postgresql://user:password@host/name", secret_key=b"k" * 32)


GREENLETS = """
from gevent import monkey
monkey.patch_all()
import sys, time, gevent, sqlite3
from sqlalchemy import text
from widget.store.database import Store

store = Store(f"sqlite:///{sys.argv[1]}", secret_key=b"k" * 32)
with store.begin() as tx:
    tx.execute(text("CREATE TABLE counter (n INTEGER PRIMARY KEY)"))
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
ticks = 0
def tick():
    global ticks
    while ticks < 100:
        ticks += 1
        gevent.sleep(0.001)
    other.execute("COMMIT")
def write(number):
    with store.begin() as tx:
        tx.execute(text("INSERT INTO counter VALUES (:n)"), {"n": number})
        gevent.sleep(0.001)
gevent.joinall([gevent.spawn(tick), *(gevent.spawn(write, n) for n in range(20))], raise_error=True)
with store.read() as tx:
    print(ticks, tx.scalar(text("SELECT count(*) FROM counter")))
"""


def test_a_locked_file_does_not_stop_other_greenlets(database: Path, store: Store) -> None:
    """The lock is let go by a greenlet that must run a hundred times first: a wait that stopped the
    loop would never end."""
    done = subprocess.run(
        [sys.executable, "-c", GREENLETS, str(database)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.split() == ["100", "20"]
