from __future__ import annotations

import base64
import time
from typing import Any

import jwt
import pytest

from widget.domain.errors import UserTokenRefused
from widget.domain.sites import Identity
from widget.runs.identity import read_user_token
from widget.store.database import Store
from widget.store.sites import identity_secrets, rotate

IN_AN_HOUR = int(time.time()) + 3600


@pytest.fixture
def secret(store: Store) -> str:
    with store.read() as tx:
        return identity_secrets(tx, "acme", store.cipher)[0]


def sign(secret: str, algorithm: str = "HS256", **claims: Any) -> str:
    return jwt.encode({"sub": "u1", "exp": IN_AN_HOUR, **claims}, secret, algorithm=algorithm)


def test_token_tells_who_it_is(store: Store, secret: str) -> None:
    token = sign(secret, name="Ada", context={"plan": "gold"}, aud="acme", other=1)

    found = read_user_token(store, "acme", token)

    assert found == Identity(user="u1", name="Ada", context={"plan": "gold"}, ends_at=IN_AN_HOUR)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": 1}, "the user token has expired"),
        ({"exp": None}, "the user token cannot be used: "),
        ({"sub": ""}, "the user token cannot be used: Expected `str` of length >= 1 - at `$.sub`"),
        ({"sub": "x" * 201}, "the user token cannot be used: Expected `str` of length <= 200"),
        ({"aud": "globex"}, "the user token cannot be used: its aud is another site's key"),
        ({"context": {"a": 1}}, "the user token cannot be used: Expected `str`, got `int`"),
        ({"exp": IN_AN_HOUR * 1000}, "the user token cannot be used: its exp, in seconds since"),
        ({"exp": 10**400}, "the user token cannot be used: its exp, in seconds since 1970, lies"),
        ({"exp": 1e300}, "the user token cannot be used: its exp, in seconds since 1970, lies"),
        ({"exp": float("inf")}, "the user token cannot be used: "),
        ({"exp": float("nan")}, "the user token cannot be used: "),
        ({"sub": "a\0b"}, "the user token cannot be used: Expected `str` matching regex"),
        ({"sub": "\ud800"}, "the user token cannot be used: Expected `str` matching regex"),
        ({"name": "\udfff"}, "the user token cannot be used: Expected `str` matching regex"),
        ({"context": {"a": "\0"}}, "the user token cannot be used: Expected `str` matching regex"),
        ({"context": {"\ud800": ""}}, "the user token cannot be used: Expected `str` matching"),
        ({"nbf": IN_AN_HOUR}, "the user token cannot be used: The token is not yet valid (nbf)"),
    ],
)
def test_token_that_says_something_wrong_is_refused(
    store: Store, secret: str, claims: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserTokenRefused) as refused:
        read_user_token(store, "acme", sign(secret, **claims))

    assert str(refused.value).startswith(words)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_token_of_another_secret_or_kind_is_refused(store: Store, secret: str) -> None:
    unsigned = sign("", "none")
    tokens = [sign("x" * 64), sign("x" * 64, "HS512"), sign(secret, "HS512"), unsigned, "", "a.b.c"]

    for token in [*tokens, "x" * 9_000]:
        with pytest.raises(UserTokenRefused):
            read_user_token(store, "acme", token)


def test_the_former_secret_is_good_until_it_is_ended(store: Store, secret: str) -> None:
    token = sign(secret)
    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=False)

    assert read_user_token(store, "acme", token).user == "u1"

    with store.begin() as tx:
        rotate(tx, "acme", store.cipher, now=True)
    with pytest.raises(UserTokenRefused):
        read_user_token(store, "acme", token)


def nested(text: str) -> str:
    """One piece of a token."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        nested("[" * 5_000) + ".e30.AAAA",
        nested('{"alg":"HS256","x":' + "[" * 5_000) + ".e30.AAAA",
        nested('{"alg":"HS256"}') + "." + nested('{"a":' + "[" * 5_000) + ".AAAA",
        nested('{"alg":"HS256","x":1' + "0" * 5_000 + "}") + ".e30.AAAA",
        nested('{"alg":["HS256"]}') + ".e30.AAAA",
        nested("null") + ".e30.AAAA",
    ],
)
def test_what_nobody_signed_is_refused_however_odd(store: Store, token: str) -> None:
    with pytest.raises(UserTokenRefused):
        read_user_token(store, "acme", token)


def test_person_is_who_the_token_says_to_the_letter(store: Store, secret: str) -> None:
    """Nothing is folded: two people of the owner's are never one here."""
    alike = ["Ada", "ada", "Ada ", "Åda", "A\u030ada", "\u200bAda"]

    found = [read_user_token(store, "acme", sign(secret, sub=sub)).user for sub in alike]

    assert found == alike
