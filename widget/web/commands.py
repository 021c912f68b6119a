"""What a frame may ask for: one function for each kind of command."""

from __future__ import annotations

from typing import assert_never

import msgspec
import structlog

from widget.domain.conversations import Feedback
from widget.domain.errors import BadInput, ChatdockError, Unauthorized
from widget.runs import conversations, feedback, listed, start, stop
from widget.runs.opened import Accepted
from widget.runs.reply import HostAction
from widget.web import wire
from widget.web.admit import embed_token, token_lasts_s
from widget.web.answering import give_answer, give_result, pressed_of
from widget.web.connection import Connection, error_event, refuse
from widget.web.visitors import is_known

log = structlog.get_logger(__name__)

Sending = wire.MessageSend | wire.MessageRetry | wire.MessageEdit
Browsing = (
    wire.ConversationNew
    | wire.ConversationOpen
    | wire.ConversationList
    | wire.ConversationRename
    | wire.ConversationDelete
    | wire.HistoryBefore
)


def serve(connection: Connection, frame: str | bytes) -> bool:
    """One frame; False when it could not be read."""
    try:
        command = wire.parse(frame)
    except BadInput as error:
        _answer(connection, error, None)
        return False
    try:
        obey(connection, command)
    except ChatdockError as error:
        _answer(connection, error, _ref(command))
    except Exception as error:
        log.exception("command failed", site=connection.caller.site.key, command=_type(command))
        _answer(connection, error, _ref(command))
    return True


def obey(connection: Connection, command: wire.Command) -> None:
    """Does what was asked, or raises why not."""
    match command:
        case wire.MessageSend() | wire.MessageRetry() | wire.MessageEdit():
            send(connection, command)
        case wire.RunStop():
            stop.stop(connection.services.engine, connection.caller, command.run)
        case wire.FeedbackGive():
            give_feedback(connection, command)
        case wire.InputAnswer() | wire.ToolResult():
            reply(connection, command)
        case wire.TokenRenew():
            renew(connection)
        case wire.Ping():
            connection.send(wire.Pong())
        case wire.Hello():
            raise BadInput("hello is said once, first")
        case _:
            browse(connection, command)


def send(connection: Connection, command: Sending) -> None:
    """A message, or another try at its answer: both cost a message of the budget."""
    with connection.services.limits.message(connection.caller) as ticket:
        accepted = _start(connection, command)
        if not accepted.is_repeat:
            ticket.count()
    if not isinstance(command, wire.MessageRetry):
        _acknowledge(connection, command, accepted)


def renew(connection: Connection) -> None:
    """A new token, unless the visitor's key was replaced meanwhile: then the frame asks by HTTP,
    where its cookie has the new one."""
    caller = connection.caller
    if is_known(caller.site, caller.visitor, caller.key_hash):
        connection.send(wire.Token(embed_token(caller), token_lasts_s(caller)))
    else:
        gone = Unauthorized("the visitor's key was replaced")
        refuse(connection.line, gone, connection.services.texts, caller.lang)


def give_feedback(connection: Connection, command: wire.FeedbackGive) -> None:
    """Each verdict may be passed on to the platform, so there is a bound to them."""
    caller = connection.caller
    connection.services.limits.knock(caller.site, caller.address)
    given: Feedback | None = feedback.give(
        connection.services.engine,
        caller,
        command.message,
        verdict=command.verdict,
        tags=command.tags,
        detail=command.detail,
    )
    connection.send(wire.FeedbackSaved(command.message, given))


def reply(connection: Connection, command: wire.InputAnswer | wire.ToolResult) -> None:
    """What comes of it is told to every frame; only what is for the host page, to this one."""
    if isinstance(command, wire.ToolResult):
        return give_result(connection.services, connection.caller, command)
    found = give_answer(connection.services, connection.caller, pressed_of(command))
    if isinstance(found, HostAction):
        connection.send(wire.HostAction(found.name, found.data))
    return None


def browse(connection: Connection, command: Browsing) -> None:
    """The visitor's conversations: another one, a new one, their list, older messages."""
    engine, caller = connection.services.engine, connection.caller
    match command:
        case wire.ConversationNew():
            connection.send(wire.ConversationShown(connection.show_empty()))
        case wire.ConversationOpen():
            shown = connection.show_whole(command.conversation)
            connection.send(wire.ConversationShown(shown))
        case wire.ConversationList():
            _list(connection, command.before, command.search)
        case wire.ConversationRename():
            conversations.rename(engine, caller, command.conversation, command.title)
            _list(connection)
        case wire.ConversationDelete():
            conversations.delete(engine, caller, command.conversation)
            if command.conversation == connection.conversation:
                connection.send(wire.ConversationShown(connection.show_empty()))
            _list(connection)
        case wire.HistoryBefore():
            _history(connection, command)
        case _:
            assert_never(command)


def _start(connection: Connection, command: Sending) -> Accepted:
    engine, caller = connection.services.engine, connection.caller
    match command:
        case wire.MessageSend():
            return start.send(
                engine,
                caller,
                command.conversation,
                client_message_id=command.client_message_id,
                text=command.text,
                attachments=command.attachments,
                page=command.page,
                label=command.label,
            )
        case wire.MessageRetry():
            return start.retry(engine, caller, command.message)
        case wire.MessageEdit():
            return start.edit(
                engine,
                caller,
                command.message,
                client_message_id=command.client_message_id,
                text=command.text,
            )
        case _:
            assert_never(command)


def _acknowledge(
    connection: Connection, command: wire.MessageSend | wire.MessageEdit, accepted: Accepted
) -> None:
    """Says that the message is stored, and follows its conversation if this socket does not yet."""
    is_followed = connection.conversation == accepted.conversation
    began = isinstance(command, wire.MessageSend) and command.conversation is None
    has_all = began and not is_followed and not accepted.is_repeat
    epoch = connection.take_up_new(accepted.conversation) if has_all else None
    connection.send(
        wire.MessageAccepted(
            command.client_message_id, accepted.conversation, accepted.message, epoch
        )
    )
    if not is_followed and not has_all:
        # The journal may begin in the middle of it, as it does after a restart.
        shown = connection.show_whole(accepted.conversation)
        connection.send(wire.ConversationShown(shown))


def _list(connection: Connection, before: str | None = None, search: str = "") -> None:
    """Listens first, so that no change between the reading and the telling is missed."""
    connection.listen()
    engine, caller = connection.services.engine, connection.caller
    found = listed.list_(engine, caller, before=before, search=search)
    rows = tuple(wire.ConversationRow(**msgspec.structs.asdict(one)) for one in found.rows)
    connection.send(wire.Conversations(rows, found.has_more, before, search))


def _history(connection: Connection, command: wire.HistoryBefore) -> None:
    messages, has_more = conversations.history(
        connection.services.engine, connection.caller, command.conversation, command.message
    )
    connection.send(
        wire.History(command.conversation, command.message, messages, has_more=has_more)
    )


def _answer(connection: Connection, error: Exception, ref: str | None) -> None:
    texts, lang = connection.services.texts, connection.caller.lang
    connection.send(error_event(error, texts, lang, ref))


def _ref(command: wire.Command) -> str:
    return getattr(command, "client_message_id", "") or _type(command)


def _type(command: wire.Command) -> str:
    return str(command.__struct_config__.tag)
