"""Deltas that have already arrived travel as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from widget.domain.events import ReasoningDelta, RunEvent, TextDelta


def merged(batches: Iterable[list[RunEvent]]) -> Iterator[RunEvent]:
    """The events in order, adjacent deltas of one batch joined; never waits for the next."""
    for batch in batches:
        if len(batch) < 2:
            yield from batch
        else:
            yield from _joined(batch)


def _joined(batch: list[RunEvent]) -> list[RunEvent]:
    joined: list[RunEvent] = []
    for event in batch:
        last = joined[-1] if joined else None
        if isinstance(event, TextDelta) and isinstance(last, TextDelta):
            joined[-1] = TextDelta(last.text + event.text)
        elif isinstance(event, ReasoningDelta) and isinstance(last, ReasoningDelta):
            joined[-1] = ReasoningDelta(last.text + event.text)
        else:
            joined.append(event)
    return joined
