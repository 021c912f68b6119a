"""The server's secret key: given, or made on the first start and kept beside the database."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from widget.domain.errors import Misconfigured

SHORTEST = 32
HOW_TO_MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def read_or_make_secret_key(given: str, data: Path, *, database: Path) -> bytes:
    """The key as given, else from ``<data>/secret.key``, made unless a database needs the old."""
    if given:
        return _checked(given, "CHATDOCK_SECRET_KEY")
    path = data / "secret.key"
    if not path.exists():
        _refuse_a_new_key_for_an_old_database(path, database)
        _make(path)
    return _checked(_read(path), str(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}.") from None


def _checked(key: str, source: str) -> bytes:
    if len(key) < SHORTEST:
        raise Misconfigured(
            f"{source} must have {SHORTEST} characters or more; {HOW_TO_MAKE} prints a good one."
        )
    return key.encode()


def _refuse_a_new_key_for_an_old_database(path: Path, database: Path) -> None:
    if database.exists():
        raise Misconfigured(
            f"{path} is missing, but {database} was written with it: put it back from your backup,"
            " or give the key that was used as CHATDOCK_SECRET_KEY."
        )


def _make(path: Path) -> None:
    """Whole or not at all, and readable for us alone; of two first starts at once one wins."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret.key.")  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        try:
            os.link(name, path)  # refuses to replace one that is there
        finally:
            os.unlink(name)
    except FileExistsError:
        return
    except OSError as error:
        raise Misconfigured(f"The data folder {path.parent} cannot be written: {error}.") from None
