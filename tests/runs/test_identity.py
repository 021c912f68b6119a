from __future__ import annotations

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
