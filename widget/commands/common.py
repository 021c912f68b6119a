"""What every command shares: where settings come from, the store, and how trouble is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from widget.config import Settings, load_settings
from widget.domain.errors import ChatdockError
from widget.store.database import Store

Command = TypeVar("Command", bound=Callable[..., Any])


def place_options(command: Command) -> Command:
    """``--config`` and ``--data``, which say what server a command is about."""
    command = click.option("--data", metavar="DIR", help="Folder of database and secret key.")(
        command
    )
    return click.option("--config", metavar="FILE", help="Configuration file (chatdock.toml).")(
        command
    )


@contextmanager
def told_plainly() -> Iterator[None]:
    """Our own errors become their sentence on stderr and exit code 1; others keep a traceback."""
    try:
        yield
    except ChatdockError as error:
        raise click.ClickException(str(error)) from error
    except RecursionError:
        raise click.ClickException("The file nests tables or lists too deep to be read.") from None


@contextmanager
def opened(**command_line: str | None) -> Iterator[tuple[Settings, Store]]:
    """Settings and a migrated store, closed at the end."""
    with told_plainly():
        settings = load_settings(command_line)
        store = open_store(settings)
        try:
            yield settings, store
        finally:
            store.close()


def open_store(settings: Settings) -> Store:
    store = Store(
        settings.database_url,
        secret_key=settings.secret_key,
        uploads=settings.data / "uploads",
    )
    store.migrate()
    return store


def shown(path: Path) -> str:
    """A path as short as a person would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
