"""One visitor at one chat page: who it is, how the page looks, who may frame it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from flask import Response, request

from widget.domain.errors import NotFound, RateLimited, Unauthorized
from widget.domain.sites import Caller, EmbedToken, Site
from widget.domain.transcript import ShownConversation
from widget.runs import opening
from widget.runs.listed import Listed
from widget.runs.uploads import Stored
from widget.web.admit import caller_of, client_address, embed_token, own_origin
from widget.web.door import Door, Place
from widget.web.edited import Edited
from widget.web.framing import NOBODY, ancestors_of, guard, may_frame
from widget.web.live_answer import LiveAnswer
from widget.web.look import Look
from widget.web.page import Page
from widget.web.renewal import authentic
from widget.web.services import services
from widget.web.visitors import cookie_name, find_visitor, is_known, set_cookie

HTML = "text/html; charset=utf-8"
NOTHING = ShownConversation(id="", title="", epoch="", seq=0, messages=())


@dataclass(frozen=True)
class Visit:
    """``key``: the visitor key, where the browser should keep it from now on."""

    caller: Caller
    look: Look
    key: str = ""

    def show(self, conversation: str | None) -> ShownConversation:
        """None: the visitor's latest. A deleted one is no reason to show nothing."""
        if conversation == "":
            return NOTHING
        try:
            return opening.show(services().engine, self.caller, conversation)
        except NotFound:
            return opening.show(services().engine, self.caller, None)

    def page(
        self,
        shown: ShownConversation,
        *,
        status: int = 200,
        alert: str = "",
        draft: str = "",
        kept: tuple[Stored, ...] = (),
        asks_why: str = "",
        listed: Listed | None = None,
        may_stream: bool = False,
        refilled: dict[Place, str] | None = None,
        edited: Edited | None = None,
    ) -> Response:
        """The chat page with this conversation; a running answer streams in when asked for."""
        guarded = guard(
            NOBODY if self.look.is_direct else ancestors_of(self.caller.site),
            ("microphone",) if self.look.options.ui.chat_bot.is_need_audio else (),
        )
        door = Door(self.look, shown.id, refilled or {})
        page = Page(
            look=self.look,
            caller=self.caller,
            nonce=guarded.nonce,
            conversation=shown,
            has_cookie=cookie_name(self.caller.site.key) in request.cookies,
            alert=alert,
            draft=draft,
            kept=kept,
            asks_why=asks_why,
            listed=listed,
            door=door,
            edited=edited,
            live=self._live(shown, door) if may_stream else None,
        )
        response = guarded.put_on(_streamed(page) if page.live else _whole(page))
        response.status_code = status
        if self.key:
            set_cookie(response, self.caller.site.key, self.key)
        return response

    def _live(self, shown: ShownConversation, door: Door) -> LiveAnswer | None:
        if shown.run is None or not self._has_room():
            return None
        own = services()
        return LiveAnswer(
            own.engine,
            own.lifecycle,
            self.caller,
            sockets=own.sockets,
            conversation=shown.id,
            answer=shown.run.message,
            door=door,
        )

    def _has_room(self) -> bool:
        """Whether one more page may stream in; one too many shows what stands there now."""
        own, caller = services(), self.caller
        sockets = own.sockets
        try:
            own.limits.socket(caller.site, sockets.count(caller), sockets.count_address(caller))
        except RateLimited:
            return False
        return True


def arrive(site: Site, look: Look, *, origin: str) -> Visit:
    """A visit that begins: the visitor is found by the cookie, or is new."""
    door = find_visitor(site, request)
    caller = Caller(
        site=site,
        visitor=door.visitor,
        key_hash=door.key_hash,
        origin=origin,
        address=client_address(request),
        lang=look.lang,
    )
    return _visit(caller, look, key=door.cookie_to_set or "")


def come_back(site: Site, look: Look, token: str) -> Visit | None:
    """A visit that goes on with a form of the page. Its token may have expired: what was typed must
    not be lost to that. None when it vouches for nobody any more."""
    claims = authentic(token, site)
    if claims is None or not is_known(site, claims.visitor, claims.key_hash):
        return None
    try:
        return _visit(_caller(claims, site, look), look)
    except Unauthorized:
        return None


def stranger(site: Site, look: Look, token: str) -> Visit:
    """Somebody whose token is worth nothing: a new visit on the page where the old one stood."""
    claims = authentic(token, site)
    is_welcome = claims is not None and may_frame(site, claims.origin)
    return arrive(site, look, origin=claims.origin if claims and is_welcome else own_origin())


def _caller(claims: EmbedToken, site: Site, look: Look) -> Caller:
    return caller_of(claims, site, address=client_address(request), lang=look.lang)


def _visit(caller: Caller, look: Look, *, key: str = "") -> Visit:
    return Visit(caller, look.with_token(embed_token(caller)), key)


def _whole(page: Page) -> Response:
    """Compressed here: the first paint waits for every byte of it."""
    body = page.render().encode()
    response = Response(content_type=HTML)
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        body = gzip.compress(body, 6)
        response.content_encoding = "gzip"
    response.set_data(body)
    return response


def _streamed(page: Page) -> Response:
    response = Response(page.stream(), content_type=HTML)
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects it would undo it
    return response
