"""The database: one transaction per use, and never a wait that stops the event loop.

SQLite waits for a lock inside C, where gevent cannot switch, so its own waiting is off
(``timeout=0``) and we wait here: in this process in a queue, for other processes by trying again
after a sleep, which under gevent lets every other greenlet run.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from widget.domain.errors import Misconfigured, StoreBusy
from widget.store.cipher import Cipher
from widget.store.files import Files
from widget.store.migrations.newest import is_newest

# What the functions of this layer take first; use cases hand it on without speaking SQL.
Transaction = Connection

Result = TypeVar("Result")

LOCK_LIMIT_S = 5.0
FIRST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.05
POOL_SIZE = 8


class Store:
    """One database file, and the folder of the files that its rows name: ``files``, by default
    beside it. Not to be carried over a fork: ``close`` first, or make it after."""

    def __init__(
        self,
        url: str,
        *,
        secret_key: bytes,
        lock_limit_s: float = LOCK_LIMIT_S,
        uploads: Path | None = None,
    ) -> None:
        self.cipher = Cipher(secret_key)
        self._lock_limit_s = lock_limit_s
        self._engine = _make_engine(url, lock_limit_s)
        database = Path(self._engine.url.database or "")
        self.files = Files(uploads or database.parent / "uploads")
        self._writers = _Queue(lock_limit_s)

    def migrate(self) -> None:
        """Makes the file where there is none, and the tables as this version wants them."""
        _make_private(Path(self._engine.url.database or ""))
        self._turn_on_wal()
        with self.read() as tx:
            if is_newest(tx):
                return
        # Alembic is slow to import and only a new version needs it.
        from widget.store.migrations.upgrade import upgrade  # noqa: PLC0415

        with self.begin() as tx:
            upgrade(tx)

    def begin(self) -> AbstractContextManager[Connection]:
        """A write transaction: committed at the end of the block, rolled back by an exception.

        Writers of this process take turns. Keep the block short and free of I/O: another process
        waits for it at most ``LOCK_LIMIT_S``.
        """
        return self._begin()

    def read(self) -> AbstractContextManager[Connection]:
        """A read transaction: one consistent picture, never blocked by a writer."""
        return self._read()

    def check(self) -> None:
        """Raises ``Misconfigured`` when the file is damaged or cannot be written.

        Looking through it takes a while, so no write lock is held meanwhile.
        """
        try:
            with self.begin():
                pass
            with self.read() as tx:
                fault = tx.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        except DBAPIError as error:
            raise Misconfigured(f"The database cannot be used: {error.orig}.") from error
        if fault != "ok":
            raise Misconfigured(f"The database is damaged: {fault}. Restore it from your backup.")

    def close(self) -> None:
        """Gives back every idle connection."""
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._writers.turn(), self._connect() as tx, tx.begin():
            self._start(tx, "BEGIN IMMEDIATE")
            yield tx

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._connect() as tx, tx.begin():
            # A deferred BEGIN takes no lock; the first read does, so it happens here, inside the
            # retry, and no query after it can find the file locked.
            self._start(tx, "BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1")
            yield tx

    def _connect(self) -> Connection:
        try:
            return _retry(self._engine.connect, self._lock_limit_s)
        except PoolTimeout as error:
            raise StoreBusy(f"all {POOL_SIZE} connections to the database are taken") from error

    def _turn_on_wal(self) -> None:
        """Write-ahead log: readers and the writer do not stop each other. The file remembers it."""
        with self._connect() as tx:
            _retry(lambda: _raw(tx).execute("PRAGMA journal_mode = WAL"), self._lock_limit_s)

    def _start(self, tx: Connection, *statements: str) -> None:
        connection = _raw(tx)

        def start() -> None:
            if connection.in_transaction:
                connection.rollback()
            for statement in statements:
                connection.execute(statement)

        _retry(start, self._lock_limit_s)


class _Queue:
    """Lets this process's writers through one at a time, so that they do not poll each other."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._owner == me:
            raise RuntimeError("a write transaction is open here already: pass it on, do not nest")
        if not self._lock.acquire(timeout=self._limit_s):
            raise StoreBusy(f"no turn to write within {self._limit_s:g} s")
        self._owner = me
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()


def _make_engine(url: str, limit_s: float) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        raise Misconfigured(
            "The database must be SQLite (sqlite:///…): PostgreSQL is not there yet."
        )
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=limit_s,
        pool_use_lifo=True,
        hide_parameters=True,  # what is stored must not be told by an error that is logged
        connect_args={"timeout": 0, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _make_private(file: Path) -> None:
    """Conversations concern nobody else: the file, and so its companions, are ours alone.

    One that is there is left alone: to open and close it would drop every lock that other
    connections of this process hold on it.
    """
    if file.exists():
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Misconfigured(f"The database {file} cannot be written: {error.strerror}.") from None


def _prepare(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # With the write-ahead log, NORMAL survives a killed process; only a power cut may take back
    # the last commits, and the file stays whole.
    connection.execute("PRAGMA synchronous = NORMAL")


def _raw(tx: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", tx.connection.dbapi_connection)


def _retry(action: Callable[[], Result], limit_s: float) -> Result:
    """What ``action`` gives once the file is not locked, sleeping in between."""
    gives_up_at = time.monotonic() + limit_s
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return action()
        except (sqlite3.DatabaseError, DBAPIError) as error:
            if not _is_lock(error):
                raise Misconfigured(f"The database cannot be used: {_original(error)}.") from error
            if time.monotonic() >= gives_up_at:
                raise StoreBusy(f"another process held the database for {limit_s:g} s") from error
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def _is_lock(error: Exception) -> bool:
    """Whether it is a lock; the low byte names the kind, the others its variety."""
    code = getattr(_original(error), "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _original(error: Exception) -> BaseException:
    """The driver's own error, also where SQLAlchemy wrapped it."""
    return (error.orig or error) if isinstance(error, DBAPIError) else error
