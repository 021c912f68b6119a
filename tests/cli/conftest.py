from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import warm
from widget.config import Settings, load_settings
from widget.store.database import Store

Result = subprocess.CompletedProcess[str]
Chatdock = Callable[..., Result]

SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.provider]
kind = "demo"
"""


@pytest.fixture
def environ() -> dict[str, str]:
    """The machine's environment without settings of its own."""
    return {name: text for name, text in os.environ.items() if not name.startswith("CHATDOCK_")}


@pytest.fixture
def chatdock(tmp_path: Path, environ: dict[str, str]) -> Chatdock:
    """Runs the real command in a folder of its own; keywords are environment variables."""

    def run(*arguments: str, **variables: str) -> Result:
        return warm.run(arguments, {**environ, **variables}, tmp_path)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], None]:
    """Writes ``chatdock.toml``."""

    def write_file(text: str) -> None:
        (tmp_path / "chatdock.toml").write_text(text, encoding="utf-8")

    return write_file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those that the command works with."""
    return load_settings({"data": str(tmp_path / "data"), "config": None}, environ={})


@pytest.fixture
def store(settings: Settings) -> Store:
    """What the command wrote, read beside it."""
    store = Store(settings.database_url, secret_key=settings.secret_key)
    store.migrate()
    return store
