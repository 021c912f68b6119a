"""The built-in ``demo`` site: something to see in the first minute, without a key or a network."""

from __future__ import annotations

from widget.domain.options import parse_options
from widget.domain.sites import ProviderChoice, Site
from widget.store.database import Store
from widget.store.sites import save_site, site_keys

KEY = "demo"


def make_first_site(store: Store) -> str | None:
    """Makes the site where there is none at all; its key when it was made."""
    with store.begin() as tx:
        if site_keys(tx):
            return None
        save_site(tx, _demo(), store.cipher)
        return KEY


def _demo() -> Site:
    return Site(
        key=KEY,
        name="Chatdock",
        origins=(),
        provider=ProviderChoice("demo", {}),
        options=parse_options({"ui": {"chatBot": {"feedback": {"isNeedFeedback": True}}}}),
    )
