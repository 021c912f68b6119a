"""Every door of client secrets, with everything but what opens it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from tests.fakes.chatkit.sessions import HostedSessions
from tests.web.pages import save
from tests.web.sessions import DOORS, PAGE, ask, open_site, user_token
from widget.domain.apis import Apis
from widget.domain.sites import Limits, Site
from widget.store.database import Store
from widget.store.sites import rotate
from widget.web.limits import TRIES_PER_MESSAGE, UNLISTED_PAGES
from widget.web.services import Services

OF_A_SITE = tuple(door for door in DOORS if "acme" in door)
each_door = pytest.mark.parametrize("door", DOORS)
each_of_a_site = pytest.mark.parametrize("door", OF_A_SITE)


@pytest.fixture
def own(client: FlaskClient) -> Services:
    found: Services = client.application.extensions["chatdock"]
    return found


@pytest.fixture
def hosted(store: Store, own: Services) -> Iterator[HostedSessions]:
    """A platform with the site ``acme``, whose door is open, and the one that is next to it."""
    with HostedSessions() as sessions:
        site = open_site("chatkit", sessions.settings())
        save(store, site)
        save(store, make_site(key="closed"))
        yield sessions
        own.engine.provider_for(site).client.close()


def without_key(door: str, answer: TestResponse, site: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(site, "…")


Change = Callable[[Site], Site]


@each_of_a_site
def test_door_that_is_off_looks_like_a_site_that_is_not_there(
    client: FlaskClient, hosted: HostedSessions, door: str
) -> None:
    off, none = (
        without_key(door, ask(client, door.replace("acme", site)), site)
        for site in ("closed", "nobody")
    )

    assert off == none
    assert off[0] == 404
    assert ask(client, door).status_code == 200  # so it is the door that makes the difference


@each_of_a_site
def test_door_that_is_off_says_nothing_before_it_either(
    client: FlaskClient, hosted: HostedSessions, door: str
) -> None:
    for site in ("closed", "nobody"):
        path = f"https://localhost{door.replace('acme', site)}"
        answer = client.options(path, headers={"Origin": PAGE})
        assert answer.status_code == 404
        assert "Access-Control-Allow-Origin" not in answer.headers


@each_door
def test_no_site_has_the_door_on(client: FlaskClient, store: Store, door: str) -> None:
    save(store, make_site(apis=Apis()))

    assert ask(client, door).status_code == 404
    assert client.options(f"https://localhost{door}").status_code == 404


@each_door
def test_paused_site_gives_nothing(
    client: FlaskClient, store: Store, hosted: HostedSessions, door: str
) -> None:
    save(store, open_site("chatkit", hosted.settings(), is_paused=True))

    answer = ask(client, door)

    assert answer.status_code == 403
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert hosted.requests == []


@each_door
@pytest.mark.parametrize("wrong", ["expired", "of another site", "of a former secret", "nonsense"])
def test_wrong_user_token_never_makes_an_anonymous_visitor(
    client: FlaskClient, store: Store, hosted: HostedSessions, *, door: str, wrong: str
) -> None:
    soon = time.time() + 3600
    token = {
        "expired": user_token(store, "u-1", ends_at=time.time() - 3600),
        "of another site": user_token(store, "u-1", ends_at=soon, site="closed"),
        "of a former secret": user_token(store, "u-1", ends_at=soon),
        "nonsense": "x.y.z",
    }[wrong]
    if wrong == "of a former secret":
        with store.begin() as tx:
            rotate(tx, "acme", store.cipher, now=True)

    answers = [
        ask(client, door, Authorization=f"Bearer {token}"),
        ask(client, door, X_Chatdock_User=token),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert not any(token in answer.text or "Set-Cookie" in answer.headers for answer in answers)
    assert hosted.requests == []


@each_door
@pytest.mark.parametrize("scheme", ["Basic eDp5", "Bearer", "key_x"])
def test_other_credentials_are_refused(
    client: FlaskClient, hosted: HostedSessions, *, door: str, scheme: str
) -> None:
    expected = 200 if scheme == "Bearer" else 401  # an empty one is none

    assert ask(client, door, Authorization=scheme).status_code == expected


@each_door
def test_embed_token_is_no_user_token(
    client: FlaskClient, own: Services, hosted: HostedSessions, door: str
) -> None:
    _, key = own.tokens.new_visitor("acme")

    assert ask(client, door, Authorization=f"Bearer {key}").status_code == 401
    assert hosted.requests == []


@each_door
def test_page_cannot_name_its_visitor(
    client: FlaskClient, own: Services, hosted: HostedSessions, door: str
) -> None:
    _, key = own.tokens.new_visitor("other")
    client.set_cookie("__Host-chatdock_acme", key, domain="localhost", secure=True)
    victim = own.tokens.visitor_of("acme", "u-1")
    claims = {"user": victim, "visitor": victim, "user_id": victim}

    ask(client, door, None if door == DOORS[0] else claims, X_Visitor=victim)

    (asked,) = hosted.opened
    assert asked["user"] not in {victim, own.tokens.read_key(key, site="other")}


@each_door
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_gives(
    client: FlaskClient, hosted: HostedSessions, *, door: str, method: str
) -> None:
    answer = client.open(f"https://localhost{door}", method=method, headers={"Origin": PAGE})

    assert answer.status_code == 405
    assert hosted.requests == []


@each_door
@pytest.mark.parametrize("body", [b"[" * 9_000, b'{"x":' * 9_000, b'{"x":' + b"[" * 90_000])
def test_body_that_nests_without_end_is_refused(
    client: FlaskClient, hosted: HostedSessions, *, door: str, body: bytes
) -> None:
    answer = client.post(f"https://localhost{door}", data=body, headers={"Origin": PAGE})

    assert answer.status_code == (422 if door == DOORS[0] else 400)
    assert hosted.requests == []


@each_of_a_site
def test_page_that_is_not_listed_is_told_of_a_few_times(
    client: FlaskClient, hosted: HostedSessions, caplog: pytest.LogCaptureFixture, *, door: str
) -> None:
    """And what it asks for costs the people at the same address nothing."""
    asked = [
        ask(client, door, page="https://evil.example").status_code
        for _ in range(UNLISTED_PAGES + 2)
    ]

    assert asked == [403] * UNLISTED_PAGES + [429] * 2
    told = [one for one in caplog.messages if "is not on the site's list" in one]
    assert len(told) == UNLISTED_PAGES
    assert ask(client, door).status_code == 200


@each_of_a_site
def test_tries_count_before_the_body_is_looked_at(
    client: FlaskClient, store: Store, hosted: HostedSessions, door: str
) -> None:
    limits = Limits(visitor_per_minute=0, address_per_minute=1)
    save(store, open_site("chatkit", hosted.settings(), limits=limits))

    asked = [
        client.post(f"https://localhost{door}", data=b"{", headers={"Origin": PAGE}).status_code
        for _ in range(TRIES_PER_MESSAGE + 1)
    ]

    bad = 422 if door == DOORS[0] else 400
    assert asked == [bad] * TRIES_PER_MESSAGE + [429]


@each_door
@pytest.mark.parametrize("twin", ["http://localhost", "https://localhost"])
def test_our_own_host_needs_no_leave_and_gets_none(
    client: FlaskClient, hosted: HostedSessions, *, door: str, twin: str
) -> None:
    """A page that somebody on the line wrote, without TLS, under our name must not read it."""
    asked = ask(client, door, page=twin)
    before = client.options(f"https://localhost{door}", headers={"Origin": twin})

    assert "Access-Control-Allow-Origin" not in asked.headers
    assert "Access-Control-Allow-Origin" not in before.headers
