"""``POST /frame/<site>/conversations/<id>/save``: a visitor's own copy of a conversation.

As a web page that stands alone, as Markdown, or as a page for the printer. A form asks for it, with
the embed token; a frame in a sandbox may not print, but may open a page that does.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

from widget.domain.errors import BadInput, Unauthorized
from widget.runs import saved
from widget.web.admit import admit_site, is_from_elsewhere
from widget.web.disposition import file_name, saved_as
from widget.web.look import Look, read_look
from widget.web.message_view import MessageView, stamp
from widget.web.services import services
from widget.web.visit import come_back

bp = Blueprint("saved", __name__)

STYLES = ("palette", "roles", "prose", "saved")
SAID = {"visitor": "frame.said.visitor", "assistant": "frame.said.assistant"}


@bp.before_request
def refuse_elsewhere() -> None:
    """Another page could have our visitor's browser save what it names."""
    if is_from_elsewhere(request):
        raise Forbidden


@bp.post("/frame/<site>/conversations/<conversation>/save")
def save(site: str, conversation: str) -> ResponseReturnValue:
    admitted = admit_site(site)
    look = read_look(admitted, is_direct=False)
    visit = come_back(admitted, look, request.form.get("token", ""))
    if visit is None:
        raise Unauthorized("the form's token vouches for nobody")
    services().limits.knock(admitted, visit.caller.address)
    found = saved.save(services().engine, visit.caller, conversation)
    match request.args.get("as", "page"):
        case "page":
            return _file(_page(look, found), found, "html")
        case "text":
            return _file(_text(look, found), found, "md")
        case "print":
            return _for_the_printer(look, found)
        case _:
            raise BadInput("a conversation is saved as page, text or print")


def _file(body: str, found: saved.Saved, ending: str) -> Response:
    kind = "text/html" if ending == "html" else "text/markdown"
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    name = file_name(found.conversation.title, ending)
    response.headers["Content-Disposition"] = saved_as(name)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_the_printer(look: Look, found: saved.Saved) -> Response:
    """The same page, that opens the browser's own dialogue."""
    nonce = secrets.token_urlsafe(16)
    response = Response(_page(look, found, nonce), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(look: Look, found: saved.Saved, nonce: str = "") -> str:
    assets = services().assets
    return render_template(
        "saved.html",
        look=look,
        title=found.conversation.title,
        now=stamp(datetime.now(UTC)),
        styles=Markup("".join(assets.text(f"css/{name}.css") for name in STYLES)),  # noqa: S704
        messages=[(one, MessageView(one.shown, look.lang)) for one in found.copied()],
        nonce=nonce,
    )


def _text(look: Look, found: saved.Saved) -> str:
    pieces = [f"# {found.conversation.title}", f"{look.title} · {stamp(datetime.now(UTC))}"]
    for one in found.copied():
        pieces += ["---", f"**{look.say(SAID[one.shown.role])}** · {stamp(one.shown.created_at)}"]
        pieces += [f"[{name}]" for name in one.files]
        pieces += [one.markdown, MessageView(one.shown, look.lang).ending]
        if one.sources:
            pieces.append(f"{look.say('frame.sources')}:")
            pieces.append("\n".join(_source(*source) for source in one.sources))
    return "\n\n".join(filter(None, pieces)) + "\n"


def _source(title: str, address: str) -> str:
    return f"- {title}: <{address}>" if address else f"- {title}"
