"""Who a visitor is, by a user token that the owner's own server signed.

An HS256 JWT with the site's identity secret: ``sub`` (the owner's id of the person) and ``exp`` are
required, ``name`` and ``context`` are optional, ``aud`` must be the site key where it is there.
"""

from __future__ import annotations

from typing import Annotated, Any

import jwt
import msgspec
from msgspec import Meta, Struct, field

from widget.domain.errors import UserTokenRefused
from widget.domain.patterns import END
from widget.domain.sites import Identity
from widget.store.database import Store
from widget.store.sites import identity_secrets

ALGORITHMS = ["HS256"]  # named by us, never by the token
LEEWAY_S = 60
LONGEST_TOKEN = 8_192

LATEST_END = 253_402_300_799  # the last second of the year 9999

# What no database keeps and no encoder writes: NUL, and halves of a character's pair.
TEXT = rf"^[^\x00\uD800-\uDFFF]*{END}"
UserId = Annotated[str, Meta(min_length=1, max_length=200, pattern=TEXT)]
UserName = Annotated[str, Meta(max_length=200, pattern=TEXT)]
Context = Annotated[
    dict[
        Annotated[str, Meta(max_length=64, pattern=TEXT)],
        Annotated[str, Meta(max_length=1_000, pattern=TEXT)],
    ],
    Meta(max_length=32),
]


class _Claims(Struct, frozen=True):
    """What a token may say; other claims are the owner's own business."""

    sub: UserId
    exp: int | float
    name: UserName = ""
    context: Context = field(default_factory=dict)


def read_user_token(store: Store, site: str, token: str) -> Identity:
    """The person; ``UserTokenRefused`` says in words for the owner what is wrong with the token."""
    if len(token) > LONGEST_TOKEN:
        raise UserTokenRefused(f"the user token is longer than {LONGEST_TOKEN} characters")
    with store.read() as tx:
        secrets = identity_secrets(tx, site, store.cipher)
    claims = _claims(token, secrets, site)
    return Identity(
        user=claims.sub, name=claims.name, context=claims.context, ends_at=int(claims.exp)
    )


def _claims(token: str, secrets: tuple[str, ...], site: str) -> _Claims:
    """Signed with the newest secret, or with the former one within its last 24 hours."""
    for secret in secrets:
        try:
            payload = _payload(token, secret, site)
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError:
            raise UserTokenRefused("the user token has expired") from None
        except (jwt.PyJWTError, ValueError) as error:
            raise UserTokenRefused(f"the user token cannot be used: {error}") from None
        try:
            return msgspec.convert(payload, _Claims)
        except msgspec.ValidationError as error:
            raise UserTokenRefused(f"the user token cannot be used: {error}") from None
    raise UserTokenRefused("the user token was not signed with this site's identity secret")


def _payload(token: str, secret: str, site: str) -> dict[str, Any]:
    payload: dict[str, Any] = jwt.decode(
        token,
        secret,
        algorithms=ALGORITHMS,
        leeway=LEEWAY_S,
        options={"require": ["sub", "exp"], "verify_aud": False},
    )
    audience = payload.get("aud", site)
    if audience != site and not (isinstance(audience, list) and site in audience):
        raise ValueError("its aud is another site's key")
    if int(payload["exp"]) > LATEST_END:
        raise ValueError("its exp, in seconds since 1970, lies beyond the year 9999")
    return payload
