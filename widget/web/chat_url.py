"""``chat_url``: an address that opens a person's chat, for web-views, links and QR codes.

The code in it is good once and for a minute, and the page takes it out of the address at once. On a
reload the person is found again by a cookie, which like the visitor key only finds; where browsers
keep none (web-views, plain http), the page itself remembers its embed token in that entry of the
tab's history, which goes into no address and to nobody else. A dead code leads on only in the
browser where it was used.
"""

from __future__ import annotations

import time

import msgspec
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from widget.domain.errors import CodeSpent
from widget.domain.sites import EmbedToken, Site
from widget.runs import chat_codes
from widget.runs.chat_codes import code_hash
from widget.web.admit import own_origin
from widget.web.look import Look
from widget.web.services import services
from widget.web.visit import Visit, come_back

# Longer ones are not kept by every browser; the page's own memory has no such bound.
LONGEST_COOKIE = 3_800


def make(token: EmbedToken) -> str:
    """A new address for the person of this token."""
    own, origin = services(), own_origin()
    direct = msgspec.structs.replace(token, origin=origin)
    code = chat_codes.issue(own.store, token.site, own.tokens.sign(direct))
    return f"{origin}/chat/{token.site}?code={code}"


def show(site: Site, look: Look, code: str) -> ResponseReturnValue:
    """The person's chat for whoever comes first with the code; ``CodeSpent`` for others."""
    if _is_for_nobody():
        return Response(status=200 if request.method == "HEAD" else 503)
    token = chat_codes.redeem(services().store, site.key, code)
    visit = _visit(site, look, services().tokens.read(token)) if token else None
    if visit is not None:
        response = visit.page(visit.show(None))
        _keep(response, visit, code)
        return response
    kept = _kept(site)
    if kept is None or kept[1] != code_hash(code):
        raise CodeSpent("this code was used, is over, or was never given out")
    return redirect(look.address(""), 303)


def remembered(site: Site, look: Look) -> Visit | None:
    """The visit of a person whom a code brought to this browser, until the owner's word ends."""
    kept = _kept(site)
    return _visit(site, look, kept[0]) if kept else None


def _is_for_nobody() -> bool:
    """Whether nobody may ever see the answer: such a request must not use up a code."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def _visit(site: Site, look: Look, claims: EmbedToken) -> Visit | None:
    """Our own address may have changed since, or have more than one name."""
    here = msgspec.structs.replace(claims, origin=own_origin())
    return come_back(site, look, services().tokens.sign(here))


def _keep(response: Response, visit: Visit, code: str) -> None:
    caller = visit.caller
    if caller.identity is None:
        return
    claims = services().tokens.read(visit.look.token)
    signed = services().tokens.sign_visit(claims, code_hash(code))
    if len(signed) > LONGEST_COOKIE:
        return
    response.set_cookie(
        _cookie_name(caller.site),
        signed,
        max_age=max(0, caller.identity.ends_at - int(time.time())),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def _kept(site: Site) -> tuple[EmbedToken, str] | None:
    """Whom the cookie names, and the hash of the code that brought them."""
    found = services().tokens.read_visit(request.cookies.get(_cookie_name(site), ""))
    return found if found and found[0].site == site.key else None


def _cookie_name(site: Site) -> str:
    """Of its own: a frame on the owner's pages must not find the person by it."""
    return f"__Host-chatdock-visit_{site.key}"
