"""What a webhook tells: the bodies, version 1.

The shape is that of Standard Webhooks (``type``, ``timestamp``, ``data``); a field is only ever
added, else ``version`` grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from widget.domain.apis import WebhookEvent
from widget.domain.conversations import MessageState, TurnKind
from widget.domain.errors import Failure
from widget.domain.host_page import Label
from widget.domain.inputs import Values

# A customer database wants to know what was said; it does not want a book.
MOST_CHARS = 50_000


class ToldVisitor(Struct, frozen=True):
    """``id`` is ours. ``user`` and ``name`` are the owner's, of a visitor who is signed in.
    ``unsigned`` is what a page said last of who it is: anybody may have made it say so."""

    id: str
    user: str | None = None
    name: str | None = None
    unsigned: Label | None = None


class ToldConversation(Struct, frozen=True):
    id: str
    title: str
    channel: str
    started_at: datetime


class ToldFile(Struct, frozen=True):
    name: str
    content_type: str
    size: int


class ToldQuestion(Struct, frozen=True):
    """``is_cut``: the text was longer than ``MOST_CHARS``."""

    id: str
    text: str
    asked_at: datetime
    files: tuple[ToldFile, ...] = ()
    is_cut: bool = False


class ToldAnswer(Struct, frozen=True):
    """``text`` is Markdown, as far as it came. ``kind`` is what the visitor did: ``send``, or
    ``retry`` and ``edit``, whose answer takes the place of an earlier one."""

    id: str
    text: str
    state: MessageState
    failure: Failure | None
    kind: TurnKind
    is_cut: bool = False


class ToldForm(Struct, frozen=True, tag_field="kind", tag="form"):
    """What the visitor filled in, by field; ids of ours stand for files."""

    action: str
    values: Values
    is_skipped: bool


class ToldAction(Struct, frozen=True, tag_field="kind", tag="action"):
    """A control of a card that the visitor used."""

    action: str
    payload: dict[str, Any]


class ToldVerdict(Struct, frozen=True):
    verdict: Literal["like", "dislike"]
    tags: tuple[str, ...]
    detail: str


class StartedData(Struct, frozen=True):
    """``origin`` is the page that the chat stood on."""

    site: str
    conversation: ToldConversation
    visitor: ToldVisitor
    question: ToldQuestion
    origin: str
    lang: str


class FinishedData(Struct, frozen=True):
    """``reply``: what was answered to a form or card, where that led to this answer.
    ``follow_ups``: what the visitor sent while it was being written, and went into it."""

    site: str
    conversation: ToldConversation
    visitor: ToldVisitor
    question: ToldQuestion
    answer: ToldAnswer
    reply: ToldForm | ToldAction | None
    follow_ups: tuple[ToldQuestion, ...]


class FeedbackData(Struct, frozen=True):
    """``feedback`` is null when the visitor took the verdict back."""

    site: str
    conversation: ToldConversation
    visitor: ToldVisitor
    question: ToldQuestion
    answer: ToldAnswer
    feedback: ToldVerdict | None


class ConversationStarted(Struct, frozen=True, tag_field="type", tag="conversation.started"):
    """A visitor has sent the first message of a conversation."""

    timestamp: datetime
    data: StartedData
    version: Literal[1] = 1


class MessageFinished(Struct, frozen=True, tag_field="type", tag="message.finished"):
    """An answer has ended: it is done, or was stopped, interrupted, or failed."""

    timestamp: datetime
    data: FinishedData
    version: Literal[1] = 1


class FeedbackGiven(Struct, frozen=True, tag_field="type", tag="feedback.given"):
    """A visitor has judged an answer, judged it anew, or taken the verdict back."""

    timestamp: datetime
    data: FeedbackData
    version: Literal[1] = 1


WebhookBody = ConversationStarted | MessageFinished | FeedbackGiven

# For the description of the API: what is posted for each event.
WEBHOOK_BODIES: Mapping[WebhookEvent, type[WebhookBody]] = {
    "conversation.started": ConversationStarted,
    "message.finished": MessageFinished,
    "feedback.given": FeedbackGiven,
}


def event_of(body: WebhookBody) -> WebhookEvent:
    return next(event for event, type_ in WEBHOOK_BODIES.items() if isinstance(body, type_))


def cut(text: str) -> tuple[str, bool]:
    """The text as far as it is told, and whether that is not all of it."""
    return text[:MOST_CHARS], len(text) > MOST_CHARS
