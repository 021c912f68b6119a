"""What a visitor sees of a conversation, and the numbered events that change it.

Every event here has a place in the conversation's journal. Its *body* is JSON text without a
number: an object (``{"type": …}``) or, for patches, a short array. ``numbered`` puts the journal's
``seq`` in front, so a body is encoded once however many frames follow.

A patch changes the open part, which is the text or reasoning part that the latest ``part`` event
opened. The part's root element has depth 0; depth *d* is the element reached by going *d* times to
the last child **element**.

======================  =====================================================================
``[seq, d, "text"]``    append this text to the last text node of the element at depth d
                        (a new text node when its last child is an element)
``[seq, d, n, "html"]`` drop the last n child nodes (elements and text nodes both count; adjacent
                        text is one node) of the element at depth d, then append this HTML there
``[seq, -1, i, "html"]`` replace child element i of the part's root by this HTML
======================  =====================================================================
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from widget.domain.conversations import Access, Feedback, MessageState, Role
from widget.domain.errors import Failure
from widget.domain.remedies import Remedy

# The kinds of callout in an answer (``> [!NOTE]``).
CALLOUTS = ("note", "tip", "important", "warning", "caution")


class ShownPart(Struct, frozen=True, omit_defaults=True):
    """A part as the frame gets it. Text, reasoning, widgets and input requests carry ``html`` made
    and cleaned here; every other kind carries data that the frame puts into its own templates.
    ``attachment`` names a file of ours, whose address the frame asks for when it is wanted.

    A visitor's own message is plain ``text``. ``image`` and ``file`` never load by themselves.
    """

    kind: str
    html: str | None = None
    text: str | None = None
    id: str | None = None
    title: str | None = None
    state: str | None = None
    detail: str | None = None
    url: str | None = None
    quote: str | None = None
    level: str | None = None
    name: str | None = None
    size: int | None = None
    content_type: str | None = None
    data: dict[str, Any] | None = None
    attachment: str | None = None


class ShownFailure(Struct, frozen=True, omit_defaults=True):
    """The frame has a text for each ``code``. ``retry_after_s`` may be unknown. ``remedy``: what a
    visitor can do about it (``domain.remedies``)."""

    code: Failure
    retryable: bool
    retry_after_s: int | None = None
    remedy: Remedy | None = None


class ShownMessage(Struct, frozen=True, omit_defaults=True):
    id: str
    role: Role
    state: MessageState
    created_at: datetime
    parts: tuple[ShownPart, ...] = ()
    client_message_id: str | None = None
    failure: ShownFailure | None = None
    feedback: Feedback | None = None


class ShownRun(Struct, frozen=True):
    id: str
    message: str


class ShownConversation(Struct, frozen=True):
    """A conversation whole, true at ``seq`` of the journal life ``epoch``.

    ``id`` is empty before the first message. ``messages`` are the last 50 of the shown thread,
    oldest first; ``has_more`` says that ``history.before`` finds older ones.
    """

    id: str
    title: str
    epoch: str
    seq: int
    messages: tuple[ShownMessage, ...]
    has_more: bool = False
    run: ShownRun | None = None
    suggestions: tuple[str, ...] = ()
    access: Access = "open"
    access_reason: str = ""


class MessageAdded(Struct, frozen=True, tag_field="type", tag="message.added"):
    """A visitor message was stored, or an empty running answer opened.

    ``supersedes`` names messages that leave the shown thread (retry, edit).
    """

    message: ShownMessage
    supersedes: tuple[str, ...] = ()


class RunStarted(Struct, frozen=True, tag_field="type", tag="run.started"):
    run: str
    message: str


class PartChanged(Struct, frozen=True, tag_field="type", tag="part"):
    """Part ``index`` of ``message`` is now this. A text or reasoning part becomes the open one."""

    message: str
    index: int
    part: ShownPart


class SuggestionsOffered(Struct, frozen=True, tag_field="type", tag="suggestions"):
    items: tuple[str, ...]


class EffectFired(Struct, frozen=True, tag_field="type", tag="effect"):
    name: str
    data: dict[str, Any]


class ToolCalled(Struct, frozen=True, tag_field="type", tag="tool.called"):
    """The host page is asked; the frame answers with ``tool.result``."""

    message: str
    id: str
    name: str
    arguments: dict[str, Any]


class TitleChanged(Struct, frozen=True, tag_field="type", tag="title"):
    title: str


class AccessChanged(Struct, frozen=True, tag_field="type", tag="access"):
    access: Access
    reason: str


class RunEnded(Struct, frozen=True, tag_field="type", tag="run.ended"):
    run: str
    message: str
    state: Literal["done", "stopped", "interrupted", "failed"]
    failure: ShownFailure | None = None


class Append(Struct, frozen=True, array_like=True):
    depth: int
    text: str


class Graft(Struct, frozen=True, array_like=True):
    depth: int
    drop: int
    html: str


class Swap(Struct, frozen=True):
    """On the wire ``[-1, block, html]``."""

    block: int
    html: str


Patch = Append | Graft | Swap

ConversationEvent = (
    MessageAdded
    | RunStarted
    | PartChanged
    | SuggestionsOffered
    | EffectFired
    | ToolCalled
    | TitleChanged
    | AccessChanged
    | RunEnded
)

_encode = msgspec.json.Encoder().encode


def body(event: ConversationEvent | Patch) -> str:
    """The event as unnumbered JSON text."""
    if isinstance(event, Swap):
        return _encode((-1, event.block, event.html)).decode()
    return _encode(event).decode()


def numbered(seq: int, body: str) -> str:
    """The text frame of one journal entry."""
    if body[0] == "[":
        return f"[{seq},{body[1:]}"
    return f'{{"seq":{seq},{body[1:]}'
