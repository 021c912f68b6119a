"""The scripts for pages that were written for Coze's web SDK: our loader, Coze's global on top."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from widget.domain.coze_pages import bots_of, mark
from widget.domain.options import declared_options
from widget.domain.sites import Site
from widget.paths import STATIC
from widget.web.assets import Asset, compressed, minified
from widget.web.loader import JAVASCRIPT, Loader, literal
from widget.web.loader_pieces import used_by
from widget.web.texts import LANGS, Texts

GLOBAL = ("../compat/perch", "dock", "../compat/coze_options", "../compat/coze")
HINTS = ("token", "keys", "icon", "bot", "broken")


class _Kept(NamedTuple):
    site: Site
    asks: bool
    script: Asset


class CozeScripts:
    """Each made once for as long as its site stands as it is."""

    def __init__(self, loader: Loader, texts: Texts) -> None:
        self._loader = loader
        self._hints = {
            name: " / ".join(texts.say(lang, f"compat.coze.{name}") for lang in LANGS)
            for name in HINTS
        }
        self._kept: dict[str, _Kept] = {}

    def script(self, site: Site, *, asks: bool) -> Asset:
        """What a page loads. ``asks``: another site may answer for an id that this one does not
        know."""
        kept = self._kept.get(site.key)
        if kept is None or kept.site is not site or kept.asks != asks:
            kept = self._kept[site.key] = _Kept(site, asks, self._make(site, asks=asks))
        return kept.script

    def choice(self, site: Site) -> Asset:
        """A module for the page of another site: this one's public part, and what makes its
        widget."""
        function = self._loader.function(
            used_by(site.options.ui), "../compat/perch", gives="createWidget"
        )
        given = literal(self._loader.public(site))
        text = f"export const site={given};export const createWidget=({function})(site)"
        return compressed(text.encode(), JAVASCRIPT)

    def _make(self, site: Site, *, asks: bool) -> Asset:
        function = self._loader.function(used_by(site.options.ui), *GLOBAL)
        coze = {
            "marks": [mark(bot) for bot in bots_of(site)],
            "asks": asks,
            "options": _declared(),
            "hints": self._hints,
        }
        given = literal({**self._loader.public(site), "coze": coze})
        return compressed(f"({function})({given})".encode(), JAVASCRIPT)


def absent(why: str) -> Asset:
    """A global whose clients do nothing but say why."""
    return compressed(f"({_absent()})({literal(f'chatdock: {why}')})".encode(), JAVASCRIPT)


@cache
def _absent() -> str:
    text = (STATIC / "compat/coze_away.js").read_text(encoding="utf-8")
    return minified("compat/coze_away.js", f'(WHY)=>{{"use strict";{text}}}'.encode()).decode()


@cache
def _declared() -> dict[str, str]:
    """The leaves of ``ui`` by group, as a page may name them."""
    groups: dict[str, list[str]] = {}
    for option in declared_options():
        if option.path.startswith("ui."):
            _, group, leaf = option.path.split(".", 2)
            groups.setdefault(group, []).append(leaf)
    return {group: " ".join(leaves) for group, leaves in groups.items()}
