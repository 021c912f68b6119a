"""What the kefu door asks for: a conversation, an answer, and what was said so far.

A conversation that was silent for longer than the site keeps one is as good as none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from widget.domain.conversations import Conversation, Message
from widget.domain.errors import NotFound
from widget.domain.sites import Caller, Site
from widget.runs import start
from widget.runs.admission import open_site
from widget.runs.opened import Accepted
from widget.store.conversations import access_conversation
from widget.store.kefu import count_said, page_of_said
from widget.store.messages import access_message, is_last

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction


# How an answer ends that a second try may give. An empty one counts as done, and is left at that.
FRUITLESS = ("failed", "interrupted")


class Said(Struct, frozen=True):
    """A page of a thread; ``total`` counts questions and answers of the whole of it."""

    messages: list[Message]
    total: int


def begin(engine: Engine, caller: Caller) -> Conversation:
    """A new conversation, without a message, under the name that the site gives it."""
    site = open_site(engine, caller)
    engine.refuse_when_draining()
    with engine.store.begin() as tx:
        return start.begin_conversation(engine, tx, caller, site.apis.kefu.conversation_name)


def ask(
    engine: Engine, caller: Caller, conversation: str | None, client_message_id: str, text: str
) -> Accepted:
    """Stores the question and starts its answer; without a conversation it begins one.

    A repeat is answered with the first answer, or where that came to nothing, with another try.
    """
    if conversation is not None:
        with engine.store.read() as tx:
            _access(engine, tx, caller, conversation)
    accepted = start.send(engine, caller, conversation, client_message_id, text)
    return _once_more(engine, caller, accepted) if accepted.is_repeat else accepted


def said(
    engine: Engine,
    caller: Caller,
    conversation: str,
    *,
    limit: int,
    offset: int,
    newest_first: bool,
) -> Said:
    """What is finished and says something; an answer that is being written comes when it is."""
    with engine.store.read() as tx:
        _access(engine, tx, caller, conversation)
        found = page_of_said(
            tx, conversation, limit=limit, offset=offset, newest_first=newest_first
        )
        return Said(found, count_said(tx, conversation))


def kept_since(site: Site, now: datetime) -> datetime | None:
    """What nothing happened to since then is over; None where the owner keeps everything."""
    days = site.apis.kefu.idle_days
    return now - timedelta(days=days) if days else None


def _once_more(engine: Engine, caller: Caller, accepted: Accepted) -> Accepted:
    """Never at the cost of what was said since."""
    with engine.store.read() as tx:
        shown = _shown(tx, caller, accepted.answer)
        is_open = shown.state in FRUITLESS and is_last(tx, shown)
    if is_open and engine.capabilities(caller.site).retry:
        return start.retry(engine, caller, shown.id)
    return replace(accepted, answer=shown.id)


def _shown(tx: Transaction, caller: Caller, answer: str) -> Message:
    """The newest try in place of this answer."""
    message = access_message(tx, caller, answer)
    while message.superseded_by is not None:
        message = access_message(tx, caller, message.superseded_by)
    return message


def _access(engine: Engine, tx: Transaction, caller: Caller, conversation: str) -> None:
    found = access_conversation(tx, caller, conversation)
    since = kept_since(caller.site, engine.clock())
    if since is not None and found.updated_at < since:
        raise NotFound(f"conversation {conversation!r} was silent for too long")
