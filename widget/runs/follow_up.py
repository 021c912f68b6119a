"""A message sent while an answer is being written, for platforms that take it into that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import Message, Run
from widget.domain.sites import Caller, Site
from widget.domain.transcript import MessageAdded, body
from widget.providers.base import Turn
from widget.runs.ask import text_of
from widget.runs.attachments import ask_with_files, of_question
from widget.runs.opened import Accepted
from widget.runs.redact import redacted
from widget.runs.shown import shown_message
from widget.store.conversations import find_conversation

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


def hand_over(
    engine: Engine, site: Site, caller: Caller, running: Run, question: Message
) -> Accepted:
    """The message is stored; shows it, and hands it to the run. No second run starts."""
    engine.journal.append(running.conversation, body(MessageAdded(shown_message(question))))
    gevent.spawn(_tell_platform, engine, site, caller, running, question)
    return Accepted(running.conversation, question.id, running.id, running.answer)


def _tell_platform(
    engine: Engine, site: Site, caller: Caller, running: Run, question: Message
) -> None:
    """What comes of it arrives in the running run's stream, so these events are only read off."""
    try:
        provider = engine.provider_for(site)
        turn = _turn(engine, site, caller, running, question)
        for _ in ask_with_files(engine, site, provider, turn):
            pass
    except Exception as error:
        detail = redacted(f"{type(error).__name__}: {error}", site)
        log.warning("the platform did not take a follow-up", run=running.id, detail=detail)


def _turn(engine: Engine, site: Site, caller: Caller, running: Run, question: Message) -> Turn:
    with engine.store.read() as tx:
        conversation = find_conversation(tx, running.conversation)
    return Turn(
        kind="follow_up",
        text=text_of(question),
        visitor=caller.visitor,
        upstream_conversation=conversation.upstream_conversation if conversation else None,
        attachments=of_question(engine, site, caller.visitor, question),
        locale=caller.lang,
        target_run=running.upstream_run,
    )
