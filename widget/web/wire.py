"""The socket language, version 1: two closed unions of text frames (docs/protocol.md).

``static/frame/wire.js`` says the same in JSDoc; ``tests/contract/test_wire.py`` holds both together.
Numbered events are made in ``domain.transcript`` and reach the socket as finished text.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Meta, Struct
from typing_extensions import Annotated

from widget.domain.conversations import Feedback
from widget.domain.errors import BadInput
from widget.domain.transcript import ShownConversation, ShownMessage

VERSION = 1

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
ClientMessageId = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[\w-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=32_000)]


class _Command(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_Command, tag="hello"):
    """The first frame. ``conversation``, ``epoch`` and ``seq`` say what stands on screen already."""

    token: Annotated[str, Meta(max_length=4096)]
    lang: Annotated[str, Meta(max_length=35)] = ""
    conversation: Id | None = None
    epoch: Annotated[str, Meta(max_length=64)] | None = None
    seq: Annotated[int, Meta(ge=0)] | None = None


class MessageSend(_Command, tag="message.send"):
    client_message_id: ClientMessageId
    text: Text
    conversation: Id | None = None


class MessageRetry(_Command, tag="message.retry"):
    """``message`` is the answer to be tried again."""

    message: Id


class MessageEdit(_Command, tag="message.edit"):
    """``message`` is the visitor's own message that the new text supersedes."""

    message: Id
    client_message_id: ClientMessageId
    text: Text


class RunStop(_Command, tag="run.stop"):
    run: Id


class FeedbackGive(_Command, tag="feedback.give"):
    """``verdict`` null withdraws."""

    message: Id
    verdict: Literal["like", "dislike"] | None
    tags: Annotated[tuple[Annotated[str, Meta(max_length=30)], ...], Meta(max_length=10)] = ()
    detail: Annotated[str, Meta(max_length=2000)] = ""


class InputAnswer(_Command, tag="input.answer"):
    message: Id
    request: Annotated[str, Meta(max_length=200)]
    answer: dict[str, Any]


class ToolResult(_Command, tag="tool.result"):
    id: Annotated[str, Meta(max_length=200)]
    result: Any


class ConversationNew(_Command, tag="conversation.new"):
    pass


class ConversationOpen(_Command, tag="conversation.open"):
    conversation: Id


class ConversationList(_Command, tag="conversation.list"):
    pass


class ConversationRename(_Command, tag="conversation.rename"):
    conversation: Id
    title: Annotated[str, Meta(min_length=1, max_length=100)]


class ConversationDelete(_Command, tag="conversation.delete"):
    conversation: Id


class HistoryBefore(_Command, tag="history.before"):
    """Older messages than ``message``, at most 50."""

    conversation: Id
    message: Id


class TokenRenew(_Command, tag="token.renew"):
    pass


class Ping(_Command, tag="ping"):
    pass


Command = (
    Hello
    | MessageSend
    | MessageRetry
    | MessageEdit
    | RunStop
    | FeedbackGive
    | InputAnswer
    | ToolResult
    | ConversationNew
    | ConversationOpen
    | ConversationList
    | ConversationRename
    | ConversationDelete
    | HistoryBefore
    | TokenRenew
    | Ping
)


class _Event(Struct, frozen=True, tag_field="type", omit_defaults=True):
    pass


class Offered(Struct, frozen=True):
    """What this site's provider and options let the visitor do."""

    retry: bool
    edit: bool
    feedback: bool


class Ready(_Event, tag="ready"):
    """Answer to ``hello``. ``conversation`` is null for a visitor without one.

    Numbered events after ``seq`` of the hello follow (replay), or a ``conversation`` event does.
    """

    version: int
    conversation: str | None
    epoch: str
    seq: int
    offered: Offered


class ConversationShown(_Event, tag="conversation"):
    """A conversation whole: throw away what stands on screen and show this."""

    conversation: ShownConversation


class ConversationRow(Struct, frozen=True):
    id: str
    title: str
    updated_at: str


class Conversations(_Event, tag="conversations"):
    items: tuple[ConversationRow, ...]


class History(_Event, tag="history"):
    """Messages before ``before``, oldest first."""

    conversation: str
    before: str
    messages: tuple[ShownMessage, ...]
    has_more: bool


class MessageAccepted(_Event, tag="message.accepted"):
    """The message is stored. Sent once to the sender, also when ``client_message_id`` is a repeat."""

    client_message_id: str
    conversation: str
    message: str


class FeedbackSaved(_Event, tag="feedback.saved"):
    """``feedback`` null: withdrawn."""

    message: str
    feedback: Feedback | None


class Token(_Event, tag="token"):
    token: str
    expires_in_s: int


class Error(_Event, tag="error"):
    """``ref`` is the ``client_message_id`` or the ``type`` of the command that was refused.

    ``code`` is a ``ChatdockError`` code; ``message`` explains it to a person in the frame's language.
    """

    code: str
    message: str
    retryable: bool
    retry_after_s: int | None = None
    ref: str | None = None


class Restart(_Event, tag="restart"):
    """The server is about to restart; it closes with 1012 next."""


class Pong(_Event, tag="pong"):
    pass


ServerEvent = (
    Ready
    | ConversationShown
    | Conversations
    | History
    | MessageAccepted
    | FeedbackSaved
    | Token
    | Error
    | Restart
    | Pong
)

_decoder = msgspec.json.Decoder(Command)
_encode = msgspec.json.Encoder().encode


def parse(frame: str | bytes) -> Command:
    """One client frame; raises ``BadInput`` naming the field at fault."""
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(str(error)) from error


def encode(event: ServerEvent) -> str:
    return _encode(event).decode()
