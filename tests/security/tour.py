"""Asks a running server for everything that it has to say, and keeps all of it as evidence."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.parse import urlencode

from tests.security.leaks import Evidence
from tests.serving import PATIENCE_S, Answer, Frame, Frames, Server

OWNER = "https://www.acme.example"
SILENCE_S = 3.0
AT_ONCE = 16
TRIES = 10


@dataclass
class Tour:
    """One visitor's, browser's and operator's way through a server."""

    server: Server
    evidence: Evidence
    frames: Frames
    answered: set[int] = field(default_factory=set)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        answer = self.server.ask(method, path, body, dict(headers))
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        said = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.evidence.add("headers", said.encode())
        self.evidence.add(kind or "nothing", answer.body)
        self.answered.add(answer.status)
        return answer

    def form(self, path: str, **fields: str) -> Answer:
        """A form of the page in full."""
        return self.ask("POST", f"{path}?page=chat&lang=en", urlencode(fields).encode())

    def redirect(self, path: str) -> None:
        """An answer that a browser follows, before it does."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as tcp:
            tcp.sendall(request.encode())
            head = b"".join(iter(lambda: tcp.recv(65_536), b""))
        self.evidence.add("headers", head)

    def run(self, *arguments: str) -> None:
        """A command of the operator's, whether it works or not."""
        done = self.server.attempt(*arguments)
        self.evidence.add("stdout", done.stdout.encode())
        self.evidence.add("stderr", done.stderr.encode())

    def talk(self, site: str, questions: list[str]) -> None:
        """Each question in a conversation of its own visitor; an answer that stalls is stopped."""
        self.talk_all([(site, question) for question in questions])

    def talk_all(self, asked: list[tuple[str, str]]) -> None:
        """The same at several sites: questions by site."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda one: self._converse(*one), asked))

    def _converse(self, site: str, question: str) -> None:
        frame = self.open(site)
        frame.ask(question)
        run = frame.until("run.started")["run"]
        try:
            frame.until("run.ended", SILENCE_S)
        except AssertionError:
            frame.send("run.stop", run=run)
            frame.until("run.ended")
        self.close(frame)

    def open(self, site: str, token: str = "") -> Frame:
        frame = self.frames(self.server, site)
        frame.hello(token or self.server.token(site))
        return frame

    def close(self, frame: Frame) -> None:
        frame.close()
        self.evidence.add("frames", "\n".join(frame.seen).encode())


def see_pages(tour: Tour, site: str) -> None:
    """What a browser gets on its own, good and bad."""
    tour.redirect(f"/frame/{site}?lang=en")
    for path in (
        *("/", f"/?site={site}", "/nowhere", "/schema/options.json", "/assets/0/nothing.js"),
        *("/healthz", "/readyz", "/metrics", f"/embed/{site}.js", "/embed/panel/0.js"),
        *(f"/chat/{site}", f"/chat/{site}?lang=zh-CN", f"/frame/{site}?origin={OWNER}&o=e30"),
        *(f"/frame/{site}?origin=https://evil.example", f"/frame/{site}/socket", "/frame/none"),
    ):
        tour.ask("GET", path)
        tour.ask("GET", path, Accept="text/html", Referer=OWNER)
    tour.ask("DELETE", f"/chat/{site}")
    overfill(tour, site)
    tour.ask("POST", f"/frame/{site}/look", b'{"ui": {"theme": {"accent": "#0a7"}}}')
    tour.ask("POST", f"/frame/{site}/look", b'{"ui": {"nothing": 1}}')


def overfill(tour: Tour, site: str) -> None:
    """A body that is too large. The server may hang up before all of it was written, and then its
    answer is not heard: so again."""
    for _ in range(TRIES):
        with suppress(URLError):
            tour.ask("POST", f"/frame/{site}/messages", b"x" * 600_000)
            return
    raise AssertionError("the server never said what it thinks of too large a body")


def see_tokens(tour: Tour, site: str) -> None:
    for question in (
        {"token": tour.server.token(site), "lost": True},
        {"visitor_key": tour.server.tokens.new_visitor(site)[1]},
        {"token": "x"},
        {"nothing": 1},
    ):
        tour.ask("POST", f"/frame/{site}/token", json.dumps(question).encode())
    tour.ask("POST", f"/frame/{site}/token", b"{}", Origin="https://evil.example")


def fill_forms(tour: Tour, site: str, *, fails: str) -> None:
    """A question that fails, another try, a verdict, a stop; then what is refused."""
    visitor = tour.server.tokens.new_visitor(site)[0]
    token = tour.server.token(site, visitor)
    frame = tour.open(site, token)
    frame.ask(fails)
    ended = frame.until("run.ended")
    message = f"/frame/{site}/messages/{ended['message']}"
    tour.form(f"/frame/{site}/messages", token=token, text=fails)
    tour.form(f"{message}/retry", token=token)
    tour.form(f"{message}/feedback", token=token, verdict="dislike")
    tour.form(f"/frame/{site}/runs/{ended['run']}/stop", token=token)
    tour.form(f"/frame/{site}/runs/{ended['run']}/follow", token=token)
    tour.form(f"/frame/{site}/conversations", token=token)
    tour.form(f"/frame/{site}/messages", token=token, text="")
    tour.form(f"/frame/{site}/messages", token="x", text="typed")
    tour.close(frame)


def see_kefu(tour: Tour, site: str, *, works: str, fails: str) -> None:
    """A mini-program's calls, good and bad, whole and streamed."""

    def call(name: str, **fields: object) -> Answer:
        body = json.dumps({"user_id": "kefu-member", **fields}).encode()
        return tour.ask("POST", f"/sites/{site}/api/kefu/{name}", body)

    conversation = call("createConversation").json["data"]["conversation_id"]
    for stream in (False, True):
        call("chat", message=works, conversation_id=conversation, stream=stream)
        call("chat", message=fails, stream=stream)
        call("chat", message=works, conversation_id="conv_none", stream=stream)
    call("getHistory", conversation_id=conversation)
    call("getHistory", limit="many")
    tour.ask("GET", f"/sites/{site}/api/kefu/chat")
    tour.ask("POST", f"/sites/{site}/api/kefu/chat", b"{}", Authorization="Bearer x.y.z")


def settle(frame: Frame) -> None:
    """Until the answer is there, or was not to be had at this platform."""
    while True:
        event = frame.receive()
        if isinstance(event, dict) and event["type"] in ("run.ended", "error"):
            return


def try_socket(tour: Tour, site: str, *, works: str) -> None:
    """Every command of the socket, in order and out of it."""
    frame = tour.open(site)
    sent = frame.ask(works)
    answer = frame.until("run.ended")["message"]
    for verdict in ("like", "dislike", None):
        frame.send("feedback.give", message=answer, verdict=verdict, detail="why")
        frame.until("feedback.saved")
    frame.send("message.retry", message=answer)
    settle(frame)
    frame.send("message.edit", message=sent["message"], client_message_id="cm-edited", text=works)
    settle(frame)
    for name in ("conversation.list", "conversation.new", "token.renew", "ping", "hello", "none"):
        frame.send(name)
    frame.send("run.stop", run="run_none")
    frame.send("tool.result", message=answer, id="x", result=1)
    frame.send("input.answer", message=answer, part=9, values={"name": ["typed"]})
    frame.send("conversation.rename", conversation=sent["conversation"], title="Other")
    frame.send("conversation.delete", conversation=sent["conversation"])
    frame.send("history.before", conversation="cnv_none", message=answer)
    while not frame.seen[-1].startswith('{"type":"error","code":"not_found"') or (
        "history.before" not in frame.seen[-1]
    ):
        frame.receive()
    tour.close(frame)
    refused = tour.frames(tour.server, site)
    refused.send("hello", token="x")
    assert refused.close_code()[0] == 4401
    tour.close(refused)
