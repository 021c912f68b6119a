"""A database as it is when nobody has written into it: made once in a process, then copied.

Making the tables takes longer than most tests. That a command or a server makes what is not there
shows where no copy lies: ``tests/cli`` and ``tests/store``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from widget.config import load_settings
from widget.store.database import Store


def lay_data(data: Path) -> None:
    """A data folder as a command leaves it that has nothing to do; what is there stays."""
    if not data.exists():
        load_settings({"data": str(data)}, environ={})  # which makes the secret key
        lay_database(data)


def lay_database(folder: Path) -> None:
    """Puts an empty ``chatdock.db`` with all tables into the folder, unless one is there."""
    database = folder / "chatdock.db"
    if not database.exists():
        database.touch(0o600)
        database.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        database = Path(folder) / "chatdock.db"
        store = Store(f"sqlite:///{database}", secret_key=b"k" * 32)
        store.migrate()
        store.close()
        return database.read_bytes()
