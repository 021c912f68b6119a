"""A message sent while an answer is being written, for platforms that take it into that answer.

One that comes when the platform is just done becomes a run of its own over there, and then here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import Message, Run
from widget.domain.events import Cursor, RunCompleted, RunEvent, RunStarted, TitleChanged, Usage
from widget.domain.sites import Caller, Site
from widget.domain.transcript import MessageAdded, body
from widget.providers.base import Provider, Turn
from widget.runs.ask import text_of
from widget.runs.attachments import ask_with_files, of_question
from widget.runs.live import LiveRun
from widget.runs.opened import Accepted, launch, open_late
from widget.runs.redact import redacted
from widget.runs.shown import shown_message
from widget.store.conversations import access_conversation, find_conversation

if TYPE_CHECKING:
    from widget.runs.engine import Engine

FORMER_ENDS_S = 10.0
_ABOUT_THE_RUN = (RunStarted, Cursor, Usage, TitleChanged, RunCompleted)

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
    """What comes of it arrives in the running run's stream, as a rule: then there is nothing here
    but what a run says of itself."""
    try:
        provider = engine.provider_for(site)
        turn = _turn(engine, site, caller, running, question)
        events = iter(ask_with_files(engine, site, provider, turn, owner=caller.visitor))
        held: list[RunEvent] = []
        for event in events:
            held.append(event)
            if not isinstance(event, _ABOUT_THE_RUN):
                _answer_apart(engine, site, caller, question, provider, chain(held, events))
                return
    except Exception as error:
        detail = redacted(f"{type(error).__name__}: {error}", site)
        log.warning("the platform did not take a follow-up", run=running.id, detail=detail)


def _answer_apart(
    engine: Engine,
    site: Site,
    caller: Caller,
    question: Message,
    provider: Provider,
    events: Iterator[RunEvent],
) -> None:
    """The follow-up came too late: what the platform answers is an answer of its own."""
    if former := engine.live.get(question.conversation):
        gevent.joinall([former.greenlet], timeout=FORMER_ENDS_S)
    engine.refuse_when_draining()
    with engine.store.begin() as tx:
        opened = open_late(
            engine, tx, access_conversation(tx, caller, question.conversation), question
        )

    def begin(live: LiveRun) -> Iterator[RunEvent]:
        live.provider = provider
        return events

    launch(engine, site, caller, opened, begin)


def _turn(engine: Engine, site: Site, caller: Caller, running: Run, question: Message) -> Turn:
    with engine.store.read() as tx:
        conversation = find_conversation(tx, running.conversation)
    return Turn(
        kind="follow_up",
        text=text_of(question),
        visitor=conversation.pseudonym if conversation else caller.visitor,
        upstream_conversation=conversation.upstream_conversation if conversation else None,
        attachments=of_question(engine, site, caller.visitor, question),
        locale=caller.lang,
        context=caller.context,
        page=site.page.named(question.page),
        target_run=running.upstream_run,
    )
