"""The end of a run: its answer stored whole, then told to every frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import gevent
import msgspec
import structlog
from msgspec import Struct

from widget.domain.errors import Failure
from widget.domain.transcript import RunEnded, SuggestionsOffered, body
from widget.runs.live import LiveRun
from widget.runs.shown import shown_failure
from widget.runs.webhooks import tell_finished
from widget.store.checkpoints import RunEnding, end_run, release_run
from widget.store.conversations import mark_conversation

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

log = structlog.get_logger()

EndState = Literal["done", "stopped", "interrupted", "failed"]


class Outcome(Struct, frozen=True):
    """How a run ended here; ``handed_over`` and ``lost`` ones go on, or end, elsewhere."""

    state: EndState | Literal["handed_over", "lost"]
    failure: Failure | None = None
    retry_after_s: float | None = None


def finish(engine: Engine, live: LiveRun, outcome: Outcome) -> None:
    match outcome.state:
        case "lost":
            engine.forget(live)
        case "handed_over":
            _hand_over(engine, live)
        case state:
            _end(engine, live, state, outcome)


def _hand_over(engine: Engine, live: LiveRun) -> None:
    """Text up to the cursor, so that the next process goes on exactly there."""
    _store(
        lambda tx: release_run(tx, live.checkpoint(), owner=engine.owner, at=engine.clock()),
        engine,
        live,
    )
    engine.forget(live)


def _end(engine: Engine, live: LiveRun, state: EndState, outcome: Outcome) -> None:
    _close_answer(live)
    if state != "done":
        live.answer.settle()
    ending = RunEnding(
        state=state,
        at=engine.clock(),
        failure=outcome.failure,
        usage=msgspec.json.encode(live.usage).decode(),
        suggestions=live.suggestions if state == "done" else (),
    )
    is_ours = _store(lambda tx: _write_end(tx, engine, live, ending), engine, live)
    engine.forget(live)
    if is_ours or state == "stopped":  # stopped and gone: deleted, and another tab still shows it
        _announce(live, state, outcome, ending.suggestions)
    engine.listeners.tell(live.site, live.visitor)


def _write_end(tx: Transaction, engine: Engine, live: LiveRun, ending: RunEnding) -> bool:
    is_ours = end_run(tx, live.whole(), ending, owner=engine.owner)
    if is_ours:
        tell_finished(engine, tx, live.site, live.answer.message)
    if is_ours and not engine.journal.is_followed(live.conversation):
        mark_conversation(tx, live.conversation, is_unread=True)
    return is_ours


def _close_answer(live: LiveRun) -> None:
    try:
        live.answer.close()
    except Exception:
        log.exception("an answer's text could not be rendered", run=live.id)
        live.answer.close_plainly()


def _store(write: Callable[[Transaction], bool], engine: Engine, live: LiveRun) -> bool:
    """Writes the end, with patience: the answer stands on screen already. When the store stays away
    the lease runs out, and the checkpointed text is found and marked interrupted."""
    for pause_s in (*PAUSES_S, None):
        try:
            with engine.store.begin() as tx:
                return write(tx)
        except Exception:
            log.exception("the end of a run could not be stored", run=live.id)
        if pause_s is not None:
            gevent.sleep(pause_s)
    return True


def _announce(
    live: LiveRun, state: EndState, outcome: Outcome, suggestions: tuple[str, ...]
) -> None:
    failure = shown_failure(outcome.failure, outcome.retry_after_s) if outcome.failure else None
    live.emit(body(RunEnded(live.id, live.answer.message, state, failure)))
    if suggestions:
        live.emit(body(SuggestionsOffered(suggestions)))
