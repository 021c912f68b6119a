"""The visitor's own conversations: rename, delete, what came before, and what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import Conversation
from widget.domain.errors import BadInput
from widget.domain.sites import Caller, Site
from widget.domain.titles import TITLE_CHARS
from widget.domain.transcript import AccessChanged, ShownMessage, TitleChanged, body
from widget.providers.base import UpstreamRef
from widget.runs.clean import clean
from widget.runs.live import LiveRun
from widget.runs.opening import SHOWN_MESSAGES
from widget.runs.redact import redacted
from widget.runs.shown import shown_message
from widget.runs.stop import stop_run
from widget.store.attachments import attachments_of
from widget.store.conversations import (
    access_conversation,
    delete_conversation,
    mark_conversation,
    rename_conversation,
)
from widget.store.messages import access_message, thread
from widget.store.runs import unfinished_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


def access(engine: Engine, caller: Caller, conversation: str) -> Conversation:
    with engine.store.read() as tx:
        return access_conversation(tx, caller, conversation)


def rename(engine: Engine, caller: Caller, conversation: str, title: str) -> str:
    """Returns the title as it is kept; from now on the platform's titles do not replace it."""
    title = " ".join(clean(title).split())
    if not title or len(title) > TITLE_CHARS:
        raise BadInput(f"a title has 1 to {TITLE_CHARS} characters, this one {len(title)}")
    with engine.store.begin() as tx:
        access_conversation(tx, caller, conversation)
        rename_conversation(tx, conversation, title)
    live = engine.live.get(conversation)
    if live is not None:
        live.accepts_title, live.title = False, None
    engine.journal.append(conversation, body(TitleChanged(title)))
    engine.listeners.tell(caller.site.key, caller.visitor)
    return title


def see(engine: Engine, caller: Caller, conversation: str) -> None:
    """Its visitor looks at it now. Written only where there was something new."""
    if not access(engine, caller, conversation).is_unread:
        return
    with engine.store.begin() as tx:
        mark_conversation(tx, conversation, is_unread=False)
    engine.listeners.tell(caller.site.key, caller.visitor)


def delete(engine: Engine, caller: Caller, conversation: str) -> None:
    """With everything in it, also on the platform where that can be asked for it; a running answer
    is stopped first. A frame that still shows it learns that it takes no more messages."""
    live = engine.live.get(conversation)
    with engine.store.read() as tx:
        access_conversation(tx, caller, conversation)
        running = unfinished_run(tx, conversation)
    if running is not None:
        stop_run(engine, running)
    with engine.store.begin() as tx:
        found = access_conversation(tx, caller, conversation)
        files = attachments_of(tx, conversation)
        delete_conversation(tx, conversation)
    engine.store.files.remove(*files)
    engine.journal.append(conversation, body(AccessChanged("closed", "")))
    engine.listeners.tell(caller.site.key, caller.visitor)
    ref = UpstreamRef(found.pseudonym, found.upstream_conversation, None, None)
    gevent.spawn(_forget, engine, caller.site, ref, live)


def history(
    engine: Engine, caller: Caller, conversation: str, before: str
) -> tuple[tuple[ShownMessage, ...], bool]:
    """Shown messages before the named one, oldest first, and whether there are older ones."""
    with engine.store.read() as tx:
        access_conversation(tx, caller, conversation)
        since = access_message(tx, caller, before)
        if since.conversation != conversation:
            raise BadInput("that message is in another conversation")
        found = thread(tx, conversation, before=since.position, limit=SHOWN_MESSAGES + 1)
    shown = tuple(shown_message(message) for message in found[-SHOWN_MESSAGES:])
    return shown, len(found) > SHOWN_MESSAGES


def _forget(engine: Engine, site: Site, ref: UpstreamRef, live: LiveRun | None) -> None:
    """On the platform, in the background: the visitor's word is kept here whatever it says there.
    A run that was under way may have been told the platform's id after the row was read."""
    if live is not None:
        if live.greenlet is not None:
            live.greenlet.join(engine.timing.cancel_s)
        ref = live.ref()
    if ref.upstream_conversation is None:
        return
    try:
        engine.provider_for(site).delete_conversation(ref)
    except Exception as error:
        told = redacted(f"{type(error).__name__}: {error}", site)
        log.warning("the platform keeps a deleted conversation", site=site.key, detail=told)
