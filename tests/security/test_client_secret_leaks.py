"""A client secret leaves the server in the one answer that gives it; a platform's key in none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes.chatkit.sessions import KEY, HostedSessions
from tests.fakes.script import json_reply
from tests.fakes.xpertai.platform import DEDICATED_KEY, XpertAI
from tests.security.leaks import Evidence
from tests.security.tour import Tour
from tests.serving import Frames, Server
from tests.web.sessions import signed

OWNER = "https://www.acme.example"
PLACES = {
    "lamps": (
        "/api/v1/sites/lamps/client-secrets",
        "/sites/lamps/api/create-session",
        "/sites/lamps/api/chatkit/session",
    ),
    "desk": (
        "/api/v1/sites/desk/client-secrets",
        "/sites/desk/api/create-session",
        "/sites/desk/api/chatkit/session",
    ),
}


@dataclass
class Seen:
    evidence: Evidence
    given: set[str]
    tokens: set[str]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with XpertAI() as xpertai, HostedSessions() as hosted:
        sites = _site("lamps", "xpertai", xpertai.settings(api_key=DEDICATED_KEY))
        sites += _site("desk", "chatkit", hosted.settings())
        server = Server(tmp_path_factory.mktemp("secrets"), sites)
        frames = Frames()
        tour = Tour(server, Evidence(), frames)
        try:
            server.start()
            made = Seen(tour.evidence, set(), set())
            visit(tour, made, xpertai, hosted)
            yield made
        finally:
            frames.close()
            server.stop()


def _site(key: str, kind: str, settings: dict[str, object]) -> str:
    head = (
        f'[[sites]]\nkey = "{key}"\norigins = ["{OWNER}"]\n'
        "limits = {visitor_per_minute = 0, address_per_minute = 0}\n"
        f'[sites.apis.client_secrets]\nenabled = true\n[sites.provider]\nkind = "{kind}"\n'
    )
    return head + "".join(f"{name} = {json.dumps(one)}\n" for name, one in settings.items())


def visit(tour: Tour, made: Seen, xpertai: XpertAI, hosted: HostedSessions) -> None:
    server = tour.server
    for key, doors in PLACES.items():
        token = signed(server.folder / "data", key, "u-1")
        made.tokens.add(token)
        for door in doors:
            give(tour, made, door)
            give(tour, made, door, token)
            refuse(tour, made, door, xpertai, hosted)
    for path in ("/metrics", "/embed/lamps.js", "/embed/desk.js", "/chat/lamps", "/chat/desk"):
        tour.ask("GET", path)
    tour.run("doctor")
    tour.run("sites")
    tour.run("apply", str(server.folder / "sites.toml"))
    made.evidence.add("log", server.log.read_bytes())
    for name in ("chatdock.db", "chatdock.db-wal"):
        made.evidence.add(name, (server.folder / "data" / name).read_bytes())


def give(tour: Tour, made: Seen, door: str, token: str = "") -> None:
    """Asks beside the tour, so that what is given is looked for everywhere but here."""
    headers = {"Origin": OWNER, **({"X-Chatdock-User": token} if token else {})}
    answer = tour.server.ask("POST", door, b"{}", headers)
    assert answer.status == 200, answer.body
    made.given.add(answer.json["client_secret"])
    made.evidence.add("given", answer.body)
    told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    made.evidence.add("headers", told.encode())


def refuse(tour: Tour, made: Seen, door: str, xpertai: XpertAI, hosted: HostedSessions) -> None:
    """The platform repeats all that it knows, in every class of failure; and we refuse too."""
    own = DEDICATED_KEY if "lamps" in door else KEY
    quoted = {"message": " ".join((own, *sorted(made.given)))}
    for status in (400, 401, 403, 404, 429, 500):
        if "lamps" in door:
            said = json.dumps({**quoted, "statusCode": status})
            for _ in range(2):  # a 400 is asked again, without the assistant
                xpertai.answer_next("/sessions", status, said, Content_Type="application/json")
        else:
            hosted.answer_next(json_reply(status, {"error": quoted}))
        assert tour.ask("POST", door, b"{}", Origin=OWNER).status == 502
        xpertai.canned.clear()
    for headers, body in (
        ({"Origin": "https://evil.example"}, b"{}"),
        ({"Origin": OWNER, "Authorization": f"Bearer {next(iter(made.given))}"}, b"{}"),
        ({"Origin": OWNER}, json.dumps({"expires_in_s": next(iter(made.given))}).encode()[:-1]),
    ):
        assert tour.ask("POST", door, body, **headers).status in {400, 401, 403, 422}


def test_client_secret_is_in_its_own_answer_and_nowhere_else(seen: Seen) -> None:
    assert len(seen.given) == 12
    places = {place for one in seen.given for place, _ in seen.evidence.find(one)}

    assert places == {"given"}


@pytest.mark.parametrize("key", [KEY, DEDICATED_KEY])
def test_platforms_key_is_nowhere(seen: Seen, key: str) -> None:
    assert seen.evidence.find(key) == set()


def test_user_token_is_nowhere(seen: Seen) -> None:
    assert [one for one in seen.tokens if seen.evidence.find(one)] == []


def test_everything_was_looked_at(seen: Seen) -> None:
    assert seen.evidence.places >= {
        *("given", "headers", "application/json", "log", "stdout", "chatdock.db", "text/plain"),
    }
    assert seen.evidence.find("likely-not-there") == set()
