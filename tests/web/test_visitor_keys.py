"""The key by which a visitor is found again: handed out, replaced, ended."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from tests.factories import make_token, make_visitor
from tests.web.renewing import (
    NOW,
    OLD,
    claims,
    keep_cookie,
    kept_cookie,
    renew,
    replace_in_store,
    store_visitor,
    stored,
)
from widget.store.database import Store
from widget.web.services import Services
from widget.web.tokens import key_hash


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
