"""Starting programs whose lines are not counted: those that are not ours, or not yet."""

from __future__ import annotations

import os


def foreign_environ(**more: str) -> dict[str, str]:
    """Ours, but for what has a Python program count the lines that it runs, which takes it thrice
    the time."""
    ours = {name: one for name, one in os.environ.items() if not name.startswith("COVERAGE_")}
    return {**ours, **more}
