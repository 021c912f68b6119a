"""How much is let in: per visitor, address, site and day.

Windows are fixed: one begins with its first message and ends after its time. The library's memory
storage forgets those by itself, while its moving windows keep every visitor for ever.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from widget.domain.errors import RateLimited
from widget.domain.sites import Caller, Site

SOCKETS_RETRY_S = 30
# A page opens a socket and asks for a token; reconnects and several tabs need room beside that.
TRIES_PER_MESSAGE = 4
# Many people of one office have the chat open, and few of them write in the same minute.
SOCKETS_PER_MESSAGE = 10
# A visitor with a bundle of photographs, a few of them in one office.
FILES_AT_ONCE = 12
RECEIVING_RETRY_S = 10
# A key that somebody mistyped is tried again a few times.
WRONG_KEYS = 20
# What a frame without a socket asks: as much as a socket lets through (``pace``).
REQUESTS_PER_MINUTE = 600
# Each is written down for the owner, who may have forgotten a page of his own.
UNLISTED_PAGES = 20


@dataclass(frozen=True)
class _Limit:
    scope: str
    item: RateLimitItem
    name: str


class Ticket:
    """Leave to send one message or file. It costs nothing unless ``count`` is called."""

    is_counted = False

    def count(self) -> None:
        self.is_counted = True


class RateLimits:
    """The counters of one process."""

    def __init__(self) -> None:
        self._counters = FixedWindowRateLimiter(MemoryStorage())
        self._pending: Counter[_Limit] = Counter()
        self._receiving: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @contextmanager
    def message(self, caller: Caller) -> Iterator[Ticket]:
        """Leave to send a message, or ``RateLimited``; refused tries do not eat the budget.

        Messages that other sockets are sending at this moment count as if they were accepted.
        """
        with self._leave(_message_limits(caller)) as ticket:
            yield ticket

    @contextmanager
    def upload(self, caller: Caller) -> Iterator[Ticket]:
        """The same for one file."""
        with self._leave(_upload_limits(caller)) as ticket:
            yield ticket

    @contextmanager
    def secret(self, caller: Caller) -> Iterator[Ticket]:
        """The same for one client secret, at the pace of messages but counted apart."""
        a_day = caller.site.limits.site_secrets_per_day
        with self._leave(_limits_apart(caller, "secrets", a_day)) as ticket:
            yield ticket

    @contextmanager
    def conversation(self, caller: Caller) -> Iterator[Ticket]:
        """The same for one empty conversation, which is a row without a message."""
        a_day = caller.site.limits.site_per_day
        with self._leave(_limits_apart(caller, "conversations", a_day)) as ticket:
            yield ticket

    @contextmanager
    def receiving(self, site: Site, address: str) -> Iterator[None]:
        """While files of this address arrive, which may take long; a few at a time."""
        name = f"{site.key} {network_of(address)}"
        if site.limits.address_per_minute and self._receiving[name] >= FILES_AT_ONCE:
            self.refused["address"] += 1
            raise RateLimited("address", retry_after_s=RECEIVING_RETRY_S)
        self._receiving[name] += 1
        try:
            yield
        finally:
            self._receiving[name] -= 1
            if not self._receiving[name]:
                del self._receiving[name]

    def knock(self, site: Site, address: str) -> None:
        """One more try of this address that is no message (a socket, a token, a verdict, a page
        that streams), or ``RateLimited``."""
        most = site.limits.address_per_minute * TRIES_PER_MESSAGE
        if not most:
            return
        name = f"{site.key} tries {network_of(address)}"
        self._try([_Limit("address", RateLimitItemPerMinute(most), name)])

    def pace(self, caller: Caller) -> None:
        """One more request of a visitor without a socket, or ``RateLimited``."""
        name = f"{caller.site.key} line {caller.visitor}"
        self._try([_Limit("visitor", RateLimitItemPerMinute(REQUESTS_PER_MINUTE), name)])

    def wrong_key(self, address: str) -> None:
        """One more wrong server key of this address, or ``RateLimited`` when there were many."""
        self._once_more("wrong keys", WRONG_KEYS, address)

    def unlisted_page(self, address: str) -> None:
        """The same for a page that may not ask; counted apart, or it could spend the budget of the
        site's own visitors."""
        self._once_more("unlisted pages", UNLISTED_PAGES, address)

    def socket(self, site: Site, of_visitor: int, of_address: int) -> None:
        """One more socket of a visitor and an address with so many open, or ``RateLimited``."""
        self._bound("sockets", of_visitor, site.limits.sockets_per_visitor)
        self._bound("address", of_address, site.limits.address_per_minute * SOCKETS_PER_MESSAGE)

    @contextmanager
    def _leave(self, limits: list[_Limit]) -> Iterator[Ticket]:
        self._check(limits)
        self._pending.update(limits)
        ticket = Ticket()
        try:
            yield ticket
        finally:
            self._pending -= Counter(limits)
            if ticket.is_counted:
                self._hit(limits)

    def _once_more(self, what: str, most: int, address: str) -> None:
        name = f"{what} {network_of(address)}"
        self._try([_Limit("address", RateLimitItemPerMinute(most), name)])

    def _try(self, limits: list[_Limit]) -> None:
        """What counts whatever becomes of it."""
        self._check(limits)
        self._hit(limits)

    def _bound(self, scope: str, open_sockets: int, most: int) -> None:
        if most and open_sockets >= most:
            self.refused[scope] += 1
            raise RateLimited(scope, retry_after_s=SOCKETS_RETRY_S)

    def _check(self, limits: list[_Limit]) -> None:
        for one in limits:
            cost = 1 + self._pending[one]
            if not self._counters.test(one.item, one.scope, one.name, cost=cost):
                self.refused[one.scope] += 1
                raise RateLimited(one.scope, retry_after_s=self._wait_s(one))

    def _hit(self, limits: list[_Limit]) -> None:
        for one in limits:
            self._counters.hit(one.item, one.scope, one.name)

    def _wait_s(self, one: _Limit) -> int:
        ends_at = self._counters.get_window_stats(one.item, one.scope, one.name).reset_time
        return max(1, ceil(ends_at - time.time()))


def _message_limits(caller: Caller) -> list[_Limit]:
    """In the order in which they are asked: the one nearest to the visitor explains most."""
    limits, site = caller.site.limits, caller.site.key
    every = (
        ("visitor", limits.visitor_per_minute, RateLimitItemPerMinute, caller.visitor),
        ("address", limits.address_per_minute, RateLimitItemPerMinute, network_of(caller.address)),
        ("site", limits.site_per_minute, RateLimitItemPerMinute, ""),
        ("day", limits.site_per_day, RateLimitItemPerDay, ""),
    )
    return [
        _Limit(scope, kind(amount), f"{site} {name}")
        for scope, amount, kind, name in every
        if amount
    ]


def _upload_limits(caller: Caller) -> list[_Limit]:
    limits, site = caller.site.limits, caller.site.key
    every = (
        ("visitor", limits.visitor_uploads_per_day, caller.visitor),
        ("day", limits.site_uploads_per_day, ""),
    )
    return [
        _Limit(scope, RateLimitItemPerDay(amount), f"{site} uploads {name}")
        for scope, amount, name in every
        if amount
    ]


def _limits_apart(caller: Caller, what: str, a_day: int) -> list[_Limit]:
    """A visitor whose browser keeps no cookie is a new one each time: the address bounds that."""
    limits, site = caller.site.limits, caller.site.key
    every = (
        ("visitor", limits.visitor_per_minute, RateLimitItemPerMinute, caller.visitor),
        ("address", limits.address_per_minute, RateLimitItemPerMinute, network_of(caller.address)),
        ("day", a_day, RateLimitItemPerDay, ""),
    )
    return [
        _Limit(scope, kind(amount), f"{site} {what} {name}")
        for scope, amount, kind, name in every
        if amount
    ]


def network_of(address: str) -> str:
    """An IPv6 visitor owns a whole /64, so that is what counts as one address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return parsed.ipv4_mapped.compressed if parsed.ipv4_mapped else parsed.exploded[:19]
