"""``GET /files/<signed>``: one file for one visitor, for five minutes.

Always as something to save: no file of a visitor's or a model's ever opens as a page of our origin.
"""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from widget.domain.errors import LinkExpired
from widget.domain.media import PICTURES
from widget.runs import uploads
from widget.web.admit import admit_site
from widget.web.disposition import saved_as
from widget.web.services import services
from widget.web.tokens import LINK_LASTS_S

bp = Blueprint("files", __name__)


@bp.get("/files/<signed>")
def show(signed: str) -> ResponseReturnValue:
    own = services()
    claims = own.tokens.read_file(signed)
    site = admit_site(claims.site)
    if claims.generation != site.token_generation:
        raise LinkExpired("this link was revoked")
    stored = uploads.access(own.engine, site.key, claims.visitor, claims.attachment)
    response = Response(uploads.read(own.engine, stored))
    response.content_length = stored.size
    is_picture = stored.content_type in PICTURES
    response.content_type = stored.content_type if is_picture else "application/octet-stream"
    response.headers["Content-Disposition"] = saved_as(stored.name)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = f"private, max-age={LINK_LASTS_S}"
    return response
