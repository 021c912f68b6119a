from __future__ import annotations

import pytest

from tests.factories import make_caller, make_site
from widget.domain.errors import RateLimited
from widget.domain.sites import Caller, Limits
from widget.web.limits import SOCKETS_PER_MESSAGE, SOCKETS_RETRY_S, TRIES_PER_MESSAGE, RateLimits


def off(**limits: int) -> Limits:
    """Only these limits."""
    none = dict.fromkeys(
        ("visitor_per_minute", "address_per_minute", "site_per_minute", "site_per_day"), 0
    )
    return Limits(**{**none, **limits})


def caller(limits: Limits, **changes: str) -> Caller:
    return make_caller(make_site(limits=limits), **changes)


def send(limits: RateLimits, who: Caller) -> None:
    with limits.message(who) as ticket:
        ticket.count()


def refused(limits: RateLimits, who: Caller) -> str:
    """The limit that refuses the next message."""
    with pytest.raises(RateLimited) as caught, limits.message(who):
        pass
    assert 1 <= caught.value.retry_after_s <= 86_400
    return caught.value.scope


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("visitor_per_minute", "visitor"),
        ("address_per_minute", "address"),
        ("site_per_minute", "site"),
        ("site_per_day", "day"),
    ],
)
def test_each_limit_lets_so_many_through(name: str, scope: str) -> None:
    limits, who = RateLimits(), caller(off(**{name: 2}))

    send(limits, who)
    send(limits, who)

    assert refused(limits, who) == scope
    assert limits.refused == {scope: 1}


def test_limit_nearest_to_the_visitor_is_named_first() -> None:
    limits = RateLimits()
    who = caller(
        Limits(visitor_per_minute=1, address_per_minute=1, site_per_minute=1, site_per_day=1)
    )
    send(limits, who)
    other_visitor = caller(who.site.limits)
    other_address = caller(who.site.limits, address="192.0.2.8")

    assert [refused(limits, one) for one in (who, other_visitor, other_address)] == [
        "visitor",
        "address",
        "site",
    ]


def test_refused_and_failed_tries_do_not_eat_the_budget() -> None:
    limits, who = RateLimits(), caller(off(visitor_per_minute=1, site_per_minute=2))

    with limits.message(who):
        pass  # a message that was not accepted
    with pytest.raises(ZeroDivisionError), limits.message(who):
        raise ZeroDivisionError
    send(limits, who)
    for _ in range(5):
        assert refused(limits, who) == "visitor"

    send(limits, caller(who.site.limits))  # the site's second, still free


def test_messages_under_way_count() -> None:
    limits, who = RateLimits(), caller(off(visitor_per_minute=1))

    with limits.message(who):
        assert refused(limits, who) == "visitor"
    with limits.message(who):
        pass


def test_sites_do_not_share_an_address() -> None:
    limits, some = RateLimits(), off(address_per_minute=1)
    here, there = make_site(limits=some), make_site(key="other", limits=some)

    send(limits, make_caller(here))

    assert refused(limits, make_caller(here)) == "address"
    send(limits, make_caller(there))


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
    ],
)
def test_address_is_an_ipv6_network_or_an_ipv4_address(
    first: str, second: str, is_same: bool
) -> None:
    limits, some = RateLimits(), off(address_per_minute=1)
    send(limits, caller(some, address=first))

    if is_same:
        assert refused(limits, caller(some, address=second)) == "address"
    else:
        send(limits, caller(some, address=second))


def test_knocks_are_counted_apart_from_messages() -> None:
    limits, who = RateLimits(), caller(off(address_per_minute=1))

    for _ in range(TRIES_PER_MESSAGE):
        limits.knock(who.site, who.address)

    with pytest.raises(RateLimited):
        limits.knock(who.site, who.address)
    send(limits, who)


def test_sockets_of_a_visitor_are_bounded() -> None:
    limits, site = RateLimits(), make_site(limits=Limits(sockets_per_visitor=2))

    limits.socket(site, 1, 1)
    with pytest.raises(RateLimited) as caught:
        limits.socket(site, 2, 2)

    assert caught.value.retry_after_s == SOCKETS_RETRY_S
    limits.socket(make_site(limits=Limits(sockets_per_visitor=0)), 500, 500)


def test_sockets_of_an_address_are_bounded_however_many_its_visitors() -> None:
    limits, site = RateLimits(), make_site(limits=Limits(address_per_minute=2))

    limits.socket(site, 0, 2 * SOCKETS_PER_MESSAGE - 1)
    with pytest.raises(RateLimited) as caught:
        limits.socket(site, 0, 2 * SOCKETS_PER_MESSAGE)

    assert caught.value.scope == "address"
    limits.socket(make_site(limits=Limits(address_per_minute=0)), 0, 100_000)
