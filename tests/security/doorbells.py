"""How each door is asked, and in whose words it answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from simple_websocket import ConnectionClosed

from tests.serving import Answer, Frame, Server

Envelope = frozenset[str]
OURS: Envelope = frozenset({"code", "message", "retryable"})
CHATKIT: Envelope = frozenset({"message", "type", "param", "code"})
KEFU: Envelope = frozenset({"code", "message", "error", "retryable", "timestamp", "data"})


@dataclass(frozen=True)
class Knock:
    """One try: at which site, with which credential, from which page. ``named``: the row that is
    asked for, where the door has one."""

    site: str
    credential: str = ""
    origin: str = ""
    named: str = "none"


@dataclass(frozen=True)
class Door:
    """``path`` holds ``{site}`` and ``{named}``. ``fields`` are its body; ``bears`` says how it
    takes its credential: a header's name, ``form``, ``json``, ``path``, ``query`` or ``hello``.
    ``finds_site``: the path does not tell which site is meant, so a page of the site asks.
    ``is_endless``: a good answer goes on, so that its beginning has to do."""

    path: str
    bears: str
    method: str = "POST"
    finds_site: bool = False
    fields: tuple[tuple[str, Any], ...] = ()
    is_endless: bool = False

    def ask(self, server: Server, knock: Knock) -> Answer:
        if self.finds_site and not knock.origin:
            knock = replace(knock, origin=f"https://{knock.site}.example")
        path = self.path.format(site=knock.site, named=knock.named, credential=knock.credential)
        headers = {"Origin": knock.origin} if knock.origin else {}
        fields = {name: _named(text, knock.named) for name, text in self.fields}
        match self.bears:
            case "form":
                body = urlencode({**fields, "token": knock.credential}).encode()
            case "json":
                body = json.dumps({**fields, "token": knock.credential}).encode()
            case "Authorization" if knock.credential:
                body = json.dumps(fields).encode()
                headers["Authorization"] = f"Bearer {knock.credential}"
            case "X-Chatdock-User" if knock.credential:
                body = json.dumps(fields).encode()
                headers["X-Chatdock-User"] = knock.credential
            case _:
                body = json.dumps(fields).encode()
        if self.is_endless:
            return server.begin(self.method, path, body, headers)
        return server.ask(self.method, path, None if self.method == "GET" else body, headers)


def _named(given: Any, row: str) -> Any:
    return given.format(named=row) if isinstance(given, str) else given


def outcome(answer: Answer) -> str:
    """Status, and whose words say what: ``401 ours:unauthorized``, ``200 given``."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind != "application/json":
        return f"{answer.status} {'page' if kind == 'text/html' else kind or 'nothing'}"
    return f"{answer.status} {_words(answer.json)}"


def _words(said: Any) -> str:
    error = said.get("error")
    if isinstance(error, dict):
        words = {OURS: "ours", CHATKIT: "chatkit"}[frozenset(error)]
        return f"{words}:{error['code']}"
    if frozenset(said) == KEFU:
        return f"kefu:{said['code']}:{error}"
    if set(said) == {"error"} and isinstance(error, str):
        return "xpertai"
    assert error is None, said
    return "given"


def ring(frame: Frame, token: str) -> str:
    """What comes of a ``hello``: ``ready``, or the code that the socket closes with."""
    frame.send("hello", token=token)
    try:
        while (event := frame.receive()) is not None:
            if isinstance(event, dict) and event["type"] == "ready":
                return "ready"
    except ConnectionClosed as closed:
        return str(int(closed.reason))
    raise AssertionError("the socket said nothing")
