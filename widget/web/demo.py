"""The start page: a small made-up shop with the chat on it, and the tag to copy."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.domain.languages import LANGS
from widget.runs.first_site import KEY
from widget.web.admit import own_origin
from widget.web.services import services
from widget.web.texts import request_lang, use_site

bp = Blueprint("demo", __name__)

LAMPS = ("moth", "heron", "lighthouse")
# As strict as a host page can be: what the chat needs of one is what stands here, and no more.
POLICY = (
    "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@bp.get("/")
def show() -> ResponseReturnValue:
    """The built-in site, or the one that is asked for, in the visitor's language."""
    key = request.args.get("site", KEY)
    site = services().sites.find(key)
    if site is None:
        raise NotFound
    use_site(site)
    lang = request_lang()
    page = render_template(
        "demo.html",
        lang=lang,
        lamps=LAMPS,
        src=f"/embed/{key}.js",
        tag=f'<script async src="{own_origin()}/embed/{key}.js"></script>',
        others=_others(key, lang),
    )
    return _guarded(Response(page))


def _others(key: str, lang: str) -> list[tuple[str, str]]:
    """The languages that this page is written in itself, with their addresses."""
    return [(other, _address(key, other)) for other in LANGS if other != lang]


def _address(key: str, lang: str) -> str:
    named = {} if key == KEY else {"site": key}
    return f"/?{urlencode({**named, 'lang': lang})}"


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response
