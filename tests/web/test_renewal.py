"""Finding the visitor again: ``POST /frame/<site>/token``, the cookie and the keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site, make_token, make_visitor
from widget.domain.conversations import Visitor
from widget.domain.sites import EmbedToken
from widget.store.database import Store
from widget.store.sites import save_site, set_paused
from widget.store.visitors import ensure_visitor, find_visitor, replace_key
from widget.web.services import Services
from widget.web.tokens import Tokens, key_hash
from widget.web.visitors import cookie_name

COOKIE = cookie_name("acme")
HOST = "https://www.acme.example"
NOW = datetime.now(UTC).replace(microsecond=0)
OLD = NOW - timedelta(days=31)


@pytest.fixture
def own(app: Flask) -> Services:
    services: Services = app.extensions["chatdock"]
    return services


@pytest.fixture
def tokens(own: Services) -> Tokens:
    return own.tokens


def renew(client: FlaskClient, site: str = "acme", **asked: Any) -> TestResponse:
    return client.post(
        f"https://localhost/frame/{site}/token", json=asked, headers={"Origin": "https://localhost"}
    )


def claims(own: Services, answer: TestResponse) -> EmbedToken:
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return own.tokens.read(answer.json["token"])


def keep_cookie(client: FlaskClient, key: str) -> None:
    client.set_cookie(COOKIE, key, domain="localhost", secure=True)


def kept_cookie(client: FlaskClient) -> str | None:
    cookie = client.get_cookie(COOKIE, domain="localhost")
    return cookie.value if cookie else None


def store_visitor(store: Store, visitor: str, key: str, made_at: datetime = NOW) -> Visitor:
    row = make_visitor(id=visitor, key_hash=key_hash(key), key_made_at=made_at)
    with store.begin() as tx:
        ensure_visitor(tx, row)
    return row


def stored(store: Store, visitor: str) -> Visitor | None:
    with store.read() as tx:
        return find_visitor(tx, "acme", visitor)


def test_nothing_in_hand_is_refused(client: FlaskClient) -> None:
    answer = renew(client)

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "unauthorized"


def test_token_is_renewed_for_the_same_visitor_and_origin(
    client: FlaskClient, own: Services
) -> None:
    token = make_token()

    answer = renew(client, token=own.tokens.sign(token))

    assert claims(own, answer) == token
    assert answer.json is not None
    assert answer.json.keys() == {"token", "expires_in_s"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_token_of_another_site_is_refused(client: FlaskClient, own: Services) -> None:
    signed = own.tokens.sign(make_token(site="other"))

    assert renew(client, token=signed).status_code == 401


def test_revoked_token_is_refused(client: FlaskClient, own: Services) -> None:
    signed = own.tokens.sign(make_token(generation=0))

    assert renew(client, token=signed).status_code == 401


def test_revoked_token_still_names_the_origin_for_a_good_key(
    client: FlaskClient, own: Services
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    signed = own.tokens.sign(make_token(visitor=visitor, generation=0))

    renewed = claims(own, renew(client, token=signed, visitor_key=key))

    assert (renewed.visitor, renewed.origin, renewed.generation) == (visitor, HOST, 1)


def test_origin_that_left_the_list_is_refused(client: FlaskClient, own: Services) -> None:
    signed = own.tokens.sign(make_token(origin="https://left.example"))

    assert renew(client, token=signed).status_code == 401


def test_key_without_token_is_a_direct_visit(client: FlaskClient, own: Services) -> None:
    visitor, key = own.tokens.new_visitor("acme")

    renewed = claims(own, renew(client, visitor_key=key))

    assert (renewed.visitor, renewed.origin) == (visitor, "https://localhost")
    assert renewed.key_hash == key_hash(key)


def test_cookie_finds_the_visitor(client: FlaskClient, own: Services) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    keep_cookie(client, key)

    answer = renew(client)

    assert claims(own, answer).visitor == visitor
    assert "Set-Cookie" not in answer.headers


def test_cookie_of_a_stranger_does_not_replace_the_visitor_on_screen(
    client: FlaskClient, own: Services
) -> None:
    _, other_key = own.tokens.new_visitor("acme")
    keep_cookie(client, other_key)
    token = make_token()

    answer = renew(client, token=own.tokens.sign(token), lost=True)

    assert claims(own, answer) == token
    assert answer.json is not None
    assert "visitor_key" not in answer.json


def test_key_that_the_frame_kept_goes_before_the_token(client: FlaskClient, own: Services) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    of_a_stranger = own.tokens.sign(make_token())

    renewed = claims(own, renew(client, token=of_a_stranger, visitor_key=key, lost=True))

    assert (renewed.visitor, renewed.origin) == (visitor, HOST)


def test_forged_key_is_no_key(client: FlaskClient, own: Services) -> None:
    foreign = Tokens(b"another key of thirty-two bytes.").new_visitor("acme")[1]

    assert renew(client, visitor_key=foreign).status_code == 401


def test_lost_cookie_hands_the_key_to_the_frame(client: FlaskClient, own: Services) -> None:
    token = make_token()

    answer = renew(client, token=own.tokens.sign(token), lost=True)

    assert answer.json is not None
    key = answer.json["visitor_key"]
    assert claims(own, answer).key_hash == key_hash(key)
    assert claims(own, renew(client, visitor_key=key)).visitor == token.visitor


def test_key_stays_out_of_the_answer_when_the_cookie_came_back(
    client: FlaskClient, own: Services
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    signed = own.tokens.sign(make_token(visitor=visitor, key_hash=key_hash(key)))
    keep_cookie(client, key)

    answer = renew(client, token=signed, lost=True)

    assert answer.json is not None
    assert "visitor_key" not in answer.json


def test_lost_key_of_a_stored_visitor_is_made_again(
    client: FlaskClient, own: Services, store: Store
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    made_at = own.tokens.read_key(key, site="acme")
    assert made_at is not None
    store_visitor(store, visitor, key, made_at.made_at)
    signed = own.tokens.sign(make_token(visitor=visitor, key_hash=key_hash(key)))

    answer = renew(client, token=signed, lost=True)

    assert answer.json is not None
    assert answer.json["visitor_key"] == key


def test_lost_key_that_cannot_be_made_again_is_replaced(
    client: FlaskClient, own: Services, store: Store
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    store_visitor(store, visitor, key, OLD)
    signed = own.tokens.sign(make_token(visitor=visitor, key_hash=key_hash(key)))

    answer = renew(client, token=signed, lost=True)

    assert answer.json is not None
    new, row = answer.json["visitor_key"], stored(store, visitor)
    assert row is not None
    assert (row.key_hash, row.previous_key_hash) == (key_hash(new), key_hash(key))
    assert claims(own, renew(client, visitor_key=key)).visitor == visitor


def test_old_key_is_replaced_and_good_for_another_day(
    client: FlaskClient, own: Services, store: Store
) -> None:
    visitor = make_visitor().id
    key = own.tokens.make_key("acme", visitor, OLD)
    store_visitor(store, visitor, key, OLD)
    keep_cookie(client, key)

    first = claims(own, renew(client))
    new = kept_cookie(client)
    keep_cookie(client, key)
    second = claims(own, renew(client))

    assert new is not None
    assert new != key
    assert first.key_hash == second.key_hash == key_hash(new)
    assert kept_cookie(client) == new, "a tab that missed the replacement gets the same key"


def test_former_key_ends_after_a_day(client: FlaskClient, own: Services, store: Store) -> None:
    visitor = make_visitor().id
    key = own.tokens.make_key("acme", visitor, OLD)
    former = own.tokens.make_key("acme", visitor, OLD - timedelta(days=31))
    store_visitor(store, visitor, former, OLD)
    replace_in_store(store, visitor, key, at=NOW - timedelta(hours=25))

    assert renew(client, visitor_key=former).status_code == 401
    assert claims(own, renew(client, visitor_key=key)).visitor == visitor


def test_token_of_a_revoked_key_is_refused(
    client: FlaskClient, own: Services, store: Store
) -> None:
    visitor, key = own.tokens.new_visitor("acme")
    store_visitor(store, visitor, key)
    token = make_token(visitor=visitor, key_hash=key_hash("another"))

    assert renew(client, token=own.tokens.sign(token)).status_code == 401
    assert renew(client, token=own.tokens.sign(token), lost=True).status_code == 401


def test_old_key_without_a_row_stays(client: FlaskClient, own: Services) -> None:
    visitor = make_visitor().id
    key = own.tokens.make_key("acme", visitor, OLD)
    keep_cookie(client, key)

    assert claims(own, renew(client)).key_hash == key_hash(key)
    assert kept_cookie(client) == key


def test_cookie_has_every_attribute(client: FlaskClient, own: Services) -> None:
    _, key = own.tokens.new_visitor("acme")

    header = renew(client, visitor_key=key).headers["Set-Cookie"]

    first, *attributes = header.split("; ")
    assert first == f"__Host-chatdock_acme={key}"
    assert {one for one in attributes if not one.startswith(("Expires", "Max-Age"))} == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=None",
        "Partitioned",
    }


def test_foreign_page_is_refused(client: FlaskClient, own: Services) -> None:
    keep_cookie(client, own.tokens.new_visitor("acme")[1])

    answer = client.post("https://localhost/frame/acme/token", headers={"Origin": HOST})

    assert answer.status_code == 403


def test_unknown_and_paused_sites_are_refused(
    client: FlaskClient, own: Services, store: Store
) -> None:
    token = own.tokens.sign(make_token(site="quiet"))
    with store.begin() as tx:
        save_site(tx, make_site(key="quiet"), store.cipher)
        set_paused(tx, "quiet", True)

    unknown, paused = renew(client, "nobody"), renew(client, "quiet", token=token)

    assert [unknown.status_code, paused.status_code] == [404, 403]
    assert paused.json is not None
    assert paused.json["error"]["code"] == "site_paused"


@pytest.mark.parametrize("body", ["{", '{"token": 1}', '{"else": ""}', "[]"])
def test_unreadable_question_says_what_is_wrong(client: FlaskClient, body: str) -> None:
    answer = client.post("/frame/acme/token", data=body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["code"] == "bad_input"


def replace_in_store(store: Store, visitor: str, key: str, *, at: datetime) -> None:
    with store.begin() as tx:
        replace_key(tx, "acme", visitor, key_hash=key_hash(key), at=at)
