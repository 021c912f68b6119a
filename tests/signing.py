"""Signing visitors in, as the owner's own server does."""

from __future__ import annotations

import time
from typing import Any

import jwt

from tests.serving import Server
from widget.commands.common import open_store
from widget.config import load_settings
from widget.store.database import Store
from widget.store.sites import identity_secrets


def sign(
    store: Store, user: str = "ada", *, site: str = "acme", ends_in_s: float = 3600, **claims: Any
) -> str:
    """A user token. One that ended less than a minute ago is still taken: clocks differ."""
    with store.read() as tx:
        secret = identity_secrets(tx, site, store.cipher)[0]
    return jwt.encode({"sub": user, "exp": int(time.time() + ends_in_s), **claims}, secret, "HS256")


def user_token(server: Server, user: str = "ada", **more: Any) -> str:
    """The same for a site of a running server."""
    store = open_store(load_settings({"data": str(server.folder / "data")}, environ={}))
    try:
        return sign(store, user, **more)
    finally:
        store.close()
