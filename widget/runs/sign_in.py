"""A visitor whom the owner vouches for takes along what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widget.domain.conversations import Conversation
from widget.domain.sites import Caller
from widget.runs.visitors import row_of
from widget.store.attachments import hand_attachments
from widget.store.conversations import find_conversation, hand_conversation, lock_conversation
from widget.store.visitors import ensure_visitor, update_visitor

if TYPE_CHECKING:
    from widget.runs.engine import Engine
    from widget.store.database import Transaction


def sign_in(engine: Engine, person: Caller, former: str | None, conversation: str) -> bool:
    """Hands over the open conversation of ``former``, the anonymous visitor of the same screen,
    with its running answer, and files that wait to be sent. Whether that conversation is the
    person's now; a repeat finds it so."""
    row = row_of(person, engine.clock())
    with engine.store.begin() as tx:
        found = _theirs(tx, person, former, conversation)
        if found is not None and found.visitor == former:
            ensure_visitor(tx, row, at=engine.clock())
            hand_conversation(tx, found, to=person.visitor)
        else:
            update_visitor(tx, row)
        if former is not None:
            hand_attachments(
                tx,
                person.site.key,
                conversation=found.id if found else None,
                visitor=former,
                to=person.visitor,
            )
    live = engine.live.get(conversation)
    if found is not None and live is not None:
        live.visitor = person.visitor
    return found is not None


def _theirs(
    tx: Transaction, person: Caller, former: str | None, conversation: str
) -> Conversation | None:
    """The conversation, when it is the person's or the former visitor's on this site."""
    if not conversation:
        return None
    lock_conversation(tx, conversation)
    found = find_conversation(tx, conversation)
    if found is None or found.site != person.site.key:
        return None
    return found if found.visitor in {person.visitor, former} else None
