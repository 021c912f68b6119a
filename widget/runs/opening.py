"""A conversation whole, true at one number of its journal: put on screen, it goes on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from widget.domain.conversations import Conversation, Message, Run
from widget.domain.sites import Caller, Site
from widget.domain.transcript import ShownConversation, ShownMessage, ShownPart, ShownRun
from widget.providers.base import Opening
from widget.runs.live import LiveRun
from widget.runs.shown import shown_message
from widget.store.conversations import access_conversation, latest_conversation
from widget.store.messages import access_message, thread
from widget.store.runs import suggestions_after, unfinished_run

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

SHOWN_MESSAGES = 50
TRIES = 20


class _Read(msgspec.Struct, frozen=True):
    """What the store says of a conversation."""

    conversation: Conversation
    messages: list[Message]
    has_more: bool
    unfinished: Run | None
    suggestions: tuple[str, ...]


def show(engine: Engine, caller: Caller, conversation: str | None) -> ShownConversation:
    """The visitor's conversation (None: the latest, or an empty one), with a running answer as it
    stands at this moment."""
    wanted = conversation or _latest(engine, caller)
    if wanted is None:
        return ShownConversation(id="", title="", epoch="", seq=0, messages=())
    for _ in range(TRIES):
        before = _moment(engine, wanted)
        with engine.store.read() as tx:
            found = _read(tx, caller, wanted)
        if _moment(engine, wanted) == before:
            break
    return _shown(engine, found)


def greeting(engine: Engine, site: Site, lang: str = "") -> Opening:
    """First words and starters of an empty conversation, in ``lang`` where there is a choice."""
    return engine.greetings.of(site, lang)


def finished_parts(engine: Engine, caller: Caller, answer: str) -> tuple[ShownMessage, bool]:
    """An answer with only those blocks that will not change any more, and whether it still grows.

    For pages without JavaScript, which can append but never replace.
    """
    with engine.store.read() as tx:
        message = access_message(tx, caller, answer)
    live = engine.live.get(message.conversation)
    if live is None or live.answer.message != answer:
        return shown_message(message), message.state == "running"
    return _running(shown_message(message), live.answer.finished()), True


def _latest(engine: Engine, caller: Caller) -> str | None:
    with engine.store.read() as tx:
        found = latest_conversation(tx, caller)
    return found.id if found else None


def _moment(engine: Engine, conversation: str) -> tuple[str, str, int]:
    """Changes with everything that happens to the conversation but the growth of a running answer,
    which is read from the live run and not from the store."""
    epoch, seq = engine.journal.position(conversation)
    live = engine.live.get(conversation)
    return epoch, live.id if live else "", seq - live.appended if live else seq


def _read(tx: Transaction, caller: Caller, conversation: str) -> _Read:
    found = access_conversation(tx, caller, conversation)
    messages = thread(tx, found.id, limit=SHOWN_MESSAGES + 1)
    last = messages[-1] if messages else None
    return _Read(
        conversation=found,
        messages=messages[-SHOWN_MESSAGES:],
        has_more=len(messages) > SHOWN_MESSAGES,
        unfinished=unfinished_run(tx, found.id),
        suggestions=suggestions_after(tx, last.id) if last and last.state == "done" else (),
    )


def _shown(engine: Engine, found: _Read) -> ShownConversation:
    """Nothing yields in here: the live run and the journal's number are of one moment."""
    conversation = found.conversation
    live = engine.live.get(conversation.id)
    epoch, seq = engine.journal.position(conversation.id)
    messages = [shown_message(message) for message in found.messages]
    if live is not None:
        messages = [_as_live(message, live) for message in messages]
    return ShownConversation(
        id=conversation.id,
        title=(live.title if live else None) or conversation.title,
        epoch=epoch,
        seq=seq,
        messages=tuple(messages),
        has_more=found.has_more,
        run=live.shown() if live else _unowned(found.unfinished),
        suggestions=() if live else found.suggestions,
        access=live.access.access if live else conversation.access,
        access_reason=live.access.reason if live else conversation.access_reason,
    )


def _as_live(message: ShownMessage, live: LiveRun) -> ShownMessage:
    if live.asked is not None and message.id == live.asked.message:
        return msgspec.structs.replace(message, parts=live.asked.over(message.parts))
    if message.id != live.answer.message:
        return message
    return _running(message, live.answer.shown())


def _running(message: ShownMessage, parts: tuple[ShownPart, ...]) -> ShownMessage:
    return msgspec.structs.replace(message, state="running", parts=parts)


def _unowned(run: Run | None) -> ShownRun | None:
    """A run of another process, or one that waits to be taken over."""
    return ShownRun(run.id, run.answer) if run else None
