"""Client secrets that leave the server, for hosts that run the vendor's own front end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from widget.domain.errors import BadInput, SecretWithheld, UpstreamError
from widget.domain.sites import Caller, Site
from widget.providers.base import SECRET_LIFE_S, ClientSecret, Finding, Provider
from widget.providers.registry import build
from widget.runs.redact import redacted

if TYPE_CHECKING:
    from widget.runs.engine import Engine

LIFE_S = SECRET_LIFE_S
SHORTEST_S = 60

log = structlog.get_logger()


def mint(engine: Engine, caller: Caller, life_s: int) -> ClientSecret:
    """A fresh client secret for the caller, of ``life_s`` seconds or as near as may be.

    One of a person whom the owner vouched for ends with the user token, or a minute after. Why
    there is none is told to the owner in the log, and to nobody else.
    """
    site = caller.site
    user = caller.identity.user if caller.identity else ""
    if caller.identity:
        left_s = int(caller.identity.ends_at - time.time())
        life_s = max(SHORTEST_S, min(life_s, left_s))
    try:
        return _provider(engine, site).mint(caller.visitor, user=user, life_s=life_s)
    except SecretWithheld as error:
        log.warning(
            "no client secret leaves the server", site=site.key, why=redacted(str(error), site)
        )
        raise
    except UpstreamError as error:
        log.warning(
            "the platform gave no client secret",
            site=site.key,
            why=redacted(error.detail, site),
            failure=error.failure,
            reference=error.log_id,
        )
        raise


def check_door(site: Site, provider: Provider) -> list[Finding]:
    """Whether client secrets may leave the server, when the owner has turned that on."""
    if not site.apis.client_secrets.enabled:
        return []
    if fault := provider.minting_fault():
        return [Finding(False, f"Client secrets do not leave the server: {fault}.")]
    return [Finding(True, "Pages of this site's origins get client secrets.")]


def asked_at_apply(site: Site) -> tuple[str, str]:
    """(why the door may not be turned on, a note for the owner); both empty when all is well."""
    if not site.apis.client_secrets.enabled:
        return "", ""
    provider = build(site.provider)
    try:
        return redacted(provider.minting_fault(), site), ""
    except UpstreamError as error:
        return "", (
            "whether client secrets may leave the server is not known yet, because the platform "
            f"did not say ({redacted(error.detail, site)}): run chatdock doctor {site.key}"
        )
    finally:
        provider.client.close()


def _provider(engine: Engine, site: Site) -> Provider:
    try:
        return engine.provider_for(site)
    except BadInput as error:
        raise SecretWithheld(str(error)) from None
