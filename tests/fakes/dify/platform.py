"""Dify on a real socket: apps of every kind behind one key each, conversations, files and forms.

Written from what is known of the platform alone. ``version`` switches between its releases;
scenarios are chosen by the visitor's question, and whatever else is asked gets the question back.
A run goes on when its reader has left. Every path, header and field that the platform does not
have is refused.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from werkzeug.exceptions import HTTPException

from tests.fakes.dify.routes import Routes, match
from tests.fakes.dify.run import Conversation, Run
from tests.fakes.dify.stage import Mode, Version
from tests.fakes.dify.wire import KEY, Refused, refuse
from tests.fakes.upstream import Asked, Reply, Upstream, json_reply

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c6360000002000154a24f5f0000000049454e44ae426082"
)


@dataclass
class Behaviour:
    """What a test may switch."""

    mode: Mode = "chat"
    version: Version = "2026-07"
    prefix: str = "/v1"
    chat_path: str = "/chat-messages"
    ping_s: float = 10.0
    unknown: Literal["pings", "eof", "404", ""] = ""
    # What a gateway or a blocking answer makes of it; the platform itself is asked for streams.
    answers_json: bool = False
    suggests: tuple[str, ...] = ()
    suggestions_wait: str = ""
    keeps_runs: bool = True
    always: str = ""  # the scenario that plays whatever is asked

    @property
    def has_forms(self) -> bool:
        return self.version == "2026-07"

    @property
    def hangs_on_unknown(self) -> bool:
        hangs = self.mode == "advanced-chat" and self.version != "1.5.0"
        return self.unknown in ("pings", "eof") or (hangs and not self.unknown)


@dataclass(frozen=True)
class Canned:
    """An answer that the next request to a path gets instead of its own."""

    path: str
    reply: Reply

    def is_for(self, path: str) -> bool:
        """By the end of the path, or by a piece in the middle that ends in a slash."""
        is_inside = self.path.endswith("/") and self.path in path
        return is_inside or path.endswith(self.path)


@dataclass
class State:
    conversations: dict[str, Conversation] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    forms: dict[str, Run] = field(default_factory=dict)
    answered_forms: set[str] = field(default_factory=set)


def parameters() -> dict[str, Any]:
    off = {"enabled": False}
    return {
        "opening_statement": "您好, 我是小店助手。",
        "suggested_questions": ["运费?", "", "How do I return it?"],
        "suggested_questions_after_answer": dict(off),
        "speech_to_text": dict(off),
        "text_to_speech": {**off, "voice": "", "language": "", "autoPlay": "disabled"},
        "retriever_resource": dict(off),
        "annotation_reply": dict(off),
        "more_like_this": dict(off),
        "sensitive_word_avoidance": dict(off),
        "user_input_form": [],
        "file_upload": {
            "enabled": False,
            "allowed_file_types": ["image"],
            "allowed_file_extensions": [".JPG", ".PNG"],
            "allowed_file_upload_methods": ["local_file", "remote_url"],
            "number_limits": 3,
        },
        "system_parameters": {
            "image_file_size_limit": 10,
            "audio_file_size_limit": 50,
            "video_file_size_limit": 100,
            "file_size_limit": 15,
            "workflow_file_upload_limit": 10,
        },
    }


class Dify:
    """``with Dify(mode="advanced-chat") as platform``: ``platform.settings()``."""

    def __init__(self, **behaviour: Any) -> None:
        self.behaviour = Behaviour(**behaviour)
        self.parameters = parameters()
        self.state = State(files={"tools/a.png": ("image/png", PNG)})
        self.canned: deque[Canned] = deque()
        self._gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> Dify:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.closing.set()
        for run in self.state.runs.values():
            run.wake()
        for gate in self._gates.values():
            gate.set()
        self.upstream.close()

    @property
    def base_url(self) -> str:
        return self.upstream.url + self.behaviour.prefix

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"base_url": self.base_url, "api_key": KEY, **more}

    def gate(self, name: str) -> threading.Event:
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def refuse_next(
        self, path_end: str, status: int, code: str, message: str = "", **headers: str
    ) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer_next(path_end, refuse(status, code, message, named))

    def answer_next(self, path_end: str, reply: Reply) -> None:
        """The next request whose path ends so gets this answer."""
        self.canned.append(Canned(path_end, reply))

    def clear_next(self) -> None:
        """What ``answer_next`` planted and nobody met is gone."""
        self.canned.clear()

    def asked(self, method: str, path_end: str) -> list[Asked]:
        return [r for r in self.requests if r.method == method and r.path.endswith(path_end)]

    def chats(self) -> list[dict[str, Any]]:
        """The bodies of all questions, in order."""
        return [r.json for r in self.asked("POST", self.behaviour.chat_path)]

    def only_run(self) -> Run:
        (run,) = self.state.runs.values()
        return run

    def forget(self, conversation: str) -> None:
        """Deleted in the platform's console."""
        del self.state.conversations[conversation]

    def new_id(self) -> str:
        return str(uuid4())

    def _answer(self, asked: Asked) -> Reply:
        if canned := self._canned_for(asked.path):
            return canned
        if asked.path.startswith("/files/"):
            return self._file(asked)
        try:
            endpoint, values = match(asked, self.behaviour)
            return Routes(self, asked).dispatch(endpoint, values)
        except Refused as refusal:
            return refuse(refusal.status, refusal.code, refusal.message)
        except HTTPException:
            return refuse(404, "not_found", "The requested URL was not found on the server.")

    def _file(self, asked: Asked) -> Reply:
        """Signed addresses need no key, and get none."""
        if "authorization" in asked.headers:
            return json_reply(400, {"message": "the key has no business here"})
        found = self.state.files.get(asked.path.removeprefix("/files/"))
        if found is None or "sign" not in asked.query:
            return json_reply(403, {"code": "forbidden", "message": "", "status": 403})
        return Reply(200, {"Content-Type": found[0]}, [found[1]], framing="length")

    def _canned_for(self, path: str) -> Reply | None:
        with self._lock:
            for canned in self.canned:
                if canned.is_for(path):
                    self.canned.remove(canned)
                    return canned.reply
        return None
