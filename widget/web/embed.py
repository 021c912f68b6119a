"""What the pasted tag loads: the loader of a site, and the panel that the loader asks for."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.web.assets import FOR_EVER, Asset, respond
from widget.web.loader import Loader
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
    made = loader()
    return _versioned(made.panel, is_current=version == made.version)


@bp.get("/embed/pieces/<version>.js")
def pieces(version: str) -> ResponseReturnValue:
    """What few sites use, for a page that wants it; likewise."""
    made = loader()
    return _versioned(made.pieces, is_current=version == made.version)


def _versioned(script: Asset, *, is_current: bool) -> Response:
    return for_any_page(script, FOR_EVER if is_current else "no-store")


def for_any_page(script: Asset, caching: str) -> Response:
    """Host pages load it from another origin, as a module or with an integrity hash too."""
    response = respond(script, caching)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def loader() -> Loader:
    made: Loader = current_app.extensions[EXTENSION]
    return made
