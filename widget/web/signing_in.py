"""From anonymous to signed in: a user token makes the frame's visitor a person of the owner's."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from widget.domain.errors import IdentityEnded, Unauthorized, UserTokenRefused
from widget.domain.sites import Caller, EmbedToken, Identity, Site
from widget.runs import sign_in as runs
from widget.runs.identity import read_user_token
from widget.runs.visitors import person_hash
from widget.web.admit import caller_of, client_address, own_origin, refuse_unlisted
from widget.web.services import services
from widget.web.texts import request_lang
from widget.web.visitors import VisitorAtDoor, is_known, new_visitor


@dataclass(frozen=True)
class SignedIn:
    """``stays``: what stands on the screen is the person's too. ``key``: what the browser is to
    keep from now on in place of the anonymous visitor's."""

    person: Caller
    stays: bool
    key: VisitorAtDoor | None


def sign_in(
    site: Site, claims: EmbedToken | None, *, user_token: str, conversation: str
) -> SignedIn:
    """The person of the user token, in place of whoever the embed token names.

    An anonymous visitor's open conversation goes along, and the browser forgets that visitor: so
    the next person there finds nothing. Nothing passes from one person to another.
    """
    own = services()
    identity = _identity(site, user_token)
    person = _person(site, claims, identity)
    refuse_unlisted(site, person.origin)
    former = _former(site, claims)
    has_it = runs.sign_in(own.engine, person, former, conversation)
    if has_it and former:
        own.sockets.let_go(site.key, former, conversation)
    is_same = claims is not None and claims.visitor == person.visitor
    is_anonymous = claims is None or claims.identity is None
    return SignedIn(person, is_same or has_it, new_visitor(site) if is_anonymous else None)


def vouched_for(site: Site, claims: EmbedToken) -> Caller:
    """The person of an embed token that may have expired, for as long as the user token lasts.

    Nobody else takes that place: whose conversation stands on the screen, only the host page can
    say anew.
    """
    if claims.generation != site.token_generation:
        raise IdentityEnded("the owner ended all sign-ins")
    return caller_of(claims, site, address=client_address(request), lang=request_lang())


def caller_at(
    site: Site,
    claims: EmbedToken | None,
    visitor: str,
    key_hash: str,
    identity: Identity | None = None,
) -> Caller:
    """Whoever this is, on the host origin of the frame's former token."""
    return Caller(
        site=site,
        visitor=visitor,
        key_hash=key_hash,
        origin=claims.origin if claims else own_origin(),
        address=client_address(request),
        lang=request_lang(),
        identity=identity,
    )


def _identity(site: Site, token: str) -> Identity:
    """Of a user token, or of an embed token that the owner's server got with its key."""
    is_jwt = token.count(".") == 2 and not token.startswith(".")  # ours may begin with a dot
    if is_jwt:
        return read_user_token(services().store, site.key, token)
    try:
        claims = services().tokens.read(token)
        caller = caller_of(claims, site, address=client_address(request), lang=request_lang())
    except Unauthorized as error:
        raise UserTokenRefused(f"it is no user token, and {error}") from error
    if caller.identity is None:
        raise UserTokenRefused("the embed token names nobody: it is an anonymous visitor's")
    return caller.identity


def _person(site: Site, claims: EmbedToken | None, identity: Identity) -> Caller:
    visitor = services().tokens.visitor_of(site.key, identity.user)
    return caller_at(site, claims, visitor, person_hash(visitor), identity)


def _former(site: Site, claims: EmbedToken | None) -> str | None:
    """The anonymous visitor of this screen, whose token still stands."""
    if claims is None or claims.identity is not None:
        return None
    if claims.generation != site.token_generation:
        return None
    return claims.visitor if is_known(site, claims.visitor, claims.key_hash) else None
