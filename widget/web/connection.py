"""One admitted frame: who is there, which conversation it follows, and what it is sent."""

from __future__ import annotations

import gevent
import msgspec
import structlog

from widget.domain.errors import (
    ChatdockError,
    IdentityEnded,
    NotFound,
    RateLimited,
    SitePaused,
    Unauthorized,
)
from widget.domain.remedies import OF_CODE
from widget.domain.sites import Caller, Site
from widget.domain.transcript import ShownConversation
from widget.runs import follow
from widget.web import wire
from widget.web.errors import trouble_of
from widget.web.line import Line
from widget.web.services import Services
from widget.web.texts import Texts

log = structlog.get_logger(__name__)

UNAUTHORIZED, LIMITED, UNREADABLE = 4401, 4429, 4400
FAILED, RESTARTING, TRY_LATER = 1011, 1012, 1013


class Connection:
    """Only showing a conversation waits; everything else may be called from any greenlet."""

    __slots__ = (
        "_follower",
        "_has_ended",
        "caller",
        "conversation",
        "is_listed",
        "keeps_listening",
        "line",
        "services",
        "slot",
    )

    def __init__(self, line: Line, caller: Caller, services: Services) -> None:
        self.line = line
        self.caller = caller
        self.services = services
        self.slot = 0
        self.is_listed = False
        self.keeps_listening = False
        self.conversation = ""
        self._follower: follow.Follower | None = None
        self._has_ended = False

    def send(self, event: wire.ServerEvent) -> None:
        self.line.send((wire.encode(event),))

    def wake(self) -> None:
        """Called by the journal: something was appended."""
        self.services.pump.put(self)

    def deliver(self) -> None:
        """Everything new goes out in one write."""
        if self._follower is None or self.line.is_leaving:
            return
        frames = follow.frames(self._follower)
        if frames is None:
            self._show_missed()
        elif frames:
            self.line.send(frames)

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
        epoch, follower = follow.from_start(
            self.services.engine, self.caller, conversation, self.wake
        )
        self._take_up(conversation, follower)
        if follower is None:
            self._show_missed()
        return epoch

    def listen(self) -> None:
        """This frame shows its visitor's list: it is told when that changes, once."""
        if not self._has_ended:
            caller = self.caller
            self.services.engine.listeners.add(caller.site.key, caller.visitor, self._tell_stale)

    def end(self) -> None:
        """The line is gone: what is still being looked up for it is followed no more."""
        self._has_ended = True
        self.unfollow()
        caller = self.caller
        self.services.engine.listeners.drop(caller.site.key, caller.visitor, self._tell_stale)

    def unfollow(self) -> None:
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def revise(self, site: Site | None) -> None:
        """Keeps up with what the owner changed, and closes what may not stay."""
        if self.services.tokens.has_ended(self.caller.identity):
            gone = IdentityEnded("the user token has ended")
            refuse(self.line, gone, self.services.texts, self.caller.lang)
            return
        if site is not None and site is self.caller.site:
            return
        if (
            site is None
            or site.is_paused
            or site.token_generation != self.caller.site.token_generation
        ):
            refuse(self.line, _reason(site), self.services.texts, self.caller.lang)
        else:
            self.caller = msgspec.structs.replace(self.caller, site=site)

    def let_go(self) -> None:
        """What this socket follows is another visitor's now: the frame comes back and asks."""
        gone = Unauthorized("the conversation was handed to the visitor who signed in")
        refuse(self.line, gone, self.services.texts, self.caller.lang)

    def restart(self) -> None:
        self.send(wire.Restart())
        self.line.close(RESTARTING, "restart")

    def _tell_stale(self) -> None:
        self.send(wire.ConversationsStale())
        if self.keeps_listening:  # the list is asked for by other requests, which nobody hears here
            self.listen()

    def _take_up(self, conversation: str, follower: follow.Follower | None) -> None:
        self.unfollow()
        self.conversation = conversation
        if self._has_ended and follower is not None:
            follower.close()
        else:
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
            self.line.break_off()  # the frame comes back and asks
        else:
            self.send(wire.ConversationShown(shown))


def refuse(line: Line, error: ChatdockError, texts: Texts, lang: str) -> None:
    """Says why nothing is served here, and closes with the code that tells a frame what to do."""
    event = error_event(error, texts, lang)
    line.send((wire.encode(event),))
    if isinstance(error, RateLimited):
        line.close(LIMITED, str(error.retry_after_s))
    elif isinstance(error, Unauthorized | SitePaused | NotFound):
        line.close(UNAUTHORIZED, event.code)
    else:
        line.close(TRY_LATER, event.code)


def error_event(error: Exception, texts: Texts, lang: str, ref: str | None = None) -> wire.Error:
    trouble = trouble_of(error)
    return wire.Error(
        code=trouble.code,
        message=trouble.words(texts, lang),
        retryable=trouble.retryable,
        retry_after_s=trouble.retry_after_s,
        ref=ref,
        remedy=OF_CODE.get(trouble.code),
    )


def _reason(site: Site | None) -> ChatdockError:
    if site is None:
        return NotFound("the site was removed")
    return SitePaused("the site was paused") if site.is_paused else Unauthorized("revoked")
