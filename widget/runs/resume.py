"""Runs that lost their owner: joined where the platform lets us, else marked interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import gevent
import structlog

from widget.domain.conversations import Conversation, Message, Run
from widget.domain.errors import NotOffered
from widget.domain.events import RunEvent
from widget.domain.sites import Site
from widget.providers.base import Provider
from widget.runs.asked import Asked
from widget.runs.live import LiveRun
from widget.runs.owner import is_gone
from widget.store.conversations import find_conversation, is_renamed
from widget.store.messages import find_message
from widget.store.runs import claim, ownerless_runs, owners

if TYPE_CHECKING:
    from widget.runs.engine import Engine

log = structlog.get_logger()


def keep(engine: Engine) -> None:
    while True:
        try:
            sweep(engine)
        except Exception:
            log.exception("the search for ownerless runs stumbled")
        gevent.sleep(engine.timing.watch_s)


def sweep(engine: Engine) -> None:
    """Takes over every run whose lease has ended or whose owner is gone. Never a live lease."""
    with engine.store.read() as tx:
        gone = {owner for owner in owners(tx) if owner != engine.owner and is_gone(owner)}
        found = ownerless_runs(tx, at=engine.clock(), gone=gone)
    for run in found:
        if engine.is_draining:
            return
        try:
            take_over(engine, run)
        except Exception:  # one that cannot be read must not keep the others from being found
            log.exception("a run could not be taken over", run=run.id)


def is_ownerless(engine: Engine, run: Run) -> bool:
    if run.owner is None or run.lease_ends_at is None or run.lease_ends_at < engine.clock():
        return True
    return run.owner != engine.owner and is_gone(run.owner)


def take_over(engine: Engine, run: Run) -> None:
    """Claims the run as it was read, and goes on with it; nothing when another was quicker."""
    if any(live.id == run.id for live in engine.live.values()):
        return
    with engine.store.begin() as tx:
        if not claim(tx, run, owner=engine.owner, until=engine.lease_end()):
            return
        conversation = find_conversation(tx, run.conversation)
        answer = find_message(tx, run.answer)
        asked = find_message(tx, run.about) if run.about else None
        renamed = is_renamed(tx, run.conversation)
    if conversation is None or answer is None:  # rows go together: a claimed run has both
        return
    log.info("run taken over", run=run.id, site=conversation.site, former_owner=run.owner)
    live = _revive(engine, run, conversation, answer)
    live.accepts_title = not renamed
    live.asked = Asked(asked) if asked else None
    engine.launch(live, _join)
    live.answer.announce_open()


def _revive(engine: Engine, run: Run, conversation: Conversation, answer: Message) -> LiveRun:
    site = engine.sites.find(conversation.site)
    provider = _provider(engine, site)
    # Without a cursor the platform tells everything from the start: so does the answer begin anew.
    is_told_whole = provider is not None and run.upstream_run is not None and run.cursor is None
    live = LiveRun(run, conversation, site, engine.journal, () if is_told_whole else answer.parts)
    live.provider = provider
    live.is_joined = True
    if run.cursor is not None:
        live.answer.mark()
    return live


def _provider(engine: Engine, site: Site | None) -> Provider | None:
    """The provider, when a run can be joined there now."""
    if site is None or site.is_paused or not engine.capabilities(site).join:
        return None
    return engine.provider_for(site)


def _join(live: LiveRun) -> Iterator[RunEvent]:
    if live.provider is None or live.upstream_run is None:
        raise NotOffered("the platform cannot be asked for this run")
    return live.provider.join(live.ref())
