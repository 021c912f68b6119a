"""What the owner puts into the title bar: a picture, and buttons."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from widget.domain.errors import NotFound
from widget.domain.options import Options
from widget.domain.sites import Site
from widget.web.admit import admit_site, is_own_origin
from widget.web.assets import FOR_EVER

bp = Blueprint("title_bar", __name__)

STORED = re.compile(r"data:(image/[a-z]+);base64,(.+)", re.DOTALL)
PICTURE = re.compile(r"\.(png|jpe?g|webp|gif|svg|ico)$", re.IGNORECASE)
PATHS = {
    "link": "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
    "phone": "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a16 16 0 0 1-15-15",
    "mail": "M4 6h16v12H4zM4 7l8 6 8-6",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 20a8 6 0 0 1 16 0",
    "home": "M4 11l8-7 8 7M6 10v10h12V10",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5M12 8h.1",
}


@dataclass(frozen=True)
class Action:
    """A button; ``path`` draws its symbol. Without ``link`` the host page is told ``name``."""

    name: str
    label: str
    path: str
    link: str


def actions_of(options: Options, *, is_direct: bool) -> list[Action]:
    """Those that do something here: on a direct visit there is no host page to tell."""
    return [
        Action(one.name, one.label, PATHS[one.icon], one.link)
        for one in options.ui.header.actions
        if one.link or not is_direct
    ]


def icon_address(site: Site, options: Options, origin: str) -> str:
    """Where the frame gets the picture: its policy lets in our own origin and nothing else, so one
    that a page names elsewhere gives way to the stored one. Empty where there is none."""
    wanted, stored = options.ui.base.icon, site.options.ui.base.icon
    if wanted and not wanted.startswith("data:") and (own := _own_path(wanted, origin)):
        return own
    if not STORED.fullmatch(stored):
        return _own_path(stored, "") if stored else ""
    version = hashlib.sha256(stored.encode()).hexdigest()[:8]
    return f"/frame/{site.key}/icon?v={version}"


@bp.get("/frame/<site>/icon")
def icon(site: str) -> ResponseReturnValue:
    """The stored picture. Its address changes with it."""
    found = STORED.fullmatch(admit_site(site).options.ui.base.icon)
    if not found:
        raise NotFound
    response = Response(base64.b64decode(found[2]), content_type=found[1])
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _own_path(address: str, origin: str) -> str:
    """Path and query of an address on our own origin, as a page of ``origin`` means it."""
    try:
        parts = urlsplit(urljoin(f"{origin}/", address))
    except ValueError:
        return ""
    if not is_own_origin(f"{parts.scheme}://{parts.netloc}") or not PICTURE.search(parts.path):
        return ""
    return parts._replace(scheme="", netloc="").geturl()
