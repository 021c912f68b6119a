"""The bytes of attachments: one file each in a folder of our own, which nobody else may read.

A file is written beside its place and moved there whole. Disks are slow where the loop must not
wait, so what touches one runs in a thread of gevent's pool.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

import gevent

Result = TypeVar("Result")

PIECE = 262_144
COMING = "coming-"


def aside(work: Callable[..., Result], *arguments: Any) -> Result:
    """``work(*arguments)`` in a thread, while others go on; same result, same exception."""
    done, failed = gevent.get_hub().threadpool.apply(_tried, (work, arguments))
    if failed is not None:
        raise failed
    result: Result = done
    return result


class Incoming:
    """A file that is being received: at most ``limit`` bytes of it are written, the rest is only
    counted, and so is what would leave the disk less than ``kept_free``. A binary stream as far as
    a form parser needs one."""

    def __init__(self, folder: Path, limit: int, kept_free: int = 0) -> None:
        self.path = folder / f"{COMING}{secrets.token_hex(8)}"
        self.size = 0
        self.lacks_room = False
        self._limit = limit
        self._kept_free = kept_free
        self._held = bytearray()
        self._file: IO[bytes] | None = aside(_open_new, self.path)

    @property
    def is_too_large(self) -> bool:
        return self.size > self._limit

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if not self.is_too_large:
            self._held += data
            if len(self._held) >= PIECE:
                self._flush()
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """A form parser rewinds what it has written; that is its end."""
        self.finish()
        return 0

    def finish(self) -> None:
        """Everything is on the disk."""
        if self._file is None:
            return
        self._flush()
        file, self._file = self._file, None
        aside(_close_safely, file)

    def drop(self) -> None:
        """Forgets what was not moved to its place; harmless twice and after that."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
        self._held.clear()
        with suppress(FileNotFoundError):
            self.path.unlink()

    close = drop

    def _flush(self) -> None:
        if self._held and self._file is not None:
            held, self._held = self._held, bytearray()
            self.lacks_room = self.lacks_room or free_on(self.path.parent) < self._kept_free
            if not self.lacks_room:
                aside(_write_all, self._file, held)


class Files:
    """The folder. It is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def receive(self, limit: int, kept_free: int = 0) -> Incoming:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Incoming(self.folder, limit, kept_free)

    def keep(self, incoming: Incoming, attachment: str) -> None:
        incoming.finish()
        incoming.path.replace(self.path(attachment))

    def write(self, attachment: str, data: bytes) -> None:
        """A file whose bytes are here already."""
        incoming = self.receive(len(data))
        try:
            incoming.write(data)
            self.keep(incoming, attachment)
        finally:
            incoming.drop()

    def path(self, attachment: str) -> Path:
        """Where the bytes of an attachment are; ids are our own and hold no path."""
        return self.folder / attachment

    def has(self, attachment: str) -> bool:
        return self.path(attachment).is_file()

    def remove(self, *attachments: str) -> None:
        for attachment in attachments:
            with suppress(FileNotFoundError):
                self.path(attachment).unlink()

    def read(self, attachment: str) -> Iterator[bytes]:
        """Its bytes in pieces; ``FileNotFoundError`` at once when there are none."""
        return _pieces(aside(self.path(attachment).open, "rb"))

    def free(self) -> int:
        """Bytes that the disk still has room for."""
        nearest = next(path for path in (self.folder, *self.folder.parents) if path.exists())
        return free_on(nearest)

    def older_than(self, age_s: float) -> list[str]:
        """Every file that was last written so long ago, half-received ones too."""
        return aside(_older_than, self.folder, time.time() - age_s)


def free_on(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _tried(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """Caught here: gevent would print the exception, with the arguments, to the log."""
    try:
        return work(*arguments), None
    except Exception as error:
        return None, error


def _open_new(path: Path) -> IO[bytes]:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
    return os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0)


def _write_all(file: IO[bytes], data: bytearray) -> None:
    """A disk that is filling up takes a part, and says so only when it is given the rest."""
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            done += file.write(view[done:])


def _close_safely(file: IO[bytes]) -> None:
    os.fsync(file.fileno())
    file.close()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := aside(file.read, PIECE):
            yield piece


def _older_than(folder: Path, moment: float) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [one.name for one in entries if one.is_file() and one.stat().st_mtime < moment]
