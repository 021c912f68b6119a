"""The socket language, version 1: two closed unions of text frames (docs/protocol.md).

``static/frame/wire.js`` says the same in JSDoc; ``tests/contract/test_wire.py`` holds both
together.
Numbered events are made in ``domain.transcript`` and reach the socket as finished text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from widget.domain.conversations import Feedback
from widget.domain.errors import BadInput
from widget.domain.host_page import Label, PageContext
from widget.domain.remedies import Remedy
from widget.domain.titles import TITLE_CHARS
from widget.domain.transcript import ShownConversation, ShownMessage

VERSION = 1

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
ClientMessageId = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[\w-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=32_000)]


class _Command(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Hello(_Command, frozen=True, tag="hello"):
    """The first frame. ``conversation``, ``epoch`` and ``seq`` say what stands on screen already.

    Without ``conversation``, a given ``epoch`` says that an empty conversation stands there and is
    to stay; without either the visitor's latest conversation is sent whole.
    """

    token: Annotated[str, Meta(max_length=4096)]
    lang: Annotated[str, Meta(max_length=35)] = ""
    conversation: Id | None = None
    epoch: Annotated[str, Meta(max_length=64)] | None = None
    seq: Annotated[int, Meta(ge=0)] | None = None


class MessageSend(_Command, frozen=True, tag="message.send"):
    """``attachments`` are ids of uploaded files; with one, ``text`` may be empty. ``page`` is what
    the host page says of itself, ``label`` whom it calls the visitor; both unsigned. A retry, an
    edit and what the agent asks for in between go with the ``page`` of the question."""

    client_message_id: ClientMessageId
    text: Annotated[str, Meta(max_length=32_000)] = ""
    conversation: Id | None = None
    attachments: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()
    page: PageContext = {}
    label: Label | None = None


class MessageRetry(_Command, frozen=True, tag="message.retry"):
    """``message`` is the answer to be tried again."""

    message: Id


class MessageEdit(_Command, frozen=True, tag="message.edit"):
    """``message`` is the visitor's own message that the new text supersedes."""

    message: Id
    client_message_id: ClientMessageId
    text: Text


class RunStop(_Command, frozen=True, tag="run.stop"):
    run: Id


class FeedbackGive(_Command, frozen=True, tag="feedback.give"):
    """``verdict`` null withdraws."""

    message: Id
    verdict: Literal["like", "dislike"] | None
    tags: Annotated[tuple[Annotated[str, Meta(max_length=30)], ...], Meta(max_length=10)] = ()
    detail: Annotated[str, Meta(max_length=2000)] = ""


class InputAnswer(_Command, frozen=True, tag="input.answer"):
    """``part`` of ``message`` was filled in: ``action`` names the button of an input request, or
    the control of a widget; ``values`` are the fields around it by name."""

    message: Id
    part: Annotated[int, Meta(ge=0)]
    action: Annotated[str, Meta(max_length=200)] = ""
    values: Annotated[
        dict[
            Annotated[str, Meta(max_length=200)],
            Annotated[tuple[Annotated[str, Meta(max_length=8_000)], ...], Meta(max_length=50)],
        ],
        Meta(max_length=50),
    ] = {}
    is_skipped: bool = False


class ToolResult(_Command, frozen=True, tag="tool.result"):
    """What the host page returned; a failure's ``result`` is text."""

    message: Id
    id: Annotated[str, Meta(max_length=200)]
    result: Any = None
    is_error: bool = False


class ConversationNew(_Command, frozen=True, tag="conversation.new"):
    pass


class ConversationOpen(_Command, frozen=True, tag="conversation.open"):
    conversation: Id


class ConversationList(_Command, frozen=True, tag="conversation.list"):
    """Those used before ``before``, or the last used ones; at most 50. With ``search``, of those
    that have each of its words in their title or in what was said."""

    before: Id | None = None
    search: Annotated[str, Meta(max_length=100)] = ""


class ConversationRename(_Command, frozen=True, tag="conversation.rename"):
    conversation: Id
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARS)]


class ConversationDelete(_Command, frozen=True, tag="conversation.delete"):
    conversation: Id


class HistoryBefore(_Command, frozen=True, tag="history.before"):
    """Older messages than ``message``, at most 50."""

    conversation: Id
    message: Id


class TokenRenew(_Command, frozen=True, tag="token.renew"):
    pass


class Ping(_Command, frozen=True, tag="ping"):
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


class UploadsOffered(Struct, frozen=True):
    """Media types, bytes a file, files a message."""

    accept: tuple[str, ...]
    max_bytes: int
    max_count: int


class Offered(Struct, frozen=True):
    """What this site's provider and options let the visitor do."""

    retry: bool
    edit: bool
    feedback: bool
    follow_up: bool = False
    uploads: UploadsOffered | None = None


class Ready(_Event, frozen=True, tag="ready"):
    """Answer to ``hello``. ``conversation`` is null for a visitor without one.

    Numbered events after ``seq`` of the hello follow (replay), or a ``conversation`` event does.
    """

    version: int
    conversation: str | None
    epoch: str
    seq: int
    offered: Offered


class ConversationShown(_Event, frozen=True, tag="conversation"):
    """A conversation whole: throw away what stands on screen and show this."""

    conversation: ShownConversation


class ConversationRow(Struct, frozen=True, omit_defaults=True):
    """``is_running``: an answer is being written. ``is_unread``: one has ended that no page showed.
    ``excerpt``: plain text around what was searched for, where something said has it."""

    id: str
    title: str
    updated_at: datetime
    is_running: bool = False
    is_unread: bool = False
    excerpt: str = ""


class Conversations(_Event, frozen=True, tag="conversations"):
    """The last used first. ``before`` and ``search`` as they were asked for; without either, these
    are the newest."""

    items: tuple[ConversationRow, ...]
    has_more: bool
    before: str | None = None
    search: str = ""


class ConversationsStale(_Event, frozen=True, tag="conversations.stale"):
    """The list that was asked for is not true any more. Said once, until it is asked for again."""


class History(_Event, frozen=True, tag="history"):
    """Messages before ``before``, oldest first."""

    conversation: str
    before: str
    messages: tuple[ShownMessage, ...]
    has_more: bool


class MessageAccepted(_Event, frozen=True, tag="message.accepted"):
    """The message is stored. Sent to the sender, also when ``client_message_id`` is a repeat.

    ``epoch`` is that of a conversation which this message began; all its events follow.
    """

    client_message_id: str
    conversation: str
    message: str
    epoch: str | None = None


class FeedbackSaved(_Event, frozen=True, tag="feedback.saved"):
    """``feedback`` null: withdrawn."""

    message: str
    feedback: Feedback | None


class HostAction(_Event, frozen=True, tag="action"):
    """A widget's control was used in this frame that the host page handles: tell it, and nobody
    else. ``data`` is the control's payload with the fields around it."""

    name: str
    data: dict[str, Any]


class Token(_Event, frozen=True, tag="token"):
    token: str
    expires_in_s: int


class Error(_Event, frozen=True, tag="error"):
    """``ref`` is the ``client_message_id`` or the ``type`` of the command that was refused.

    ``code`` is a ``ChatdockError`` code; ``message`` explains it to a person in the frame's
    language; ``remedy`` is what that person can do about it (``domain.remedies``).
    """

    code: str
    message: str
    retryable: bool
    retry_after_s: int | None = None
    ref: str | None = None
    remedy: Remedy | None = None


class Restart(_Event, frozen=True, tag="restart"):
    """The server is about to restart; it closes with 1012 next."""


class Pong(_Event, frozen=True, tag="pong"):
    pass


ServerEvent = (
    Ready
    | ConversationShown
    | Conversations
    | ConversationsStale
    | History
    | MessageAccepted
    | FeedbackSaved
    | HostAction
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
        command: Command = _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(str(error)) from error
    except RecursionError:
        raise BadInput("the frame nests too deep") from None
    return command


def encode(event: ServerEvent) -> str:
    return _encode(event).decode()
