"""The owner's picture and buttons in the title bar, and what else few sites turn on."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_site
from tests.web.pages import page_data
from widget.domain.options import parse_options
from widget.store.database import Store
from widget.store.sites import save_site

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
STORED = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
ACTIONS = [
    {"name": "call", "label": "Call <us>", "icon": "phone", "link": "tel:+4930123"},
    {"name": "person", "label": "A person", "icon": "person"},
]


def save(store: Store, **ui: Any) -> None:
    options = parse_options({"greeting": "Hi, {{user_name}}!", "ui": ui})
    with store.begin() as tx:
        save_site(tx, make_site(options=options), store.cipher)


def framed(client: FlaskClient, path: str = "/frame/acme", **options: Any) -> str:
    packed = base64.urlsafe_b64encode(json.dumps(options).encode()).decode().rstrip("=")
    query = {"origin": "https://www.acme.example", "o": packed, "lang": "en"}
    return client.get(path, query_string=query).text


def mark(page: str) -> str:
    found = re.search(r'id="mark">(.*?)</span>', page)
    assert found
    return found[1]


def test_stored_picture_is_served_by_us(client: FlaskClient, store: Store) -> None:
    save(store, base={"icon": STORED})
    found = re.fullmatch(
        r'<img src="(/frame/acme/icon\?v=[0-9a-f]{8})" alt="">', mark(framed(client))
    )
    assert found

    answer = client.get(found[1])

    assert answer.data == PIXEL
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_site_without_a_picture_has_our_mark(client: FlaskClient) -> None:
    assert "#i-chat" in mark(framed(client))
    assert client.get("/frame/acme/icon").status_code == 404


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("http://localhost/assets/lamp.png?v=2", "/assets/lamp.png?v=2"),
        ("http://localhost/console/logout", ""),
        ("https://www.acme.example/lamp.png", ""),
        ("/lamp.png", ""),
        ("//localhost/lamp.png", "/lamp.png"),
        ("https://[::1/lamp.png", ""),
        (STORED.replace("png", "webp"), ""),
    ],
)
def test_pages_picture_is_shown_from_our_own_origin_only(
    client: FlaskClient, given: str, shown: str
) -> None:
    page = mark(framed(client, ui={"base": {"icon": given}}))

    assert page == f'<img src="{shown}" alt="">' if shown else "#i-chat" in page


def test_pages_foreign_picture_gives_way_to_the_stored_one(
    client: FlaskClient, store: Store
) -> None:
    save(store, base={"icon": STORED})

    page = framed(client, ui={"base": {"icon": "https://www.acme.example/lamp.png"}})

    assert mark(page) == mark(framed(client))


def test_stored_address_counts_where_it_is_ours(client: FlaskClient, store: Store) -> None:
    save(store, base={"icon": "http://localhost/lamp.png"})

    assert mark(framed(client)) == '<img src="/lamp.png" alt="">'


def test_actions_stand_in_the_title_bar(client: FlaskClient, store: Store) -> None:
    save(store, header={"actions": ACTIONS})

    page = framed(client)

    assert 'href="tel:+4930123" target="_blank" rel="noopener" aria-label="Call &lt;us&gt;"' in page
    assert 'data-act="host" data-name="person" aria-label="A person"' in page


def test_direct_visit_has_no_page_to_tell(client: FlaskClient, store: Store) -> None:
    save(store, header={"actions": ACTIONS})

    page = framed(client, "/chat/acme")

    assert "tel:+4930123" in page
    assert 'data-act="host"' not in page


def test_standing_page_learns_of_bar_theme_and_greeting(client: FlaskClient, store: Store) -> None:
    save(store, base={"icon": STORED})
    theme = {"colorScheme": "dark", "radius": "sharp", "color": {"surface": {"background": "#123"}}}
    body = {
        "ui": {"header": {"actions": ACTIONS[1:]}, "theme": theme},
        "userInfo": {"nickname": "**Lin**"},
    }

    look = client.post("/frame/acme/look?lang=en", json=body).get_json()

    assert look["icon"].startswith("/frame/acme/icon?v=")
    assert [(one["name"], one["label"], one["link"]) for one in look["actions"]] == [
        ("person", "A person", "")
    ]
    assert look["theme"] == {
        "accent": "#3157e0",
        "surface": "#ffffff",
        "darkSurface": "#112233",
        "scheme": "dark",
        "radius": "none",
    }
    assert look["opening"]["greeting"] == "<p>Hi, **Lin**!</p>"


def test_platform_is_not_asked_for_a_greeting_that_names_nobody(client: FlaskClient) -> None:
    assert client.post("/frame/acme/look", json={"ui": {}}).get_json()["opening"] is None


def test_name_is_greeted_or_leaves_no_hole(client: FlaskClient, store: Store) -> None:
    save(store)

    assert "<p>Hi, Lin &lt;b&gt;!</p>" in framed(client, userInfo={"nickname": "Lin <b>"})
    assert "<p>Hi!</p>" in framed(client)


def told(client: FlaskClient, **options: Any) -> Any:
    query = base64.urlsafe_b64encode(json.dumps(options).encode()).decode()
    return page_data(client.get("/chat/acme", query_string={"o": query}))["theme"]


def test_loader_is_told_what_a_page_made_of_the_theme(client: FlaskClient) -> None:
    assert told(client) is None
    assert told(client, ui={"theme": {"accent": "#0a7"}})["accent"] == "#00aa77"


def test_loader_is_told_of_a_dark_ground(client: FlaskClient, store: Store) -> None:
    save(store, theme={"darkSurface": "#102030"})

    assert told(client)["darkSurface"] == "#102030"


@pytest.mark.parametrize("is_need", [False, True])
def test_microphone_is_let_in_where_it_is_wanted(
    client: FlaskClient, store: Store, is_need: bool
) -> None:
    save(store, chatBot={"isNeedAudio": is_need})

    page = client.get("/chat/acme")

    policy = page.headers["Permissions-Policy"]
    assert ("microphone=(self)" in policy, policy.count("self")) == (is_need, int(is_need))
    assert ('id="speak"' in page.text) == is_need
