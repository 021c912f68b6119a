"""Texts of modules that load only when they are needed, so that no page carries them before."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from widget.domain.errors import NotFound
from widget.web.services import services
from widget.web.texts import LANGS

bp = Blueprint("wording", __name__)

GROUPS = ("acts", "hear", "list", "menu", "remedy", "uploads")


@bp.get("/texts/<lang>/<group>.json")
def words(lang: str, group: str) -> ResponseReturnValue:
    if lang not in LANGS or group not in GROUPS:
        raise NotFound(f"there are no texts {group!r} in {lang!r}")
    response = jsonify(services().texts.catalogue(lang, f"{group}."))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
