"""Whether a visitor key still opens a visitor's history, and its replacement by a newer one."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from widget.domain.conversations import Visitor
from widget.store.database import Store
from widget.store.visitors import find_visitor, replace_key


class Standing(Enum):
    """What the store says of an authentic key. ``NEW``: the visitor has no row yet."""

    NEW = "new"
    CURRENT = "current"
    FORMER = "former"
    REVOKED = "revoked"


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
    if row.key_hash == key_hash:
        return Standing.CURRENT
    is_former = row.previous_key_hash == key_hash
    is_good = row.previous_key_ends_at is not None and row.previous_key_ends_at > at
    return Standing.FORMER if is_former and is_good else Standing.REVOKED
