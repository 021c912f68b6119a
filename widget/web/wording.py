"""Texts of modules that load only when they are needed, so that no page carries them before."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from widget.domain.errors import NotFound
from widget.web.admit import admit_site
from widget.web.services import services

bp = Blueprint("wording", __name__)

GROUPS = ("acts", "hear", "list", "menu", "remedy", "uploads")


@bp.get("/frame/<site>/texts/<lang>/<group>.json")
def words(site: str, lang: str, group: str) -> ResponseReturnValue:
    """In the words of the site."""
    admit_site(site)
    if lang not in services().texts.langs or group not in GROUPS:
        raise NotFound(f"there are no texts {group!r} in {lang!r}")
    response = jsonify(services().texts.catalogue(lang, f"{group}."))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
