"""A mini-program at the kefu door: what its wrapper around ``wx.request`` does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt

from tests.serving import PATIENCE_S, Answer, Server
from widget.store.conversations import touch_conversation
from widget.store.database import Store
from widget.store.sites import identity_secrets

ORIGIN = "https://www.acme.example"
SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = ["https://{key}.example", "https://www.acme.example"]
limits = {{ visitor_per_minute = 0, address_per_minute = 0 }}
apis.kefu.enabled = true
apis.kefu.anonymous = true
{more}
[sites.provider]
{provider}
"""
DEMO = 'kind = "demo"\ndelay_ms = {delay_ms}'


def kefu_site(key: str = "acme", *, more: str = "", provider: str = "", delay_ms: int = 2) -> str:
    """A site with the door on, which believes unsigned ids. ``more`` are lines about the site."""
    return SITE.format(key=key, more=more, provider=provider or DEMO.format(delay_ms=delay_ms))


@dataclass(frozen=True)
class Client:
    """One person. ``fields`` go with every call: who it is, without a user token."""

    server: Server
    site: str = "acme"
    fields: dict[str, Any] = field(default_factory=lambda: {"user_id": "member-1"})
    headers: dict[str, str] = field(default_factory=dict)

    def named(self, user_id: str) -> Client:
        return replace(self, fields={"user_id": user_id})

    def signed_in(self, token: str, header: str = "Authorization") -> Client:
        value = f"Bearer {token}" if header == "Authorization" else token
        return replace(self, fields={}, headers={header: value})

    def post(self, call: str, **fields: Any) -> Answer:
        body = json.dumps({**self.fields, **fields}).encode()
        return self.send(call, body, {"Content-Type": "application/json"})

    def post_form(self, call: str, **fields: str) -> Answer:
        body = urlencode({**self.fields, **fields}).encode()
        return self.send(call, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def send(
        self, call: str, body: bytes | None, headers: dict[str, str], method: str = "POST"
    ) -> Answer:
        path = f"/sites/{self.site}/api/kefu/{call}"
        return self.server.ask(method, path, body, {**headers, **self.headers})

    def begin(self) -> str:
        conversation: str = self.post("createConversation").json["data"]["conversation_id"]
        return conversation

    def ask(self, message: str, **fields: Any) -> Any:
        """The ``data`` of an answer that went well."""
        answer = self.post("chat", message=message, **fields)
        assert answer.json["code"] == 0, answer.json
        return answer.json["data"]

    def history(self, conversation: str, **fields: Any) -> Any:
        return self.post("getHistory", conversation_id=conversation, **fields).json["data"]

    def said(self, conversation: str, **fields: Any) -> list[tuple[str, str]]:
        messages = self.history(conversation, **fields)["messages"]
        return [(message["role"], message["content"]) for message in messages]

    @contextmanager
    def stream(self, message: str, **fields: Any) -> Iterator[Stream]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        body = json.dumps({**self.fields, "message": message, "stream": True, **fields})
        headers = {"Content-Type": "application/json", **self.headers}
        try:
            line.request("POST", f"/sites/{self.site}/api/kefu/chat", body, headers)
            yield Stream(line.getresponse())
        finally:
            line.close()

    def streamed(self, message: str, **fields: Any) -> list[Any]:
        """All frames of an answer, to its end."""
        with self.stream(message, **fields) as stream:
            return list(stream)


@dataclass(frozen=True)
class Stream:
    """The frames of a streamed answer as they come; comments are left out."""

    response: http.client.HTTPResponse

    def __iter__(self) -> Iterator[Any]:
        for line in self.response:
            if line.startswith(b"data: "):
                yield json.loads(line[len(b"data: ") :])

    def next(self) -> Any:
        return next(iter(self))


def events(frames: list[Any]) -> list[str]:
    return [frame["event"] for frame in frames]


def shown(frames: list[Any]) -> str:
    """What stands on the screen of a client that does what the frames say."""
    text = ""
    for frame in frames:
        match frame["event"]:
            case "delta":
                text += frame["text"]
            case "replace":
                text = frame["text"]
    return text


def refusal(answer: Answer) -> tuple[int, int, str]:
    """Status, code and word; what every refusal has besides is checked here."""
    assert set(answer.json) == {"code", "message", "error", "retryable", "timestamp", "data"}
    assert answer.json["message"]
    assert abs(answer.json["timestamp"] - time.time()) < 60
    return answer.status, answer.json["code"], answer.json["error"]


def user_token(server: Server, user: str, *, site: str = "acme", **claims: Any) -> str:
    """As the owner's server signs it."""
    secret = identity_secret(server, site)
    payload = {"sub": user, "exp": int(time.time()) + 3_600, **claims}
    return jwt.encode(payload, secret, algorithm="HS256")


def identity_secret(server: Server, site: str) -> str:
    store = open_store(server)
    try:
        with store.read() as tx:
            return identity_secrets(tx, site, store.cipher)[0]
    finally:
        store.close()


def age(server: Server, conversation: str, *, days: int = 31) -> None:
    """As if nothing had happened in it for so long."""
    store = open_store(server)
    id_ = conversation.replace("conv_", "cnv_")
    then = datetime.now(UTC) - timedelta(days=days)
    try:
        with store.begin() as tx:
            touch_conversation(tx, id_, at=then)
    finally:
        store.close()


def open_store(server: Server) -> Store:
    """The running server's own database."""
    data = server.folder / "data"
    key = (data / "secret.key").read_text().strip().encode()
    return Store(f"sqlite:///{data / 'chatdock.db'}", secret_key=key, uploads=data / "uploads")
