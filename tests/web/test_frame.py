"""The chat page over plain HTTP: who may frame it, what it may do, what it carries."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from tests.web.pages import OWNER, csp, page_data, save
from widget.domain.options import parse_options
from widget.store.database import Store

OTHER = "https://evil.example"


def test_page_is_framed_by_the_sites_origins_and_ourselves(client: FlaskClient) -> None:
    answer = client.get("/frame/acme", headers={"Referer": f"{OWNER}/shop"})

    assert answer.status_code == 200
    assert csp(answer)["frame-ancestors"] == ["'self'", OWNER]


def test_site_without_origins_is_framed_by_ourselves_alone(
    client: FlaskClient, store: Store
) -> None:
    save(store, make_site(origins=()))

    own = client.get("/frame/acme", headers={"Referer": "http://localhost/"})
    other = client.get("/frame/acme", headers={"Referer": OWNER})

    assert csp(own)["frame-ancestors"] == ["'self'"]
    assert other.status_code == 403


def test_policy_allows_our_own_files_and_nothing_unsafe(client: FlaskClient) -> None:
    answer = client.get("/frame/acme", headers={"Referer": OWNER})
    policy = csp(answer)

    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["'self'", "blob:"]
    assert policy["form-action"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["chatdock"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    (nonce,) = policy["style-src"]
    assert policy["script-src"] == ["'self'", nonce]
    assert f'<style {nonce.strip(chr(39)).replace("nonce-", "nonce=" + chr(34))}">' in answer.text


def test_nonce_is_new_each_time(client: FlaskClient) -> None:
    first, second = (client.get("/chat/acme") for _ in range(2))

    assert csp(first)["style-src"] != csp(second)["style-src"]


@pytest.mark.parametrize(
    ("base", "sockets"),
    [
        ("https://chat.example", ["wss://chat.example"]),
        ("http://localhost:8080", ["ws://localhost:8080", "wss://localhost:8080"]),
    ],
)
def test_policy_names_the_socket_for_old_safari(
    client: FlaskClient, base: str, sockets: list[str]
) -> None:
    answer = client.get("/chat/acme", base_url=base)

    assert csp(answer)["connect-src"] == ["'self'", *sockets]


def test_page_is_kept_nowhere_and_may_do_nothing(client: FlaskClient) -> None:
    headers = client.get("/frame/acme", headers={"Referer": OWNER}).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "X-Frame-Options" not in headers


def test_origin_that_is_not_listed_gets_a_notice_that_anyone_may_see(client: FlaskClient) -> None:
    answer = client.get("/frame/acme", headers={"Referer": f"{OTHER}/page"})

    assert answer.status_code == 403
    assert csp(answer)["frame-ancestors"] == ["*"]
    assert f'data-origin="{OTHER}"' in answer.text
    assert "此聊天未授权在本网站使用" in answer.text
    assert "This chat is not set up for this website" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert 'id="page"' not in answer.text
    assert OWNER not in answer.text + str(answer.headers)


@pytest.mark.parametrize(("accept", "first"), [("zh-TW", "zh-TW"), ("fr", "en"), ("en", "en")])
def test_refused_origin_reads_the_visitors_language_first(
    client: FlaskClient, accept: str, first: str
) -> None:
    headers = {"Referer": OTHER, "Accept-Language": accept}

    answer = client.get("/frame/acme", headers=headers)

    langs = re.findall(r'<(?:html|section) lang="([^"]+)"', answer.text)
    assert langs == [first, *dict.fromkeys((first, "en", "zh-CN"))]


def test_loaders_word_counts_where_there_is_no_referrer(client: FlaskClient) -> None:
    good = client.get("/frame/acme", query_string={"origin": OWNER})
    bad = client.get("/frame/acme", query_string={"origin": OTHER})

    assert page_data(good)["origin"] == OWNER
    assert bad.status_code == 403


def test_referrer_beats_the_loaders_word(client: FlaskClient) -> None:
    answer = client.get("/frame/acme?origin=" + OWNER, headers={"Referer": OTHER})

    assert answer.status_code == 403


@pytest.mark.parametrize("referrer", ["data:text/html,x", "http://[", "https://", "javascript:0"])
def test_referrer_that_is_no_web_address_is_refused(client: FlaskClient, referrer: str) -> None:
    answer = client.get("/frame/acme", headers={"Referer": referrer})

    assert answer.status_code == 403
    assert 'data-origin="null"' in answer.text


@pytest.mark.parametrize(
    ("referrer", "origin"),
    [
        ("https://WWW.Acme.Example:443/a?b", "https://www.acme.example"),
        ("https://www.acme.example/", "https://www.acme.example"),
    ],
)
def test_origin_is_compared_as_browsers_write_it(
    client: FlaskClient, referrer: str, origin: str
) -> None:
    answer = client.get("/frame/acme", headers={"Referer": referrer})

    assert page_data(answer)["origin"] == origin


def test_port_counts(client: FlaskClient) -> None:
    answer = client.get("/frame/acme", headers={"Referer": f"{OWNER}:8443/"})

    assert answer.status_code == 403


def test_direct_visit_is_sent_to_the_page_in_full(client: FlaskClient) -> None:
    answer = client.get("/frame/acme?lang=zh-CN&origin=")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/chat/acme?lang=zh-CN"


def test_page_in_full_is_framed_by_nobody(client: FlaskClient) -> None:
    answer = client.get("/chat/acme")

    assert csp(answer)["frame-ancestors"] == ["'none'"]
    assert page_data(answer)["origin"] == ""


def test_unknown_site_is_not_found(client: FlaskClient) -> None:
    assert client.get("/frame/nobody", headers={"Referer": OWNER}).status_code == 404
    assert client.get("/chat/nobody").status_code == 404


def test_paused_site_says_so_where_its_frame_still_stands(
    client: FlaskClient, store: Store
) -> None:
    save(store, make_site(is_paused=True))

    answer = client.get("/frame/acme", headers={"Referer": OWNER, "Accept-Language": "zh-CN"})

    assert answer.status_code == 403
    assert csp(answer)["frame-ancestors"] == ["'self'", OWNER]
    assert "聊天服务暂停中" in answer.text


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("?lang=zh-CN", "en", "zh-CN"),
        ("?lang=zh-Hant-TW", "en", "zh-TW"),
        ("?lang=fr", "zh", "zh-CN"),
        ("", "zh-TW,zh;q=0.9", "zh-TW"),
        ("", "fr", "en"),
    ],
)
def test_page_speaks_the_wanted_language(
    client: FlaskClient, query: str, accept: str, lang: str
) -> None:
    answer = client.get("/chat/acme" + query, headers={"Accept-Language": accept})

    assert f'<html lang="{lang}"' in answer.text
    assert page_data(answer)["lang"] == lang


def test_sites_language_beats_the_browsers(client: FlaskClient, store: Store) -> None:
    save(store, make_site(options=parse_options({"ui": {"base": {"lang": "zh-CN"}}})))

    answer = client.get("/chat/acme", headers={"Accept-Language": "en"})

    assert page_data(answer)["lang"] == "zh-CN"


def test_greeting_is_markdown_that_was_cleaned(client: FlaskClient, store: Store) -> None:
    greeting = "**Hi** <script>alert(1)</script>"
    save(store, make_site(options=parse_options({"greeting": greeting, "starters": ["<b>"]})))

    text = client.get("/chat/acme").text

    assert "<strong>Hi</strong>" in text
    assert "<script>alert" not in text
    assert ">&lt;b&gt;</button>" in text


def test_visitor_gets_a_cookie_once(client: FlaskClient) -> None:
    first = client.get("/chat/acme", base_url="https://localhost")
    second = client.get("/chat/acme", base_url="https://localhost")

    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith("__Host-chatdock_acme=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=None", "Partitioned"))
    assert "Set-Cookie" not in second.headers
    assert page_data(first)["has_cookie"] is False
    assert page_data(second)["has_cookie"] is True


def test_visitor_key_is_in_no_page(client: FlaskClient) -> None:
    first = client.get("/chat/acme", base_url="https://localhost")
    key = first.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    second = client.get("/chat/acme", base_url="https://localhost")

    assert len(key) > 40
    assert key not in first.text + second.text


def test_no_row_is_written_before_the_first_message(client: FlaskClient, store: Store) -> None:
    client.get("/chat/acme")

    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM visitors").scalar_one() == 0


def packed(options: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(options).encode()).decode().rstrip("=")


def with_options(client: FlaskClient, o: str) -> TestResponse:
    return client.get("/chat/acme", query_string={"o": o})


def test_page_may_override_presentation(client: FlaskClient) -> None:
    answer = with_options(client, packed({"ui": {"chatBot": {"title": "Ask us"}}}))

    assert "<title>Ask us</title>" in answer.text
    assert page_data(answer)["warnings"] == []


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        ({"greeting": "Give me your password"}, "`ui`"),
        ({"provider": {}}, "`ui`"),
        ([], "`ui`"),
        ({"ui": {"theme": {"accent": "red;}"}}}, "ui.theme.accent"),
        ({"ui": {"nonsense": 1}}, "nonsense"),
        ({"ui": {"chatBot": {"title": "x" * 2000}}}, "longer than 2048"),
    ],
)
def test_wrong_overrides_are_left_out_and_named(
    client: FlaskClient, options: Any, warning: str
) -> None:
    answer = with_options(client, packed(options))

    assert answer.status_code == 200
    assert "<title>Acme</title>" in answer.text
    (told,) = page_data(answer)["warnings"]
    assert warning in told


@pytest.mark.parametrize("o", ["***", "AAAA", "_____w", "5"])
def test_overrides_that_are_no_text_are_left_out(client: FlaskClient, o: str) -> None:
    answer = with_options(client, o)

    assert answer.status_code == 200
    assert len(page_data(answer)["warnings"]) == 1


def test_look_is_computed_for_a_standing_page(client: FlaskClient) -> None:
    options = {
        "ui": {"theme": {"accent": "#b3261e", "scheme": "dark"}, "header": {"isShow": False}}
    }

    look = client.post("/frame/acme/look?lang=en&scheme=light", json=options).get_json()

    assert look["roles"]["light-accent"] == "#b3261e"
    assert look["attributes"]["scheme"] == "dark"
    assert look["shows"] == {"header": False, "footer": True, "new": True, "close": True}
    assert look["lang"] == "en"


CHATKIT = {"colorScheme": "dark", "color": {"accent": {"primary": "#f00a", "level": 1}}}


def test_page_may_bring_a_chatkit_theme(client: FlaskClient) -> None:
    answer = with_options(client, packed({"ui": {"theme": CHATKIT}}))
    look = client.post("/frame/acme/look", json={"ui": {"theme": CHATKIT}}).get_json()

    assert 'data-scheme="dark"' in answer.text
    assert "--dark-accent:#ff0000" in answer.text
    assert (look["attributes"]["scheme"], look["roles"]["dark-accent"]) == ("dark", "#ff0000")
    told = ["ui.theme: without ChatKit's color.accent.level, which we have not"]
    assert page_data(answer)["warnings"] == look["warnings"] == told


def test_mistake_in_a_chatkit_theme_costs_only_itself(client: FlaskClient) -> None:
    theme = {"colorScheme": "dark", "color": {"accent": {"primary": "reddish"}}}

    look = client.post("/frame/acme/look", json={"ui": {"theme": theme}}).get_json()

    assert look["attributes"]["scheme"] == "dark"
    assert look["warnings"] == ["ui.theme.color.accent.primary: is not what ChatKit takes there"]


@pytest.mark.parametrize("body", ["", "[]", '{"greeting": "x"}', '{"ui": {"theme": {"font": 1}}}'])
def test_wrong_look_is_refused_by_name(client: FlaskClient, body: str) -> None:
    answer = client.post("/frame/acme/look", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.get_json()["error"]["code"] == "bad_input"


def test_page_is_compressed_for_those_who_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/chat/acme")
    packed_page = client.get("/chat/acme", headers={"Accept-Encoding": "gzip, br"})

    assert packed_page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed_page.headers["Vary"]
    assert gzip.decompress(packed_page.data).startswith(b"<!doctype html>")
    assert plain.text.startswith("<!doctype html>")


def test_page_has_no_script_of_its_own_and_no_handlers(client: FlaskClient) -> None:
    text = client.get("/chat/acme").text

    scripts = re.findall(r"<script([^>]*)>", text)
    assert len(scripts) == 2
    assert all("src=" in one or 'type="application/json"' in one for one in scripts)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", text)


def test_name_that_looks_like_markup_stays_text(app: Flask, store: Store) -> None:
    save(store, make_site(name='</script><img src=x onerror="alert(1)">'))

    text = app.test_client().get("/chat/acme").text

    assert "<img" not in text
    assert text.count("</script>") == 2


def test_footer_fills_its_places_and_keeps_unknown_ones(client: FlaskClient, store: Store) -> None:
    footer = {
        "expressionText": "{{a}} and {{ b }} not {{c}}",
        "linkvars": {"a": {"text": "A", "link": "https://a.example"}, "b": {"text": "<B>"}},
    }
    save(store, make_site(options=parse_options({"ui": {"footer": footer}})))

    text = client.get("/chat/acme").text

    assert '<a href="https://a.example" target="_blank" rel="noopener noreferrer">A</a>' in text
    assert " and &lt;B&gt; not {{c}}</p>" in text


def test_token_of_the_page_names_the_origin_and_the_generation(
    app: Flask, client: FlaskClient, store: Store
) -> None:
    save(store, msgspec.structs.replace(make_site(), token_generation=3))
    answer = client.get("/frame/acme", headers={"Referer": OWNER})

    token = app.extensions["chatdock"].tokens.read(page_data(answer)["token"])

    assert (token.site, token.origin, token.generation) == ("acme", OWNER, 3)
