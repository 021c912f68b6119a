"""Whether a visitor key still opens a visitor's history, and its replacement by a newer one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import Enum

from widget.domain.conversations import Visitor
from widget.domain.sites import Caller
from widget.store.database import Store
from widget.store.visitors import find_visitor, replace_key


class Standing(Enum):
    """What the store says of an authentic key. ``NEW``: the visitor has no row yet."""

    NEW = "new"
    CURRENT = "current"
    FORMER = "former"
    REVOKED = "revoked"


def row_of(caller: Caller, at: datetime) -> Visitor:
    """The caller as a row. One whom the owner vouched for is found by the id alone: to the hash
    that stands there belongs no key."""
    if caller.identity is None:
        return Visitor(caller.visitor, caller.site.key, caller.key_hash, key_made_at=at)
    return Visitor(
        id=caller.visitor,
        site=caller.site.key,
        key_hash=person_hash(caller.visitor),
        key_made_at=at,
        user=caller.identity.user,
        name=caller.identity.name,
        context=caller.identity.context,
    )


def person_hash(visitor: str) -> str:
    """In place of a key's hash, for a visitor who has no key."""
    return hashlib.sha256(f"person {visitor}".encode()).hexdigest()


def look_up(
    store: Store, site: str, visitor: str, key_hash: str, *, at: datetime | None = None
) -> tuple[Standing, Visitor | None]:
    """How the key stands, and the visitor's row where there is one."""
    with store.read() as tx:
        row = find_visitor(tx, site, visitor)
    return _standing(row, key_hash, at or datetime.now(UTC)), row


def renew(
    store: Store, site: str, visitor: str, *, old_hash: str, new_hash: str, at: datetime
) -> Visitor | None:
    """Makes the new key current if the old one still is: of two tabs at once only one replaces."""
    with store.begin() as tx:
        row = find_visitor(tx, site, visitor)
        if row is not None and row.key_hash == old_hash:
            replace_key(tx, site, visitor, key_hash=new_hash, at=at)
        return find_visitor(tx, site, visitor)


def _standing(row: Visitor | None, key_hash: str, at: datetime) -> Standing:
    if row is None:
        return Standing.NEW
    if row.user or row.key_hash == key_hash:
        return Standing.CURRENT
    is_former = row.previous_key_hash == key_hash
    is_good = row.previous_key_ends_at is not None and row.previous_key_ends_at > at
    return Standing.FORMER if is_former and is_good else Standing.REVOKED
