from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs.stage import Stage

MakeStage = Callable[..., Stage]


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[MakeStage]:
    """Processes on one database file; all are closed at the end."""
    made: list[Stage] = []

    def make(**choices: Any) -> Stage:
        made.append(Stage(tmp_path / "chatdock.db", **choices))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    """One process whose engine runs, without its keepers: a test starts what it is about."""
    return make_stage()
