"""A visitor's own message, as its writer may want it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widget.domain.conversations import Message, TextPart
from widget.domain.errors import BadInput
from widget.domain.sites import Caller
from widget.store.messages import access_message

if TYPE_CHECKING:
    from widget.runs.engine import Engine


def access(engine: Engine, caller: Caller, message: str) -> Message:
    with engine.store.read() as tx:
        found = access_message(tx, caller, message)
    if found.role != "visitor":
        raise BadInput("only a visitor's own message can be edited")
    return found


def text_of(question: Message) -> str:
    return "\n".join(part.text for part in question.parts if isinstance(part, TextPart))
