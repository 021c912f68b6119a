"""A fresh embed token: ``POST /frame/<site>/token``, by token, kept key or cookie."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories import make_site, make_token
from tests.web.renewing import HOST, claims, keep_cookie, renew
from widget.store.database import Store
from widget.store.sites import save_site, set_paused
from widget.web.services import Services
from widget.web.tokens import Tokens, key_hash


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
