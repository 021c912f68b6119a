"""Sites in the database: what the owner configured, sealed where it is secret, and their keys."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, update

from widget.domain.apis import Apis, Webhook
from widget.domain.compat import Compat
from widget.domain.errors import NotFound
from widget.domain.host_page import HostPage
from widget.domain.options import Options, differences, overlay
from widget.domain.sites import Limits, ProviderChoice, Site
from widget.store.cipher import Cipher
from widget.store.database import Store
from widget.store.tables import sites

OLD_SECRETS_LAST = timedelta(hours=24)
FRESH_S = 2.0
MOST_KEPT = 10_000


class NewSecrets(Struct, frozen=True):
    """Shown to the owner once. The server key is stored as a hash, the identity secret sealed."""

    identity_secret: str
    server_key: str

    def __repr__(self) -> str:
        return "NewSecrets(…)"


def find_site(tx: Connection, key: str, cipher: Cipher) -> Site | None:
    row = tx.execute(select(sites).where(sites.c.key == key)).one_or_none()
    return _site(row, cipher) if row else None


def all_sites(tx: Connection, cipher: Cipher) -> list[Site]:
    return [_site(row, cipher) for row in tx.execute(select(sites).order_by(sites.c.key))]


def site_keys(tx: Connection) -> list[str]:
    """The keys alone: readable also when the secret key is wrong."""
    return list(tx.scalars(select(sites.c.key).order_by(sites.c.key)))


def save_site(
    tx: Connection, site: Site, cipher: Cipher, *, now: datetime | None = None
) -> NewSecrets | None:
    """Makes the stored row say what ``site`` says; the secrets of a new site come back once."""
    now = now or datetime.now(UTC)
    values = _columns(site, cipher) | {"updated_at": now}
    if tx.execute(update(sites).where(sites.c.key == site.key).values(values)).rowcount:
        return None
    made = _new_secrets()
    secret_values = _secret_columns(made, site.key, cipher)
    tx.execute(insert(sites).values(values | secret_values | {"key": site.key, "created_at": now}))
    return made


def set_paused(tx: Connection, key: str, paused: bool) -> None:
    _change(tx, key, {"is_paused": paused})


def rotate(
    tx: Connection, key: str, cipher: Cipher, *, now: bool, at: datetime | None = None
) -> NewSecrets:
    """New identity secret and server key. The old ones are good for 24 h more, or with ``now`` end
    at once, and with them every embed token and open socket."""
    at = at or datetime.now(UTC)
    row = tx.execute(select(sites).where(sites.c.key == key)).one_or_none()
    if row is None:
        raise _unknown(key)
    made = _new_secrets()
    _change(
        tx, key, _secret_columns(made, key, cipher) | _outgoing(row, ends_now=now, at=at), at=at
    )
    return made


def identity_secrets(
    tx: Connection, key: str, cipher: Cipher, *, at: datetime | None = None
) -> tuple[str, ...]:
    """The secrets that a user token may be signed with, the newest first."""
    row = tx.execute(select(sites).where(sites.c.key == key)).one_or_none()
    if row is None:
        raise _unknown(key)
    sealed = [row.identity_secret]
    if row.previous_ends_at and row.previous_ends_at > (at or datetime.now(UTC)):
        sealed.append(row.previous_identity_secret)
    return tuple(cipher.open(text, _place(key, "identity_secret")) for text in sealed)


def accepts_server_key(
    tx: Connection, key: str, server_key: str, *, at: datetime | None = None
) -> bool:
    """Whether this is the site's server key, or its former one within its last 24 h."""
    row = tx.execute(select(sites).where(sites.c.key == key)).one_or_none()
    if row is None:
        return False
    given = _hash(server_key)
    is_old_good = bool(row.previous_ends_at) and row.previous_ends_at > (at or datetime.now(UTC))
    return secrets.compare_digest(given, row.server_key_hash) or (
        is_old_good and secrets.compare_digest(given, row.previous_server_key_hash)
    )


def console_paths(tx: Connection, key: str) -> frozenset[str]:
    """The paths (``ui.theme.accent``) that were last set in the console, not by a file."""
    text = tx.scalar(select(sites.c.console_paths).where(sites.c.key == key))
    return frozenset(json.loads(text)) if text else frozenset()


def set_console_paths(tx: Connection, key: str, paths: Iterable[str]) -> None:
    _change(tx, key, {"console_paths": json.dumps(sorted(paths))})


class _Kept(Struct, frozen=True):
    site: Site | None
    stale_at: float


class SiteDirectory:
    """Sites by key for every request, at most two seconds behind the database.

    Unknown keys are remembered too, so that guessing them costs no query each.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._store = store
        self._clock = clock
        self._most_kept = most_kept
        self._kept: dict[str, _Kept] = {}
        self._all: tuple[float, list[Site]] = (0.0, [])

    def all(self) -> list[Site]:
        """Every site in the order of their keys, as fresh as ``find``."""
        stale_at, found = self._all
        if self._clock() >= stale_at:
            with self._store.read() as tx:
                found = all_sites(tx, self._store.cipher)
            self._all = self._clock() + FRESH_S, found
        return found

    def find(self, key: str) -> Site | None:
        """The site, the same object as long as it did not change."""
        kept = self._kept.get(key)
        if kept and self._clock() < kept.stale_at:
            return kept.site
        return self._look_up(key, kept.site if kept else None)

    def _look_up(self, key: str, known: Site | None) -> Site | None:
        with self._store.read() as tx:
            site = find_site(tx, key, self._store.cipher)
        if site == known:
            site = known
        if len(self._kept) >= self._most_kept:
            self._kept.clear()
        self._kept[key] = _Kept(site, self._clock() + FRESH_S)
        return site


def _site(row: Row[Any], cipher: Cipher) -> Site:
    settings = cipher.open(row.provider_settings, _place(row.key, "provider_settings"))
    return Site(
        key=row.key,
        name=row.name,
        origins=tuple(json.loads(row.origins)),
        provider=ProviderChoice(row.provider_kind, json.loads(settings)),
        options=overlay(Options(), json.loads(row.options)),
        limits=msgspec.json.decode(row.limits, type=Limits),
        apis=msgspec.json.decode(row.apis, type=Apis),
        webhooks=_webhooks(row, cipher),
        page=msgspec.json.decode(row.page, type=HostPage),
        compat=msgspec.json.decode(row.compat, type=Compat),
        languages=tuple(json.loads(row.languages)),
        texts=json.loads(row.texts),
        is_paused=row.is_paused,
        token_generation=row.token_generation,
        updated_at=row.updated_at,
    )


def _webhooks(row: Row[Any], cipher: Cipher) -> tuple[Webhook, ...]:
    if not row.webhooks:
        return ()
    opened = cipher.open(row.webhooks, _place(row.key, "webhooks"))
    return msgspec.json.decode(opened, type=tuple[Webhook, ...])


def _columns(site: Site, cipher: Cipher) -> dict[str, Any]:
    settings = json.dumps(site.provider.settings, ensure_ascii=False)
    return {
        "name": site.name,
        "origins": json.dumps(site.origins),
        "provider_kind": site.provider.kind,
        "provider_settings": cipher.seal(settings, _place(site.key, "provider_settings")),
        "options": json.dumps(differences(site.options), ensure_ascii=False),
        "limits": msgspec.json.encode(site.limits).decode(),
        "apis": msgspec.json.encode(site.apis).decode(),
        "webhooks": _sealed_webhooks(site, cipher),
        "page": msgspec.json.encode(site.page).decode(),
        "compat": msgspec.json.encode(site.compat).decode(),
        "languages": json.dumps(site.languages),
        "texts": json.dumps(site.texts, ensure_ascii=False),
        "is_paused": site.is_paused,
        "token_generation": site.token_generation,
    }


def _sealed_webhooks(site: Site, cipher: Cipher) -> str:
    if not site.webhooks:
        return ""
    text = msgspec.json.encode(site.webhooks).decode()
    return cipher.seal(text, _place(site.key, "webhooks"))


def _new_secrets() -> NewSecrets:
    return NewSecrets(
        identity_secret=secrets.token_urlsafe(32), server_key=f"key_{secrets.token_urlsafe(32)}"
    )


def _secret_columns(made: NewSecrets, key: str, cipher: Cipher) -> dict[str, Any]:
    return {
        "identity_secret": cipher.seal(made.identity_secret, _place(key, "identity_secret")),
        "server_key_hash": _hash(made.server_key),
    }


def _outgoing(row: Row[Any], *, ends_now: bool, at: datetime) -> dict[str, Any]:
    if ends_now:
        return {
            "previous_identity_secret": None,
            "previous_server_key_hash": None,
            "previous_ends_at": None,
            "token_generation": row.token_generation + 1,
        }
    return {
        "previous_identity_secret": row.identity_secret,
        "previous_server_key_hash": row.server_key_hash,
        "previous_ends_at": at + OLD_SECRETS_LAST,
    }


def _change(
    tx: Connection, key: str, values: dict[str, Any], *, at: datetime | None = None
) -> None:
    stamped = values | {"updated_at": at or datetime.now(UTC)}
    if not tx.execute(update(sites).where(sites.c.key == key).values(stamped)).rowcount:
        raise _unknown(key)


def _unknown(key: str) -> NotFound:
    return NotFound(f"there is no site {key!r}; `chatdock sites` lists them")


def _place(key: str, column: str) -> str:
    return f"sites/{key}/{column}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
