"""Whether a site and a conversation take what a visitor sends now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widget.domain.conversations import Conversation
from widget.domain.errors import ConversationClosed, RunActive, SitePaused
from widget.domain.sites import Caller, Site
from widget.store.runs import unfinished_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction


def open_site(engine: Engine, caller: Caller) -> Site:
    """The site as it is now: a socket may be older than the owner's last change."""
    site = engine.sites.find(caller.site.key)
    if site is None or site.is_paused:
        raise SitePaused("the owner of this site has paused the chat")
    return site


def refuse_when_running(tx: Transaction, conversation: str) -> None:
    if unfinished_run(tx, conversation) is not None:
        raise RunActive("an answer is being written; wait for it or stop it")


def refuse_message(conversation: Conversation) -> None:
    """A locked one takes none for now, a closed one none any more."""
    if conversation.access != "open":
        raise ConversationClosed("the platform takes no messages in this conversation")


def refuse_reply(conversation: Conversation) -> None:
    """What the agent asked for is no message: only a conversation that is over takes no answer."""
    if conversation.access == "closed":
        raise ConversationClosed("the platform has closed this conversation")
