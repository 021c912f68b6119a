"""What we sign: embed tokens, the keys by which an anonymous visitor is found again, and the
addresses of files.

All are signed with the server's secret key, under different salts, so that none passes for
another. A visitor key says who it is for and when it was made: no row is needed before the first
message, and the same key can be made again later from what the row knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer
from msgspec import Struct

from widget.domain.conversations import new_id
from widget.domain.errors import LinkExpired, NotFound, Unauthorized
from widget.domain.sites import Caller, EmbedToken, Identity

TOKEN_LASTS_S = 15 * 60
TOKEN_RENEWABLE_S = 30 * 24 * 3600
LINK_LASTS_S = 5 * 60
SKEW_S = 60


class VisitorKey(Struct, frozen=True):
    """An authentic visitor key, opened. ``made_at`` has whole seconds."""

    site: str
    visitor: str
    made_at: datetime


class FileLink(Struct, frozen=True):
    """What the address of a file says: it is one visitor's, on one site as it was then."""

    site: str
    visitor: str
    generation: int
    attachment: str


class Tokens:
    """Signs and reads. ``clock`` gives seconds since the epoch."""

    def __init__(self, secret_key: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens = _serializer(secret_key, "embed-token")
        self._keys = _serializer(secret_key, "visitor-key")
        self._links = _serializer(secret_key, "file-link")
        self._visits = _serializer(secret_key, "chat-visit")
        self._people = hmac.new(secret_key, b"chatdock.people", hashlib.sha256).digest()

    def sign(self, token: EmbedToken) -> str:
        return _text(self._tokens.dumps([int(self._clock()), *_claims(token)]))

    def read(self, token: str, *, max_age_s: int = TOKEN_LASTS_S) -> EmbedToken:
        """The claims; raises ``Unauthorized`` when the token is not ours or too old."""
        try:
            signed_at, *claims = self._tokens.loads(token)
        except BadSignature as error:
            raise Unauthorized("this embed token was not signed here") from error
        if not -SKEW_S <= self._clock() - signed_at <= max_age_s:
            raise Unauthorized("this embed token has expired")
        return _embed_token(claims)

    def read_expired(self, token: str) -> EmbedToken:
        """The claims of a token that may have expired, but not more than 30 days ago."""
        return self.read(token, max_age_s=TOKEN_RENEWABLE_S)

    def has_ended(self, identity: Identity | None) -> bool:
        """Whether the user token is over that vouched for this visitor."""
        return identity is not None and self.left_s(identity) <= -SKEW_S

    def left_s(self, identity: Identity) -> int:
        """Seconds until its user token ends. The owner's clock may be a minute off."""
        return int(identity.ends_at - self._clock())

    def sign_visit(self, token: EmbedToken, code_hash: str) -> str:
        """What a browser keeps to find a person again whom a code brought. No embed token."""
        return _text(self._visits.dumps([code_hash, *_claims(token)]))

    def read_visit(self, signed: str) -> tuple[EmbedToken, str] | None:
        """The person and the hash of the code; None when it is not ours or the owner's word for
        the person is over."""
        try:
            code_hash, *claims = self._visits.loads(signed)
        except BadSignature:
            return None
        token = _embed_token(claims)
        is_over = token.identity is None or token.identity.ends_at <= self._clock()
        return None if is_over else (token, code_hash)

    def sign_file(self, caller: Caller, attachment: str) -> str:
        link = FileLink(caller.site.key, caller.visitor, caller.site.token_generation, attachment)
        return _text(self._links.dumps([int(self._clock()), *msgspec.structs.astuple(link)]))

    def read_file(self, signed: str) -> FileLink:
        """The claims; raises ``NotFound`` when they are not ours, ``LinkExpired`` when too old."""
        try:
            signed_at, *claims = self._links.loads(signed)
        except BadSignature as error:
            raise NotFound("this link was not signed here") from error
        if not -SKEW_S <= self._clock() - signed_at <= LINK_LASTS_S:
            raise LinkExpired("this link has expired")
        return FileLink(*claims)

    def new_visitor(self, site: str) -> tuple[str, str]:
        """A fresh (visitor id, visitor key); nothing is stored."""
        visitor = new_id("vis")
        return visitor, self.make_key(site, visitor)

    def visitor_of(self, site: str, user: str) -> str:
        """The visitor id of a person whom the owner knows as ``user``: always the same, and telling
        nobody who it is."""
        name = f"{len(site)}:{site}:{user}".encode()
        digest = hmac.new(self._people, name, hashlib.sha256).digest()
        return f"vis_{base64.urlsafe_b64encode(digest[:16]).decode().rstrip('=')}"

    def make_key(self, site: str, visitor: str, made_at: datetime | None = None) -> str:
        """The visitor's key of that moment: always the same text for the same moment."""
        seconds = int(made_at.timestamp() if made_at else self._clock())
        return _text(self._keys.dumps([site, visitor, seconds]))

    def read_key(self, key: str, *, site: str) -> VisitorKey | None:
        """An authentic key of this site, opened; None for anything else."""
        try:
            owner, visitor, seconds = self._keys.loads(key)
        except BadSignature:
            return None
        made_at = datetime.fromtimestamp(seconds, UTC)
        return VisitorKey(owner, visitor, made_at) if owner == site else None


def key_hash(key: str) -> str:
    """What is stored of a visitor key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _claims(token: EmbedToken) -> list[Any]:
    claims: list[Any] = msgspec.to_builtins(msgspec.structs.astuple(token))
    return claims


def _embed_token(claims: list[Any]) -> EmbedToken:
    """One that was signed before there were identities has a claim less."""
    named = zip(EmbedToken.__struct_fields__, claims, strict=False)
    return msgspec.convert(dict(named), EmbedToken)


def _serializer(secret_key: bytes, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key,
        salt=f"chatdock.{salt}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _text(signed: str | bytes) -> str:
    return signed if isinstance(signed, str) else signed.decode()
