"""Asking for client secrets in tests, by each of the doors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import make_site
from widget.domain.apis import Apis, ClientSecretsApi
from widget.domain.sites import Limits, ProviderChoice, Site
from widget.store.database import Store
from widget.store.sites import identity_secrets

PAGE = "https://www.acme.example"
OPEN = Apis(client_secrets=ClientSecretsApi(enabled=True))
OURS, XPERTAI, CHATKIT = (
    "/api/v1/sites/acme/client-secrets",
    "/sites/acme/api/create-session",
    "/sites/acme/api/chatkit/session",
)
BARE = ("/api/create-session", "/api/chatkit/session")
DOORS = (OURS, XPERTAI, CHATKIT, *BARE)


def open_site(kind: str, settings: dict[str, Any], **more: Any) -> Site:
    """A site with the door on, at a platform."""
    values = {"apis": OPEN, "limits": Limits(visitor_per_minute=0, address_per_minute=0), **more}
    return make_site(provider=ProviderChoice(kind, settings), **values)


def ask(
    client: FlaskClient, door: str, body: Any = None, *, page: str | None = PAGE, **headers: str
) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    origin = {"Origin": page} if page is not None else {}
    return client.post(f"https://localhost{door}", json=body, headers={**origin, **names})


def user_token(store: Store, user: str, *, ends_at: float, site: str = "acme") -> str:
    with store.read() as tx:
        secret = identity_secrets(tx, site, store.cipher)[0]
    return jwt.encode({"sub": user, "exp": int(ends_at)}, secret, algorithm="HS256")


def signed(data: Path, site: str, user: str) -> str:
    """A user token of a running server's site, good for an hour."""
    key = (data / "secret.key").read_text().strip().encode()
    store = Store(f"sqlite:///{data / 'chatdock.db'}", secret_key=key)
    try:
        return user_token(store, user, ends_at=time.time() + 3600, site=site)
    finally:
        store.close()


def said(answer: TestResponse) -> Any:
    """The error as its door words it."""
    assert answer.json is not None
    error = answer.json["error"]
    return error if isinstance(error, str) else error["message"]
