"""A visitor's own copy of a conversation: all that is shown of it, oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import gevent
from msgspec import Struct

from widget.domain.conversations import (
    AttachmentPart,
    Conversation,
    InputRequestPart,
    Message,
    NoticePart,
    Part,
    SourcePart,
    WidgetPart,
)
from widget.domain.sites import Caller
from widget.domain.transcript import ShownMessage
from widget.render.plain import plain_text
from widget.render.widgets.spoken import spoken
from widget.runs.kefu_text import BETWEEN, markdown_of
from widget.runs.shown import shown_message, web_address
from widget.store.conversations import access_conversation
from widget.store.messages import thread

if TYPE_CHECKING:
    from widget.runs.engine import Engine

# The last ones; nobody reads more, and a request must end.
MOST = 2_000


class Copied(Struct, frozen=True):
    """One message, once as pages show it, once as its source. ``words`` are those of its forms and
    widgets, by the part's number; ``sources`` are titles and addresses."""

    shown: ShownMessage
    markdown: str
    words: dict[int, str]
    files: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


class Saved(Struct, frozen=True):
    conversation: Conversation
    messages: list[Message]

    def copied(self) -> Iterator[Copied]:
        """One after the other: others are served in between."""
        for message in self.messages:
            gevent.sleep(0)
            yield _copied(message)


def save(engine: Engine, caller: Caller, conversation: str) -> Saved:
    with engine.store.read() as tx:
        found = access_conversation(tx, caller, conversation)
        return Saved(found, thread(tx, found.id, limit=MOST))


def _copied(message: Message) -> Copied:
    parts = message.parts
    return Copied(
        shown=shown_message(message),
        markdown=BETWEEN.join(filter(None, map(_source_of, parts))),
        words={number: _words(part) for number, part in enumerate(parts) if _words(part)},
        files=tuple(part.name for part in parts if isinstance(part, AttachmentPart)),
        sources=tuple(
            (part.title or part.url, web_address(part.url) or "")
            for part in parts
            if isinstance(part, SourcePart)
        ),
    )


def _source_of(part: Part) -> str:
    if isinstance(part, NoticePart):
        return part.text
    return _words(part) or markdown_of((part,), lambda attachment: "")


def _words(part: Part) -> str:
    """What a form or a widget says, and what the visitor answered."""
    match part:
        case WidgetPart(tree=tree):
            return "\n".join(line["value"] for line in spoken(tree))
        case InputRequestPart():
            return "\n".join(filter(None, _asked(part)))
        case _:
            return ""


def _asked(part: InputRequestPart) -> Iterator[str]:
    yield part.form.title
    yield plain_text(part.form.text)
    for field in part.form.fields:
        labels = {choice.value: choice.label for choice in field.choices}
        given = (labels.get(value, value) for value in part.values.get(field.id, ()))
        yield f"{field.label}: {', '.join(given)}"
    yield from (action.label for action in part.form.actions if action.id == part.action)
