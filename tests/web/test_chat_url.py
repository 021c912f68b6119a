"""``chat_url``: opens a person's chat once; what the browser keeps; what is left of the code."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_site
from tests.leaks import leaking_files
from tests.web.vouching import ADDRESS, HTML, chat_url, plain, server_key, vouch
from widget.runs.chat_codes import CODE_LASTS, issue, redeem
from widget.store.database import Store
from widget.store.sites import rotate, save_site
from widget.store.tables import chat_codes
from widget.web.services import Services

COOKIE = "__Host-chatdock-visit_acme"


@pytest.fixture
def key(store: Store) -> str:
    return server_key(store)


def test_code_opens_the_persons_chat(client: FlaskClient, own: Services, key: str) -> None:
    url = chat_url(client, key, name="Li")

    page = client.get(url, headers=HTML)

    assert page.status_code == 200
    token = own.tokens.read(_token(page.text))
    assert token.visitor == own.tokens.visitor_of("acme", "u-1")
    assert token.identity is not None
    assert token.identity.name == "Li"
    assert token.origin == ADDRESS
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_page_puts_the_plain_address_in_the_place_of_the_code(
    client: FlaskClient, key: str
) -> None:
    url = chat_url(client, key)

    page = client.get(f"{url}&lang=zh-CN")

    assert 'history.replaceState(Object.assign({},history.state,{visit:"' in page.text
    assert '"/chat/acme?lang=zh-CN")</script>' in page.text
    assert _code(url) not in page.text


def test_code_is_good_once(app: Flask, key: str) -> None:
    first, second = app.test_client(), app.test_client()
    url = chat_url(first, key)

    statuses = [first.get(url).status_code, second.get(url, headers=HTML).status_code]

    assert statuses == [200, 410]


def test_only_one_of_many_at_once_gets_in(store: Store) -> None:
    code = issue(store, "acme", "the token")
    gate, got = threading.Barrier(8), []

    def ask() -> None:
        gate.wait()
        got.append(redeem(store, "acme", code))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got, key=str) == [None] * 7 + ["the token"]


def test_dead_code_says_in_both_languages_what_to_do(app: Flask, key: str) -> None:
    url = chat_url(app.test_client(), key)
    app.test_client().get(url)

    page = app.test_client().get(url, headers={**HTML, "Accept-Language": "zh"})

    assert page.status_code == 410
    assert page.headers["Cache-Control"] == "no-store"
    assert "请返回原来的页面或小程序" in page.text
    assert "open the chat from there again" in page.text
    assert page.text.index("请返回") < page.text.index("from there again")
    assert "<a " not in page.text
    assert "Acme" not in page.text
    assert _code(url) not in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("code", ["", "x", "x" * 65, "%00", "%ff", "code&code=y"])
def test_code_that_never_was_is_as_dead(client: FlaskClient, code: str) -> None:
    assert client.get(f"{ADDRESS}/chat/acme?code={code}").status_code == 410


def test_code_ends_after_a_minute(store: Store) -> None:
    code = issue(store, "acme", "the token")

    assert redeem(store, "acme", code, at=_over()) is None


def test_code_of_another_site_opens_nothing_and_stays_good(store: Store) -> None:
    with store.begin() as tx:
        save_site(tx, make_site(key="other"), store.cipher)
    code = issue(store, "acme", "the token")

    assert redeem(store, "other", code) is None
    assert redeem(store, "acme", code) == "the token"


def test_codes_that_nobody_used_are_thrown_away_as_new_ones_come(store: Store) -> None:
    issue(store, "acme", "the token")

    issue(store, "acme", "another", at=_over())

    with store.read() as tx:
        assert len(tx.execute(chat_codes.select()).all()) == 1


def test_neither_code_nor_token_can_be_read_in_the_data_folder(
    client: FlaskClient, own: Services, key: str, tmp_path: Path
) -> None:
    answer = vouch(client, key)
    assert answer.json is not None
    code = _code(answer.json["chat_url"])
    (tmp_path / "planted").write_text(code)

    assert leaking_files(tmp_path, code) == ["planted"]
    assert leaking_files(tmp_path, answer.json["embed_token"]) == []


def test_head_and_prefetch_use_up_no_code(client: FlaskClient, key: str) -> None:
    url = chat_url(client, key)

    looked = client.head(url)
    fetched = client.get(url, headers={"Sec-Purpose": "prefetch;prerender"})

    assert [looked.status_code, fetched.status_code] == [200, 503]
    assert client.get(url).status_code == 200


def test_revoked_code_opens_nothing(client: FlaskClient, store: Store, key: str) -> None:
    url = chat_url(client, key)
    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=True)
    client.application.extensions["chatdock"].sites._kept.clear()

    assert client.get(url).status_code == 410


def test_reload_finds_the_person_by_the_cookie(
    client: FlaskClient, own: Services, key: str
) -> None:
    url = chat_url(client, key)
    client.get(url)

    again = client.get(plain(url))
    with_dead_code = client.get(url)

    person = own.tokens.visitor_of("acme", "u-1")
    assert own.tokens.read(_token(again.text)).visitor == person
    assert (with_dead_code.status_code, with_dead_code.headers["Location"]) == (303, "/chat/acme")


def test_cookie_has_every_attribute_and_ends_with_the_owners_word(
    client: FlaskClient, key: str
) -> None:
    page = client.get(chat_url(client, key, lasts_s=600))

    (header,) = page.headers.getlist("Set-Cookie")
    first, *attributes = header.split("; ")
    assert first.startswith(f"{COOKIE}=")
    (age,) = [one for one in attributes if one.startswith("Max-Age=")]
    assert 590 <= int(age.removeprefix("Max-Age=")) <= 600
    assert {one for one in attributes if not one.startswith(("Expires", "Max-Age"))} == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    }


def test_person_with_too_much_context_is_left_to_the_pages_own_memory(
    client: FlaskClient, own: Services, key: str
) -> None:
    context = {str(n): secrets.token_hex(450) for n in range(7)}

    page = client.get(chat_url(client, key, context=context))

    assert "Set-Cookie" not in page.headers
    token = own.tokens.read(_token(page.text))
    assert token.identity is not None
    assert token.identity.context == context


def test_dead_code_of_somebody_else_does_not_lead_to_the_person_of_the_cookie(
    app: Flask, key: str
) -> None:
    mine, other = app.test_client(), app.test_client()
    others_url = chat_url(other, key, user="u-2")
    other.get(others_url)
    mine.get(chat_url(mine, key))

    assert mine.get(others_url).status_code == 410


def test_frame_on_the_owners_page_does_not_find_the_person(
    client: FlaskClient, own: Services, key: str
) -> None:
    client.get(chat_url(client, key))

    framed = client.get(
        f"{ADDRESS}/frame/acme", headers={"Referer": "https://www.acme.example/page"}
    )

    assert own.tokens.read(_token(framed.text)).identity is None


@pytest.mark.parametrize("value", ["", "x", "a.b.c"])
def test_broken_cookie_is_as_none(client: FlaskClient, own: Services, value: str) -> None:
    client.set_cookie(COOKIE, value, domain="localhost", secure=True)

    page = client.get(f"{ADDRESS}/chat/acme")

    assert page.status_code == 200
    assert own.tokens.read(_token(page.text)).identity is None


def test_embed_token_is_no_cookie_and_the_cookie_no_embed_token(
    client: FlaskClient, own: Services, key: str
) -> None:
    page = client.get(chat_url(client, key))
    cookie = client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    renewal = client.post(
        f"{ADDRESS}/frame/acme/token", json={"token": cookie.value}, headers={"Origin": ADDRESS}
    )
    client.set_cookie(COOKIE, _token(page.text), domain="localhost", secure=True)

    assert renewal.status_code == 401
    assert own.tokens.read(_token(client.get(f"{ADDRESS}/chat/acme").text)).identity is None


def test_code_given_to_our_inner_address_opens_at_the_outer_one(
    client: FlaskClient, own: Services, key: str
) -> None:
    url = chat_url(client, key)

    page = client.get(url.replace("https://localhost", "https://chat.example"))

    assert page.status_code == 200
    assert own.tokens.read(_token(page.text)).origin == "https://chat.example"


def _over() -> datetime:
    """When every code of now has ended."""
    return datetime.now(UTC) + CODE_LASTS + timedelta(seconds=1)


def _code(url: str) -> str:
    return parse_qs(urlsplit(url).query)["code"][0]


def _token(page: str) -> str:
    """The embed token in a page."""
    return page.partition('"token":"')[2].partition('"')[0]
