"""What waits for the visitor or the host page in a message, and the run that goes on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widget.domain.conversations import Message
from widget.domain.errors import BadInput, RequestSettled
from widget.domain.inputs import Reply
from widget.domain.sites import Caller
from widget.domain.transcript import PartChanged
from widget.runs.admission import refuse_reply
from widget.runs.ask import Target
from widget.runs.opened import Opened, open_answer
from widget.runs.settled import settle
from widget.store.conversations import access_conversation, lock_conversation
from widget.store.messages import access_message, find_message, is_last
from widget.store.runs import run_of_answer

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction


def locked_message(tx: Transaction, caller: Caller, message: str) -> Message:
    """The caller's message, which nobody else answers until the transaction ends."""
    lock_conversation(tx, access_message(tx, caller, message).conversation)
    return access_message(tx, caller, message)


def refuse_late(tx: Transaction, asked: Message) -> None:
    """What was asked for in a message that is not the last one, or that ended badly, waits for
    nothing any more."""
    if asked.superseded_by is not None or asked.state != "done" or not is_last(tx, asked):
        raise RequestSettled("the conversation has gone on since this was asked")


def target_of(tx: Transaction, asked: Message, reply: Reply) -> Target:
    run = run_of_answer(tx, asked.id)
    return Target(
        message=asked.upstream_message, run=run.upstream_run if run else None, reply=reply
    )


def go_on(
    engine: Engine,
    tx: Transaction,
    caller: Caller,
    asked: Message,
    *,
    reply: Reply,
    changes: tuple[PartChanged, ...],
) -> Opened:
    """The run that brings ``reply`` to the platform, for the question that led to ``asked``."""
    run = run_of_answer(tx, asked.id)
    question = find_message(tx, run.question) if run else None
    if question is None:
        raise BadInput("only an answer can ask for something")
    conversation = access_conversation(tx, caller, asked.conversation)
    refuse_reply(conversation)
    engine.refuse_when_draining()
    return open_answer(
        engine,
        tx,
        conversation,
        question,
        asked=access_message(tx, caller, asked.id),
        target=target_of(tx, asked, reply),
        changes=(*changes, *settle(tx, conversation.id)),
    )
