"""The one shape of a failure: pinned here, so that nobody changes it by accident."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from widget.domain import errors
from widget.domain.errors import ChatdockError, Failure, FileFault
from widget.domain.languages import LANGS
from widget.web.errors import CODES_OF_STATUS, STATUSES, trouble_of

RAISED: dict[str, Exception] = {
    "bad-input": errors.BadInput("colour: must be #rrggbb"),
    "too-long": errors.MessageTooLong(9_000, 8_000),
    "file-too-large": errors.FileRefused("too_large", "big", limit="10", over="0.3"),
    "file-type": errors.FileRefused("type", "secret-in-a-file"),
    "file-room": errors.FileRefused("room", "secret-of-a-disk"),
    "link-expired": errors.LinkExpired("old"),
    "not-found": errors.NotFound("no such row"),
    "run-active": errors.RunActive("wait"),
    "not-offered": errors.NotOffered("no"),
    "rate-limited": errors.RateLimited("visitor", retry_after_s=7),
    "unauthorized": errors.Unauthorized("expired"),
    "paused": errors.SitePaused("paused"),
    "restarting": errors.Restarting("soon"),
    "busy": errors.StoreBusy("locked"),
    "config": errors.Misconfigured("secret-in-a-setting"),
    "upstream": errors.UpstreamRejected("secret-of-a-platform", status=401),
    "timeout": errors.UpstreamTimeout("secret-of-a-platform"),
    "bug": ZeroDivisionError("secret-in-a-bug"),
}
ANSWERS = {
    "bad-input": (422, "bad_input", False),
    "too-long": (422, "bad_input", False),
    "file-too-large": (413, "file_refused", False),
    "file-type": (422, "file_refused", False),
    "file-room": (422, "file_refused", True),
    "link-expired": (404, "not_found", False),
    "not-found": (404, "not_found", False),
    "run-active": (409, "run_active", True),
    "not-offered": (409, "not_offered", False),
    "rate-limited": (429, "rate_limited", True),
    "unauthorized": (401, "unauthorized", False),
    "paused": (403, "site_paused", False),
    "restarting": (503, "restarting", True),
    "busy": (503, "store_busy", True),
    "config": (500, "unknown", True),
    "upstream": (502, "unknown", False),
    "timeout": (502, "unknown", True),
    "bug": (500, "unknown", True),
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    def fail(name: str) -> str:
        raise RAISED[name]

    app.add_url_rule("/fail/<name>", view_func=fail)
    return app.test_client()


@pytest.mark.parametrize("name", RAISED)
def test_json_has_one_shape(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/fail/{name}")

    assert answer.json is not None
    assert answer.json.keys() == {"error"}
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "retryable"}
    assert (answer.status_code, error["code"], error["retryable"]) == ANSWERS[name]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["config", "upstream", "timeout", "bug", "file-type"])
def test_details_stay_with_us(client: FlaskClient, name: str) -> None:
    assert "secret" in str(RAISED[name])

    for accept in ("application/json", "text/html"):
        assert "secret" not in client.get(f"/fail/{name}", headers={"Accept": accept}).text


def test_bad_input_tells_its_sender_what_to_mend(client: FlaskClient) -> None:
    answer = client.get("/fail/bad-input?lang=zh-CN")

    assert answer.json is not None
    assert answer.json["error"]["message"] == "无法理解这个请求。 (colour: must be #rrggbb)"


def test_long_message_is_explained_in_numbers(client: FlaskClient) -> None:
    answer = client.get("/fail/too-long?lang=en")

    assert answer.json is not None
    assert re.search("9000 .* 8000", answer.json["error"]["message"])


def test_wait_stands_in_the_header_and_in_the_words(client: FlaskClient) -> None:
    answer = client.get("/fail/rate-limited?lang=en")

    assert answer.headers["Retry-After"] == "7"
    assert "in 7 s." in answer.text


def test_browser_gets_a_page_in_its_language_first(client: FlaskClient) -> None:
    answer = client.get(
        "/fail/not-found",
        headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-TW,zh;q=0.9,en;q=0.8"},
    )

    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    assert re.findall(r'<section lang="([\w-]+)"', answer.text) == ["zh-TW", "en", "zh-CN"]
    assert '<html lang="zh-TW">' in answer.text


def test_page_may_not_be_framed_and_loads_nothing(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html"})

    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"style-src 'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert f'<style nonce="{nonce[1]}">' in answer.text
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"\b(src|srcset)=|@import|url\(", answer.text)


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere", "/fail/bug", "/schema/options.json"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/frame/acme/token")

    assert answer.status_code == 405
    assert answer.json is not None
    assert answer.json["error"]["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_large_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/frame/acme/token", data=b"x" * 600_000)

    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"]["code"] == "too_large"


@pytest.mark.parametrize("lang", LANGS)
def test_every_failure_has_words(app: Flask, lang: str) -> None:
    texts = app.extensions["chatdock"].texts

    for error in (*RAISED.values(), *_every_failure()):
        assert trouble_of(error).words(texts, lang)


def test_no_words_are_left_over(app: Flask) -> None:
    codes = {*STATUSES, *CODES_OF_STATUS.values(), "unknown", "message_too_long", "form_refused"}
    codes |= {"link_expired", "server_key", "file.named"}
    codes |= {f"file.{reason}" for reason in get_args(FileFault)}

    declared = app.extensions["chatdock"].texts.catalogue("en", "error.")

    assert declared.keys() == {f"error.{code}" for code in codes}


def _every_failure() -> list[Exception]:
    """One of each class of the tree that needs nothing special to be made, and of each failure."""
    plain = [kind for kind in ChatdockError.__subclasses__() if kind.__init__ is Exception.__init__]
    upstream = [errors.UpstreamRejected("", status=400, failure=failure) for failure in Failure]
    return [*(kind("") for kind in plain), *upstream]
