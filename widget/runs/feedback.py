"""A visitor's verdict on an answer: kept here, and passed on where the platform takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import gevent
import structlog

from widget.domain.conversations import Feedback, Message
from widget.domain.errors import BadInput, NotOffered
from widget.domain.sites import Caller, Site
from widget.providers.base import UpstreamRef
from widget.runs.clean import clean
from widget.runs.redact import redacted
from widget.runs.webhooks import tell_feedback
from widget.store.conversations import access_conversation
from widget.store.feedback import save_feedback, withdraw_feedback
from widget.store.messages import access_message
from widget.store.runs import run_of_answer

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

log = structlog.get_logger()


def give(
    engine: Engine,
    caller: Caller,
    message: str,
    *,
    verdict: Literal["like", "dislike"] | None,
    tags: tuple[str, ...] = (),
    detail: str = "",
) -> Feedback | None:
    """Replaces the verdict so far; None withdraws it."""
    site = engine.sites.find(caller.site.key) or caller.site
    if not site.options.ui.chat_bot.feedback.is_need_feedback:
        raise NotOffered("feedback is switched off on this site")
    given = _given(message, verdict, tags, detail)
    with engine.store.begin() as tx:
        answer = access_message(tx, caller, message)
        if answer.role != "assistant" or answer.state == "running":
            raise BadInput("feedback is for a finished answer")
        if given is None:
            withdraw_feedback(tx, message)
        else:
            save_feedback(tx, given, at=engine.clock())
        tell_feedback(engine, tx, site, message, given)
        ref = _ref(tx, caller, answer)
    if answer.upstream_message is not None:
        _pass_on_in_turn(engine, site, ref, answer.upstream_message, given)
    return given


def _given(
    message: str, verdict: Literal["like", "dislike"] | None, tags: tuple[str, ...], detail: str
) -> Feedback | None:
    if verdict is None:
        return None
    return Feedback(message, verdict, tuple(clean(tag) for tag in tags), clean(detail).strip())


def _ref(tx: Transaction, caller: Caller, answer: Message) -> UpstreamRef:
    run = run_of_answer(tx, answer.id)
    conversation = access_conversation(tx, caller, answer.conversation)
    return UpstreamRef(
        visitor=conversation.pseudonym,
        upstream_conversation=conversation.upstream_conversation,
        upstream_run=run.upstream_run if run else None,
        cursor=None,
    )


def _pass_on_in_turn(
    engine: Engine, site: Site, ref: UpstreamRef, message: str, given: Feedback | None
) -> None:
    """After the verdicts before it: of two that are under way at once the older one may win."""
    place = (site.key, message)
    before = engine.verdicts.get(place)

    def pass_on() -> None:
        if before is not None:
            before.join()
        _pass_on(engine, site, ref, message, given)
        if engine.verdicts.get(place) is gevent.getcurrent():
            del engine.verdicts[place]

    engine.verdicts[place] = gevent.spawn(pass_on)


def _pass_on(
    engine: Engine, site: Site, ref: UpstreamRef, message: str, given: Feedback | None
) -> None:
    """In the background: the visitor's verdict is kept whatever the platform says."""
    detail = "; ".join((*given.tags, given.detail)).strip("; ") if given else ""
    try:
        engine.provider_for(site).give_feedback(
            ref, message, verdict=given.verdict if given else None, detail=detail
        )
    except Exception as error:
        told = redacted(f"{type(error).__name__}: {error}", site)
        log.warning("feedback was not passed on", site=site.key, detail=told)
