"""Who stands at the door: the site, the caller behind a token, and where the request comes from."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import takewhile

import structlog
from flask import Request, request

from widget.domain.errors import IdentityEnded, NotFound, SitePaused, Unauthorized
from widget.domain.sites import Caller, EmbedToken, Identity, Site, allows
from widget.web.services import services
from widget.web.texts import use_site
from widget.web.tokens import TOKEN_LASTS_S

log = structlog.get_logger(__name__)


def admit_site(key: str) -> Site:
    """The site, open for business; raises ``NotFound`` or ``SitePaused``."""
    site = services().sites.find(key)
    if site is None:
        raise NotFound(f"there is no site {key!r}")
    use_site(site)
    if site.is_paused:
        raise SitePaused(f"the site {key!r} is paused")
    return site


def admit_token(token: str, site_key: str, *, address: str, lang: str) -> Caller:
    """The caller that an embed token vouches for; raises ``Unauthorized`` besides the above."""
    site = admit_site(site_key)
    return caller_of(services().tokens.read(token), site, address=address, lang=lang)


def caller_of(claims: EmbedToken, site: Site, *, address: str, lang: str) -> Caller:
    """The caller of authentic claims, unless they are another site's or were revoked."""
    if claims.site != site.key:
        raise Unauthorized("this embed token is another site's")
    if claims.generation != site.token_generation:
        raise Unauthorized("this embed token was revoked")
    _refuse_ended(claims.identity)
    return Caller(
        site=site,
        visitor=claims.visitor,
        key_hash=claims.key_hash,
        origin=claims.origin,
        address=address,
        lang=lang,
        identity=claims.identity,
    )


def embed_token(caller: Caller) -> str:
    """A fresh token for the same caller, unless the owner took its origin off the list."""
    refuse_unlisted(caller.site, caller.origin)
    _refuse_ended(caller.identity)
    return services().tokens.sign(
        EmbedToken(
            site=caller.site.key,
            visitor=caller.visitor,
            key_hash=caller.key_hash,
            origin=caller.origin,
            generation=caller.site.token_generation,
            identity=caller.identity,
        )
    )


def token_lasts_s(caller: Caller) -> int:
    """How long a token is good that this caller gets now: no longer than the user token."""
    left_s = identity_left_s(caller)
    return TOKEN_LASTS_S if left_s is None else min(TOKEN_LASTS_S, left_s)


def identity_left_s(caller: Caller) -> int | None:
    """Seconds until the user token ends; None for an anonymous visitor."""
    return max(1, services().tokens.left_s(caller.identity)) if caller.identity else None


def refuse_unlisted(site: Site, origin: str) -> None:
    """Our own pages may always show a site; others only when the owner listed them."""
    if not is_own_origin(origin) and not allows(site.origins, origin):
        raise Unauthorized(f"the origin {origin!r} is not on the site's list")


def client_address(request: Request) -> str:
    """The nearest address that is not one of our own reverse proxies; empty when unknown.

    Where our proxy wrote something that is no address, it stands for the visitor itself: what comes
    before that anybody may have written.
    """
    hops = [request.remote_addr or "", *_hops(request)]
    _tell_of_proxy(hops)
    return next((hop for hop in hops if not _is_trusted(hop)), hops[-1])


def own_origin() -> str:
    """Where visitors reach us: the configured address, else what this request says."""
    return services().settings.public_url or f"{_scheme(request)}://{request.host.lower()}"


def is_own_origin(origin: str) -> bool:
    """Whether an ``Origin`` is ours: the public URL, or the very host that was asked.

    A proxy that ends TLS may not tell us so, hence the host alone counts in the second case.
    """
    if origin and origin == services().settings.public_url:
        return True
    scheme, _, host = origin.lower().partition("://")
    return scheme in {"http", "https"} and host == request.host.lower()


def is_from_elsewhere(request: Request) -> bool:
    """Whether another origin's page made the browser post this form.

    Forms of our own pages come from ``null``, since these pages tell no referrer: so what browsers
    say of the sender beside its origin counts too.
    """
    origin = request.headers.get("Origin", "null")
    sender = request.headers.get("Sec-Fetch-Site", "none")
    return sender in {"cross-site", "same-site"} or not (origin == "null" or is_own_origin(origin))


def _refuse_ended(identity: Identity | None) -> None:
    if identity is not None and services().tokens.has_ended(identity):
        raise IdentityEnded("the user token behind this embed token has ended")


def _scheme(request: Request) -> str:
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    if forwarded in {"http", "https"} and _is_trusted(request.remote_addr or ""):
        return forwarded
    return request.scheme


def _tell_of_proxy(hops: list[str]) -> None:
    """Tells the operator, once, of a reverse proxy behind which all visitors look like one."""
    lifecycle, nearest = services().lifecycle, hops[0]
    if len(hops) == 1 or lifecycle.has_told_of_proxy or _is_trusted(nearest):
        return
    if _is_address(nearest) and ip_address(nearest).is_private:
        lifecycle.has_told_of_proxy = True
        log.warning(
            "a reverse proxy forwards requests and is not trusted, so all visitors share its"
            " limits: name it in CHATDOCK_TRUSTED_PROXIES",
            proxy=nearest,
        )


def _hops(request: Request) -> list[str]:
    """What ``X-Forwarded-For`` tells, the nearest first, as far as it can be read."""
    given = ",".join(request.headers.getlist("X-Forwarded-For"))
    return list(takewhile(bool, map(_address_in, reversed(given.split(",")))))


def _address_in(hop: str) -> str:
    """Its address without the port that some proxies add; empty when there is none."""
    host = hop.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    return host if _is_address(host) else ""


def _is_trusted(address: str) -> bool:
    proxies = services().settings.trusted_proxies
    if not proxies or not _is_address(address):
        return False
    parsed = ip_address(address)
    return any(parsed in network for network in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
