"""Who speaks through the kefu door: a member with a user token, or one whom the page only names."""

from __future__ import annotations

from flask import Request

from widget.domain.errors import Unauthorized
from widget.domain.sites import Caller, Site
from widget.runs.identity import read_user_token
from widget.web.admit import client_address, own_origin
from widget.web.services import services
from widget.web.tokens import key_hash

HEADER = "X-Chatdock-User"
# What wrappers send of a variable that they have not filled yet.
NOTHING = ("", "null", "undefined")


def caller_of(site: Site, request: Request, user_id: str, lang: str) -> Caller:
    """A user token goes before ``user_id``, which counts only where the owner lets it."""
    if token := user_token(request):
        identity = read_user_token(services().store, site.key, token)
        visitor = services().tokens.visitor_of(site.key, identity.user)
    elif user_id and site.apis.kefu.anonymous:
        identity, visitor = None, _unsigned(site, user_id)
    else:
        raise Unauthorized("neither a user token nor an id that counts here")
    return Caller(
        site=site,
        visitor=visitor,
        key_hash=key_hash(visitor),  # no key has it: this visitor is found by the id alone
        origin=request.headers.get("Origin", "") or own_origin(),
        address=client_address(request),
        lang=lang,
        identity=identity,
        channel="kefu",
    )


def user_token(request: Request) -> str:
    """Of our own header, since a wrapper may have filled ``Authorization`` for another server."""
    own = request.headers.get(HEADER, "").strip()
    if own not in NOTHING:
        return own
    scheme, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    return given.strip() if scheme.lower() == "bearer" and given.strip() not in NOTHING else ""


def _unsigned(site: Site, user_id: str) -> str:
    """A visitor whom no signed person can be: no site's key has a slash in it."""
    return services().tokens.visitor_of(f"{site.key}/kefu", user_id)
