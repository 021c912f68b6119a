"""What a page written for Dify's embed loads: bytes, names, and sites that are not there."""

from __future__ import annotations

import gzip
import json

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from widget.domain.options import parse_options
from widget.store.database import Store
from widget.store.sites import save_site, set_paused
from widget.web.compat_dify import DifyPages
from widget.web.loader import Loader
from widget.web.texts import Texts

BUDGET = 6_500
PATH = "/compat/dify/acme/embed.min.js"


def _get(client: FlaskClient, path: str = PATH, **headers: str) -> TestResponse:
    return client.get(path, headers={"Accept-Encoding": "gzip", **headers})


def _text(answer: TestResponse) -> str:
    return gzip.decompress(answer.data).decode()


def test_script_keeps_its_budget(client: FlaskClient) -> None:
    answer = _get(client)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= BUDGET


def test_it_is_asked_for_again_after_a_minute_and_not_sent_again(client: FlaskClient) -> None:
    first = _get(client)

    again = _get(client, **{"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert (again.status_code, again.data) == (304, b"")


def test_both_of_dify_s_names_and_any_query_are_the_same_script(client: FlaskClient) -> None:
    script = _get(client).data

    assert _get(client, "/compat/dify/acme/embed.js").data == script
    assert _get(client, f"{PATH}?v=1763600000").data == script


def test_console_lines_are_in_both_languages(client: FlaskClient) -> None:
    script = _text(_get(client))

    assert script.count("looks like an API key") == 1
    assert script.count("看起来是 API 密钥") == 1


def test_script_is_made_once_and_anew_when_the_options_change() -> None:
    texts = Texts()
    pages = DifyPages(Loader(texts), texts)
    changed = make_site(options=parse_options({"ui": {"asstBtn": {"text": "Ask about lamps"}}}))

    before, same, after = (pages.script(site) for site in (make_site(), make_site(), changed))

    assert before is same
    assert (before.plain.count(b"Ask about lamps"), after.plain.count(b"Ask about lamps")) == (0, 1)
    assert pages.script(make_site(name="Other")).etag != before.etag


@pytest.mark.parametrize("is_paused", [True, False])
def test_site_that_is_not_there_says_so_and_does_nothing(
    client: FlaskClient, store: Store, is_paused: bool
) -> None:
    key = "resting" if is_paused else "nobody"
    if is_paused:
        with store.begin() as tx:
            save_site(tx, make_site(key=key), store.cipher)
            set_paused(tx, key, True)

    answer = _get(client, f"/compat/dify/{key}/embed.min.js", **{"Accept-Encoding": "identity"})

    why = f'site "{key}" is paused' if is_paused else f'there is no site "{key}" here'
    assert answer.status_code == 200
    assert answer.text == f"console.warn({json.dumps(f'chatdock: {why}')})"


def test_what_is_no_site_key_is_not_found(client: FlaskClient) -> None:
    assert _get(client, "/compat/dify/a.b/embed.min.js").status_code == 404
