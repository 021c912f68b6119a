"""What pages load that were written for Coze's web SDK: bytes, headers, who is shown to whom."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from widget.domain.compat import Compat, CozePages
from widget.domain.options import parse_options
from widget.domain.sites import ProviderChoice
from widget.store.database import Store
from widget.store.sites import save_site, set_paused

BUDGET = 6_700
OWNER = "https://www.acme.example"
COZE = ProviderChoice("coze", {"bot_id": "7400000000000000001", "api_key": "pat_planted"})
MODULE = "/compat/coze/acme/bots/7400000000000000001.js"


def _save(store: Store, *bots: str, **changes: Any) -> None:
    with store.begin() as tx:
        site = make_site(compat=Compat(coze=CozePages(bots)), **changes)
        save_site(tx, site, store.cipher)


def _get(client: FlaskClient, path: str = "/compat/coze/acme.js", **headers: str) -> TestResponse:
    return client.get(path, headers={"Accept-Encoding": "gzip", **headers})


def _text(answer: TestResponse) -> str:
    return gzip.decompress(answer.data).decode()


def test_script_is_small_and_any_page_may_load_it(client: FlaskClient) -> None:
    answer = _get(client)

    assert len(answer.data) <= BUDGET
    headers = answer.headers
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


def test_known_version_is_not_sent_again(client: FlaskClient) -> None:
    etag = _get(client).headers["ETag"]

    assert _get(client, **{"If-None-Match": etag}).status_code == 304


def test_same_version_is_made_once(client: FlaskClient, store: Store) -> None:
    _save(store, key="lamps", provider=COZE)
    scripts = [_get(client).data, _get(client, MODULE, Origin=OWNER).data]

    assert [_get(client).data, _get(client, MODULE, Origin=OWNER).data] == scripts


def test_version_changes_with_the_site_and_with_its_agents(
    client: FlaskClient, store: Store
) -> None:
    _save(store, key="one", name="One")
    _save(store, key="two", name="Two")
    _save(store, "1", key="three", name="One")

    tags = {_get(client, f"/compat/coze/{key}.js").headers["ETag"] for key in ("one", "two")}
    tags.add(_get(client, "/compat/coze/three.js").headers["ETag"])

    assert len(tags) == 3


def test_no_id_of_an_agent_and_no_key_is_in_it(client: FlaskClient, store: Store) -> None:
    _save(store, "7400000000000000009", key="lamps", provider=COZE)

    script = _text(_get(client, "/compat/coze/lamps.js"))

    assert "2341853045" in script  # the mark of bot_id
    assert "74000000000000000" not in script
    assert "planted" not in script


def test_other_sites_are_asked_for_only_where_there_are_some(
    client: FlaskClient, store: Store
) -> None:
    _save(store, "1", key="lone")
    before = _text(_get(client, "/compat/coze/lone.js"))
    _save(store, "2", key="other")

    after = _text(_get(client, "/compat/coze/acme.js"))

    assert "asks:!1" in before
    assert "asks:!0" in after


@pytest.mark.parametrize("key", ["nobody", "resting"])
def test_site_that_is_not_there_gets_a_global_that_does_nothing(
    client: FlaskClient, store: Store, key: str
) -> None:
    _save(store, key="resting")
    with store.begin() as tx:
        set_paused(tx, "resting", True)

    answer = _get(client, f"/compat/coze/{key}.js")

    why = f'there is no site "{key}" here' if key == "nobody" else f'site "{key}" is paused'
    assert answer.status_code == 200
    assert "CozeWebSDK" in _text(answer)
    assert why.replace('"', '\\"') in _text(answer)
    assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("path", ["a b.js", "é.js", f"{'x' * 65}.js"])
def test_name_that_no_site_can_have_is_not_found(client: FlaskClient, path: str) -> None:
    assert _get(client, f"/compat/coze/{path}").status_code == 404


def test_module_gives_the_site_that_answers(client: FlaskClient, store: Store) -> None:
    theme = parse_options({"ui": {"asstBtn": {"text": "Lamps"}}})
    _save(store, key="lamps", provider=COZE, options=theme)

    answer = _get(client, MODULE, Origin=OWNER)

    assert answer.status_code == 200
    assert set(answer.headers["Vary"].split(", ")) == {"Accept-Encoding", "Origin", "Referer"}
    script = _text(answer)
    assert script.startswith('export const site={key:"lamps"')
    assert "export const createWidget=" in script
    assert 'text:"Lamps"' in script
    assert "planted" not in script


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": OWNER}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Referer": "http://localhost/shop"}, 200),
        ({"Origin": "https://evil.example"}, 404),
        ({"Origin": "null", "Referer": f"{OWNER}/"}, 404),
        ({}, 404),
    ],
    ids=str,
)
def test_module_is_for_the_pages_of_its_site(
    client: FlaskClient, store: Store, headers: dict[str, str], status: int
) -> None:
    _save(store, key="lamps", provider=COZE)

    assert _get(client, MODULE, **headers).status_code == status


def test_what_is_not_there_is_paused_or_for_others_looks_the_same(
    client: FlaskClient, store: Store
) -> None:
    _save(store, "1", key="foreign", origins=("https://elsewhere.example",))
    _save(store, "2", key="paused")
    with store.begin() as tx:
        set_paused(tx, "paused", True)

    answers = [_get(client, f"/compat/coze/acme/bots/{bot}.js", Origin=OWNER) for bot in "123"]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.data for answer in answers}) == 1
    looks = [{**answer.headers, "Date": ""} for answer in answers]
    assert looks[0] == looks[1] == looks[2]
    assert looks[0]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["acme/bots/a.b.js", "acme/bots/.js", "a b/bots/1.js"])
def test_id_that_nobody_can_have_is_not_found(client: FlaskClient, path: str) -> None:
    assert _get(client, f"/compat/coze/{path}", Origin=OWNER).status_code == 404
