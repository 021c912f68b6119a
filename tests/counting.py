"""Where lines are counted: not again and again, for it doubles the time that they take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.warm import COUNTING

HERE = Path(__file__).parent
# Tests of these folders count what they and the programs do that they start; of those nothing,
# since they go again where others went; and of all other folders what they do themselves.
PROGRAMS_TOO = ("cli", "web")
NOTHING = ("contract", "security")


@contextmanager
def counted_for(path: Path, config: pytest.Config) -> Iterator[None]:
    """While the tests of a file run."""
    folder = path.relative_to(HERE).parts[0]
    if folder in PROGRAMS_TOO:
        yield
    elif folder in NOTHING:
        with uncounted(config):
            yield
    else:
        with _uncounted_programs():
            yield


@contextmanager
def uncounted(config: pytest.Config) -> Iterator[None]:
    """What runs meanwhile is not counted, here and in the programs that start."""
    plugin = config.pluginmanager.getplugin("_cov")
    controller = plugin and plugin.cov_controller
    if not controller:
        yield
        return
    controller.pause()
    try:
        with _uncounted_programs():
            yield
    finally:
        controller.resume()


@contextmanager
def _uncounted_programs() -> Iterator[None]:
    counting = os.environ.pop(COUNTING, None)
    try:
        yield
    finally:
        if counting:
            os.environ[COUNTING] = counting
