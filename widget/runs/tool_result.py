"""What the host page returned to an agent's call. When all calls of a message have their result,
one run goes on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from widget.domain.conversations import Message, ToolCallPart
from widget.domain.errors import BadInput, RunActive
from widget.domain.inputs import ToolAnswered
from widget.domain.sites import Caller
from widget.domain.transcript import PartChanged, body
from widget.runs.admission import open_site
from widget.runs.asking import go_on, locked_message, refuse_late
from widget.runs.clean import clean_tree
from widget.runs.opened import Accepted, Opened, launch
from widget.runs.shown import shown_part
from widget.runs.storable import MOST_LEVELS, nests_too_deep
from widget.store.parts import row_of, write_parts

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction

MOST_BYTES = 32_000


def take_result(
    engine: Engine, caller: Caller, message: str, call: str, *, result: Any, is_error: bool
) -> Accepted | None:
    """The run that goes on, if this was the last result that it waited for. Each is taken once: a
    repeat, or another tab's, changes nothing."""
    site = open_site(engine, caller)
    result = _bounded(result)
    with engine.store.begin() as tx:
        asked = locked_message(tx, caller, message)
        position, part = _find(asked, call)
        if part.state != "pending":
            return None
        if asked.state == "running":
            raise RunActive("results are taken when the answer that asks for them has ended")
        refuse_late(tx, asked)
        done = msgspec.structs.replace(part, state="failed" if is_error else "done", result=result)
        write_parts(tx, [(asked.id, row_of(position, done))])
        change = PartChanged(asked.id, position, shown_part(done))
        asked = locked_message(tx, caller, message)
        opened = _go_on(engine, tx, caller, asked, change)
    if opened is not None:
        return launch(engine, site, caller, opened)
    engine.journal.append(asked.conversation, body(change))
    return None


def _bounded(result: Any) -> Any:
    """As it can be stored; a host page may return anything."""
    if nests_too_deep(result):
        raise BadInput(f"the result nests deeper than {MOST_LEVELS} levels")
    size = len(msgspec.json.encode(cleaned := clean_tree(result)))
    if size > MOST_BYTES:
        raise BadInput(f"the result has {size} bytes; at most {MOST_BYTES} are taken")
    return cleaned


def _find(asked: Message, call: str) -> tuple[int, ToolCallPart]:
    for position, part in enumerate(asked.parts):
        if isinstance(part, ToolCallPart) and part.id == call:
            return position, part
    raise BadInput("this message has made no such call")


def _go_on(
    engine: Engine, tx: Transaction, caller: Caller, asked: Message, change: PartChanged
) -> Opened | None:
    calls = [part for part in asked.parts if isinstance(part, ToolCallPart)]
    if any(part.state == "pending" for part in calls):
        return None
    reply = tuple(
        ToolAnswered(part.id, part.name, part.result, is_error=part.state == "failed")
        for part in calls
    )
    return go_on(engine, tx, caller, asked, reply=reply, changes=(change,))
