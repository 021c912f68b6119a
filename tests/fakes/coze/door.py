"""The door of the fake Coze: personal and service tokens, and JWTs that are really verified."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.fakes.coze.rules import Refused, only
from tests.fakes.upstream import Asked, Reply, json_reply

PERSONAL_KEY = "pat_fake0Q8personal4tokenOfTheShop"
SERVICE_KEY = "cztei_fake7service2tokenOfTheShop"
OTHER_KEY = "pat_fake5personal1tokenOfAnother"
FOREIGN_KEY = "pat_fake9tokenOfTheOtherRegion"
NARROW_KEY = "pat_fake3tokenWithoutAnyScope"
OAUTH_APP = "1155000000001"
FINGERPRINT = "fingerprintOfThePublicKey"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True)
class Identity:
    """Whose conversations a credential reaches: an account, and one session of it."""

    account: str
    session: str = ""


@dataclass
class Token:
    identity: Identity
    ends_at: float


@cache
def key_pair() -> tuple[str, str]:
    """A private and a public key in PEM form; one for the whole test run."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return secret.decode(), public.decode()


@dataclass
class Door:
    """Who may come in. ``life_s`` overrides what was asked for; ``says`` is the next refusal."""

    is_studio: bool = False
    life_s: float | None = None
    says: tuple[int, dict[str, str]] | None = None
    tokens: dict[str, Token] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    claims: list[dict[str, Any]] = field(default_factory=list)

    def identity(self, asked: Asked) -> Identity:
        """Raises ``Refused`` for a credential that is not good here."""
        scheme, _, given = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or given == "":
            raise Refused(self._wrong(), "authentication is invalid", 401)
        if given in (FOREIGN_KEY, NARROW_KEY):
            raise Refused(4101, f"The token {given} you entered is incorrect.", 401)
        if given == PERSONAL_KEY or (given == SERVICE_KEY and not self.is_studio):
            return Identity("shop")
        if given == OTHER_KEY:
            return Identity("other")
        token = self.tokens.get(given)
        if token is None or time.time() >= token.ends_at:
            raise Refused(self._wrong(), f"authentication is invalid: {given}", 401)
        return token.identity

    def _wrong(self) -> int:
        return 700012006 if self.is_studio else 4100

    def exchange(self, asked: Asked) -> Reply:
        """A JWT for a token that lives until an absolute moment; each JWT once."""
        if self.says:
            status, body = self.says
            self.says = None
            return json_reply(status, body)
        try:
            claims = self._verified(asked)
            seconds = _seconds(asked.json)
        except (jwt.InvalidTokenError, Refused) as error:
            return _refuse("invalid_client", str(error))
        token = f"czs_{uuid4().hex}{uuid4().hex}"
        ends_at = time.time() + (seconds if self.life_s is None else self.life_s)
        self.tokens[token] = Token(Identity("oauth", claims.get("session_name", "")), ends_at)
        self.claims.append(claims)
        granted = {"access_token": token, "expires_in": int(ends_at), "token_type": "Bearer"}
        return json_reply(200, granted)

    def _verified(self, asked: Asked) -> dict[str, Any]:
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        header = jwt.get_unverified_header(given)
        if header != {"alg": "RS256", "typ": "JWT", "kid": FINGERPRINT}:
            raise Refused(0, f"the header is wrong: {header}")
        claims: dict[str, Any] = jwt.decode(
            given,
            key_pair()[1],
            algorithms=["RS256"],
            audience=urlsplit("//" + asked.headers["host"]).hostname,
            issuer=OAUTH_APP,
            options={"require": ["iss", "aud", "iat", "exp", "jti"]},
        )
        only(claims, {"iss", "aud", "iat", "exp", "jti", "session_name", "session_context"})
        if len(claims["jti"]) < 32 or claims["jti"] in self.spent:
            raise Refused(0, "jti is short, or was there before")
        self.spent.add(claims["jti"])
        return claims


def _seconds(body: Any) -> int:
    only(body, {"grant_type", "duration_seconds", "scope"})
    seconds: int = body.get("duration_seconds", 900)
    if body.get("grant_type") != GRANT or not 0 < seconds <= 86399:
        raise Refused(0, "grant_type or duration_seconds is wrong")
    return seconds


def _refuse(code: str, message: str) -> Reply:
    """Not the envelope of the API."""
    return json_reply(401, {"error_code": code, "error_message": message})
