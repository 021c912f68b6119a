"""Starts ``chatdock`` without the second that its imports take.

One process has imported everything, and forks for each start; what runs in the fork is the real
command, with its own environment, folder, output and end. Some hundred start in these tests.
``tests/cli`` starts servers cold, as an operator does.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.foreign import foreign_environ

ROOT = Path(__file__).parent.parent
LIMIT_S = 60.0
COUNTING = "COVERAGE_PROCESS_CONFIG"  # by which coverage tells a program to count its lines


@dataclass
class Process:
    """What ``subprocess.Popen`` is to a process that another one forked."""

    pid: int
    _line: socket.socket = field(repr=False)
    returncode: int | None = None

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                told = self._line.recv(16)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("chatdock", timeout or 0) from None
            self._line.close()
            self.returncode = int(told)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Warm:
    """The process that forks. It ends with the one that made it, whose end closes the line."""

    def __init__(self, *, serves: bool) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hatch", str(theirs.fileno()), *["serve"][:serves]],
            cwd=ROOT,
            env=foreign_environ(),  # each fork counts its lines or does not, as its order says
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def start(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        out: IO[bytes],
        err: IO[bytes],
    ) -> Process:
        order = json.dumps({"arguments": arguments, "env": dict(env), "cwd": str(cwd)})
        told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            streams = [out.fileno(), err.fileno(), theirs.fileno()]
            socket.send_fds(self._line, [order.encode()], streams)
        told.settimeout(LIMIT_S)
        return Process(int(told.recv(16)), told)


@cache
def warm(*, serves: bool) -> Warm:
    """One for servers, which is patched for greenlets, and one for the other commands."""
    return Warm(serves=serves)


def run(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """A command from its start to its end, as ``subprocess.run`` would."""
    with TemporaryFile() as out, TemporaryFile() as err:
        one = warm(serves=arguments[0] == "serve")
        code = one.start(arguments, env, cwd, out, err).wait(LIMIT_S)
        return subprocess.CompletedProcess(list(arguments), code, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
