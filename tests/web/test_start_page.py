"""The start page: a shop in two languages, as strict as a host page can be."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.factories import make_site
from widget.store.database import Store
from widget.store.sites import save_site


@pytest.fixture(autouse=True)
def _demo_site(store: Store) -> None:
    with store.begin() as tx:
        save_site(tx, make_site(key="demo"), store.cipher)


@pytest.mark.parametrize(
    ("path", "accept", "lang", "words"),
    [
        ("/", "en-GB", "en", "Light for the hour after sunset"),
        ("/", "zh-TW,zh;q=0.9", "zh-TW", "為日落之後"),
        ("/", "ja", "ja", "日が沈んだあとの、あかり"),
        ("/", "ko-KR", "ko", "해가 진 뒤를 위한 불빛"),
        ("/?lang=zh-CN", "en", "zh-CN", "为日落之后"),
        ("/", "fr", "en", "Light for the hour after sunset"),
    ],
)
def test_speaks_the_visitors_language(
    client: FlaskClient, path: str, accept: str, lang: str, words: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": accept})

    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert words in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_shows_the_tag_to_copy_and_carries_it(client: FlaskClient) -> None:
    page = client.get("/").text

    assert (
        "&lt;script async src=&#34;http://localhost/embed/demo.js&#34;&gt;&lt;/script&gt;" in page
    )
    assert '<script async src="/embed/demo.js"></script>' in page


def test_another_site_may_be_looked_at(client: FlaskClient) -> None:
    page = client.get("/?site=acme").text

    assert '<script async src="/embed/acme.js"></script>' in page
    assert 'href="/?site=acme&amp;lang=' in page


@pytest.mark.parametrize("site", ["nobody", '"><script>', "a/../b"])
def test_site_that_is_not_there_is_not_found(client: FlaskClient, site: str) -> None:
    assert client.get("/", query_string={"site": site}).status_code == 404


def test_every_file_is_ours_and_nothing_is_inline(client: FlaskClient) -> None:
    answer = client.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "trusted-types 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script>", answer.text)
    for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', answer.text):
        assert client.get(path).status_code == 200
