"""Asking for embed tokens in tests, as the owner's own server does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from widget.store.database import Store
from widget.store.sites import rotate

ADDRESS = "https://localhost"
HTML = {"Accept": "text/html"}


def server_key(store: Store, site: str = "acme") -> str:
    """A server key of the site that is good from now on; the one before it is, too."""
    with store.begin() as tx:
        return rotate(tx, site, store.cipher, now=False).server_key


def vouch(client: FlaskClient, key: str, site: str = "acme", **wanted: Any) -> TestResponse:
    return client.post(
        f"{ADDRESS}/api/v1/sites/{site}/embed-tokens",
        json={"user": "u-1", **wanted},
        headers={"Authorization": f"Bearer {key}"},
    )


def chat_url(client: FlaskClient, key: str, **wanted: Any) -> str:
    answer = vouch(client, key, **wanted)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    url: str = answer.json["chat_url"]
    return url


def plain(address: str) -> str:
    """The address without its query."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
