"""No credential is anywhere but in its header of a request to its platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.script import Asked
from tests.fakes.xpertai.platform import GENERAL_KEY, XpertAI
from tests.fakes.xpertai.scenarios import SCENARIOS as XPERTAI
from tests.security import echo
from tests.security.echo import Echo
from tests.security.leaks import Evidence, shapes
from tests.security.staged import CANARY, Seen, own_secrets, sites, visit
from tests.serving import Server

# The visit takes half a minute, and some minutes where many tests share the machine.
pytestmark = pytest.mark.timeout(600)

PLANTED = (
    *("headers", "text/html", "text/javascript", "application/json", "frames"),
    *("stdout", "stderr", "log", "chatdock.db", "chatdock.db-wal"),
)
CREDENTIALS = ("authorization", "x-api-key", "x-client-secret", "cookie", "proxy-authorization")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with ExitStack() as stack:
        host = stack.enter_context(OpenAIHost())
        platform = stack.enter_context(XpertAI(keep_alive_s=0.1))
        repeating = stack.enter_context(Echo())
        platform.gate("go").set()
        server = Server(tmp_path_factory.mktemp("leaks"), sites(host, platform, repeating))
        stack.callback(server.stop)
        made = Seen(Evidence(), own_secrets(server), host, platform, repeating)
        visit(server, made)
        yield made


def test_visit_saw_what_there_is(seen: Seen) -> None:
    assert seen.evidence.places >= {*PLANTED, "application/schema+json", "text/plain"}
    assert seen.answered >= {200, 400, 401, 403, 404, 405, 413, 422}
    client_secrets = [name for name in seen.secrets if name.startswith("client secret")]
    assert len(client_secrets) > len(XPERTAI)


@pytest.mark.parametrize("place", PLANTED)
def test_what_was_planted_is_found_in_every_writing(seen: Seen, place: str) -> None:
    found = {shape for where, shape in seen.evidence.find(CANARY) if where == place}

    assert found == set(shapes(CANARY))


def test_no_credential_is_anywhere(seen: Seen) -> None:
    found = {name: seen.evidence.find(secret) for name, secret in seen.secrets.items()}

    assert {name: where for name, where in found.items() if where} == {}


def test_every_request_to_openai_carries_the_key(seen: Seen) -> None:
    assert {tuple(credentials(asked)) for asked in seen.host.requests} == {
        (("authorization", f"Bearer {KEY}"),)
    }
    assert {asked.path for asked in seen.host.requests} == {"/v1/chat/completions", "/v1/models"}


def test_xpertais_key_mints_and_looks_and_client_secrets_do_the_rest(seen: Seen) -> None:
    by_key: set[tuple[tuple[str, str], ...]] = set()
    by_secret: set[tuple[tuple[str, str], ...]] = set()
    for asked in seen.platform.requests:
        is_ours = asked.path.startswith(("/api/ai/v1/chatkit/sessions", "/api/ai/assistants"))
        (by_key if is_ours else by_secret).update([tuple(credentials(asked))])

    assert by_key == {(("x-api-key", GENERAL_KEY),)}
    assert by_secret == {
        (("authorization", f"Bearer {secret}"),) for secret in seen.platform.state.secrets
    }


def test_no_client_secret_serves_two_visitors(seen: Seen) -> None:
    """Each visitor here had one conversation, so each of its threads has a secret of its own."""
    secrets: dict[str, set[str]] = {}
    for asked in seen.platform.requests:
        _, _, thread = asked.path.partition("/threads/")
        if thread:
            secrets.setdefault(thread.partition("/")[0], set()).add(asked.headers["authorization"])

    assert {len(some) for some in secrets.values()} == {1}


def test_credentials_stand_in_their_header_alone(seen: Seen) -> None:
    evidence = Evidence()
    for asked in (*seen.host.requests, *seen.platform.requests, *seen.echo.upstream.requests):
        rest = {name: one for name, one in asked.headers.items() if name not in CREDENTIALS}
        told = json.dumps([asked.path, asked.query, rest], ensure_ascii=False)
        evidence.add("request", told.encode() + asked.body)

    assert evidence.find(CANARY) != set()
    secrets = {**seen.secrets, "echo": echo.KEY}
    assert {name for name, secret in secrets.items() if evidence.find(secret)} == set()


def credentials(asked: Asked) -> list[tuple[str, str]]:
    return [(name, asked.headers[name]) for name in CREDENTIALS if name in asked.headers]
