"""Whether a server key is a site's own."""

from __future__ import annotations

from widget.store.database import Store
from widget.store.sites import accepts_server_key


def is_server_key(store: Store, site: str, given: str) -> bool:
    """The current key, or the former one within its last 24 hours; never an empty one."""
    if not given:
        return False
    with store.read() as tx:
        return accepts_server_key(tx, site, given)
