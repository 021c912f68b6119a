"""A widget's action that its platform answers with the changed widget alone: no new answer is
opened, and it is taken also while one is being written (facts: chatkit.md §7, ``streaming``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gevent
import structlog
from msgspec import Struct

from widget.domain.conversations import Message, RemovedPart, WidgetPart
from widget.domain.events import PartRemoved, RunEvent, WidgetChanged
from widget.domain.inputs import ActionTaken
from widget.domain.sites import Caller, Site
from widget.domain.transcript import PartChanged, body
from widget.providers.base import Turn
from widget.runs.admission import refuse_reply
from widget.runs.ask import Target
from widget.runs.asking import target_of
from widget.runs.opened import Accepted
from widget.runs.redact import redacted
from widget.runs.shown import shown_part
from widget.runs.storable import storable
from widget.store.conversations import access_conversation
from widget.store.messages import find_message
from widget.store.parts import row_of, write_parts
from widget.store.runs import run_of_answer

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

LIMIT_S = 30.0

log = structlog.get_logger()


class QuietAction(Struct, frozen=True):
    """What to tell the platform, and of which part of which message."""

    conversation: str
    visitor: str
    upstream_conversation: str | None
    message: str
    part: int
    target: Target
    page: dict[str, str]


def quiet_action(
    engine: Engine, tx: Transaction, caller: Caller, asked: Message, part: int, told: ActionTaken
) -> QuietAction:
    conversation = access_conversation(tx, caller, asked.conversation)
    refuse_reply(conversation)
    engine.refuse_when_draining()
    run = run_of_answer(tx, asked.id)
    question = find_message(tx, run.question) if run else None
    return QuietAction(
        conversation.id,
        conversation.pseudonym,
        conversation.upstream_conversation,
        asked.id,
        part,
        target_of(tx, asked, told),
        caller.site.page.named(question.page) if question else {},
    )


def act_quietly(engine: Engine, site: Site, caller: Caller, action: QuietAction) -> Accepted:
    gevent.spawn(_carry, engine, site, caller, action)
    return Accepted(action.conversation, "", run="", answer="")


def _carry(engine: Engine, site: Site, caller: Caller, action: QuietAction) -> None:
    """In the background. The frames are told of the part in any case: its control is busy until
    then."""
    try:
        with gevent.Timeout(LIMIT_S):
            for event in engine.provider_for(site).run(_turn(caller, action)):
                _take(engine, action, event)
    except (Exception, gevent.Timeout) as error:
        detail = redacted(f"{type(error).__name__}: {error}", site)
        log.warning("the platform did not take an action", message=action.message, detail=detail)
    _tell(engine, action)


def _turn(caller: Caller, action: QuietAction) -> Turn:
    return Turn(
        kind="answer",
        text="",
        visitor=action.visitor,
        upstream_conversation=action.upstream_conversation,
        reply=action.target.reply,
        locale=caller.lang,
        context=caller.context,
        page=action.page,
        target_message=action.target.message,
        target_run=action.target.run,
    )


def _take(engine: Engine, action: QuietAction, event: RunEvent) -> None:
    """Only what became of the widget that was used; anything else belongs into an answer."""
    live = engine.live.get(action.conversation)
    if live is not None and live.answer.message == action.message:
        if isinstance(event, WidgetChanged | PartRemoved):
            live.take(event)
        return
    with engine.store.begin() as tx:
        message = find_message(tx, action.message)
        part = message.parts[action.part] if message else None
        if not isinstance(part, WidgetPart) or getattr(event, "id", None) != part.id:
            return
        if isinstance(event, WidgetChanged):
            part = storable(WidgetPart(part.id, event.tree))
        elif isinstance(event, PartRemoved):
            part = RemovedPart()
        write_parts(tx, [(action.message, row_of(action.part, part))])


def _tell(engine: Engine, action: QuietAction) -> None:
    live = engine.live.get(action.conversation)
    if live is not None and live.answer.message == action.message:
        live.answer.say(action.part)
        return
    with engine.store.read() as tx:
        message = find_message(tx, action.message)
    if message is not None:
        shown = shown_part(message.parts[action.part])
        engine.journal.append(
            action.conversation, body(PartChanged(action.message, action.part, shown))
        )
