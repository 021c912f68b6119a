"""The message that a reply is about. Its platform may go on with what stands there: a step that was
waiting ends, a card shows what was chosen."""

from __future__ import annotations

from collections.abc import Iterable

from widget.domain import events
from widget.domain.conversations import Message, Part, RemovedPart, StepPart, WidgetPart
from widget.domain.transcript import PartChanged, ShownPart
from widget.runs.event_parts import part_of
from widget.runs.shown import shown_part
from widget.runs.storable import storable
from widget.store.parts import PartRow, row_of


class Asked:
    """``take`` keeps what is meant for the older message; everything else is the new answer's."""

    def __init__(self, message: Message) -> None:
        self.message = message.id
        self._parts = list(message.parts)
        self._changed: set[int] = set()
        self._dirty: set[int] = set()

    def take(
        self, event: events.Step | events.WidgetChanged | events.PartRemoved
    ) -> PartChanged | None:
        """What to tell the frames, when the event is about something that stands here."""
        position = self._place(event)
        if position is None:
            return None
        part = RemovedPart() if isinstance(event, events.PartRemoved) else storable(part_of(event))
        self._parts[position] = part
        self._changed.add(position)
        self._dirty.add(position)
        return PartChanged(self.message, position, shown_part(part))

    def over(self, parts: tuple[ShownPart, ...]) -> tuple[ShownPart, ...]:
        """Those of the store, with what has changed since."""
        return tuple(
            shown_part(self._parts[position]) if position in self._changed else part
            for position, part in enumerate(parts)
        )

    def take_changes(self) -> list[PartRow]:
        """The parts to store now."""
        rows = [row_of(position, self._parts[position]) for position in sorted(self._dirty)]
        self._dirty.clear()
        return rows

    def put_back(self, rows: Iterable[PartRow]) -> None:
        """These were taken but not stored."""
        self._dirty.update(row.position for row in rows)

    def _place(self, event: events.Step | events.WidgetChanged | events.PartRemoved) -> int | None:
        for position, part in enumerate(self._parts):
            if getattr(part, "id", None) == event.id and _goes_on(part, event):
                return position
        return None


def _goes_on(part: Part, event: events.Step | events.WidgetChanged | events.PartRemoved) -> bool:
    """A finished step stays as it is: its id may well be used again."""
    match event:
        case events.Step():
            return isinstance(part, StepPart) and part.state == "running"
        case events.WidgetChanged():
            return isinstance(part, WidgetPart)
        case _:
            return True
