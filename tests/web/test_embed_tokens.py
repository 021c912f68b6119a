"""``POST /api/v1/sites/<site>/embed-tokens``: the owner's server says who somebody is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_site
from tests.web.vouching import ADDRESS, server_key, vouch
from widget.domain.sites import Identity
from widget.store.database import Store
from widget.store.sites import rotate, save_site, set_paused
from widget.store.tables import chat_codes, visitors
from widget.web.embed_tokens import LARGEST_BODY
from widget.web.limits import WRONG_KEYS
from widget.web.services import Services

OWNER = "https://www.acme.example"


@pytest.fixture
def key(store: Store) -> str:
    return server_key(store)


def test_token_names_the_person_as_a_user_token_does(
    client: FlaskClient, own: Services, key: str
) -> None:
    before = int(time.time())

    answer = vouch(client, key, name="李雷", context={"plan": "gold"}, lasts_s=600)

    assert answer.status_code == 200
    assert answer.json is not None
    token = own.tokens.read(answer.json["embed_token"])
    ends_at = token.identity.ends_at if token.identity else 0
    assert token.identity == Identity("u-1", "李雷", {"plan": "gold"}, ends_at)
    assert before + 600 <= ends_at <= int(time.time()) + 600
    assert (token.site, token.origin, token.generation) == ("acme", ADDRESS, 1)
    assert token.visitor == own.tokens.visitor_of("acme", "u-1")


def test_answer_says_all_and_is_never_cached(client: FlaskClient, own: Services, key: str) -> None:
    answer = vouch(client, key)

    assert answer.json is not None
    assert list(answer.json) == [
        *("embed_token", "expires_at", "ends_at"),
        *("visitor", "chat_url", "chat_url_expires_at"),
    ]
    assert answer.json["visitor"] == own.tokens.visitor_of("acme", "u-1")
    assert answer.json["chat_url"].startswith(f"{ADDRESS}/chat/acme?code=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("lasts_s", "token_s"), [(60, 60), (86_400, 900)])
def test_no_token_outlives_the_owners_word(
    client: FlaskClient, key: str, lasts_s: int, token_s: int
) -> None:
    answer = vouch(client, key, lasts_s=lasts_s)

    assert answer.json is not None
    now = datetime.now(UTC)
    until = {name: _seconds(answer.json[name], now) for name in ("expires_at", "ends_at")}
    assert until["expires_at"] == pytest.approx(token_s, abs=20)
    assert until["ends_at"] == pytest.approx(lasts_s, abs=20)
    assert until["expires_at"] <= until["ends_at"]


def test_same_user_is_the_same_visitor_and_writes_no_row(
    client: FlaskClient, store: Store, key: str
) -> None:
    asked = [vouch(client, key, user=user).json or {} for user in ("u-1", "u-1", "u-2")]

    first, second, other = (answer["visitor"] for answer in asked)
    assert first == second != other
    with store.read() as tx:
        assert tx.execute(visitors.select()).all() == []


def test_token_for_a_listed_page_names_its_origin(
    client: FlaskClient, own: Services, key: str
) -> None:
    answer = vouch(client, key, origin="https://WWW.acme.example:443/page")

    assert answer.json is not None
    assert own.tokens.read(answer.json["embed_token"]).origin == OWNER
    assert answer.json["chat_url"].startswith(f"{ADDRESS}/chat/")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "nonsense", "http://[", "//"])
def test_page_that_is_not_listed_is_named(client: FlaskClient, key: str, origin: str) -> None:
    answer = vouch(client, key, origin=origin)

    assert answer.status_code == 422
    assert answer.json is not None
    assert f"the origin {origin!r} is not on the list" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"user": ""},
        {"user": "x" * 201},
        {"user": 7},
        {"user": "a\0b"},
        {"name": "x" * 201},
        {"context": {"a": 1}},
        {"context": {"x" * 65: "a"}},
        {"context": {str(n): "a" for n in range(33)}},
        {"lasts_s": 59},
        {"lasts_s": 86_401},
        {"else": 1},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_named(
    client: FlaskClient, store: Store, key: str, wanted: dict[str, Any]
) -> None:
    answer = vouch(client, key, **wanted)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["code"] == "bad_input"
    with store.read() as tx:
        assert tx.execute(chat_codes.select()).all() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"user": "\xff"}'])
def test_body_that_is_no_json_object_is_refused(client: FlaskClient, key: str, body: bytes) -> None:
    answer = client.post(
        f"{ADDRESS}/api/v1/sites/acme/embed-tokens",
        data=body,
        headers={"Authorization": f"Bearer {key}"},
    )

    assert answer.status_code == 422


def test_body_is_no_longer_than_a_user_token(client: FlaskClient, key: str) -> None:
    context = {str(n): "x" * 1_000 for n in range(9)}

    answer = vouch(client, key, context=context)

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"]["code"] == "too_large"


def test_body_of_no_told_length_is_bounded_too(client: FlaskClient, key: str) -> None:
    body = b'{"user": "u-1"' + b" " * LARGEST_BODY + b"}"

    answer = client.post(
        f"{ADDRESS}/api/v1/sites/acme/embed-tokens",
        input_stream=BytesIO(body),
        headers={"Authorization": f"Bearer {key}"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 413


def test_door_opens_to_the_sites_own_key_alone(client: FlaskClient, store: Store) -> None:
    with store.begin() as tx:
        made = save_site(tx, make_site(key="other"), store.cipher)
    assert made is not None
    good, path = server_key(store), f"{ADDRESS}/api/v1/sites/acme/embed-tokens"
    given = {
        "none": {},
        "empty": {"Authorization": "Bearer "},
        "wrong": {"Authorization": "Bearer key_wrong"},
        "another site's": {"Authorization": f"Bearer {made.server_key}"},
        "of another kind": {"Authorization": f"Basic {good}"},
        "without its kind": {"Authorization": good},
    }

    answers = {
        name: client.post(path, json={"user": "u"}, headers=headers)
        for name, headers in given.items()
    }
    nowhere = vouch(client, good, site="nobody")

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        given, 401
    )
    bodies = {answer.get_data() for answer in [*answers.values(), nowhere]}
    assert len(bodies) == 1, "which of key and site is wrong is told to nobody"
    assert b"server key" in bodies.pop()


def test_former_key_is_good_for_a_while_unless_it_ends_now(
    client: FlaskClient, store: Store
) -> None:
    former = server_key(store)
    newest = server_key(store)
    assert [vouch(client, one).status_code for one in (former, newest)] == [200, 200]

    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=True)

    assert [vouch(client, one).status_code for one in (former, newest)] == [401, 401]


def test_many_wrong_keys_are_too_many_and_the_right_one_is_let_in(
    client: FlaskClient, key: str
) -> None:
    wrong = [vouch(client, "key_wrong").status_code for _ in range(WRONG_KEYS + 1)]

    assert wrong == [401] * WRONG_KEYS + [429]
    assert vouch(client, key).status_code == 200


def test_paused_site_gives_no_tokens(client: FlaskClient, store: Store) -> None:
    with store.begin() as tx:
        made = save_site(tx, make_site(key="quiet"), store.cipher)
        set_paused(tx, "quiet", True)
    assert made is not None

    answer = vouch(client, made.server_key, site="quiet")

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["error"]["code"] == "site_paused"


def _seconds(moment: str, now: datetime) -> float:
    return (datetime.fromisoformat(moment) - now).total_seconds()
