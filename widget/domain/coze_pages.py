"""Which site a page means that was written for Coze's script and names an agent, not a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from widget.domain.sites import Site

NAMED_BY_PROVIDER = ("bot_id", "app_id", "workflow_id")
_FNV_OFFSET, _FNV_PRIME = 0x811C9DC5, 0x01000193


def bots_of(site: Site) -> tuple[str, ...]:
    """The ids that the site answers for: its platform's, and those that its owner added."""
    settings = site.provider.settings if site.provider.kind == "coze" else {}
    own = (settings.get(name) for name in NAMED_BY_PROVIDER)
    return tuple(dict.fromkeys([*(bot for bot in own if bot), *site.compat.coze.bots]))


def sites_of(bot: str, sites: Iterable[Site]) -> Iterator[Site]:
    """The open sites that answer for ``bot``."""
    return (site for site in sites if not site.is_paused and bot in bots_of(site))


def mark(bot: str) -> int:
    """An id as a site's script carries it: enough to recognise it, too little to read it (32-bit
    FNV-1a; Coze's ids have 63 bits)."""
    value = _FNV_OFFSET
    for byte in bot.encode():
        value = (value ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return value
