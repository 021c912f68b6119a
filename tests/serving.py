"""The real thing for tests: ``chatdock serve`` as a process, and frames that talk to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import IO, Any

from simple_websocket import Client, ConnectionClosed

from tests.databases import lay_data
from tests.warm import Process, run, warm
from widget.domain.sites import EmbedToken
from widget.web.tokens import Tokens, key_hash

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30.0
DEMO_SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 5
"""


def wait_until(is_true: Callable[[], object], what: str = "", limit_s: float = PATIENCE_S) -> None:
    """Returns as soon as the condition holds; fails after a while."""
    ends_at = time.monotonic() + limit_s
    while not is_true():
        if time.monotonic() > ends_at:
            raise AssertionError(f"not within {limit_s:.0f} s: {what or is_true}")
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """One data folder with sites, and the process that serves it once ``start`` was called.

    Keywords are settings: ``drain_limit_s="1"``. ``program`` is what Python starts instead of
    ``chatdock serve``, which starts warm.
    """

    def __init__(
        self,
        folder: Path,
        sites: str = DEMO_SITE,
        *,
        program: tuple[str, ...] = (),
        **settings: str,
    ) -> None:
        self.folder = folder
        self.program = program
        self.port = free_port()
        self.settings = settings
        self.process: subprocess.Popen[bytes] | Process | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log"
        lay_data(folder / "data")
        self.apply(sites)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tokens(self) -> Tokens:
        return Tokens((self.folder / "data" / "secret.key").read_text().strip().encode())

    def command(self, *arguments: str) -> str:
        """Runs ``chatdock`` on this server's data; returns what it printed."""
        done = self.attempt(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, for a command that may fail."""
        return run(arguments, self._environ(), self.folder)

    def apply(self, sites: str) -> None:
        (self.folder / "sites.toml").write_text(sites, encoding="utf-8")
        self.command("apply", "sites.toml")

    def start(self) -> None:
        """Starts the process and waits until it is ready."""
        with self.log.open("ab") as log:
            self.process = self._cold(log) if self.program else self._warm(log)
        wait_until(self._is_ready, "the server to be ready")

    def _cold(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *self.program, "--port", str(self.port)],
            env=self._environ(),
            cwd=self.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _warm(self, log: IO[bytes]) -> Process:
        words = ["serve", "--port", str(self.port)]
        return warm(serves=True).start(words, self._environ(), self.folder, log, log)

    def worker(self) -> int:
        """The process id of the worker."""
        assert self.process is not None
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def terminate(self) -> None:
        """Asks it to stop (SIGTERM), without waiting."""
        assert self.process is not None
        self.process.terminate()

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Ends the whole group at once, as a machine that dies would. Harmless twice."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.terminate()
            try:
                self.wait()
            finally:
                self.kill()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A plain request; an error status is an answer like any other."""
        return self._ask(method, path, body, headers, lambda answer: answer.read())

    def begin(
        self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> Answer:
        """The same for an answer without an end: its first piece, and then we hang up."""
        return self._ask(method, path, body, headers, lambda answer: answer.read1())

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str] | None,
        read: Callable[[HTTPResponse], bytes],
    ) -> Answer:
        names = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        request = urllib.request.Request(self.url + path, body, names, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return Answer(answer.status, dict(answer.headers), read(answer))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def token(self, site: str = "acme", visitor: str = "", **claims: Any) -> str:
        """An embed token as the chat page would hold it; a new visitor unless one is named."""
        name, key = self.tokens.new_visitor(site)
        values = {"origin": self.url, "generation": 1, "key_hash": key_hash(key), **claims}
        return self.tokens.sign(EmbedToken(site=site, visitor=visitor or name, **values))

    def _environ(self) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if not name.startswith("CHATDOCK_")}
        given = {f"CHATDOCK_{name.upper()}": text for name, text in self.settings.items()}
        return {
            **ours,
            "PYTHONPATH": str(ROOT),
            "CHATDOCK_DATA": str(self.folder / "data"),
            "CHATDOCK_PUBLIC_URL": self.url,
            **given,
        }

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self.log.read_text()}")
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False


class _Client(Client):  # type: ignore[misc]
    """The library leaves lying what came in one packet with the upgrade, until more comes."""

    def _thread(self) -> None:
        self.connected = self._handle_events()
        super()._thread()


class Frame:
    """What a chat page's socket does, by hand."""

    def __init__(self, server: Server, site: str = "acme", *, origin: str = "") -> None:
        self._socket = _Client(
            f"ws://127.0.0.1:{server.port}/frame/{site}/socket",
            headers={"Origin": origin or server.url},
        )
        self.seen: list[str] = []

    def send(self, type_: str, **fields: Any) -> None:
        self.send_raw(json.dumps({"type": type_, **fields}))

    def send_raw(self, frame: str | bytes) -> None:
        self._socket.send(frame)

    def receive(self, limit_s: float = PATIENCE_S) -> Any:
        """The next event; ``ConnectionClosed`` when there is none any more."""
        frame = self._socket.receive(timeout=limit_s)
        if frame is None:
            raise AssertionError(f"nothing came within {limit_s} s")
        self.seen.append(frame)
        return json.loads(frame)

    def until(self, type_: str, limit_s: float = PATIENCE_S) -> Any:
        """The next event of this type; those before it are in ``seen``."""
        while True:
            event = self.receive(limit_s)
            if not isinstance(event, list) and event["type"] == type_:
                return event

    def hello(self, token: str, **fields: Any) -> Any:
        """Says hello and returns ``ready``."""
        self.send("hello", token=token, **fields)
        return self.until("ready")

    def ask(self, text: str, conversation: str | None = None, id_: str = "") -> Any:
        """Sends a message and returns its acknowledgement."""
        client_message_id = id_ or f"cm-{time.monotonic_ns()}"
        fields: dict[str, Any] = {"client_message_id": client_message_id, "text": text}
        if conversation:
            fields["conversation"] = conversation
        self.send("message.send", **fields)
        return self.until("message.accepted")

    def numbered(self) -> list[str]:
        """The seen frames that are numbered events of the conversation."""
        return [frame for frame in self.seen if frame[0] == "[" or frame.startswith('{"seq":')]

    def close_code(self, limit_s: float = PATIENCE_S) -> tuple[int, str]:
        """Reads on until the server closes; its code and reason."""
        try:
            while True:
                self.receive(limit_s)
        except ConnectionClosed as closed:
            return int(closed.reason), closed.message or ""

    def close(self) -> None:
        with suppress(ConnectionClosed, OSError):
            self._socket.close()
        self._socket.thread.join(PATIENCE_S)


class Frames:
    """Opens frames and closes all of them: an open one would hang the interpreter at its end."""

    def __init__(self) -> None:
        self._open: list[Frame] = []

    def __call__(self, server: Server, site: str = "acme", *, origin: str = "") -> Frame:
        frame = Frame(server, site, origin=origin)
        self._open.append(frame)
        return frame

    def close(self) -> None:
        for frame in self._open:
            frame.close()


def servers(folder: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, each with a folder of its own, and stops all of them."""
    started: list[Server] = []

    def start(sites: str = DEMO_SITE, **more: Any) -> Server:
        server = Server(folder / f"server{len(started)}", sites, **more)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()
