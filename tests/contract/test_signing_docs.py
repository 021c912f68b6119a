"""The programs of docs/embedding.md that sign a user token: run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from widget.domain.sites import Identity
from widget.runs.identity import read_user_token
from widget.store.database import Store
from widget.store.sites import identity_secrets

PAGE = (Path(__file__).parents[2] / "docs/embedding.md").read_text()
# Language of the block: its file, and what runs it.
RUNTIMES = {
    "python": ("sign.py", (sys.executable,)),
    "js": ("sign.cjs", ("node",)),
    "php": ("sign.php", ("php",)),
    "java": ("UserToken.java", ("java",)),
    "go": ("sign.go", ("go", "run")),
}


def program(language: str) -> str:
    _, _, chapter = PAGE.partition("### Sign\n")
    chapter = chapter.split("\n### ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", chapter, re.DOTALL)
    assert len(found) == 1, language
    text: str = found[0]
    return text


@pytest.mark.parametrize("language", RUNTIMES)
def test_program_signs_a_token_that_is_taken(language: str, store: Store, tmp_path: Path) -> None:
    name, (command, *arguments) = RUNTIMES[language]
    runtime = shutil.which(command)
    if runtime is None:
        pytest.skip(f"{command} is not installed: scripts/machine signing")
    (tmp_path / name).write_text(program(language), encoding="utf-8")
    with store.read() as tx:
        secret = identity_secrets(tx, "acme", store.cipher)[0]

    done = subprocess.run(
        [runtime, *arguments, str(tmp_path / name)],
        env={
            **os.environ,
            "CHATDOCK_IDENTITY_SECRET": secret,
            "JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8",
            "GOCACHE": str(tmp_path / "go"),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    found = read_user_token(store, "acme", done.stdout.strip())
    assert found == Identity("u-1042", "林雨 Lin", {"plan": "gold"}, ends_at=found.ends_at)
    assert 3_400 < found.ends_at - time.time() <= 3_601
