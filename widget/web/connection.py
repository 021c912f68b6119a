"""One admitted socket: who is on it, which conversation it follows, and what it is sent."""

from __future__ import annotations

import contextlib
from typing import Any

import gevent
import msgspec
import structlog
from simple_websocket import ConnectionClosed

from widget.domain.errors import (
    ChatdockError,
    IdentityEnded,
    NotFound,
    RateLimited,
    SitePaused,
    Unauthorized,
)
from widget.domain.sites import Caller, Site
from widget.domain.transcript import ShownConversation
from widget.runs import follow
from widget.web import wire
from widget.web.errors import trouble_of
from widget.web.outlet import PING_FRAME, Outlet, text_frame
from widget.web.services import Services
from widget.web.texts import Texts

log = structlog.get_logger(__name__)

UNAUTHORIZED, LIMITED, UNREADABLE = 4401, 4429, 4400
FAILED, RESTARTING, TRY_LATER = 1011, 1012, 1013


class Connection:
    """Only showing a conversation waits; everything else may be called from any greenlet."""

    __slots__ = (
        "_follower",
        "caller",
        "conversation",
        "is_listed",
        "outlet",
        "services",
        "slot",
        "ws",
    )

    def __init__(self, ws: Any, caller: Caller, services: Services) -> None:
        self.ws = ws
        self.outlet: Outlet = ws.sock
        self.caller = caller
        self.services = services
        self.slot = 0
        self.is_listed = False
        self.conversation = ""
        self._follower: follow.Follower | None = None

    def send(self, event: wire.ServerEvent) -> None:
        if not self.outlet.is_leaving:
            self.outlet.send(text_frame(wire.encode(event)))

    def wake(self) -> None:
        """Called by the journal: something was appended."""
        self.services.pump.put(self)

    def deliver(self) -> None:
        """Everything new goes out in one write."""
        if self._follower is None or self.outlet.is_leaving:
            return
        frames = follow.frames(self._follower)
        if frames is None:
            self._show_missed()
        elif frames:
            self.outlet.send(b"".join(map(text_frame, frames)))

    def show_empty(self) -> ShownConversation:
        """Nothing stands on screen, and nothing is followed, until a message begins something."""
        self.unfollow()
        self.conversation = ""
        return ShownConversation("", "", "", 0, ())

    def show_whole(self, conversation: str | None) -> ShownConversation:
        """Follows from a whole picture, which the caller of this must send first."""
        self.unfollow()
        shown, follower = follow.whole(self.services.engine, self.caller, conversation, self.wake)
        self._take_up(shown.id, follower)
        return shown

    def pick_up(self, conversation: str, epoch: str, seq: int) -> bool:
        """Follows from where the screen stands; False when that cannot be told any more."""
        self.unfollow()
        follower = follow.from_here(
            self.services.engine,
            self.caller,
            conversation,
            epoch=epoch,
            seq=seq,
            wake=self.wake,
        )
        self._take_up(conversation, follower)
        return follower is not None

    def take_up_new(self, conversation: str) -> str:
        """Follows a conversation from its first event on; returns its epoch."""
        self.unfollow()
        epoch, follower = follow.from_start(self.services.engine, conversation, self.wake)
        self._take_up(conversation, follower)
        if follower is None:
            self._show_missed()
        return epoch

    def unfollow(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def revise(self, site: Site | None) -> None:
        """Keeps up with what the owner changed, and closes what may not stay."""
        if self.services.tokens.has_ended(self.caller.identity):
            gone = IdentityEnded("the user token has ended")
            refuse(self.ws, gone, self.services.texts, self.caller.lang)
            return
        if site is not None and site is self.caller.site:
            return
        if (
            site is None
            or site.is_paused
            or site.token_generation != self.caller.site.token_generation
        ):
            refuse(self.ws, _reason(site), self.services.texts, self.caller.lang)
        else:
            self.caller = msgspec.structs.replace(self.caller, site=site)

    def let_go(self) -> None:
        """What this socket follows is another visitor's now: the frame comes back and asks."""
        gone = Unauthorized("the conversation was handed to the visitor who signed in")
        refuse(self.ws, gone, self.services.texts, self.caller.lang)

    def hasten(self) -> None:
        """Ends a socket whose browser does not answer our goodbye."""
        if self.outlet.is_overdue:
            self.outlet.break_off()

    def ping(self) -> None:
        """Gives up a browser that has not answered the last one."""
        if self.outlet.is_behind:
            return  # the outlet has its own clock for those
        if not self.ws.pong_received:
            self.outlet.break_off()
            return
        self.ws.pong_received = False
        self.outlet.send(PING_FRAME)

    def restart(self) -> None:
        self.send(wire.Restart())
        close(self.ws, RESTARTING, "restart")

    def _take_up(self, conversation: str, follower: follow.Follower | None) -> None:
        self.unfollow()
        self.conversation = conversation
        self._follower = follower

    def _show_missed(self) -> None:
        """The journal no longer reaches back to where this socket was. Showing it whole waits for
        the store, so that is done aside."""
        self.unfollow()
        gevent.spawn(self._catch_up, self.conversation)

    def _catch_up(self, conversation: str) -> None:
        try:
            shown = self.show_whole(conversation)
        except ChatdockError as error:
            log.warning("a conversation could not be shown again", reason=error.code)
            self.outlet.break_off()  # the frame comes back and asks
        else:
            self.send(wire.ConversationShown(shown))


def close(ws: Any, code: int, reason: str) -> None:
    """Says goodbye, once; the socket ends when the browser has answered, or in a moment."""
    if not ws.sock.is_leaving:
        with contextlib.suppress(ConnectionClosed):
            ws.close(code, reason)
        ws.sock.leave()


def refuse(ws: Any, error: ChatdockError, texts: Texts, lang: str) -> None:
    """Says why nothing is served here, and closes with the code that tells a frame what to do."""
    event = error_event(error, texts, lang)
    if not ws.sock.is_leaving:
        ws.sock.send(text_frame(wire.encode(event)))
    if isinstance(error, RateLimited):
        close(ws, LIMITED, str(error.retry_after_s))
    elif isinstance(error, Unauthorized | SitePaused | NotFound):
        close(ws, UNAUTHORIZED, event.code)
    else:
        close(ws, TRY_LATER, event.code)


def error_event(error: Exception, texts: Texts, lang: str, ref: str | None = None) -> wire.Error:
    trouble = trouble_of(error)
    return wire.Error(
        code=trouble.code,
        message=trouble.words(texts, lang),
        retryable=trouble.retryable,
        retry_after_s=trouble.retry_after_s,
        ref=ref,
    )


def _reason(site: Site | None) -> ChatdockError:
    if site is None:
        return NotFound("the site was removed")
    return SitePaused("the site was paused") if site.is_paused else Unauthorized("revoked")
