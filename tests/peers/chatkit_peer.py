"""The real ``openai-chatkit`` server as a process of its own; ``scripts/peer chatkit`` makes its
environment."""

from __future__ import annotations

import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.serving import free_port, wait_until

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-peers/chatkit/bin/python"
PROGRAM = ROOT / "tests/peers/chatkit_server.py"
PATIENCE_S = 60.0


class ChatKitPeer:
    """``with ChatKitPeer() as peer``: ``peer.settings()``; ``forget`` makes it lose everything."""

    def __init__(self) -> None:
        assert PYTHON.exists(), "there is no server to talk to; run scripts/peer chatkit"
        self._port = free_port()
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._start()

    def __enter__(self) -> ChatKitPeer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._log.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/chatkit"

    @property
    def files_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/files"

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"url": self.url, **more}

    def forget(self) -> None:
        """Starts it again: its store is its memory."""
        self._stop()
        self._start()

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [PYTHON, PROGRAM, str(self._port)], stdout=self._log, stderr=subprocess.STDOUT
        )
        wait_until(self._is_listening, "the ChatKit server to listen", PATIENCE_S)

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _is_listening(self) -> bool:
        assert self._process.poll() is None, f"the ChatKit server ended: {self.said()}"
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0
