"""``chatdock serve`` as an operator meets it: first start, a killed worker, and the end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import SITE, Chatdock

ROOT = Path(__file__).parents[2]
DRAIN_LIMIT_S = 30
Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def serve(tmp_path: Path, environ: dict[str, str], port: int) -> Iterator[Serve]:
    """Starts a server and waits until it is ready; kills what a test leaves running."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "widget.cli", "serve", "--port", str(port), *arguments],
            cwd=tmp_path,
            env={**environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        wait_for(lambda: is_ready(port) or process.poll() is not None)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool], limit_s: float = 30) -> None:
    gives_up_at = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < gives_up_at, "waited in vain"
        time.sleep(0.02)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def workers(process: subprocess.Popen[str]) -> list[int]:
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in pids]


def ended(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    return output


def test_the_first_start_makes_the_demo_site(serve: Serve, chatdock: Chatdock, port: int) -> None:
    output = ended(serve())

    assert "There were no sites yet: made 'demo'" in output
    assert f"Chatdock is listening on http://127.0.0.1:{port}" in output
    assert "Warning" not in output, "gevent warns about what was imported before its patch"
    assert chatdock("sites").stdout == "demo\topen\tdemo\tChatdock\t(this server's own pages)\n"


def test_serve_names_sites_of_its_file_that_it_does_not_know(
    serve: Serve, chatdock: Chatdock, write: Callable[[str], None]
) -> None:
    write(SITE)
    before = ended(serve())
    chatdock("apply", "chatdock.toml")
    after = ended(serve())

    assert (
        "chatdock.toml has sites that this server does not know yet (acme); enter them with:"
        " chatdock apply chatdock.toml"
    ) in before
    assert "no sites yet" in before
    assert "does not know yet" not in after
    assert "no sites yet" not in after


def test_a_killed_worker_is_replaced(serve: Serve, port: int) -> None:
    process = serve()
    (first,) = workers(process)

    subprocess.run(["kill", "-KILL", str(first)], check=True)

    wait_for(lambda: first not in workers(process) and is_ready(port))
    assert len(workers(process)) == 1


def test_the_server_does_not_wait_to_end_when_nothing_runs(serve: Serve) -> None:
    process = serve()
    began_at = time.monotonic()

    ended(process)

    assert process.returncode == 0
    assert time.monotonic() - began_at < DRAIN_LIMIT_S / 2


def test_a_port_in_use_ends_with_a_word(serve: Serve, port: int) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()

        process = serve()
        output, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert output.endswith(
        f"Error: 127.0.0.1:{port} cannot be listened on: Address already in use. Choose another"
        " with --host and --port.\n"
    )
