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
from typing import Any, NamedTuple

import msgspec

from widget.domain.languages import beginnings, known
from widget.domain.options import Options, Theme
from widget.domain.sites import Site
from widget.domain.theme import RADIUS, roles
from widget.paths import STATIC
from widget.web.assets import BROWSER_FLOOR, LOADER_FLOOR, Asset, compressed, minified
from widget.web.loader_pieces import PIECES, defaults, leaves, scripts, used_by, words
from widget.web.texts import Texts

CORE = ("elements", "options", "tag", "widget")
PANEL = (
    *("elements", "options", "complete", "ink", "asking", "calls", "context", "cover"),
    *("focus", "gate", "identity", "link", "note", "unread"),
    *("beside", "nudge", "stand", "size", "tool", "panel"),
)
# What the loader draws from; the rest of the tree concerns the frame alone.
DRAWN: Mapping[str, tuple[str, ...]] = {
    "base": ("layout", "lang", "zIndex"),
    "asstBtn": ("isNeed", "position", "offsetX", "offsetY", "text", "badge", "titleHint"),
    "header": ("isShow", "isNeedClose", "isNeedExpand"),
    "chatBot": ("title", "width", "height", "isResizable", "isNeedAudio"),
    "theme": ("accent", "surface", "darkSurface", "scheme", "radius"),
}
# Of these a default is not sent with the core: the panel knows it.
IN_PANEL_BY_DEFAULT = {
    "asstBtn": ("badge", "titleHint"),
    "header": ("isShow", "isNeedClose", "isNeedExpand"),
    "chatBot": ("width", "height", "isResizable", "isNeedAudio"),
    "theme": ("surface", "darkSurface", "scheme"),
}
# What the loader itself says where an owner names no languages: each one more is some 65 bytes.
USUAL_LANGS = ("en", "zh-CN")
IN_CORE = ("launcher", "unavailable")
IN_PANEL = ("loading", "lost", "retry", "close", "unread")
IN_PIECES = words(tuple(PIECES))
# Wordings of the panel, of as many sites with words of their own.
MOST_KEPT = 200
JAVASCRIPT = "text/javascript; charset=utf-8"

Words = Mapping[str, Mapping[str, str]]


class Sent(NamedTuple):
    """What of a site its scripts are made of."""

    name: str
    options: Options
    languages: tuple[str, ...]
    texts: Words


def sent_of(site: Site) -> Sent:
    return Sent(site.name, site.options, site.languages, site.texts)


class Later(NamedTuple):
    """What comes when it is wanted, and what tells it from all others."""

    panel: Asset
    pieces: Asset
    digest: str


class Loader:
    """The scripts of all sites, each made once for as long as its options stand."""

    def __init__(
        self, texts: Texts, folder: Path = STATIC / "loader", *, most_kept: int = MOST_KEPT
    ) -> None:
        self._texts = texts
        self._folder = folder
        self._most_kept = most_kept
        self._cores: dict[tuple[str, ...], str] = {}
        self._later: dict[str, Later] = {}
        self._kept: dict[str, tuple[Sent, Asset]] = {}
        self.later()  # most visitors' : not when the first of them waits for it

    def script(self, site: Site) -> Asset:
        """What the tag of a site loads."""
        known, script = self._kept.get(site.key, (None, None))
        if script is None or known != sent_of(site):
            script = self._make_core(site)
            self._kept[site.key] = sent_of(site), script
        return script

    def later(self, site: Site | None = None) -> Later:
        """Of a site, or of one that has neither languages nor words of its own."""
        panel, pieces = self._words(IN_PANEL, site), self._words(IN_PIECES, site)
        said = literal([panel, pieces])
        if said not in self._later:
            if len(self._later) >= self._most_kept:
                self._later.clear()
            self._later[said] = _later(self._make_panel(panel), self._make_pieces(pieces))
        return self._later[said]

    def version(self, site: Site | None = None) -> str:
        """Stands in the addresses of what comes later, so that it can be kept for ever. It names
        the site where that has a word in it."""
        digest = self.later(site).digest
        return digest if site is None or digest == self.version() else f"{digest}.{site.key}"

    def silent(self, key: str, *, is_paused: bool) -> Asset:
        """A script that does nothing but say why."""
        why = literal(f"chatdock: {reason(key, is_paused=is_paused)}")
        return compressed(f"console.warn({why})".encode(), JAVASCRIPT)

    def public(self, site: Site) -> dict[str, Any]:
        """What the server has to say to a widget of the site."""
        said = self._words(IN_CORE, site)
        more = self._words(words(used_by(site.options.ui)), site)
        return {
            "key": site.key,
            "version": self.version(site),
            "langs": "|".join(said),
            "words": {tag: _in_core(said[tag], more[tag]) for tag in said},
            "ui": drawn(site),
        }

    def function(self, names: tuple[str, ...], *last: str, gives: str = "") -> str:
        """The core with these pieces and what drives it, as a function of ``SITE``; made once. It
        returns what ``gives`` names."""
        files = (*CORE, *scripts(names), *last)
        if files not in self._cores:
            text = _head(names, "SITE.words") + _together(self._folder, files)
            body = f"{text};return {gives}" if gives else text
            self._cores[files] = _minified(files[-1], f"(SITE)=>{{{body}}}", LOADER_FLOOR)
        return self._cores[files]

    def _make_core(self, site: Site) -> Asset:
        function = self.function(used_by(site.options.ui), "dock", "core")
        return compressed(f"({function})({literal(self.public(site))})".encode(), JAVASCRIPT)

    def _make_panel(self, said: Words) -> Asset:
        text = _together(self._folder, PANEL)
        function = _minified("panel", f'(PANEL)=>{{"use strict";{text};return createPanel}}')
        usual = _picked(msgspec.to_builtins(Options().ui), IN_PANEL_BY_DEFAULT)
        given = {
            "words": said,
            "radii": RADIUS,
            "ui": usual | {"theme": usual["theme"] | _surfaces(Options().ui.theme)},
        }
        return compressed(
            f"export const createPanel=({function})({literal(given)})".encode(), JAVASCRIPT
        )

    def _make_pieces(self, said: Words) -> Asset:
        names = tuple(PIECES)
        files = ("elements", "options", "complete", *scripts(names), "pieces")
        text = _head(names, "SAID") + _together(self._folder, files)
        function = _minified("pieces", f"(DEFAULTS,SAID)=>{{{text};return addPieces}}")
        given = f"{literal(defaults())},{literal(said)}"
        return compressed(f"export const add=({function})({given})".encode(), JAVASCRIPT)

    def _words(self, names: tuple[str, ...], site: Site | None) -> Words:
        """The loader's few texts in the languages of a site, by how the tags begin that mean them;
        the browser knows its page's and chooses."""
        return {
            tag: {name: self._texts.of(site, lang, f"loader.{name}") for name in names}
            for tag, lang in beginnings(self._langs(site)).items()
        }

    def _langs(self, site: Site | None) -> tuple[str, ...]:
        if site is None or site.languages:
            return self._texts.offered(site) if site else USUAL_LANGS
        own = known(site.options.ui.base.lang, self._texts.langs)
        return tuple(dict.fromkeys((*USUAL_LANGS, own or USUAL_LANGS[0])))


def _in_core(said: Mapping[str, str], more: Mapping[str, str]) -> object:
    """What the core says goes by number, what its pieces say by name."""
    texts = list(said.values())
    by_number_and_name: dict[Any, str] = {**dict(enumerate(texts)), **more}
    return by_number_and_name if more else texts


def _later(panel: Asset, pieces: Asset) -> Later:
    return Later(panel, pieces, hashlib.sha256(panel.plain + pieces.plain).hexdigest()[:8])


def _head(names: tuple[str, ...], said: str) -> str:
    told = f",WORDS={said}" if words(names) else ""
    # Not strict, which the type checker is in its place: that costs a page view twelve bytes.
    return f"const PIECES={{{','.join(names)}}}{told};"


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


def _minified(name: str, text: str, floor: int = BROWSER_FLOOR) -> str:
    return minified(f"loader/{name}.js", text.encode(), floor).decode()


def literal(value: object) -> str:
    """JavaScript for plain values. A name such as those of the option tree needs no quotes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_name(name)}:{literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, bool):
        return "!0" if value else "!1"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _name(name: str | int) -> str:
    return str(name) if isinstance(name, int) or name.isidentifier() else json.dumps(name)
