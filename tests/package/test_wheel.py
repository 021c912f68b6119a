"""The wheel, installed in an empty environment and folder, serves the whole page.

``static/``, ``templates/`` and the catalogues stand outside the package in a checkout and must come
along.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds nothing but the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("chatdock-*.whl")
    venv.create(folder / "env")
    pip = (sys.executable, "-m", "pip", "--python", str(folder / "env/bin/python"))
    constraint = str(ROOT / "requirements.txt")
    _run(*pip, "install", "--quiet", "--no-compile", "-c", constraint, str(wheel))
    return folder


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(installed / "env/bin/chatdock"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=env)
    try:
        yield _ready(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(600)
def test_wheel_serves_host_page_loader_and_chat_page(served: str) -> None:
    host_page = _read(f"{served}/")
    loader = _read(f"{served}/embed/demo.js")
    chat_page = _read(f"{served}/chat/demo?lang=zh-CN")

    assert "/embed/demo.js" in host_page
    assert "chatdock" in loader
    assert "<textarea" in chat_page
    assert "AI" in chat_page
    assert "composer.placeholder" not in chat_page


def _run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        text: str = answer.read().decode()
        return text


def _ready(origin: str, process: subprocess.Popen[bytes]) -> str:
    limit = time.monotonic() + 30
    while time.monotonic() < limit and process.poll() is None:
        try:
            urllib.request.urlopen(f"{origin}/readyz").close()
        except OSError:
            time.sleep(0.1)
        else:
            return origin
    raise AssertionError(f"not ready; the process ended with {process.poll()}")
