"""The cursor of an XpertAI run: enough for another process to go on without a seam."""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from widget.providers.xpertai.text import Tail


class Place(Struct, frozen=True, omit_defaults=True):
    """The cursor: the last event's id, and what a reader must know to go on after it.

    ``runs`` are those that wrote this answer so far, the last one being read; ``skip`` is how many
    characters of the platform's message stand in an earlier message of ours, since a run that was
    resumed goes on in the same one. ``at`` is empty where nothing of the last run was read yet.
    """

    at: str
    tail: Tail = Tail()
    steps: dict[str, str] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    skip: int = 0
    lang: str = ""

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


def place_in(place: Place | None, run: str) -> Place | None:
    """The place for a reader of this run, which may have begun after the cursor was stored."""
    if place is None or not place.runs or place.runs[-1] == run:
        return place
    return msgspec.structs.replace(
        place, at="", runs=(*place.runs, run), tail=place.tail.before_another()
    )
