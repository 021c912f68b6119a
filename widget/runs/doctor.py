"""What ``chatdock doctor`` looks at, and what it says: found, and what to do, in plain words."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from widget.catalogues import Catalogues
from widget.domain.errors import ChatdockError, Failure, UpstreamError
from widget.domain.languages import LANGS
from widget.domain.origins import warnings_about
from widget.domain.sites import Site
from widget.providers.base import Finding, Provider
from widget.providers.registry import build
from widget.runs.client_secrets import check_door
from widget.runs.redact import redacted
from widget.runs.site_texts import warnings_about as warnings_about_langs
from widget.runs.webhooks_log import check_deliveries
from widget.store.database import Store
from widget.store.sites import find_site, site_keys

LOOPBACK = ("127.0.0.1", "::1", "localhost")

ADVICE = {
    Failure.AUTH: "Check the key: it is wrong, expired, or may not do this.",
    Failure.QUOTA: "The account has nothing left: top it up at the platform.",
    Failure.BUSY: "The platform is overloaded or limits us: try again later.",
    Failure.CONFIG: "The platform refuses these settings: compare them with its console.",
    Failure.CONTENT: "The platform refuses the content of the test.",
    Failure.NOT_FOUND: "Check base_url and the id of model or assistant.",
    Failure.TIMEOUT: "Nothing answered in time: check base_url, the network and proxy.",
    Failure.UPSTREAM_DOWN: "No answer from this machine: check base_url, the network and proxy.",
    Failure.UNKNOWN: "Check that base_url is that of the platform.",
}


def check_address(host: str, public_url: str) -> Finding:
    if public_url:
        return Finding(True, f"Visitors reach this server at {public_url}.")
    if host in LOOPBACK:
        return Finding(True, "Only this machine reaches this server; fine for trying it out.")
    return Finding(
        False,
        f"The server listens on {host} but does not know its own address: set"
        " CHATDOCK_PUBLIC_URL to what visitors see, such as https://chat.example.com.",
    )


def check_secret_key(path: Path) -> Finding:
    if not path.exists():
        return Finding(True, "The secret key is given from outside.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(False, f"Others on this machine can read {path}: run chmod 600 {path}.")
    return Finding(True, f"The secret key is in {path}; keep a copy with your backups.")


def check_store(store: Store) -> Finding:
    try:
        store.check()
    except ChatdockError as error:
        return Finding(False, str(error))
    return Finding(True, "The database can be read and written.")


def check_texts(catalogues: Catalogues) -> Iterator[Finding]:
    yield Finding(True, f"Texts are there in {', '.join(catalogues.langs)}.")
    for one in catalogues.findings:
        yield Finding(not one.is_fault, one.text)


def check_sites(
    store: Store, only: str | None, *, langs: Iterable[str] = LANGS
) -> Iterator[tuple[str, list[Finding]]]:
    """Each site's key with what was found; platforms are asked one after the other. ``langs``:
    those that this server has texts in."""
    known = tuple(langs)
    with store.read() as tx:
        keys = site_keys(tx)
    if only and only not in keys:
        yield only, [Finding(False, "There is no such site; `chatdock sites` lists them.")]
    for key in keys:
        if only in {None, key}:
            yield key, list(_check_site(store, key, known))


def _check_site(store: Store, key: str, langs: tuple[str, ...]) -> Iterator[Finding]:
    try:
        with store.read() as tx:
            site = find_site(tx, key, store.cipher)
        if site:
            yield from _about(site)
            yield from (Finding(True, f"Note: {one}.") for one in warnings_about_langs(site, langs))
            yield from check_deliveries(store, site)
            for found in _ask(site, build(site.provider)):
                yield Finding(found.is_ok, redacted(found.text, site))
    except ChatdockError as error:
        yield Finding(False, str(error))


def _about(site: Site) -> Iterator[Finding]:
    if site.is_paused:
        yield Finding(True, f"Paused: `chatdock site {site.key} resume` opens it again.")
    if not site.origins:
        yield Finding(True, "No origins: only pages of this server itself may show the chat.")
    for warning in warnings_about(site.origins):
        yield Finding(True, f"Note: {warning}.")


def _ask(site: Site, provider: Provider) -> Iterator[Finding]:
    try:
        yield from provider.check() or [Finding(True, f"{provider.kind} is set up.")]
        yield from check_door(site, provider)
    except UpstreamError as error:
        reference = f" (their reference: {error.log_id})" if error.log_id else ""
        yield Finding(False, f"{error.detail}{reference}. {ADVICE[error.failure]}")
    finally:
        provider.client.close()
