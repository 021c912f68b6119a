from __future__ import annotations

from datetime import UTC, datetime

import pytest
from itsdangerous import URLSafeSerializer

from tests.factories import make_site, make_token
from widget.domain.errors import Unauthorized
from widget.web.admit import caller_of
from widget.web.tokens import TOKEN_LASTS_S, TOKEN_RENEWABLE_S, Tokens, key_hash

NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(b"a secret key of thirty-two bytes", clock=clock)


def test_token_comes_back_as_it_was_signed(tokens: Tokens) -> None:
    token = make_token(origin="https://例子.example")

    assert tokens.read(tokens.sign(token)) == token


def test_token_expires_after_fifteen_minutes(tokens: Tokens, clock: Clock) -> None:
    signed = tokens.sign(make_token())

    clock.now = NOW + TOKEN_LASTS_S
    assert tokens.read(signed)
    clock.now += 1
    with pytest.raises(Unauthorized, match="expired"):
        tokens.read(signed)


def test_token_is_renewable_for_thirty_days(tokens: Tokens, clock: Clock) -> None:
    token = make_token()
    signed = tokens.sign(token)

    clock.now = NOW + TOKEN_RENEWABLE_S
    assert tokens.read_expired(signed) == token
    clock.now += 1
    with pytest.raises(Unauthorized, match="expired"):
        tokens.read_expired(signed)


def test_token_of_the_future_is_refused(tokens: Tokens, clock: Clock) -> None:
    signed = tokens.sign(make_token())
    clock.now = NOW - 3600

    with pytest.raises(Unauthorized, match="expired"):
        tokens.read(signed)


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-2], lambda t: "x" + t, lambda t: "", lambda t: "ä"]
)
def test_changed_token_is_refused(tokens: Tokens, forge: object) -> None:
    signed = tokens.sign(make_token())

    assert tokens.read(signed)
    with pytest.raises(Unauthorized, match="not signed here"):
        tokens.read(forge(signed))  # type: ignore[operator]


def test_token_signed_with_another_key_is_refused(tokens: Tokens, clock: Clock) -> None:
    foreign = Tokens(b"another key of thirty-two bytes.", clock=clock)

    with pytest.raises(Unauthorized, match="not signed here"):
        tokens.read(foreign.sign(make_token()))


def test_token_and_visitor_key_do_not_pass_for_each_other(tokens: Tokens) -> None:
    _, key = tokens.new_visitor("acme")

    with pytest.raises(Unauthorized):
        tokens.read(key)
    assert tokens.read_key(tokens.sign(make_token()), site="acme") is None


def test_signature_without_the_salt_is_refused(tokens: Tokens) -> None:
    bare = URLSafeSerializer(b"a secret key of thirty-two bytes")

    with pytest.raises(Unauthorized):
        tokens.read(str(bare.dumps([int(NOW), "acme", "vis_1", "h", "https://x", 1])))


def test_visitor_key_names_its_visitor_and_moment(tokens: Tokens) -> None:
    visitor, key = tokens.new_visitor("acme")

    opened = tokens.read_key(key, site="acme")

    assert opened is not None
    assert (opened.site, opened.visitor) == ("acme", visitor)
    assert opened.made_at == datetime.fromtimestamp(NOW, UTC)


def test_visitor_key_of_another_site_is_none(tokens: Tokens) -> None:
    _, key = tokens.new_visitor("acme")

    assert tokens.read_key(key, site="other") is None
    assert tokens.read_key(key + "x", site="acme") is None
    assert tokens.read_key("", site="acme") is None


def test_visitor_key_of_one_moment_is_always_the_same(tokens: Tokens, clock: Clock) -> None:
    visitor, key = tokens.new_visitor("acme")
    clock.now += 5_000

    again = tokens.make_key("acme", visitor, datetime.fromtimestamp(NOW + 0.5, UTC))

    assert (again, key_hash(again)) == (key, key_hash(key))
    assert tokens.make_key("acme", visitor) != key


def test_caller_of_another_site_or_generation_is_refused() -> None:
    site, token = make_site(token_generation=2), make_token(generation=2)

    assert caller_of(token, site, address="", lang="en").visitor == token.visitor
    with pytest.raises(Unauthorized, match="another site"):
        caller_of(make_token(site="other", generation=2), site, address="", lang="en")
    with pytest.raises(Unauthorized, match="revoked"):
        caller_of(make_token(generation=1), site, address="", lang="en")
