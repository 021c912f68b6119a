from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from widget.store.database import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "chatdock.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{database}", secret_key=b"k" * 32)
    store.migrate()
    yield store
    store.close()
