from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import lay_database
from tests.runs.stage import Stage
from widget.providers.base import Capabilities

MakeStage = Callable[..., Stage]


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[MakeStage]:
    """Processes on one database file; all are closed at the end."""
    made: list[Stage] = []
    lay_database(tmp_path)

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


@pytest.fixture
def former(make_stage: MakeStage) -> Stage:
    return make_stage(owner="former")


@pytest.fixture
def next_one(make_stage: MakeStage) -> Stage:
    stage = make_stage(owner="next")
    stage.provider.offers = Capabilities(join=True)
    return stage
