"""What a page that was written for Coze's web SDK loads when only its script's address changes."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from widget.domain.coze_pages import bots_of, sites_of
from widget.domain.sites import Site
from widget.web.coze_scripts import CozeScripts, absent
from widget.web.embed import A_MINUTE, SITE_KEY, for_any_page, loader
from widget.web.framing import may_frame, origin_of
from widget.web.loader import reason
from widget.web.services import services

bp = Blueprint("compat_coze", __name__)

EXTENSION = "chatdock_coze"
BOT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@bp.get("/compat/coze/<site>.js")
def show(site: str) -> ResponseReturnValue:
    """The global. A site that is paused or unknown gets one too, since its pages use it at once."""
    if not SITE_KEY.fullmatch(site):
        raise NotFound
    found = services().sites.find(site)
    if found is None or found.is_paused:
        return for_any_page(absent(reason(site, is_paused=found is not None)), A_MINUTE)
    return for_any_page(_scripts().script(found, asks=_others_answer(found)), A_MINUTE)


@bp.get("/compat/coze/<site>/bots/<bot>.js")
def choose(site: str, bot: str) -> ResponseReturnValue:
    """The site that answers for an id on the asking page. One that is not there, is paused or has
    no business with this page looks the same."""
    if not (SITE_KEY.fullmatch(site) and BOT_ID.fullmatch(bot)):
        raise NotFound
    origin = _page_origin()
    shown = (one for one in sites_of(bot, services().sites.all()) if may_frame(one, origin))
    found = next(shown, None)
    # The directory's own, which stays the same as long as it does not change.
    kept = services().sites.find(found.key) if found else None
    if kept is None:
        raise NotFound
    answer = for_any_page(_scripts().choice(kept), A_MINUTE)
    answer.vary.add("Origin")
    answer.vary.add("Referer")
    return answer


def _others_answer(site: Site) -> bool:
    return any(one.key != site.key and bots_of(one) for one in services().sites.all())


def _page_origin() -> str:
    """A browser names it when a page imports a module; a page of our own only in the Referer."""
    named = request.headers.get("Origin") or request.headers.get("Referer", "")
    return origin_of(named)


def _scripts() -> CozeScripts:
    """Made by the first page that wants it: most servers have none."""
    known = current_app.extensions
    if EXTENSION not in known:
        known[EXTENSION] = CozeScripts(loader(), services().texts)
    scripts: CozeScripts = known[EXTENSION]
    return scripts
