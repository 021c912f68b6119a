"""The cursor of an XpertAI run: enough for another process to go on without a seam."""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from widget.providers.xpertai.text import Tail


class Place(Struct, frozen=True, omit_defaults=True):
    """The cursor: the last event's id, and what a reader must know to go on after it."""

    at: str
    tail: Tail = Tail()
    steps: dict[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()


def parse_place(cursor: str | None) -> Place | None:
    """Where a stored cursor stands; None for none, or one that is not ours."""
    if not cursor:
        return None
    try:
        return msgspec.json.decode(cursor, type=Place)
    except msgspec.MsgspecError:
        return None
