"""What a provider's event becomes in the message that it belongs to."""

from __future__ import annotations

from typing import assert_never

from widget.domain import events
from widget.domain.conversations import (
    FilePart,
    ImagePart,
    InputRequestPart,
    NoticePart,
    Part,
    SourcePart,
    StepPart,
    WidgetPart,
)

PartEvent = (
    events.Step
    | events.Source
    | events.ImageReady
    | events.FileReady
    | events.WidgetChanged
    | events.InputRequested
    | events.Notice
)

CUT_BY_LENGTH = NoticePart("info", "", code="length")


def part_of(event: PartEvent) -> Part:
    match event:
        case events.Step():
            return StepPart(event.id, event.title, event.state, event.detail)
        case events.Source():
            return SourcePart(event.id, event.title, event.url, event.quote)
        case events.ImageReady():
            return ImagePart(event.id, event.url, event.alt)
        case events.FileReady():
            return FilePart(event.id, event.url, event.name, event.size)
        case events.WidgetChanged():
            return WidgetPart(event.id, event.tree)
        case events.InputRequested():
            return InputRequestPart(event.id, event.form)
        case events.Notice():
            return NoticePart(event.level, event.text)
        case _:
            assert_never(event)
