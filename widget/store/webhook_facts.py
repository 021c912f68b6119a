"""What a webhook tells of a conversation, read in the transaction that it is about."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from widget.domain.conversations import AttachmentPart
from widget.domain.errors import Failure
from widget.domain.host_page import Label
from widget.domain.inputs import ActionTaken, FormAnswered, Reply
from widget.domain.webhooks import (
    ToldAction,
    ToldAnswer,
    ToldConversation,
    ToldFile,
    ToldForm,
    ToldQuestion,
    ToldVisitor,
    cut,
)
from widget.store.replies import decoded
from widget.store.tables import conversations, messages, parts, runs, visitors

_decode_file = msgspec.json.Decoder(AttachmentPart).decode


class Exchange(Struct, frozen=True):
    """One question and the answer that a run gave to it."""

    conversation: str
    question: ToldQuestion
    answer: ToldAnswer
    reply: ToldForm | ToldAction | None


def told_thread(tx: Connection, conversation: str) -> tuple[ToldConversation, ToldVisitor]:
    row = tx.execute(_THREAD, {"conversation": conversation}).one()
    return (
        ToldConversation(row.id, row.title, row.channel, row.created_at),
        ToldVisitor(row.visitor, row.user or None, row.name or None, _label(row.label)),
    )


def _label(text: str) -> Label | None:
    label = msgspec.json.decode(text, type=Label)
    return label if label != Label() else None


def told_question(tx: Connection, message: str) -> ToldQuestion:
    row = tx.execute(_MESSAGE, {"message": message}).one()
    return _question(row.id, row.created_at, _words(tx, [message])[message])


def told_exchange(tx: Connection, answer: str) -> Exchange:
    """The answer as it is stored now."""
    row = tx.execute(_EXCHANGE, {"answer": answer}).one()
    words = _words(tx, [row.question, row.answer])
    return Exchange(
        conversation=row.conversation,
        question=_question(row.question, row.asked_at, words[row.question]),
        answer=_answer(row, words[row.answer]),
        reply=_reply(decoded(row.reply)),
    )


def told_follow_ups(tx: Connection, answer: str) -> tuple[ToldQuestion, ...]:
    """What came after the answer had begun. Asked at its end, when nothing else can have."""
    rows = tx.execute(_FOLLOW_UPS, {"answer": answer}).all()
    if not rows:
        return ()
    words = _words(tx, [row.id for row in rows])
    return tuple(_question(row.id, row.created_at, words[row.id]) for row in rows)


# Made once: to put such a statement together costs more than the database takes to run it.
_THREAD = (
    select(
        conversations.c.id,
        conversations.c.title,
        conversations.c.channel,
        conversations.c.created_at,
        conversations.c.visitor,
        visitors.c.user,
        visitors.c.name,
        visitors.c.label,
    )
    .join(visitors, visitors.c.id == conversations.c.visitor)
    .where(conversations.c.id == bindparam("conversation"))
)
_MESSAGE = select(messages.c.id, messages.c.created_at).where(messages.c.id == bindparam("message"))
_asked, _said = messages.alias("asked"), messages.alias("said")
_FOLLOW_UPS = (
    select(_asked.c.id, _asked.c.created_at)
    .join(_said, _said.c.conversation == _asked.c.conversation)
    .where(
        _said.c.id == bindparam("answer"),
        _asked.c.position > _said.c.position,
        _asked.c.role == "visitor",
        _asked.c.superseded_by.is_(None),
    )
    .order_by(_asked.c.position)
)
_WORDS = (
    select(parts.c.message, parts.c.text, parts.c.data, parts.c.kind)
    .where(
        parts.c.message.in_(bindparam("messages", expanding=True)),
        parts.c.kind.in_(("text", "attachment")),
    )
    .order_by(parts.c.position)
)
_EXCHANGE = (
    select(
        runs.c.conversation,
        runs.c.question,
        runs.c.answer,
        runs.c.kind,
        runs.c.reply,
        _asked.c.created_at.label("asked_at"),
        _said.c.state,
        _said.c.failure,
    )
    .join(_asked, _asked.c.id == runs.c.question)
    .join(_said, _said.c.id == runs.c.answer)
    .where(runs.c.answer == bindparam("answer"))
)


class _Words(Struct):
    """What somebody reads of a message."""

    texts: list[str] = []
    files: list[ToldFile] = []


def _words(tx: Connection, messages: list[str]) -> dict[str, _Words]:
    found = {message: _Words() for message in messages}
    for row in tx.execute(_WORDS, {"messages": messages}):
        words = found[row.message]
        if row.kind == "text":
            words.texts.append(row.text)
        else:
            words.files.append(_file(row.data))
    return found


def _question(message: str, asked_at: Any, words: _Words) -> ToldQuestion:
    text, is_cut = cut("\n\n".join(words.texts))
    files = tuple(words.files)
    return ToldQuestion(id=message, text=text, asked_at=asked_at, files=files, is_cut=is_cut)


def _answer(row: Any, words: _Words) -> ToldAnswer:
    text, is_cut = cut("\n\n".join(words.texts))
    failure = Failure(row.failure) if row.failure else None
    return ToldAnswer(row.answer, text, row.state, failure, row.kind, is_cut)


def _file(data: str) -> ToldFile:
    part = _decode_file(data)
    return ToldFile(part.name, part.content_type, part.size)


def _reply(reply: Reply | None) -> ToldForm | ToldAction | None:
    """What the host page's own code answered is no news to its owner."""
    match reply:
        case FormAnswered():
            return ToldForm(reply.action, reply.values, reply.is_skipped)
        case ActionTaken():
            return ToldAction(reply.type, reply.payload)
        case _:
            return None
