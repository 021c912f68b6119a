"""Who may show the chat: what a browser says of the host page, and what anybody may write there."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from tests.web.pages import save
from widget.store.database import Store
from widget.web.framing import origin_of

LISTED = ("https://*.acme.example", "http://shop.example:8080")


@pytest.fixture
def browser(app: Flask, store: Store) -> FlaskClient:
    save(store, make_site(origins=LISTED))
    return app.test_client()


def show(browser: FlaskClient, named: str, **headers: str) -> TestResponse:
    return browser.get(f"/frame/acme?origin={quote(named)}", headers=headers)


def test_only_listed_origins_get_the_page(browser: FlaskClient) -> None:
    got = {one: show(browser, one).status_code for one in (*LET_IN, *LEFT_OUT)}

    assert got == {**dict.fromkeys(LET_IN, 200), **dict.fromkeys(LEFT_OUT, 403)}


LET_IN = (
    "https://www.acme.example",
    "https://a.b.c.acme.example",
    "https://WWW.Acme.Example:443/path?query#part",
    "http://shop.example:8080",
    "http://localhost",  # the test's own address
)
LEFT_OUT = (
    "https://acme.example",
    "https://.acme.example",
    "https://xacme.example",
    "http://www.acme.example",
    "https://www.acme.example:8443",
    "https://www.acme.example.evil.example",
    "https://www.acme.example@evil.example",
    "https://evil.example\\.acme.example",
    "https://evil.example%23.acme.example",
    "https://evil.example;.acme.example",
    "https://*.acme.example",
    "https://www。acme.example",
    "http://shop.example",
    "http://shop.example:80",
    "http://localhost:8080",
    "null",
    "*",
    "file://www.acme.example",
    "javascript://www.acme.example",
    "https:www.acme.example",
    "https://www.acme.example:99999",
    "//www.acme.example",
)


def test_notice_for_others_names_their_origin_as_a_browser_would(browser: FlaskClient) -> None:
    """And no words of the address's maker."""
    for one in ("https://call us now", 'https://"><script>alert(1)</script>'):
        page = show(browser, one)
        assert (page.status_code, 'data-origin="null"' in page.text) == (403, True), one


def test_what_the_browser_says_beats_the_address(browser: FlaskClient) -> None:
    listed, other = "https://www.acme.example", "https://evil.example"

    assert show(browser, listed, Referer=f"{other}/page").status_code == 403
    assert show(browser, other, Referer=f"{listed}/page").status_code == 200
    assert show(browser, listed, Referer="about:blank").status_code == 403


@pytest.mark.parametrize(
    "one", ["https://[::1]:8080", "https://[2001:db8::1]", "http://127.0.0.1:1"]
)
def test_addresses_in_numbers_stay(one: str) -> None:
    assert origin_of(f"{one}/path") == one
