"""How the same anonymous visitor is found again: one key per site, in a cookie of our own.

The cookie only finds; authority is the embed token. ``Partitioned`` ties it to the host page's
site. Browsers keep it on https and on this very machine; elsewhere the frame keeps the key itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Request, Response

from widget.domain.conversations import Visitor
from widget.domain.sites import Site
from widget.runs.visitors import Standing, look_up, renew
from widget.web.services import services
from widget.web.tokens import VisitorKey, key_hash

KEY_LASTS = timedelta(days=30)
COOKIE_LASTS = timedelta(days=400)  # the most that browsers allow


@dataclass(frozen=True)
class VisitorAtDoor:
    """``cookie_to_set`` is the key when the browser's cookie is missing or another one."""

    visitor: str
    key: str
    key_hash: str
    cookie_to_set: str | None


def find_visitor(
    site: Site, request: Request, *, given_key: str = "", replaces_old: bool = False
) -> VisitorAtDoor:
    """The visitor behind the given key or the cookie, else a new one.

    With ``replaces_old`` a key of more than 30 days is replaced; the old one is good for 24 h more.
    """
    cookie = request.cookies.get(cookie_name(site.key), "")
    for key in filter(None, (given_key, cookie)):
        if good := _good_key(site, key, replaces_old=replaces_old):
            return _at_door(*good, cookie)
    visitor, key = services().tokens.new_visitor(site.key)
    return _at_door(visitor, key, cookie)


def is_known(site: Site, visitor: str, hashed: str) -> bool:
    """Whether a token's key hash still stands for its visitor."""
    return look_up(services().store, site.key, visitor, hashed)[0] is not Standing.REVOKED


def cookie_name(site_key: str) -> str:
    return f"__Host-chatdock_{site_key}"


def set_cookie(response: Response, site_key: str, key: str) -> None:
    response.set_cookie(
        cookie_name(site_key),
        key,
        max_age=COOKIE_LASTS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def _at_door(visitor: str, key: str, cookie: str) -> VisitorAtDoor:
    return VisitorAtDoor(visitor, key, key_hash(key), cookie_to_set=key if key != cookie else None)


def _good_key(site: Site, key: str, *, replaces_old: bool) -> tuple[str, str] | None:
    """(visitor, the key to use from now on), or None when the key opens nothing."""
    opened = services().tokens.read_key(key, site=site.key)
    if opened is None:
        return None
    standing, row = look_up(services().store, site.key, opened.visitor, key_hash(key))
    if standing is Standing.REVOKED:
        return None
    if standing is Standing.FORMER and row:
        return opened.visitor, _current_key(row) or key
    if standing is Standing.CURRENT and replaces_old and _is_old(opened):
        return opened.visitor, _renewed(opened, key) or key
    return opened.visitor, key


def _is_old(key: VisitorKey) -> bool:
    return datetime.now(UTC) - key.made_at > KEY_LASTS


def _renewed(opened: VisitorKey, key: str) -> str | None:
    made_at = datetime.now(UTC).replace(microsecond=0)
    new = services().tokens.make_key(opened.site, opened.visitor, made_at)
    row = renew(
        services().store,
        opened.site,
        opened.visitor,
        old_hash=key_hash(key),
        new_hash=key_hash(new),
        at=made_at,
    )
    return _current_key(row) if row else None


def _current_key(row: Visitor) -> str | None:
    """The current key, made again: so a tab that missed the replacement gets it too."""
    key = services().tokens.make_key(row.site, row.id, row.key_made_at)
    return key if key_hash(key) == row.key_hash else None
