"""Puts the loader together: one script per site, and what comes when it is wanted.

The files in ``static/loader/`` are classic scripts that share one scope. The core holds what every
page view pays for, with those pieces that the site's options use. The panel and the script of all
pieces are the same for every site: the core asks for the one beside the first frame, and for the
other when a page sets what its owner did not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from widget.domain.options import Options, Theme
from widget.domain.sites import Site
from widget.domain.theme import RADIUS, roles
from widget.paths import STATIC
from widget.web.assets import Asset, compressed, minified
from widget.web.loader_pieces import PIECES, defaults, leaves, scripts, used_by, words
from widget.web.texts import LANGS, Texts

CORE = ("elements", "options", "tag", "widget")
PANEL = (
    *("elements", "options", "complete", "ink", "asking", "calls", "context", "cover"),
    *("focus", "gate", "identity", "link", "note", "unread"),
    *("beside", "nudge", "stand", "size", "tool", "panel"),
)
# What the loader draws from; the rest of the tree concerns the frame alone.
DRAWN: Mapping[str, tuple[str, ...]] = {
    "base": ("layout", "lang", "zIndex"),
    "asstBtn": ("isNeed", "position", "offsetX", "offsetY", "text", "badge"),
    "header": ("isShow", "isNeedClose", "isNeedExpand"),
    "chatBot": ("title", "width", "height", "isResizable", "isNeedAudio"),
    "theme": ("accent", "surface", "darkSurface", "scheme", "radius"),
}
# Of these a default is not sent with the core: the panel knows it.
IN_PANEL_BY_DEFAULT = {
    "asstBtn": ("badge",),
    "header": ("isShow", "isNeedClose", "isNeedExpand"),
    "chatBot": ("width", "height", "isResizable", "isNeedAudio"),
    "theme": ("surface", "darkSurface", "scheme"),
}
IN_CORE = ("launcher", "unavailable")
IN_PANEL = ("loading", "lost", "retry", "close", "unread")
JAVASCRIPT = "text/javascript; charset=utf-8"


class Loader:
    """The scripts of all sites, each made once for as long as its options stand."""

    def __init__(self, texts: Texts, folder: Path = STATIC / "loader") -> None:
        self._texts = texts
        self._folder = folder
        self._cores: dict[tuple[str, ...], str] = {}
        self.panel = self._make_panel()
        self.pieces = self._make_pieces()
        # Stands in their addresses, so that they can be kept for ever.
        self.version = hashlib.sha256(self.panel.plain + self.pieces.plain).hexdigest()[:8]
        self._kept: dict[str, tuple[str, Options, Asset]] = {}

    def script(self, site: Site) -> Asset:
        """What the tag of a site loads."""
        name, options, script = self._kept.get(site.key, (None, None, None))
        if script is None or (name, options) != (site.name, site.options):
            script = self._make_core(site)
            self._kept[site.key] = site.name, site.options, script
        return script

    def silent(self, key: str, *, is_paused: bool) -> Asset:
        """A script that does nothing but say why."""
        why = literal(f"chatdock: {reason(key, is_paused=is_paused)}")
        return compressed(f"console.warn({why})".encode(), JAVASCRIPT)

    def public(self, site: Site) -> dict[str, Any]:
        """What the server has to say to a widget of the site."""
        return {
            "key": site.key,
            "version": self.version,
            "words": {lang: list(said.values()) for lang, said in self._words(IN_CORE).items()},
            "ui": drawn(site),
        }

    def function(self, names: tuple[str, ...], *last: str, gives: str = "") -> str:
        """The core with these pieces and what drives it, as a function of ``SITE``; made once. It
        returns what ``gives`` names."""
        files = (*CORE, *scripts(names), *last)
        if files not in self._cores:
            text = self._head(names) + _together(self._folder, files)
            body = f"{text};return {gives}" if gives else text
            self._cores[files] = _minified(files[-1], f"(SITE)=>{{{body}}}")
        return self._cores[files]

    def _make_core(self, site: Site) -> Asset:
        function = self.function(used_by(site.options.ui), "dock", "core")
        return compressed(f"({function})({literal(self.public(site))})".encode(), JAVASCRIPT)

    def _make_panel(self) -> Asset:
        text = _together(self._folder, PANEL)
        function = _minified("panel", f'(PANEL)=>{{"use strict";{text};return createPanel}}')
        usual = _picked(msgspec.to_builtins(Options().ui), IN_PANEL_BY_DEFAULT)
        given = {
            "words": self._words(IN_PANEL),
            "radii": RADIUS,
            "ui": usual | {"theme": usual["theme"] | _surfaces(Options().ui.theme)},
        }
        return compressed(
            f"export const createPanel=({function})({literal(given)})".encode(), JAVASCRIPT
        )

    def _make_pieces(self) -> Asset:
        names = tuple(PIECES)
        files = ("elements", "options", "complete", *scripts(names), "pieces")
        text = self._head(names) + _together(self._folder, files)
        function = _minified("pieces", f"(DEFAULTS)=>{{{text};return addPieces}}")
        return compressed(
            f"export const add=({function})({literal(defaults())})".encode(), JAVASCRIPT
        )

    def _head(self, names: tuple[str, ...]) -> str:
        said = words(names)
        told = f",WORDS={literal(self._words(said))}" if said else ""
        return f'"use strict";const PIECES={{{",".join(names)}}}{told};'

    def _words(self, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """The loader's few texts in every language; the browser knows its page's and chooses."""
        return {
            lang.partition("-")[0]: {
                name: self._texts.say(lang, f"loader.{name}") for name in names
            }
            for lang in LANGS
        }


def reason(key: str, *, is_paused: bool) -> str:
    """Why a site is not there, for its owner to read in the console."""
    return f'site "{key}" is paused' if is_paused else f'there is no site "{key}" here'


def drawn(site: Site) -> dict[str, dict[str, Any]]:
    """The options that the core needs, with every default that depends on others filled in, but
    without the defaults that the panel knows."""
    tree: dict[str, Any] = msgspec.to_builtins(site.options.ui)
    ui = _picked(tree, DRAWN)
    for group, more in leaves(used_by(site.options.ui), tree).items():
        ui[group] |= more
    if ui["asstBtn"].get("icon"):
        del ui["base"]["icon"]  # the launcher shows one
    theme = site.options.ui.theme
    colours = roles(theme)["light"]
    ui["theme"] |= {"accent": colours["accent"], "ink": colours["on-accent"]}
    if _surfaces(theme) != _surfaces(Options().ui.theme):
        ui["theme"] |= _surfaces(theme)
    ui["chatBot"]["title"] = ui["chatBot"]["title"] or site.name
    _leave_out(ui, IN_PANEL_BY_DEFAULT, msgspec.to_builtins(Options().ui))
    return ui


def _picked(tree: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {group: {leaf: tree[group][leaf] for leaf in leaves} for group, leaves in names.items()}


def _leave_out(
    ui: dict[str, dict[str, Any]],
    names: Mapping[str, tuple[str, ...]],
    usual: Mapping[str, Mapping[str, Any]],
) -> None:
    for group, leaves_ in names.items():
        for leaf in leaves_:
            if ui[group].get(leaf) == usual[group][leaf]:
                ui[group].pop(leaf)
        if not ui[group]:
            del ui[group]


def _surfaces(theme: Theme) -> dict[str, str]:
    values = roles(theme)
    return {
        "surface": values["light"]["surface"],
        "darkSurface": values["dark"]["surface"],
    }


def _together(folder: Path, names: tuple[str, ...]) -> str:
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)


def _minified(name: str, text: str) -> str:
    return minified(f"loader/{name}.js", text.encode()).decode()


def literal(value: object) -> str:
    """JavaScript for plain values. A name of the option tree needs no quotes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{literal(inner)}" for name, inner in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
