"""Asking ``POST /frame/<site>/token`` in tests, with what a browser may have kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_visitor
from widget.domain.conversations import Visitor
from widget.domain.sites import EmbedToken
from widget.store.database import Store
from widget.store.visitors import ensure_visitor, find_visitor, replace_key
from widget.web.services import Services
from widget.web.tokens import key_hash
from widget.web.visitors import cookie_name

COOKIE = cookie_name("acme")
HOST = "https://www.acme.example"
NOW = datetime.now(UTC).replace(microsecond=0)
OLD = NOW - timedelta(days=31)


def renew(client: FlaskClient, site: str = "acme", **asked: Any) -> TestResponse:
    return client.post(
        f"https://localhost/frame/{site}/token", json=asked, headers={"Origin": "https://localhost"}
    )


def claims(own: Services, answer: TestResponse) -> EmbedToken:
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return own.tokens.read(answer.json["token"])


def keep_cookie(client: FlaskClient, key: str) -> None:
    client.set_cookie(COOKIE, key, domain="localhost", secure=True)


def kept_cookie(client: FlaskClient) -> str | None:
    cookie = client.get_cookie(COOKIE, domain="localhost")
    return cookie.value if cookie else None


def store_visitor(store: Store, visitor: str, key: str, made_at: datetime = NOW) -> Visitor:
    row = make_visitor(id=visitor, key_hash=key_hash(key), key_made_at=made_at)
    with store.begin() as tx:
        ensure_visitor(tx, row)
    return row


def stored(store: Store, visitor: str) -> Visitor | None:
    with store.read() as tx:
        return find_visitor(tx, "acme", visitor)


def replace_in_store(store: Store, visitor: str, key: str, *, at: datetime) -> None:
    with store.begin() as tx:
        replace_key(tx, "acme", visitor, key_hash=key_hash(key), at=at)
