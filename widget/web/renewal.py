"""``POST /frame/<site>/token``: a visitor key, or a token that has expired, for a new token; and
who signs in or out on the host page."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from werkzeug.exceptions import Forbidden

from widget.domain.errors import BadInput, Unauthorized
from widget.domain.sites import Caller, EmbedToken, Site
from widget.web.admit import (
    admit_site,
    client_address,
    embed_token,
    identity_left_s,
    is_own_origin,
    token_lasts_s,
)
from widget.web.services import services
from widget.web.signing_in import caller_at, sign_in, vouched_for
from widget.web.visitors import (
    VisitorAtDoor,
    cookie_name,
    hand_out_key,
    is_known,
    known_visitor,
    new_visitor,
    set_cookie,
)

bp = Blueprint("renewal", __name__)


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """``lost``: tell me my key if the cookie did not come back, so that I can keep it myself.

    ``user_token`` says who the visitor is from now on, and takes the open ``conversation`` along;
    with ``sign_out`` it is somebody new.
    """

    token: str = ""
    visitor_key: str = ""
    lost: bool = False
    user_token: str = ""
    conversation: str = ""
    sign_out: bool = False


@bp.post("/frame/<site>/token")
def renew(site: str) -> ResponseReturnValue:
    """A new token for the visitor on the same host origin."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(origin):
        raise Forbidden
    found = admit_site(site)
    services().limits.knock(found, client_address(request))
    asked = _asked()
    claims = authentic(asked.token, found)
    if asked.user_token:
        signed = sign_in(
            found, claims, user_token=asked.user_token, conversation=asked.conversation
        )
        return _answer(signed.person, signed.key, asked, stays=signed.stays)
    if claims is not None and claims.identity is not None and not asked.sign_out:
        return _answer(vouched_for(found, claims), None, asked)
    door = new_visitor(found) if asked.sign_out else _visitor(found, asked, claims)
    return _answer(caller_at(found, claims, door.visitor, door.key_hash), door, asked)


def authentic(token: str, site: Site) -> EmbedToken | None:
    """The claims of a token of this site that we signed at most 30 days ago."""
    try:
        claims = services().tokens.read_expired(token)
    except Unauthorized:
        return None
    return claims if claims.site == site.key else None


def _asked() -> Asked:
    data = request.get_data()
    try:
        return msgspec.json.decode(data, type=Asked) if data else Asked()
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(str(error)) from error


def _visitor(site: Site, asked: Asked, claims: EmbedToken | None) -> VisitorAtDoor:
    """A key that the frame kept, else whom the token names, else the cookie.

    The token goes before a cookie of somebody else, because it is that visitor's conversation that
    stands on this screen.
    """
    kept = known_visitor(site, request, given_key=asked.visitor_key, replaces_old=True)
    if claims is None or claims.generation != site.token_generation:
        named = None
    elif kept and (kept.visitor == claims.visitor or kept.was_given):
        named = kept
    else:
        named = _named(site, claims, asked)
    door = named or kept
    if door is None:
        raise Unauthorized("neither a good token nor a visitor key")
    return door


def _named(site: Site, claims: EmbedToken, asked: Asked) -> VisitorAtDoor | None:
    if asked.lost and not _has_cookie(site):
        return hand_out_key(site, claims.visitor, claims.key_hash)
    if not is_known(site, claims.visitor, claims.key_hash):
        return None
    return VisitorAtDoor(claims.visitor, "", claims.key_hash, cookie_to_set=None)


def _answer(caller: Caller, door: VisitorAtDoor | None, asked: Asked, **more: object) -> Response:
    """``door``: the anonymous visitor whom the browser is to find again."""
    answer = {"token": embed_token(caller), "expires_in_s": token_lasts_s(caller), **more}
    if (left_s := identity_left_s(caller)) is not None:
        answer["identity_ends_in_s"] = left_s
    keeps_itself = asked.lost or asked.visitor_key
    if door and door.key and keeps_itself and not _has_cookie(caller.site):
        answer["visitor_key"] = door.key
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    if door and door.cookie_to_set:
        set_cookie(response, caller.site.key, door.cookie_to_set)
    return response


def _has_cookie(site: Site) -> bool:
    return cookie_name(site.key) in request.cookies
