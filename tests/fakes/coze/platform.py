"""Coze on a real socket: tokens, conversations, agents, chatflows, files and feedback.

Written from ``facts`` about the platform. ``edition`` switches between the clouds and a self-hosted
Coze Studio with its dialect. Scenarios are chosen by the visitor's question; whatever else is asked
gets the whole plain answer. A run goes on when its reader has left, and its conversation is busy
until it is over.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Literal

from werkzeug.exceptions import HTTPException

from tests.fakes.coze import answers, ends, scenarios, showcase
from tests.fakes.coze.door import (
    FINGERPRINT,
    OAUTH_APP,
    PERSONAL_KEY,
    Door,
    key_pair,
)
from tests.fakes.coze.routes import Routes, match
from tests.fakes.coze.rules import Refused, check_headers
from tests.fakes.coze.run import Conversation, Run, Scenario
from tests.fakes.coze.shop import APP, BOT, FLOW
from tests.fakes.coze.wire import envelope
from tests.fakes.upstream import Asked, Reply, Upstream

assert answers
assert showcase
_BAD_END = re.compile(r"(failed|flat|error|text|wrapped|instead):(-?\d+)( once)?")


@dataclass
class Behaviour:
    """What a test may switch."""

    edition: Literal["cloud", "studio"] = "cloud"
    greets_in_capitals: bool = False
    retrieves_by_post: bool = False
    unfinished_reads: int = 0
    forgets_busy: bool = False


@dataclass(frozen=True)
class Canned:
    """An answer that the next request to a path gets instead of its own."""

    path_end: str
    status: int
    body: str
    headers: dict[str, str]


@dataclass
class State:
    conversations: dict[str, Conversation] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    feedback: dict[str, dict[str, Any]] = field(default_factory=dict)


class Coze:
    """``with Coze() as platform``: ``platform.url``, ``platform.requests``, ``settings()``."""

    def __init__(self, **behaviour: Any) -> None:
        self.behaviour = Behaviour(**behaviour)
        self.state = State()
        self.door = Door(is_studio=self.is_studio)
        self.tries: Counter[str] = Counter()
        self.canned: deque[Canned] = deque()
        self.minting = threading.Event()
        self.minting.set()
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Event] = {}
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> Coze:
        return self

    def __exit__(self, *_: object) -> None:
        self.minting.set()
        self.upstream.close()

    @property
    def is_studio(self) -> bool:
        return self.behaviour.edition == "studio"

    @property
    def url(self) -> str:
        return self.upstream.url

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    def settings(self, **more: Any) -> dict[str, Any]:
        """An agent by a personal token, unless told otherwise."""
        own = {
            "base_url": self.url,
            "edition": self.behaviour.edition,
            "bot_id": BOT,
            "api_key": PERSONAL_KEY,
        }
        return {name: value for name, value in {**own, **more}.items() if value is not None}

    def oauth(self, **more: Any) -> dict[str, Any]:
        own = {
            "api_key": None,
            "oauth_app_id": OAUTH_APP,
            "oauth_private_key": key_pair()[0],
            "oauth_fingerprint": FINGERPRINT,
        }
        return self.settings(**{**own, **more})

    def flow(self, **more: Any) -> dict[str, Any]:
        return self.settings(**{"bot_id": None, "workflow_id": FLOW, "app_id": APP, **more})

    def gate(self, name: str) -> threading.Event:
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def answer_next(self, path_end: str, status: int, body: str = "", **headers: str) -> None:
        """The next request whose path ends so is refused (or answered) like this."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.canned.append(
            Canned(path_end, status, body, {"Content-Type": "application/json", **named})
        )

    def clear_next(self) -> None:
        """What ``answer_next`` planted and nobody met is gone."""
        self.canned.clear()

    def asked(self, path_end: str) -> list[Asked]:
        return [asked for asked in self.requests if asked.path.endswith(path_end)]

    def only_run(self) -> Run:
        (run,) = self.state.runs.values()
        return run

    def _answer(self, asked: Asked) -> Reply:
        if canned := self._canned_for(asked.path):
            return Reply(canned.status, canned.headers, [canned.body.encode()], framing="length")
        try:
            endpoint, values = match(asked, is_studio=self.is_studio)
            check_headers(asked.headers)
            return Routes(self, asked).dispatch(endpoint, values)
        except Refused as refusal:
            return envelope(refusal.code, refusal.msg, status=refusal.status)
        except HTTPException:
            return Reply(
                404, {"Content-Type": "text/plain"}, [b"404 page not found"], framing="length"
            )

    def _canned_for(self, path: str) -> Canned | None:
        with self._lock:
            for canned in self.canned:
                if path.endswith(canned.path_end):
                    self.canned.remove(canned)
                    return canned
        return None

    def scenario(self, question: str) -> Scenario:
        if named := _BAD_END.fullmatch(question):
            how, code, once = named.groups()
            made: Scenario = ends.ending_badly(how, int(code), is_once=bool(once))
            return made
        return scenarios.SCENARIOS.get(question, scenarios.SCENARIOS["plain"])
