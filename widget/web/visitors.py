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
    """``cookie_to_set`` is the key when the browser's cookie is missing or another one.

    ``was_given``: found by a key that the frame had kept itself.
    """

    visitor: str
    key: str
    key_hash: str
    cookie_to_set: str | None
    was_given: bool = False


def find_visitor(site: Site, request: Request) -> VisitorAtDoor:
    """The visitor behind the cookie, else a new one. Nothing is stored."""
    return known_visitor(site, request) or new_visitor(site)


def new_visitor(site: Site) -> VisitorAtDoor:
    """Somebody who was never here, whatever the browser keeps."""
    visitor, key = services().tokens.new_visitor(site.key)
    return _at_door(visitor, key, "")


def known_visitor(
    site: Site, request: Request, *, given_key: str = "", replaces_old: bool = False
) -> VisitorAtDoor | None:
    """The visitor behind the given key or else the cookie.

    With ``replaces_old`` a key of more than 30 days is replaced; the old one is good for 24 h more.
    """
    cookie = request.cookies.get(cookie_name(site.key), "")
    for key in filter(None, (given_key, cookie)):
        if good := _good_key(site, key, replaces_old=replaces_old):
            return _at_door(*good, cookie, was_given=key == given_key)
    return None


def hand_out_key(site: Site, visitor: str, hashed: str) -> VisitorAtDoor | None:
    """A key for a visitor who is known by a token alone; None when the token's key was revoked."""
    standing, row = look_up(services().store, site.key, visitor, hashed)
    if standing is Standing.REVOKED:
        return None
    if row is None:
        return _at_door(visitor, services().tokens.make_key(site.key, visitor), "")
    return _at_door(visitor, _current_key(row) or _replaced(row), "")


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


def _at_door(visitor: str, key: str, cookie: str, *, was_given: bool = False) -> VisitorAtDoor:
    to_set = key if key != cookie else None
    return VisitorAtDoor(visitor, key, key_hash(key), cookie_to_set=to_set, was_given=was_given)


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
    if standing is Standing.CURRENT and row and replaces_old and _is_old(opened):
        return opened.visitor, _replaced(row)
    return opened.visitor, key


def _is_old(key: VisitorKey) -> bool:
    return datetime.now(UTC) - key.made_at > KEY_LASTS


def _replaced(row: Visitor) -> str:
    """A new key in place of the row's; where another tab was faster, that tab's."""
    made_at = datetime.now(UTC).replace(microsecond=0)
    new = services().tokens.make_key(row.site, row.id, made_at)
    row_now = renew(
        services().store,
        row.site,
        row.id,
        old_hash=row.key_hash,
        new_hash=key_hash(new),
        at=made_at,
    )
    return (row_now and _current_key(row_now)) or new


def _current_key(row: Visitor) -> str | None:
    """The current key, made again: so a tab that missed the replacement gets it too."""
    key = services().tokens.make_key(row.site, row.id, row.key_made_at)
    return key if key_hash(key) == row.key_hash else None
