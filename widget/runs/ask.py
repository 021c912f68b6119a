"""Asks the platform: one stored question becomes one ``Turn``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from widget.domain.conversations import Message, TextPart, TurnKind
from widget.domain.events import RunEvent
from widget.domain.sites import Site
from widget.providers.base import Turn
from widget.runs.live import LiveRun
from widget.store.messages import thread

if TYPE_CHECKING:
    from widget.runs.engine import Begin, Engine

HISTORY_MESSAGES = 100


class Target(Struct, frozen=True):
    """The platform's ids of what a retry, edit or follow-up is about."""

    message: str | None = None
    run: str | None = None


def ask(
    engine: Engine, site: Site, question: Message, *, kind: TurnKind, lang: str, target: Target
) -> Begin:
    """How the run begins; called in its own greenlet, so that what goes wrong is the run's."""

    def begin(live: LiveRun) -> Iterator[RunEvent]:
        live.provider = engine.provider_for(site)
        return live.provider.run(
            Turn(
                kind=kind,
                text=text_of(question),
                visitor=live.visitor,
                history=_history(engine, question),
                upstream_conversation=live.upstream_conversation,
                locale=lang,
                target_message=target.message,
                target_run=target.run,
            )
        )

    return begin


def text_of(message: Message) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart))


def _history(engine: Engine, question: Message) -> tuple[Message, ...]:
    """The shown thread before the question, without answers that never came to a word."""
    with engine.store.read() as tx:
        found = thread(tx, question.conversation, before=question.position, limit=HISTORY_MESSAGES)
    return tuple(message for message in found if message.parts)
