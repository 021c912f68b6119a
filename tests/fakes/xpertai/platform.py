"""XpertAI on a real socket: sessions, assistants, threads, runs, conversations, feedback.

Written from ``facts`` about the platform alone. ``dialect`` switches between builds: ``aug``
answers a run's stream with 201 and puts refusals into it as a frame; ``late`` answers with 200, a
``Content-Location`` and real refusals, and its session schema is strict. Scenarios are chosen by
the visitor's question; whatever else is asked gets the question back. A run goes on when its
reader has left.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from werkzeug.exceptions import HTTPException

from tests.fakes.upstream import Asked, Reply, Upstream
from tests.fakes.xpertai.door import ClientSecret, credential_of, refuse
from tests.fakes.xpertai.routes import Routes, match
from tests.fakes.xpertai.rules import QUERY_FIELDS, Dialect, Refused, check_headers, only
from tests.fakes.xpertai.run import Run, Thread

ASSISTANT = str(uuid5(NAMESPACE_URL, "assistant"))
OTHER_ASSISTANT = str(uuid5(NAMESPACE_URL, "other assistant"))
GENERAL_KEY = "sk-x-general-key"
DEDICATED_KEY = "sk-x-dedicated-key"
FOREIGN_KEY = "sk-x-key-of-another-assistant"
ORGANIZATION = "org-1"


@dataclass(frozen=True)
class Canned:
    """An answer that the next request to a path gets instead of its own."""

    path_end: str
    status: int
    body: str
    headers: dict[str, str]


@dataclass
class Behaviour:
    """What a test may switch."""

    dialect: Dialect = "aug"
    prefix: str = "/api/ai"
    keep_alive_s: float = 30.0
    secret_life_s: float | None = None
    needs_organization: bool = False
    refuses_assistant_in_session: bool = False
    forgets_runs: bool = False
    forgets_cursors: bool = False
    reports_running: bool = False
    gate_opened_by_join: str = ""
    unfinished_reads: int = 0
    content_location: str = "{prefix}/threads/{thread}/runs/{run}"
    gate_limit_s: float = 20.0
    knows_follow_ups: bool = True
    merges_pending: bool = True
    ignores_follow_up_status: bool = False
    refuses_when_busy: tuple[int, str] | None = None
    fails_at_once: str = ""
    parsing: tuple[str, ...] = ("ready",)


@dataclass
class State:
    assistants: list[dict[str, Any]] = field(default_factory=list)
    secrets: dict[str, ClientSecret] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    feedback: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    parsing: dict[str, list[str]] = field(default_factory=dict)


class XpertAI:
    """``with XpertAI() as platform``: ``platform.base_url``, ``platform.requests``."""

    def __init__(self, **behaviour: Any) -> None:
        self.behaviour = Behaviour(**behaviour)
        self.keys = {
            GENERAL_KEY: None,
            DEDICATED_KEY: ASSISTANT,
            FOREIGN_KEY: OTHER_ASSISTANT,
        }
        self.state = State(assistants=[_assistant(ASSISTANT, "shop"), _other_assistant()])
        self.canned: deque[Canned] = deque()
        self.minting = threading.Event()
        self.minting.set()
        self._counter = itertools.count(1)
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Event] = {}
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> XpertAI:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.closing.set()
        self.minting.set()
        for run in self.state.runs.values():
            run.wake()
        self.upstream.close()

    @property
    def base_url(self) -> str:
        return self.upstream.url + self.behaviour.prefix

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    def settings(self, **more: Any) -> dict[str, Any]:
        own = {"base_url": self.base_url, "api_key": GENERAL_KEY, "assistant_id": ASSISTANT}
        return {**own, **more}

    def gate(self, name: str) -> threading.Event:
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def answer_next(self, path_end: str, status: int, body: str = "", **headers: str) -> None:
        """The next request whose path ends so is refused (or answered) like this."""
        self.canned.append(
            Canned(path_end, status, body, {k.replace("_", "-"): v for k, v in headers.items()})
        )

    def clear_next(self) -> None:
        """What ``answer_next`` planted and nobody met is gone."""
        self.canned.clear()

    def expire_secrets(self) -> None:
        for secret in self.state.secrets.values():
            secret.ends_at = time.monotonic() - 1

    def forget_streams(self) -> None:
        """As after a day: the runs are known, their Redis streams are gone."""
        for run in self.state.runs.values():
            run.is_forgotten = True

    def asked(self, method: str, path_end: str) -> list[Asked]:
        return [r for r in self.requests if r.method == method and r.path.endswith(path_end)]

    def credentials(self, method: str, path_end: str) -> list[str | None]:
        """By what each of these requests was admitted."""
        return [credential_of(asked) for asked in self.asked(method, path_end)]

    def wait_for(self, condition: Callable[[], bool], limit_s: float = 10) -> None:
        """Until something is so at the platform."""
        ends_at = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > ends_at:
                raise TimeoutError("it never came to be")
            self.upstream.closing.wait(0.01)

    def only_thread(self) -> Thread:
        (thread,) = self.state.threads.values()
        return thread

    def only_run(self) -> Run:
        (run,) = self.state.runs.values()
        return run

    def _answer(self, asked: Asked) -> Reply:
        if canned := self._canned_for(asked.path):
            return Reply(canned.status, canned.headers, [canned.body.encode()], framing="length")
        try:
            endpoint, values = match(asked, self.behaviour.prefix)
            check_headers(asked.headers)
            only(asked.query, QUERY_FIELDS)
            return Routes(self, asked).dispatch(endpoint, values)
        except Refused as refusal:
            return refuse(refusal.status, refusal.text)
        except HTTPException:
            return refuse(404, f"Cannot {asked.method} {asked.path}")

    def _canned_for(self, path: str) -> Canned | None:
        with self._lock:
            for canned in self.canned:
                if path.endswith(canned.path_end):
                    self.canned.remove(canned)
                    return canned
        return None

    def new_id(self) -> str:
        return str(uuid4())

    def entries(self) -> Iterator[str]:
        """Redis ids: they only grow."""
        return (f"{1720000000000 + n}-0" for n in self._counter)


def _assistant(assistant_id: str, slug: str) -> dict[str, Any]:
    opener = {
        "enabled": True,
        "message": "您好, 我是小店助手。",
        "questions": ["运费?", "", "How do I return it?"],
    }
    return {
        "assistant_id": assistant_id,
        "graph_id": assistant_id,
        "name": slug.title(),
        "description": "",
        "version": 3,
        "config": {"features": {"opener": opener}, "configurable": {"context_size": 8000}},
        "metadata": {"slug": slug, "type": "agent", "title": slug.title()},
        "context": None,
    }


def _other_assistant() -> dict[str, Any]:
    other = _assistant(OTHER_ASSISTANT, "other")
    other["config"] = {"features": {"opener": {"enabled": False, "message": "hidden"}}}
    return other
