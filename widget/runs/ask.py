"""Asks the platform: one stored question becomes one ``Turn``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from widget.domain.conversations import Message, TextPart, TurnKind
from widget.domain.events import RunEvent
from widget.domain.inputs import Reply
from widget.domain.sites import Site
from widget.providers.base import Turn
from widget.runs.attachments import ask_with_files, of_history, of_question, of_reply
from widget.runs.live import LiveRun
from widget.store.messages import thread

if TYPE_CHECKING:
    from widget.runs.engine import Begin, Engine

HISTORY_MESSAGES = 100


class Target(Struct, frozen=True):
    """The platform's ids of what a retry, edit, follow-up or answer is about; and the answer."""

    message: str | None = None
    run: str | None = None
    reply: Reply | None = None


def ask(
    engine: Engine,
    site: Site,
    question: Message,
    *,
    kind: TurnKind,
    lang: str,
    context: Mapping[str, str],
    target: Target,
) -> Begin:
    """How the run begins; called in its own greenlet, so that what goes wrong is the run's."""

    def begin(live: LiveRun) -> Iterator[RunEvent]:
        live.provider = engine.provider_for(site)
        history = _history(engine, question)
        files = of_question(engine, site, live.visitor, question)
        earlier = of_history(engine, site, live.visitor, history)
        if target.reply is not None:  # the question went there before
            earlier |= {file.id: file for file in files}
            files = of_reply(engine, site, live.visitor, target.reply)
        turn = Turn(
            kind=kind,
            text=text_of(question),
            visitor=live.pseudonym,
            history=history,
            upstream_conversation=live.upstream_conversation,
            attachments=files,
            earlier_attachments=earlier,
            locale=lang,
            context=context,
            page=site.page.named(question.page),
            target_message=target.message,
            target_run=target.run,
            reply=target.reply,
        )
        if turn.attachments:
            return ask_with_files(engine, site, live.provider, turn, owner=live.visitor)
        return live.provider.run(turn)

    return begin


def text_of(message: Message) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart))


def _history(engine: Engine, question: Message) -> tuple[Message, ...]:
    """The shown thread before the question, without answers that never came to a word."""
    if question.position == 1:
        return ()
    with engine.store.read() as tx:
        found = thread(tx, question.conversation, before=question.position, limit=HISTORY_MESSAGES)
    return tuple(message for message in found if message.parts)
