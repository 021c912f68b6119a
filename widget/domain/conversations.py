"""One thread between a visitor and an agent: messages, their parts, runs and feedback."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from widget.domain.errors import Failure
from widget.domain.host_page import Label
from widget.domain.inputs import Form, Reply, Values

Role = Literal["visitor", "assistant"]
Access = Literal["open", "locked", "closed"]
Channel = Literal["chat", "kefu"]  # which of our doors it came through, and goes on through
MessageState = Literal["done", "running", "stopped", "interrupted", "failed"]
RunState = Literal["queued", "running", "done", "stopped", "interrupted", "failed"]
TurnKind = Literal["send", "retry", "edit", "answer", "follow_up"]


def new_id(prefix: str) -> str:
    """A fresh public id: ``vis_``, ``cnv_``, ``msg_`` or ``run_``, and 128 random bits."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


class TextPart(Struct, frozen=True, tag_field="kind", tag="text"):
    text: str


class ReasoningPart(Struct, frozen=True, tag_field="kind", tag="reasoning"):
    text: str


class StepPart(Struct, frozen=True, tag_field="kind", tag="step"):
    id: str
    title: str
    state: Literal["running", "done", "failed"]
    detail: str = ""


class SourcePart(Struct, frozen=True, tag_field="kind", tag="source"):
    id: str
    title: str
    url: str = ""
    quote: str = ""


class ImagePart(Struct, frozen=True, tag_field="kind", tag="image"):
    """``attachment`` names the file of ours that holds the picture; then ``url`` is empty."""

    id: str
    url: str
    alt: str = ""
    attachment: str = ""


class FilePart(Struct, frozen=True, tag_field="kind", tag="file"):
    id: str
    url: str
    name: str
    size: int | None = None


class AttachmentPart(Struct, frozen=True, tag_field="kind", tag="attachment"):
    """A file that the visitor sent along. ``id`` is the attachment's; ``size`` in bytes."""

    id: str
    name: str
    content_type: str
    size: int


class WidgetPart(Struct, frozen=True, tag_field="kind", tag="widget"):
    id: str
    tree: dict[str, Any]


class InputRequestPart(Struct, frozen=True, tag_field="kind", tag="input_request"):
    """``action`` and ``values`` are what the visitor answered."""

    id: str
    form: Form
    state: Literal["pending", "answered", "skipped"] = "pending"
    action: str = ""
    values: Values = {}


class ToolCallPart(Struct, frozen=True, tag_field="kind", tag="tool_call"):
    """A call into the host page. Visitors do not see it; it is kept so that a result can be matched
    and none is taken twice."""

    id: str
    name: str
    arguments: dict[str, Any]
    state: Literal["pending", "done", "failed"] = "pending"
    result: Any = None


class RemovedPart(Struct, frozen=True, tag_field="kind", tag="removed"):
    """What stood here was taken back by the platform; the place stays, so that later parts keep
    their index."""


class NoticePart(Struct, frozen=True, tag_field="kind", tag="notice"):
    """``code`` names words of our own, in the reader's language; then ``text`` is empty."""

    level: Literal["info", "warning", "danger"]
    text: str
    code: Literal["", "length"] = ""


Part = (
    TextPart
    | ReasoningPart
    | StepPart
    | SourcePart
    | ImagePart
    | FilePart
    | AttachmentPart
    | WidgetPart
    | InputRequestPart
    | ToolCallPart
    | RemovedPart
    | NoticePart
)


class Visitor(Struct, frozen=True):
    """A person on a host page. ``key_hash`` is SHA-256 of the visitor key, which is not stored.

    ``user`` is the owner's id of one whom the owner vouched for; no key finds that one. ``label``
    is what a page says without a signature: it finds nobody.
    """

    id: str
    site: str
    key_hash: str
    key_made_at: datetime
    previous_key_hash: str | None = None
    previous_key_ends_at: datetime | None = None
    user: str = ""
    name: str = ""
    context: dict[str, str] = field(default_factory=dict)
    label: Label = field(default_factory=Label)


class Conversation(Struct, frozen=True):
    """``access`` other than open: the platform takes no more messages, for ``access_reason``.

    ``upstream_visitor`` is set where the platform knows it of another visitor than whose it is now.
    ``is_unread``: an answer ended while no page showed it, and none has since.
    """

    id: str
    site: str
    visitor: str
    title: str
    upstream_conversation: str | None
    created_at: datetime
    updated_at: datetime
    access: Access = "open"
    access_reason: str = ""
    upstream_visitor: str | None = None
    channel: Channel = "chat"
    is_unread: bool = False

    @property
    def pseudonym(self) -> str:
        """Who its visitor is to the platform."""
        return self.upstream_visitor or self.visitor


class Feedback(Struct, frozen=True):
    """A visitor's verdict on one answer; withdrawing it deletes the row."""

    message: str
    verdict: Literal["like", "dislike"]
    tags: tuple[str, ...] = ()
    detail: str = ""


class Message(Struct, frozen=True):
    """One utterance. ``position`` orders a conversation's messages and has no gaps to rely on.

    A retry or an edit supersedes: the older row gets ``superseded_by`` and leaves the shown thread.
    ``page`` is what the host page said of itself when a visitor's message was sent.
    """

    id: str
    conversation: str
    role: Role
    state: MessageState
    parts: tuple[Part, ...]
    position: int
    created_at: datetime
    client_message_id: str | None = None
    upstream_message: str | None = None
    superseded_by: str | None = None
    failure: Failure | None = None
    feedback: Feedback | None = None
    page: dict[str, str] = field(default_factory=dict)


class Run(Struct, frozen=True):
    """One attempt to answer one visitor message. ``answer`` is the assistant message it writes.

    A run of kind ``answer`` goes on from the message ``about``, to which the visitor gave
    ``reply``.
    """

    id: str
    conversation: str
    question: str
    answer: str
    kind: TurnKind
    state: RunState
    owner: str | None
    lease_ends_at: datetime | None
    upstream_run: str | None = None
    cursor: str | None = None
    failure: Failure | None = None
    about: str | None = None
    reply: Reply | None = None
