"""What an agent asked for and nobody will answer: the conversation went on, or the run ended badly.

So that whatever is pending in a thread stands in its last message, and can still be answered.
"""

from __future__ import annotations

import msgspec

from widget.domain.conversations import InputRequestPart, Part, ToolCallPart
from widget.domain.transcript import PartChanged
from widget.runs.shown import shown_part
from widget.store.database import Transaction
from widget.store.parts import requests_of, row_of, write_parts


def settled(part: Part) -> Part | None:
    """The part as it is when nobody answers it; None when nothing was waiting."""
    match part:
        case InputRequestPart(state="pending"):
            return msgspec.structs.replace(part, state="skipped")
        case ToolCallPart(state="pending"):
            return msgspec.structs.replace(part, state="failed")
        case _:
            return None


def settle(tx: Transaction, conversation: str) -> tuple[PartChanged, ...]:
    """Everything that still waits in the shown thread; says what changed."""
    found = [
        (message, position, changed)
        for message, position, part in requests_of(tx, conversation)
        if (changed := settled(part)) is not None
    ]
    write_parts(tx, [(message, row_of(position, part)) for message, position, part in found])
    return tuple(
        PartChanged(message, position, shown_part(part)) for message, position, part in found
    )
