"""What a provider tells of one run: a closed union, ended by exactly one ``RunCompleted``.

Trouble is raised (``domain.errors``), not yielded. Text arrives as deltas in order; everything
else is keyed by an id of the provider's choosing, so that a later event updates an earlier one.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from widget.domain.inputs import Form


class RunStarted(Struct, frozen=True):
    """The platform took the question. Ids are the platform's own, stored for join and cancel."""

    upstream_conversation: str | None = None
    upstream_run: str | None = None
    upstream_message: str | None = None


class Cursor(Struct, frozen=True):
    """How far into the platform's stream everything yielded so far reaches (for ``join``)."""

    value: str


class TextDelta(Struct, frozen=True):
    text: str


class ReasoningDelta(Struct, frozen=True):
    text: str


class TextReplaced(Struct, frozen=True):
    """The whole answer text so far is to be this (a platform's correction)."""

    text: str


class Step(Struct, frozen=True):
    """A tool call, node or lookup. The same ``id`` again updates it.

    ``title`` may be shown to visitors; ``detail`` only where the owner opened it.
    """

    id: str
    title: str
    state: Literal["running", "done", "failed"]
    detail: str = ""


class Source(Struct, frozen=True):
    """A citation. ``url`` is empty or http(s)."""

    id: str
    title: str
    url: str = ""
    quote: str = ""


class ImageReady(Struct, frozen=True):
    """A picture. ``url`` is http(s), or ``data:image/…`` that the run keeps as a file of ours."""

    id: str
    url: str
    alt: str = ""


class FileReady(Struct, frozen=True):
    id: str
    url: str
    name: str
    size: int | None = None


class WidgetChanged(Struct, frozen=True):
    id: str
    tree: dict[str, Any]


class InputRequested(Struct, frozen=True):
    """The platform waits for the visitor; ``RunCompleted("tool")`` follows. The answer comes as the
    ``reply`` of a turn of kind ``answer``."""

    id: str
    form: Form


class PartRemoved(Struct, frozen=True):
    """The platform took the part with this id back."""

    id: str


class AccessChanged(Struct, frozen=True):
    """Whether this conversation takes messages; ``reason`` is the platform's word for why not."""

    access: Literal["open", "locked", "closed"]
    reason: str = ""


class Notice(Struct, frozen=True):
    """A word from the platform that the visitor may read."""

    level: Literal["info", "warning", "danger"]
    text: str


class TitleChanged(Struct, frozen=True):
    title: str


class ClientEffect(Struct, frozen=True):
    name: str
    data: dict[str, Any]


class ClientToolCalled(Struct, frozen=True):
    """The host page is asked for something; ``RunCompleted("tool")`` follows. Its results come as
    the ``reply`` of a turn of kind ``answer``, when all calls of the run have one."""

    id: str
    name: str
    arguments: dict[str, Any]


class Suggestions(Struct, frozen=True):
    items: tuple[str, ...]


class Usage(Struct, frozen=True):
    """Tokens spent; the last one wins, never added up."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None


class RunCompleted(Struct, frozen=True):
    """The good end. ``reason``: stop, length (cut by the model's limit) or tool."""

    reason: Literal["stop", "length", "tool"] = "stop"
    upstream_message: str | None = None


RunEvent = (
    RunStarted
    | Cursor
    | TextDelta
    | ReasoningDelta
    | TextReplaced
    | Step
    | Source
    | ImageReady
    | FileReady
    | WidgetChanged
    | InputRequested
    | PartRemoved
    | AccessChanged
    | Notice
    | TitleChanged
    | ClientEffect
    | ClientToolCalled
    | Suggestions
    | Usage
    | RunCompleted
)
