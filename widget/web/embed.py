"""What the pasted tag loads: the loader of a site, and the panel that the loader asks for."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.domain.sites import Site
from widget.web.assets import FOR_EVER, Asset, respond
from widget.web.loader import Later, Loader
from widget.web.services import services

bp = Blueprint("embed", __name__)

EXTENSION = "chatdock_loader"
A_MINUTE = "public, max-age=60, must-revalidate"
SITE_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


@bp.record_once
def _make_loader(state: BlueprintSetupState) -> None:
    texts = state.app.extensions["chatdock"].texts
    state.app.extensions[EXTENSION] = Loader(texts)


@bp.get("/embed/<site>.js")
def show(site: str) -> ResponseReturnValue:
    """The loader. A site that is paused or unknown gets a script too: a browser runs no error page,
    and the owner looks for the reason in the console."""
    if not SITE_KEY.fullmatch(site):
        raise NotFound
    found = services().sites.find(site)
    if found is None or found.is_paused:
        return for_any_page(loader().silent(site, is_paused=found is not None), A_MINUTE)
    return for_any_page(loader().script(found), A_MINUTE)


@bp.get("/embed/panel/<version>.js")
def panel(version: str) -> ResponseReturnValue:
    """The panel. A loader from before a restart gets today's, but not under its former name."""
    return _versioned(_later(version).panel, version)


@bp.get("/embed/pieces/<version>.js")
def pieces(version: str) -> ResponseReturnValue:
    """What few sites use, for a page that wants it; likewise."""
    return _versioned(_later(version).pieces, version)


def _later(version: str) -> Later:
    return loader().later(_site_in(version))


def _versioned(script: Asset, version: str) -> Response:
    is_current = version == loader().version(_site_in(version))
    return for_any_page(script, FOR_EVER if is_current else "no-store")


def _site_in(version: str) -> Site | None:
    """The site whose own words a version is of."""
    key = version.partition(".")[2]
    return services().sites.find(key) if SITE_KEY.fullmatch(key) else None


def for_any_page(script: Asset, caching: str) -> Response:
    """Host pages load it from another origin, as a module or with an integrity hash too."""
    response = respond(script, caching)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def loader() -> Loader:
    made: Loader = current_app.extensions[EXTENSION]
    return made
