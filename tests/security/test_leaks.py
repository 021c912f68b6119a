"""No credential is anywhere but in its header of a request to its platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.script import Asked
from tests.fakes.xpertai.platform import GENERAL_KEY
from tests.security import echo
from tests.security.echo import Echo
from tests.security.leaks import Evidence, shapes
from tests.security.platforms import HEADERS, PLATFORMS, Platform, credentials
from tests.security.staged import CANARY, SITES, Seen, own_secrets, sites, visit
from tests.serving import Server
from widget.providers.registry import PROVIDERS

# The visit takes half a minute, and some minutes where many tests share the machine.
# A form that nobody fills in is given up by the platform's own thread, with an exception.
pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

PLANTED = (
    *("headers", "text/html", "text/javascript", "application/json", "frames"),
    *("stdout", "stderr", "log", "chatdock.db", "chatdock.db-wal"),
)
each_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with ExitStack() as stack:
        fakes = {kind: stack.enter_context(one.start()) for kind, one in PLATFORMS.items()}
        repeating = stack.enter_context(Echo())
        server = Server(tmp_path_factory.mktemp("leaks"), sites(fakes, repeating))
        stack.callback(server.stop)
        made = Seen(Evidence(), own_secrets(server), fakes, repeating)
        visit(server, made)
        yield made


def test_every_provider_is_searched() -> None:
    """The demo speaks to nobody and has no key."""
    assert {*PLATFORMS, "demo"} == set(PROVIDERS)


def test_visit_saw_what_there_is(seen: Seen) -> None:
    unplanted = {"application/schema+json", "text/plain", "text/event-stream"}
    assert seen.evidence.places >= {*PLANTED, *unplanted}
    assert seen.answered >= {200, 400, 401, 403, 404, 405, 413, 422}
    client_secrets = [name for name in seen.secrets if name.endswith("of xpertai")]
    assert len(client_secrets) > len(list(PLATFORMS["xpertai"].questions))


@pytest.mark.parametrize("place", PLANTED)
def test_what_was_planted_is_found_in_every_writing(seen: Seen, place: str) -> None:
    found = {shape for where, shape in seen.evidence.find(CANARY) if where == place}

    assert found == set(shapes(CANARY))


def test_no_credential_is_anywhere(seen: Seen) -> None:
    found = {name: seen.evidence.find(secret) for name, secret in seen.secrets.items()}

    assert {name: where for name, where in found.items() if where} == {}


@each_platform
def test_every_question_reached_its_platform(seen: Seen, platform: Platform) -> None:
    """So that what is not found was looked for."""
    bodies = b"\n".join(one.body for one in seen.fakes[platform.kind].requests).decode(
        errors="replace"
    )

    assert [one for one in platform.questions if not _is_asked_in(bodies, one)] == []


def _is_asked_in(bodies: str, question: str) -> bool:
    """As one library or another puts it into JSON."""
    writings = (json.dumps(question, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False))
    return any(one in bodies for one in writings)


@each_platform
def test_every_request_carries_its_platforms_credential(seen: Seen, platform: Platform) -> None:
    assert platform.wrongly_asked(seen.fakes[platform.kind]) == []


def test_xpertais_key_mints_and_looks_and_client_secrets_do_the_rest(seen: Seen) -> None:
    by_key: set[tuple[tuple[str, str], ...]] = set()
    by_secret: set[tuple[tuple[str, str], ...]] = set()
    for asked in seen.fakes["xpertai"].requests:
        is_ours = asked.path.startswith(("/api/ai/v1/chatkit/sessions", "/api/ai/assistants"))
        (by_key if is_ours else by_secret).update([tuple(credentials(asked))])

    assert by_key == {(("x-api-key", GENERAL_KEY),)}
    assert by_secret == {
        (("authorization", f"Bearer {secret}"),) for secret in seen.fakes["xpertai"].state.secrets
    }


def test_no_client_secret_serves_two_visitors(seen: Seen) -> None:
    """Each visitor here had one conversation, so each of its threads has a secret of its own."""
    secrets: dict[str, set[str]] = {}
    for asked in seen.fakes["xpertai"].requests:
        _, _, thread = asked.path.partition("/threads/")
        if thread:
            secrets.setdefault(thread.partition("/")[0], set()).add(asked.headers["authorization"])

    assert {len(some) for some in secrets.values()} == {1}


def test_credentials_stand_in_their_header_alone(seen: Seen) -> None:
    evidence = Evidence()
    for asked in _all_requests(seen):
        rest = {name: one for name, one in asked.headers.items() if name not in HEADERS}
        told = json.dumps([asked.path, asked.query, rest], ensure_ascii=False)
        evidence.add("request", told.encode() + asked.body)

    assert evidence.find(CANARY) != set()
    secrets = {**seen.secrets, "echo": echo.KEY}
    assert {name for name, secret in secrets.items() if evidence.find(secret)} == set()


def test_webhooks_told_of_every_site(seen: Seen) -> None:
    """So that their secrets were in use."""
    told = [one for one in seen.echo.upstream.requests if one.path == echo.HOOK]

    assert {one.json["data"]["site"] for one in told} == set(SITES)


def _all_requests(seen: Seen) -> Iterator[Asked]:
    for fake in seen.fakes.values():
        yield from fake.requests
    yield from seen.echo.upstream.requests
