"""Who may import whom: the contracts in pyproject.toml catch one planted breach for each rule."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.foreign import foreign_environ

ROOT = Path(__file__).parents[2]
BREACHES = {
    "widget/domain/errors.py": ["import flask", "import sqlalchemy", "import httpx",
                                "import widget.store.tables"],
    "widget/store/tables.py": ["import widget.providers.base", "import flask", "import httpx",
                               "import widget.runs.engine"],
    "widget/providers/base.py": ["import widget.store.tables", "import flask",
                                 "import widget.render.markdown"],
    "widget/journal/base.py": ["import widget.store.tables", "import flask"],
    "widget/render/markdown.py": ["import widget.journal.base", "import httpx"],
    "widget/runs/engine.py": ["import flask", "import widget.web.wire", "import sqlalchemy",
                              "import widget.providers.demo.provider"],
    "widget/web/wire.py": ["import sqlalchemy", "import httpx", "import widget.store.tables",
                           "import widget.providers.base", "import widget.journal.base",
                           "import widget.render.markdown"],
}  # fmt: skip
PLANTS = [(path, line) for path, lines in BREACHES.items() for line in lines]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "widget", folder / "widget")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_layers_hold_as_the_code_stands(tree: Path) -> None:
    assert _lint(tree).returncode == 0


@pytest.fixture(scope="module")
def broken(tree: Path) -> str:
    """What is said of all breaches at once: each is named, with the line that it stands in."""
    before = {tree / path: (tree / path).read_text() for path in BREACHES}
    for path, lines in BREACHES.items():
        (tree / path).write_text("\n".join([before[tree / path], *lines, ""]))
    found = _lint(tree)
    for file, text in before.items():
        file.write_text(text)
    assert found.returncode == 1
    return found.stdout


@pytest.mark.parametrize(("path", "line"), PLANTS)
def test_layers_catch_a_planted_import(broken: str, path: str, line: str) -> None:
    importer = path.removesuffix(".py").replace("/", ".")
    imported = line.removeprefix("import ")

    # By itself: not as the first step of a longer way, which stands in the lines below it.
    alone = rf"^- +{importer} -> {imported} \(l\.\d+\)\n(?! +\S+ ->)"
    assert re.search(alone, broken, re.MULTILINE)


def _lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(
        command, cwd=tree, env=foreign_environ(), capture_output=True, text=True, check=False
    )
