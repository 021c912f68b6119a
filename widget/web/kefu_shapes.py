"""The kefu contract's words: what its three calls take, and the ``data`` that they give.

Field names, types and defaults are those of its document; what is extra says so. Whatever clients
of PHP back ends send is taken: forms, numbers and switches as text, null for what is not there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from widget.domain.conversations import Conversation, Message
from widget.domain.events import Usage
from widget.domain.patterns import END
from widget.runs.kefu_text import AddressOf, markdown_of

OUR_PREFIX, THEIR_PREFIX = "cnv_", "conv_"
DEFAULT_LIMIT, MOST_MESSAGES = 20, 100
LONGEST_WAIT_S = 50  # mini-programs give up after 60

Name = (
    Annotated[str, Meta(max_length=200)]
    | Annotated[int, Meta(ge=-(2**53), le=2**53)]  # an id that the host's database counted up
    | None
)
Switch = bool | Literal[0, 1, "0", "1", "true", "false", "", None]
Count = (
    Annotated[int, Meta(ge=0, le=1_000_000_000)]
    | Annotated[str, Meta(pattern=rf"^[0-9]*{END}", max_length=9)]
    | None
)
FinishReason = Literal["stop", "length", "content_filter", "abort"]


class WhoAsks(Struct, frozen=True):
    """``user_id`` counts where the site believes unsigned ids, and no user token is there."""

    user_id: Name = None


class ChatAsked(WhoAsks, frozen=True, kw_only=True):
    """``client_msg_id`` (extra): sent again with the same one, a message is not stored twice.
    ``wait_s`` (extra): for how many seconds an answer that is not streamed is waited for."""

    message: str
    conversation_id: Name = None
    stream: Switch = False
    client_msg_id: Annotated[str, Meta(pattern=rf"^([A-Za-z0-9_-]{{8,64}})?{END}")] | None = None
    wait_s: Count = LONGEST_WAIT_S


class HistoryAsked(WhoAsks, frozen=True, kw_only=True):
    """``order`` (extra): with ``desc`` the newest come first, and ``offset`` counts from them."""

    conversation_id: Name
    limit: Count = DEFAULT_LIMIT
    offset: Count = 0
    order: Literal["asc", "desc", "", None] = "asc"


class ConversationAsked(WhoAsks, frozen=True):
    pass


class UsageSaid(Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatSaid(Struct, frozen=True):
    """``usage_known`` (extra): whether the platform counted; else the three are 0 or a part."""

    conversation_id: str
    reply: str
    message_id: str
    finish_reason: FinishReason
    usage: UsageSaid
    usage_known: bool


class MessageSaid(Struct, frozen=True):
    id: str
    role: Literal["user", "assistant"]
    content: str
    created_at: str


class HistorySaid(Struct, frozen=True):
    messages: list[MessageSaid]
    total: int
    limit: int
    offset: int


class ConversationSaid(Struct, frozen=True):
    conversation_id: str
    name: str
    created_at: str


class AnswerPending(Struct, frozen=True):
    """Where the answer will be found that took too long to wait for."""

    conversation_id: str
    message_id: str


class Success(Struct, frozen=True, kw_only=True):
    """``timestamp`` is Unix seconds."""

    code: Literal[0] = 0
    message: Literal["success"] = "success"
    timestamp: int


class ChatAnswered(Success, frozen=True, kw_only=True):
    data: ChatSaid


class HistoryAnswered(Success, frozen=True, kw_only=True):
    data: HistorySaid


class ConversationAnswered(Success, frozen=True, kw_only=True):
    data: ConversationSaid


class Refused(Struct, frozen=True):
    """``message`` is for the person, ``error`` (extra) a stable word for programs. ``retryable``
    (extra): the same call may succeed later."""

    code: int
    message: str
    error: str
    retryable: bool
    timestamp: int
    data: AnswerPending | None = None


def name_of(given: Name) -> str:
    """Numbers as text; empty for nothing."""
    return "" if given is None else str(given)


def is_on(given: Switch) -> bool:
    return given in (True, "1", "true")


def count_of(given: Count, default: int) -> int:
    """Empty text counts as nothing."""
    return default if given in (None, "") else int(given)


def conversation_asked(given: Name) -> str | None:
    """Our id for one of the contract, which begins otherwise; nobody's for anything else. None
    when none was given."""
    name = name_of(given)
    if not name:
        return None
    rest = name.removeprefix(THEIR_PREFIX)
    return "" if rest == name else OUR_PREFIX + rest


def their_id(conversation: str) -> str:
    return THEIR_PREFIX + conversation.removeprefix(OUR_PREFIX)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def conversation_said(conversation: Conversation) -> ConversationSaid:
    return ConversationSaid(
        conversation_id=their_id(conversation.id),
        name=conversation.title,
        created_at=moment(conversation.created_at),
    )


def message_said(message: Message, address_of: AddressOf) -> MessageSaid:
    return MessageSaid(
        id=message.id,
        role="user" if message.role == "visitor" else "assistant",
        content=markdown_of(message.parts, address_of),
        created_at=moment(message.created_at),
    )


def usage_said(usage: Usage) -> tuple[UsageSaid, bool]:
    """The three as far as they are known, and whether they are."""
    asked, answered = usage.input_tokens or 0, usage.output_tokens or 0
    total = asked + answered if usage.total_tokens is None else usage.total_tokens
    is_known = usage.input_tokens is not None and usage.output_tokens is not None
    return UsageSaid(asked, answered, total), is_known
