"""Puts the loader together: one script per site, and the panel that comes when it is wanted.

The pieces in ``static/loader/`` are classic scripts that share one scope. Core holds what every
page view pays for; the panel is the same for every site, and core asks for it beside the first
frame.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from widget.domain.options import Options
from widget.domain.sites import Site
from widget.domain.theme import RADIUS, roles
from widget.paths import STATIC
from widget.web.assets import Asset, compressed, minified
from widget.web.texts import LANGS, Texts

CORE = ("elements", "options", "core")
PANEL = ("elements", "cover", "focus", "identity", "link", "note", "stand", "tool", "panel")
# What the loader draws from; the rest of the tree concerns the frame alone.
DRAWN: Mapping[str, tuple[str, ...]] = {
    "base": ("layout", "lang", "zIndex"),
    "asstBtn": ("isNeed", "position", "offsetX", "offsetY", "text"),
    "header": ("isShow", "isNeedClose"),
    "chatBot": ("title", "width", "height"),
    "theme": ("accent", "surface", "scheme", "radius"),
}
IN_CORE = ("launcher", "unavailable")
IN_PANEL = ("loading", "lost", "retry", "close")
JAVASCRIPT = "text/javascript; charset=utf-8"


class Loader:
    """The scripts of all sites, each made once for as long as its options stand."""

    def __init__(self, texts: Texts, folder: Path = STATIC / "loader") -> None:
        self._texts = texts
        self._core = _function("SITE", folder, CORE)
        self.panel = self._make_panel(_function("PANEL", folder, PANEL, "createPanel"))
        self._kept: dict[str, tuple[str, Options, Asset]] = {}

    @property
    def panel_version(self) -> str:
        """Stands in the panel's address, so that it can be kept for ever."""
        return self.panel.etag[:8]

    def script(self, site: Site) -> Asset:
        """What the tag of a site loads."""
        name, options, script = self._kept.get(site.key, (None, None, None))
        if script is None or (name, options) != (site.name, site.options):
            script = self._make_core(site)
            self._kept[site.key] = site.name, site.options, script
        return script

    def silent(self, key: str, *, is_paused: bool) -> Asset:
        """A script that does nothing but say why."""
        why = f'site "{key}" is paused' if is_paused else f'there is no site "{key}" here'
        return compressed(f"console.warn({_literal(f'chatdock: {why}')})".encode(), JAVASCRIPT)

    def _make_core(self, site: Site) -> Asset:
        public = {
            "key": site.key,
            "panel": self.panel_version,
            "words": {lang: list(said.values()) for lang, said in self._words(IN_CORE).items()},
            "ui": drawn(site),
        }
        return compressed(f"({self._core})({_literal(public)})".encode(), JAVASCRIPT)

    def _make_panel(self, function: str) -> Asset:
        given = {"words": self._words(IN_PANEL), "radii": RADIUS, "dark": _dark()}
        script = f"export const createPanel=({function})({_literal(given)})"
        return compressed(script.encode(), JAVASCRIPT)

    def _words(self, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """The loader's few texts in every language; the browser knows its page's and chooses."""
        return {
            lang.partition("-")[0]: {
                name: self._texts.say(lang, f"loader.{name}") for name in names
            }
            for lang in LANGS
        }


def drawn(site: Site) -> dict[str, dict[str, Any]]:
    """The options that the loader needs, with every default that depends on others filled in."""
    tree: dict[str, Any] = msgspec.to_builtins(site.options.ui)
    ui = {group: {leaf: tree[group][leaf] for leaf in leaves} for group, leaves in DRAWN.items()}
    colours = roles(site.options.ui.theme)["light"]
    ui["theme"] |= {"accent": colours["accent"], "surface": colours["surface"]}
    ui["chatBot"]["title"] = ui["chatBot"]["title"] or site.name
    return ui


def _dark() -> str:
    return roles(Options().ui.theme)["dark"]["surface"]


def _function(parameter: str, folder: Path, names: tuple[str, ...], result: str = "") -> str:
    """The pieces as one minified function of what the server has to say to them."""
    pieces = "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)
    text = f'({parameter})=>{{"use strict";{pieces};{f"return {result}" if result else ""}}}'
    return minified(f"loader/{names[-1]}.js", text.encode()).decode()


def _literal(value: object) -> str:
    """JavaScript for plain values. A name of the option tree needs no quotes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_literal(inner)}" for name, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
