"""What every route says beside its body, to the letter. A route that is added has to be added here.

``frame-ancestors``, ``no-store`` and cookies are the ones that a slip would cost most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import make_site, make_token
from tests.web.pages import OWNER, save
from widget.config import load_settings
from widget.web import create_app
from widget.web.framing import NO_POWERS

NOTHING = "default-src 'none'; frame-ancestors 'none'"
ERROR = "default-src 'none'; style-src 'nonce-…'; base-uri 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'self' 'nonce-…'; style-src 'nonce-…'; img-src 'self' blob:; "
    "connect-src 'self' ws://localhost wss://localhost; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {}; require-trusted-types-for 'script'; trusted-types chatdock"
)
DEMO = (
    "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FRAMED, ALONE, ANYWHERE = (PAGE.format(one) for one in (f"'self' {OWNER}", "'none'", "*"))
KEPT, ASKED = "no-store", "public, max-age=60, must-revalidate"
HTML = {"Accept": "text/html"}
TEXTS = "/frame/<site>/texts/<lang>/<group>.json"
THERE = {"Referer": f"{OWNER}/page"}


@dataclass(frozen=True)
class Case:
    """One request, and what is said of it. ``rule`` is the route that answers."""

    rule: str
    path: str
    status: int
    csp: str = NOTHING
    caching: str | None = KEPT
    headers: dict[str, str] = field(default_factory=dict)
    form: bool = False
    is_for_all: bool = False
    sets_cookie: bool = False

    def __str__(self) -> str:
        return f"{self.path} {self.status}"


CASES = (
    Case("/", "/", 200, DEMO, "no-cache"),
    Case("/", "/?site=none", 404, ERROR, headers=HTML),
    Case("/api/v1/sites/<site>/embed-tokens", "/api/v1/sites/acme/embed-tokens", 401, form=True),
    Case("/assets/<build>/<path:path>", "/assets/old/frame/main.js", 200),
    Case("/assets/<build>/<path:path>", "/assets/old/../app.py", 404),
    Case("/chat/<site>", "/chat/acme", 200, ALONE, sets_cookie=True),
    Case("/chat/<site>", "/chat/none", 404, ERROR, headers=HTML),
    Case("/chat/<site>", "/chat/none", 404),
    Case("/compat/coze/<site>.js", "/compat/coze/acme.js", 200, caching=ASKED, is_for_all=True),
    Case("/compat/coze/<site>.js", "/compat/coze/none.js", 200, caching=ASKED, is_for_all=True),
    Case("/compat/coze/<site>/bots/<bot>.js", "/compat/coze/acme/bots/1.js", 404, headers=THERE),
    Case(
        "/compat/dify/<site>/embed.min.js",
        "/compat/dify/acme/embed.min.js",
        200,
        caching=ASKED,
        is_for_all=True,
    ),
    Case(
        "/compat/dify/<site>/embed.min.js",
        "/compat/dify/none/embed.min.js",
        200,
        caching=ASKED,
        is_for_all=True,
    ),
    Case(
        "/compat/dify/<site>/embed.js",
        "/compat/dify/acme/embed.js",
        200,
        caching=ASKED,
        is_for_all=True,
    ),
    Case("/embed/<site>.js", "/embed/acme.js", 200, caching=ASKED, is_for_all=True),
    Case("/embed/<site>.js", "/embed/none.js", 200, caching=ASKED, is_for_all=True),
    Case("/embed/panel/<version>.js", "/embed/panel/old.js", 200, is_for_all=True),
    Case("/embed/pieces/<version>.js", "/embed/pieces/old.js", 200, is_for_all=True),
    Case("/files/<signed>", "/files/none", 404),
    Case("/frame/<site>/uploads", "/frame/acme/uploads", 401, form=True),
    Case("/frame/<site>/uploads/<attachment>", "/frame/acme/uploads/att_x", 405),
    Case(
        "/frame/<site>/uploads/<attachment>/link",
        "/frame/acme/uploads/att_x/link",
        401,
        form=True,
    ),
    Case("/frame/<site>", "/frame/acme", 200, FRAMED, headers=THERE, sets_cookie=True),
    Case("/frame/<site>", "/frame/acme", 302, caching=None),
    Case("/frame/<site>", "/frame/acme?origin=https://evil.example", 403, ANYWHERE),
    Case("/frame/<site>", "/frame/paused", 403, FRAMED, headers=THERE),
    Case("/frame/<site>/conversations", "/frame/acme/conversations", 200, FRAMED, form=True),
    Case(
        "/frame/<site>/conversations",
        "/frame/acme/conversations?page=chat",
        200,
        ALONE,
        form=True,
    ),
    Case(
        "/frame/<site>/conversations/list",
        "/frame/acme/conversations/list",
        200,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/conversations/<conversation>/open",
        "/frame/acme/conversations/x/open",
        404,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/conversations/<conversation>/delete",
        "/frame/acme/conversations/x/delete",
        404,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/conversations/<conversation>/save",
        "/frame/acme/conversations/x/save",
        404,
        form=True,
    ),
    Case("/frame/<site>/icon", "/frame/acme/icon", 404),
    Case("/frame/<site>/look", "/frame/acme/look", 422, form=True),
    Case("/frame/<site>/messages", "/frame/acme/messages", 422, FRAMED, form=True),
    Case(
        "/frame/<site>/messages/<message>/feedback",
        "/frame/acme/messages/x/feedback",
        409,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/messages/<message>/parts/<int:part>/answer",
        "/frame/acme/messages/x/parts/0/answer",
        404,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/messages/<message>/retry",
        "/frame/acme/messages/x/retry",
        404,
        FRAMED,
        form=True,
    ),
    Case(
        "/frame/<site>/messages/<message>/edit",
        "/frame/acme/messages/x/edit",
        404,
        FRAMED,
        form=True,
    ),
    Case("/frame/<site>/runs/<run>/stop", "/frame/acme/runs/x/stop", 404, FRAMED, form=True),
    Case("/frame/<site>/runs/<run>/follow", "/frame/acme/runs/x/follow", 200, FRAMED, form=True),
    Case("/frame/<site>/socket", "/frame/acme/socket", 400),
    Case("/frame/<site>/events", "/frame/acme/events", 401, form=True),
    Case("/frame/<site>/poll", "/frame/acme/poll", 401, form=True),
    Case("/frame/<site>/commands", "/frame/acme/commands", 422, form=True),
    Case("/frame/<site>/token", "/frame/acme/token", 422, form=True),
    *(
        Case(f"{at}{path}", f"{at.replace('<site>', 'acme')}{path}", status, form=True)
        for at, path, status in (
            ("", "/api/create-session", 400),
            ("", "/api/chatkit/session", 400),
            ("/sites/<site>", "/api/create-session", 404),
            ("/sites/<site>", "/api/chatkit/session", 404),
            ("/api/v1/sites/<site>", "/client-secrets", 404),
        )
    ),
    *(
        Case(f"{at}/{rule}", f"{at.replace('<site>', 'acme')}/{path}", 503, form=True)
        for at in ("/api/kefu", "/sites/<site>/api/kefu")
        for rule, path in (
            ("chat", "chat"),
            ("getHistory", "getHistory"),
            ("createConversation", "createConversation"),
            ("<path:spelling>", "gethistory/"),
        )
    ),
    Case("/healthz", "/healthz", 200),
    Case("/metrics", "/metrics", 200),
    Case("/readyz", "/readyz", 503),
    Case("/<name>.txt", "/MP_verify_x.txt", 404),
    Case("/openapi.json", "/openapi.json", 200, caching="public, max-age=300", is_for_all=True),
    Case(TEXTS, "/frame/acme/texts/en/uploads.json", 200, caching="public, max-age=300"),
    Case(TEXTS, "/frame/acme/texts/en/error.json", 404),
    Case(
        "/schema/options.json",
        "/schema/options.json",
        200,
        caching="public, max-age=3600",
        is_for_all=True,
    ),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = create_app(load_settings({"data": str(tmp_path_factory.mktemp("data"))}, environ={}))
    store = made.extensions["chatdock"].store
    for site in (make_site(), make_site(key="demo"), make_site(key="paused", is_paused=True)):
        save(store, site)
    yield made
    store.close()


def ask(app: Flask, case: Case) -> TestResponse:
    browser = app.test_client()
    if not case.form:
        return browser.get(case.path, headers=case.headers)
    token = app.extensions["chatdock"].tokens.sign(make_token())
    return browser.post(case.path, data={"token": token}, headers=case.headers)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_route_says_this_and_no_more(app: Flask, case: Case) -> None:
    answer = ask(app, case)

    headers = answer.headers
    assert answer.status_code == case.status
    assert re.sub(r"nonce-[\w-]{22}'", "nonce-…'", headers["Content-Security-Policy"]) == case.csp
    assert headers.get("Cache-Control") == case.caching
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.get("Access-Control-Allow-Origin") == ("*" if case.is_for_all else None)
    assert ("Set-Cookie" in headers) is case.sets_cookie
    is_page = case.csp in (FRAMED, ALONE, ANYWHERE)
    assert headers["Referrer-Policy"] == ("no-referrer" if is_page else "same-origin")
    assert headers.get("Permissions-Policy") == (NO_POWERS if is_page else None)


def test_no_route_is_left_out(app: Flask) -> None:
    assert {case.rule for case in CASES} == {rule.rule for rule in app.url_map.iter_rules()}


def test_wrong_method_says_no_more_than_an_error(app: Flask) -> None:
    for case in CASES:
        answer = app.test_client().open(case.path, method="PATCH")
        said = answer.headers["Content-Security-Policy"], answer.headers["Cache-Control"]
        # With no site that has the door on, nobody looks at the method.
        refused = {503} if case.rule.startswith("/api/kefu/") else {404, 405}
        assert (answer.status_code in refused, said) == (True, (NOTHING, "no-store"))
