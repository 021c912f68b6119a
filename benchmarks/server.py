"""A ``chatdock serve`` of our own for a benchmark: temporary data, one site, process figures."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
OFF = dict.fromkeys(
    ("visitor_per_minute", "address_per_minute", "site_per_minute", "site_per_day"), 0
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A running server. ``pid`` is the worker's: its CPU time and memory are what counts."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_kb(self) -> int:
        """Memory that is the worker's own (private and its share of shared pages), in KB."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
        assert found
        return int(found[1])

    def token(self, site: str = "bench") -> str:
        """An embed token of a new visitor, as the chat page hands it out."""
        with urllib.request.urlopen(f"{self.origin}/chat/{site}") as answer:
            page = answer.read().decode()
        found = re.search(r'"token":\s*"([^"]+)"', page)
        assert found, "the chat page holds no token"
        return found[1]


@contextmanager
def serving(toml: str) -> Iterator[Server]:
    """A server whose sites are those of ``toml``."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "chatdock.toml")
        config.write_text(toml)
        command = [sys.executable, "-m", "widget.cli"]
        env = {**os.environ, "CHATDOCK_DATA": f"{folder}/data", "CHATDOCK_LOG_LEVEL": "warning"}
        subprocess.run(
            [*command, "apply", str(config)], env=env, check=True, stdout=subprocess.DEVNULL
        )
        port = free_port()
        process = subprocess.Popen([*command, "serve", "--port", str(port)], env=env)
        try:
            _wait(process, port)
            yield Server(port, _worker(process.pid))
        finally:
            process.terminate()
            process.wait(60)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended while starting")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server was not ready after 30 s")


def _worker(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid
