"""The visitor's own conversations: list, rename, delete, and what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widget.domain.conversations import Conversation
from widget.domain.errors import BadInput
from widget.domain.sites import Caller
from widget.domain.transcript import ShownMessage, TitleChanged, body
from widget.runs.clean import clean
from widget.runs.opening import SHOWN_MESSAGES
from widget.runs.shown import shown_message
from widget.runs.stop import stop_run
from widget.store.attachments import attachments_of
from widget.store.conversations import (
    access_conversation,
    delete_conversation,
    list_conversations,
    rename_conversation,
)
from widget.store.messages import access_message, thread
from widget.store.runs import unfinished_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine

LISTED = 100
TITLE_CHARS = 100


def list_(engine: Engine, caller: Caller) -> list[Conversation]:
    """The last used first, at most 100."""
    with engine.store.read() as tx:
        return list_conversations(tx, caller, limit=LISTED)


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
    return title


def delete(engine: Engine, caller: Caller, conversation: str) -> None:
    """With everything in it; a running answer is stopped first."""
    with engine.store.read() as tx:
        access_conversation(tx, caller, conversation)
        running = unfinished_run(tx, conversation)
    if running is not None:
        stop_run(engine, running)
    with engine.store.begin() as tx:
        access_conversation(tx, caller, conversation)
        files = attachments_of(tx, conversation)
        delete_conversation(tx, conversation)
    engine.store.files.remove(*files)


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
