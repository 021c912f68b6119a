"""The last guard of a site's platform keys: they are cut out of whatever is about to be logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from widget.domain.sites import Site

SHORTEST_SECRET = 8
NAMES = ("key", "secret", "token", "password", "proxy")


def redacted(text: str, site: Site | None) -> str:
    """``text`` without the values of the site's secret provider settings."""
    for secret in _secrets(site.provider.settings) if site else ():
        text = text.replace(secret, "…")
    return text


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _secrets(item, key.lower())
        case list() | tuple():
            for item in value:
                yield from _secrets(item, name)
        case str() if len(value) >= SHORTEST_SECRET and any(word in name for word in NAMES):
            yield value
