"""Whether the tables are as this version wants them, told without Alembic, which takes longer to
import than most commands take to run."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parent / "versions"


def newest() -> str:
    """The last revision: ``r0003_replies.py`` holds ``0003``."""
    return max(file.stem[1:5] for file in VERSIONS.glob("r*.py"))


def is_newest(connection: Connection) -> bool:
    """False also for a database that has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [newest()]
