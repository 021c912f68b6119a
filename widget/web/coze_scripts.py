"""The scripts for pages that were written for Coze's web SDK: our loader, Coze's global on top."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from widget.catalogues import OWNERS_LANGS
from widget.domain.coze_pages import bots_of, mark
from widget.domain.options import declared_options
from widget.domain.options.declared import PAGE_ONLY
from widget.domain.sites import Site
from widget.paths import STATIC
from widget.web.assets import LOADER_FLOOR, Asset, compressed, minified
from widget.web.loader import JAVASCRIPT, Loader, literal
from widget.web.loader_pieces import used_by
from widget.web.texts import Texts

GLOBAL = ("../compat/perch", "dock", "../compat/coze_options", "../compat/coze")
HINTS = ("token", "keys", "icon", "bot", "broken")


class CozeScripts:
    """Each made once for as long as its site stands as it is."""

    def __init__(self, loader: Loader, texts: Texts) -> None:
        self._loader = loader
        self._hints = {
            name: " / ".join(texts.say(lang, f"compat.coze.{name}") for lang in OWNERS_LANGS)
            for name in HINTS
        }
        self._kept: dict[tuple[str, bool | None], tuple[Site, Asset]] = {}

    def script(self, site: Site, *, asks: bool) -> Asset:
        """What a page loads. ``asks``: another site may answer for an id that this one does not
        know."""
        return self._keep(site, asks, partial(self._global, asks=asks))

    def choice(self, site: Site) -> Asset:
        """A module for the page of another site: this one's public part, and what makes its
        widget."""
        return self._keep(site, None, self._module)

    def _keep(self, site: Site, asks: bool | None, make: Callable[[Site], str]) -> Asset:
        known, script = self._kept.get((site.key, asks), (None, None))
        if script is None or known is not site:
            script = compressed(make(site).encode(), JAVASCRIPT)
            self._kept[site.key, asks] = site, script
        return script

    def _module(self, site: Site) -> str:
        function = self._loader.function(
            used_by(site.options.ui), "../compat/perch", gives="createWidget"
        )
        given = literal(self._loader.public(site))
        return f"export const site={given};export const createWidget=({function})(site)"

    def _global(self, site: Site, *, asks: bool) -> str:
        function = self._loader.function(used_by(site.options.ui), *GLOBAL)
        coze = {
            "marks": [mark(bot) for bot in bots_of(site)],
            "asks": asks,
            "options": _declared(),
            "hints": self._hints,
        }
        given = literal({**self._loader.public(site), "coze": coze})
        return f"({function})({given})"


def absent(why: str) -> Asset:
    """A global whose clients do nothing but say why."""
    return compressed(f"({_absent()})({literal(f'chatdock: {why}')})".encode(), JAVASCRIPT)


@cache
def _absent() -> str:
    text = (STATIC / "compat/coze_away.js").read_text(encoding="utf-8")
    script = f'(WHY)=>{{"use strict";{text}}}'.encode()
    return minified("compat/coze_away.js", script, LOADER_FLOOR).decode()


@cache
def _declared() -> dict[str, str]:
    """The leaves of ``ui`` by group, as a page may name them."""
    groups: dict[str, list[str]] = {}
    paths = [one.path for one in declared_options()] + [one.path for one in PAGE_ONLY]
    for path in paths:
        if path.startswith("ui."):
            _, group, leaf = path.split(".", 2)
            groups.setdefault(group, []).append(leaf)
    return {group: " ".join(leaves) for group, leaves in groups.items()}
