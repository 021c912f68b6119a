"""The npm mock server ``@copilotkit/aimock`` as a process: an OpenAI-compatible host that is
somebody else's work. ``npm ci`` installs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = ROOT / "node_modules/.bin/llmock"
FIXTURES = ROOT / "tests/fixtures/upstream/openai/aimock.json"
KEY = "sk-aimock-31f0c9d2"
PATIENCE_S = 60.0


class Aimock:
    """``with Aimock() as mock``: ``mock.base_url`` answers what ``FIXTURES`` says, nothing else."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        # Node comes with the Python environment where the machine has none, or an old one.
        path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
        self._process = subprocess.Popen(
            [COMMAND, "--port", "0", "--fixtures", FIXTURES, "--strict"],
            env={**os.environ, "PATH": path, "AIMOCK_API_KEYS": KEY},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the Node of the Python environment runs below a launcher
        )

    def __enter__(self) -> Aimock:
        self.base_url = f"{self._wait_for_address()}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(10)
        self._log.close()

    def _wait_for_address(self) -> str:
        ends_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends_at and self._process.poll() is None:
            self._log.seek(0)
            if found := re.search(r"listening on (http://\S+)", self._log.read()):
                return found[1]
            time.sleep(0.05)
        self._log.seek(0)
        raise AssertionError(f"llmock did not start: {self._log.read()}")
