"""The chat page: in a frame on the owner's pages, or on its own at ``/chat/<site>``."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from msgspec import to_builtins

from widget.domain.errors import SitePaused
from widget.domain.theme import outside
from widget.web import chat_url, edit_forms, forms, reply_forms, title_bar
from widget.web.admit import admit_site, own_origin
from widget.web.first_words import first_words
from widget.web.framing import ANYBODY, Guard, ancestors_of, guard, host_origin, may_frame
from widget.web.look import KEPT_PARAMETERS, Look, changed_look, read_look
from widget.web.services import services
from widget.web.texts import everybodys, request_lang
from widget.web.visit import arrive

# Title and sentence of the pages that stand in the chat's place.
PAUSED = ("frame.paused.title", "frame.paused.detail")
REFUSED = ("frame.refused.title", "frame.refused.detail")

bp = Blueprint("frame", __name__)
FORMS = (edit_forms, reply_forms)  # their routes are on the blueprint of all forms
bp.register_blueprint(forms.bp)
bp.register_blueprint(title_bar.bp)


@bp.get("/frame/<site>")
def show(site: str) -> ResponseReturnValue:
    """The page for the host page that asks; others learn that they are not on the list."""
    found, origin = admit_site(site), host_origin(request)
    if not origin:
        return redirect(_direct_address(site))
    if not may_frame(found, origin):
        return _refused(origin)
    visit = arrive(found, read_look(found, is_direct=False), origin=origin)
    return visit.page(visit.show(None))


@bp.get("/chat/<site>")
def show_direct(site: str) -> ResponseReturnValue:
    """The same page in full, for links, QR codes and web-views."""
    found = admit_site(site)
    look, code = read_look(found, is_direct=True), request.args.get("code")
    if code is not None:
        return chat_url.show(found, look, code)
    visit = chat_url.remembered(found, look) or arrive(found, look, origin=own_origin())
    return visit.page(visit.show(None))


@bp.post("/frame/<site>/look")
def look(site: str) -> ResponseReturnValue:
    """What a standing page changes when its host page sets options: no visitor, no token."""
    found = admit_site(site)
    is_direct = request.args.get("page") == "chat"
    changed = changed_look(found, request.get_data(as_text=True), is_direct=is_direct)
    response = jsonify(_changes(changed))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(SitePaused)
def rest(error: SitePaused) -> ResponseReturnValue:
    """A page of the owner's that still shows our frame says why nobody answers."""
    found = services().sites.find((request.view_args or {}).get("site", ""))
    guarded = guard(ancestors_of(found) if found else ANYBODY)
    response = _notice(guarded, [request_lang()], PAUSED)
    response.status_code = 403
    return response


def _refused(origin: str) -> Response:
    """Anyone may see this page, since it says nothing of the site; the loader logs the origin.

    In more than one language, since its reader may be the page's visitor or its owner.
    """
    response = _notice(guard(ANYBODY), everybodys(request_lang()), REFUSED, origin=origin)
    response.status_code = 403
    return response


def _notice(
    guarded: Guard, langs: list[str], keys: tuple[str, str], *, origin: str = ""
) -> Response:
    own = services()
    title, detail = keys
    page = render_template(
        "refused.html",
        nonce=guarded.nonce,
        styles=Markup(own.assets.text("css/notice.css")),  # noqa: S704 - our own file
        script=own.assets.url("frame/refused.js") if origin else "",
        origin=origin,
        words=[(lang, own.texts.say(lang, title), own.texts.say(lang, detail)) for lang in langs],
    )
    return guarded.put_on(Response(page))


def _changes(changed: Look) -> dict[str, object]:
    """All but the layout: the loader knows how it stands on its page, and tells the frame."""
    ui = changed.options.ui
    attributes = {name: one for name, one in changed.attributes.items() if name != "layout"}
    return {
        "lang": changed.lang,
        "address": changed.address(request.args.get("origin", "")),
        "attributes": attributes,
        "roles": changed.roles,
        "title": changed.title,
        "placeholder": changed.placeholder,
        "shows": {
            "header": ui.header.is_show,
            "footer": ui.footer.is_show,
            "new": ui.chat_bot.is_need_add_new_conversation,
            "close": ui.header.is_need_close,
        },
        "footer": [asdict(piece) for piece in changed.footer],
        "icon": changed.icon,
        "actions": [asdict(action) for action in changed.actions],
        "theme": outside(ui.theme),
        "opening": _opening(changed),
        "warnings": changed.warnings,
        "panel": to_builtins(changed.feedback_panel),
    }


def _opening(changed: Look) -> dict[str, object] | None:
    """Greeting and starters, where they name the visitor; asked of a platform only then."""
    if not changed.options.user_info.nickname:
        return None
    words = first_words(changed)
    return {"greeting": words.greeting, "starters": words.starters}


def _direct_address(site: str) -> str:
    kept = {name: request.args[name] for name in KEPT_PARAMETERS if name in request.args}
    return f"/chat/{site}?{urlencode(kept)}" if kept else f"/chat/{site}"
