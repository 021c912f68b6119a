"""What a page that was written for Dify's embed loads when only its script's address changes."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.catalogues import OWNERS_LANGS
from widget.domain.sites import Site
from widget.web import embed
from widget.web.assets import Asset, compressed
from widget.web.loader import JAVASCRIPT, Loader, Sent, literal, sent_of
from widget.web.loader_pieces import used_by
from widget.web.services import services
from widget.web.texts import Texts

bp = Blueprint("compat_dify", __name__)

FILES = (
    *("dock", "../compat/dify/meaning", "../compat/dify/rules", "../compat/dify/button"),
    *("../compat/dify/window", "../compat/dify"),
)
# What the page's developer reads in the console, in both languages at once.
HINTS = ("api_key", "conversation", "missing")
EXTENSION = "chatdock_dify_pages"


class DifyPages:
    """The scripts of all sites, each made once for as long as its options stand."""

    def __init__(self, loader: Loader, texts: Texts) -> None:
        self._loader = loader
        self._hints = {
            name: " / ".join(texts.say(lang, f"compat.dify.{name}") for lang in OWNERS_LANGS)
            for name in HINTS
        }
        self._kept: dict[str, tuple[Sent, Asset]] = {}

    def script(self, site: Site) -> Asset:
        known, script = self._kept.get(site.key, (None, None))
        if script is None or known != sent_of(site):
            script = self._make(site)
            self._kept[site.key] = sent_of(site), script
        return script

    def _make(self, site: Site) -> Asset:
        function = self._loader.function(used_by(site.options.ui), *FILES)
        given = self._loader.public(site) | {"hints": self._hints}
        return compressed(f"({function})({literal(given)})".encode(), JAVASCRIPT)


@bp.record_once
def _make_pages(state: BlueprintSetupState) -> None:
    """After the blueprint of the loader, which it builds on."""
    extensions = state.app.extensions
    extensions[EXTENSION] = DifyPages(extensions[embed.EXTENSION], extensions["chatdock"].texts)


# Dify serves it under both names.
@bp.get("/compat/dify/<site>/embed.min.js")
@bp.get("/compat/dify/<site>/embed.js")
def show(site: str) -> ResponseReturnValue:
    """The loader with Dify's ways. ``baseUrl`` may be this folder's address: pages make up the
    script's address from it."""
    if not embed.SITE_KEY.fullmatch(site):
        raise NotFound
    found = services().sites.find(site)
    if found is None or found.is_paused:
        silent = embed.loader().silent(site, is_paused=found is not None)
        return embed.for_any_page(silent, embed.A_MINUTE)
    pages: DifyPages = current_app.extensions[EXTENSION]
    return embed.for_any_page(pages.script(found), embed.A_MINUTE)
