"""What the owner's server and its signed-in people show us is nowhere afterwards, and nothing of
one person is in what another one gets.

Each place where something could stand is known to be searched: a word that stands there on purpose
is found there first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.xpertai.platform import DEDICATED_KEY, XpertAI
from tests.receiver import SECRET, Receiver, receiving
from tests.security.leaks import Evidence
from tests.security.tour import Tour
from tests.serving import Answer, Frames, Server, wait_until
from tests.signing import user_token

PAGE = "https://plant-5e1d.acme.example"
QUESTION = "Where is the ring that I bought for Grace?"
ADA = {"user": "customer-1815-12-10", "name": "Ada King of Lovelace"}
DOORS = ("client-secrets", "embed-tokens")
SITE = f"""
[[sites]]
key = "acme"
name = "Shop plant-5e1d"
origins = ["https://*.acme.example"]
limits = {{{{visitor_per_minute = 0, address_per_minute = 0}}}}
apis.kefu.enabled = true
apis.client_secrets.enabled = true
[[sites.webhooks]]
url = "{{url}}"
secret = "{SECRET}"
[sites.provider]
kind = "xpertai"
{{platform}}
"""
# A word that is known to stand in each place.
PLANTED = {
    "headers": PAGE,
    "text/html": QUESTION,
    "application/json": QUESTION,
    "text/event-stream": QUESTION,
    "frames": QUESTION,
    "webhook": QUESTION,
    "stdout": "Shop plant-5e1d",
    "log": "https://evil-5e1d.example",
    "chatdock.db": QUESTION,
    "chatdock.db-wal": QUESTION,
}


@dataclass
class Seen:
    """``evidence`` of all that was said, but what gives a credential to whom it belongs; of that
    ``others`` is what a second person and nobody got."""

    evidence: Evidence
    others: Evidence
    secrets: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    adas: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    frames, made = Frames(), Seen(Evidence(), Evidence())
    with XpertAI() as platform, receiving() as receiver:
        settings = platform.settings(api_key=DEDICATED_KEY)
        lines = "\n".join(f"{name} = {json.dumps(one)}" for name, one in settings.items())
        sites = SITE.format(url=receiver.url, platform=lines)
        server = Server(tmp_path_factory.mktemp("people"), sites, log_level="debug")
        try:
            made.secrets |= owners_secrets(server) | {"platform's key": DEDICATED_KEY}
            server.start()
            Visit(server, made, frames).go(receiver)
            keep_files(server, made)
            yield made
        finally:
            frames.close()
            server.stop()


def owners_secrets(server: Server) -> dict[str, str]:
    told = server.command("site", "acme", "rotate")
    found = dict(re.findall(r"(identity secret|server key) +(\S+)", told))
    assert len(found) == 2
    return found | {
        "user token": user_token(server, ADA["user"], name=ADA["name"]),
        "webhook secret": SECRET,
    }


class Visit:
    """Ada by every way in, and then others with what is hers."""

    def __init__(self, server: Server, made: Seen, frames: Frames) -> None:
        self._server, self._made = server, made
        self._own = Tour(server, made.evidence, frames)
        self._other = Tour(server, made.others, frames)

    def go(self, receiver: Receiver) -> None:
        self._sign_in()
        self._talk()
        self._call()
        self._come_by_code()
        self._refuse(self._own)
        self._be_somebody_else()
        for words in (["sites"], ["doctor"], ["webhooks", "acme"], ["apply", "sites.toml"]):
            self._own.run(*words)
        for one in receiver.wait_for(2):
            self._made.evidence.add("webhook", json.dumps(one).encode())
        for asked in receiver.requests:
            self._made.evidence.add("webhook", json.dumps(asked.headers).encode())

    def _sign_in(self) -> None:
        server, secrets = self._server, self._made.secrets
        body = json.dumps({"user_token": secrets["user token"]}).encode()
        answer = server.ask("POST", "/frame/acme/token", body)
        self._keep_headers(answer)
        self._made.given["embed token"] = answer.json["token"]

    def _talk(self) -> None:
        frame = self._own.open("acme", self._made.given["embed token"])
        sent = frame.ask(f"plain\n{QUESTION}")
        self._made.adas["conversation"] = sent["conversation"]
        self._made.adas["message"] = frame.until("run.ended")["message"]
        frame.send("conversation.open", conversation=sent["conversation"])
        frame.until("conversation")
        self._own.close(frame)

    def _call(self) -> None:
        """The mini-program's calls, whole and streamed, and a client secret."""
        token = {"X-Chatdock-User": self._made.secrets["user token"], "Origin": PAGE}

        def call(name: str, **fields: object) -> Answer:
            body = json.dumps(fields).encode()
            return self._own.ask("POST", f"/sites/acme/api/kefu/{name}", body, **token)

        for stream in (False, True):
            call("chat", message=f"plain\n{QUESTION}", stream=stream)
        begun = call("createConversation").json["data"]["conversation_id"]
        self._made.adas["kefu conversation"] = begun.removeprefix("conv_")
        call("chat", message=f"plain\n{QUESTION}", conversation_id=begun)
        call("getHistory", conversation_id=begun)
        answer = self._server.ask("POST", "/api/v1/sites/acme/client-secrets", b"{}", token)
        self._keep_headers(answer)
        self._made.secrets["client secret"] = answer.json["client_secret"]

    def _come_by_code(self) -> None:
        key = {"Authorization": f"Bearer {self._made.secrets['server key']}"}
        body = json.dumps(ADA).encode()
        for _ in range(2):  # one is used, and one lies in the database
            answer = self._server.ask("POST", "/api/v1/sites/acme/embed-tokens", body, key)
            self._keep_headers(answer)
        url = urlsplit(answer.json["chat_url"])
        self._made.given["embed token of the code"] = answer.json["embed_token"]
        self._made.secrets["code"] = parse_qs(url.query)["code"][0]
        self._made.adas |= {"visitor": answer.json["visitor"], **ADA}
        self._keep_data("chatdock.db-wal")
        page = self._server.get(f"{url.path}?{url.query}", Accept="text/html")
        # Her own page bears her token, and her cookie who she is; what it may not bear is the rest.
        self._made.evidence.add("text/html", page.body)
        self._own.ask("GET", f"{url.path}?{url.query}", Accept="text/html")
        self._own.ask("GET", f"{url.path}?{url.query}")

    def _refuse(self, tour: Tour) -> None:
        """Everything of hers at every door where it is worth nothing, and cut short."""
        for credential in [*self._made.secrets.values(), *self._made.given.values()]:
            bearer = {"Authorization": f"Bearer {credential[:-1]}"}
            for door in DOORS:
                tour.ask("POST", f"/api/v1/sites/acme/{door}", b"{}", **bearer)
            for door in ("create-session", "chatkit/session", "kefu/chat", "kefu/getHistory"):
                tour.ask("POST", f"/sites/acme/api/{door}", b"{}", **bearer)
                tour.ask("POST", f"/api/{door}", b"[]", **bearer, Origin=PAGE)
            tour.ask("GET", f"/chat/acme?code={credential[:-1]}")
            tour.ask("GET", f"/files/{credential[:-1]}", Accept="text/html")
            tour.form("/frame/acme/messages", token=credential[:-1], text="typed")
            for name in ("token", "user_token", "visitor_key"):
                body = json.dumps({name: credential[:-1]}).encode()
                tour.ask("POST", "/frame/acme/token", body)
        door = "/api/v1/sites/acme/client-secrets"
        tour.ask("POST", door, b"{}", Origin=PLANTED["log"])

    def _be_somebody_else(self) -> None:
        """A second person, and an anonymous one, ask for what is Ada's."""
        tour, adas = self._other, self._made.adas
        eve = user_token(self._server, "eve")
        body = json.dumps({"user_token": eve, "conversation": adas["conversation"]}).encode()
        token = tour.ask("POST", "/frame/acme/token", body).json["token"]
        frame = tour.open("acme", token)
        frame.send("conversation.open", conversation=adas["conversation"])
        frame.until("error")
        frame.send("conversation.list")
        frame.until("conversations")
        tour.close(frame)
        for name in ("conversation", "kefu conversation"):
            wanted = {"conversation_id": "conv_" + adas[name].removeprefix("cnv_"), "message": "x"}
            for call in ("chat", "getHistory"):
                path, asked = f"/sites/acme/api/kefu/{call}", json.dumps(wanted).encode()
                tour.ask("POST", path, asked, **{"X-Chatdock-User": eve})
                tour.ask("POST", path, asked)
        tour.ask("POST", "/sites/acme/api/kefu/createConversation", b"{}", Authorization=eve)
        tour.ask("GET", f"/chat/acme?code={self._made.secrets['code']}")
        for path in ("/chat/acme", "/embed/acme.js", "/openapi.json", "/metrics", "/healthz"):
            tour.ask("GET", path)
        tour.form("/frame/acme/conversations", token=token, conversation=adas["conversation"])
        tour.form(f"/frame/acme/messages/{adas['message']}/retry", token=token)

    def _keep_headers(self, answer: Answer) -> None:
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self._made.evidence.add("headers", told.encode())

    def _keep_data(self, name: str) -> None:
        data = (self._server.folder / "data" / name).read_bytes()
        self._made.evidence.add(name, data)


def keep_files(server: Server, made: Seen) -> None:
    log = server.log
    wait_until(lambda: PLANTED["log"] in log.read_text(), "the log to be written")
    server.stop()
    made.evidence.add("log", log.read_bytes())
    for path in (server.folder / "data").rglob("*"):
        if path.is_file() and path.name != "secret.key":
            made.evidence.add(path.name, path.read_bytes())


@pytest.mark.parametrize("place", PLANTED)
def test_what_stands_there_is_found(seen: Seen, place: str) -> None:
    assert place in {where for where, _ in seen.evidence.find(PLANTED[place])}


def test_nothing_that_opens_a_door_is_anywhere(seen: Seen) -> None:
    assert set(seen.secrets) == {
        *("identity secret", "server key", "user token", "webhook secret"),
        *("platform's key", "client secret", "code"),
    }
    # They were shown cut short, too.
    looked_for = {name: one[:-1] for name, one in seen.secrets.items()}
    found = {name: seen.evidence.find(one) for name, one in looked_for.items()}
    elsewhere = {name: seen.others.find(one) for name, one in looked_for.items()}

    assert {name: where for name, where in found.items() if where} == {}
    assert {name: where for name, where in elsewhere.items() if where} == {}


def test_embed_tokens_are_in_no_file_and_no_header(seen: Seen) -> None:
    """One of the same moment reads the same, and her own page holds it."""
    for token in seen.given.values():
        assert {where for where, _ in seen.evidence.find(token[:-1])} <= {"text/html"}
        assert seen.others.find(token[:-1]) == set()


def test_nothing_of_ada_is_in_what_others_get(seen: Seen) -> None:
    assert set(seen.adas) == {
        *("conversation", "message", "kefu conversation", "visitor", "user", "name"),
    }
    assert {where for where, _ in seen.evidence.find(seen.adas["user"])} >= {"webhook"}
    hers = {**seen.adas, "question": QUESTION}

    assert {
        name: seen.others.find(one) for name, one in hers.items() if seen.others.find(one)
    } == {}
    assert seen.others.places >= {"headers", "application/json", "text/html", "frames"}


def test_visitor_id_is_told_to_the_owner_alone(seen: Seen) -> None:
    places = {where for where, _ in seen.evidence.find(seen.adas["visitor"])}

    assert places == {"webhook", "chatdock.db", "chatdock.db-wal"}
