"""``chat`` of the kefu contract: a question, and its answer whole or piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from flask import Response, stream_with_context

from widget.domain.conversations import new_id
from widget.domain.sites import Caller
from widget.runs import kefu
from widget.runs.kefu_answer import Answering, Written
from widget.runs.kefu_text import AddressOf
from widget.runs.opened import Accepted
from widget.web.admit import own_origin
from widget.web.kefu_door import answered, now, told
from widget.web.kefu_refusals import finish_reason, refusal_of, still_writing
from widget.web.kefu_shapes import (
    LONGEST_WAIT_S,
    AnswerPending,
    ChatAnswered,
    ChatAsked,
    ChatSaid,
    conversation_asked,
    count_of,
    is_on,
    their_id,
    usage_said,
)
from widget.web.kefu_stream import frames
from widget.web.services import services
from widget.web.uploads import file_address

STREAM = "text/event-stream; charset=utf-8"
STREAM_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


def chat(caller: Caller, asked: ChatAsked) -> Response:
    accepted = _ask(caller, asked)
    pending = AnswerPending(their_id(accepted.conversation), accepted.answer)
    answering = Answering(services().engine, caller, accepted, address_of=addresses_for(caller))
    if is_on(asked.stream):
        return _streamed(caller, answering, pending)
    return _whole(caller, answering, pending, wait_s=_wait_s(asked))


def addresses_for(caller: Caller) -> AddressOf:
    """Where this caller finds a file that we keep: the same each time within one answer."""
    origin = own_origin()
    return cache(lambda attachment: origin + file_address(caller, attachment))


def _ask(caller: Caller, asked: ChatAsked) -> Accepted:
    own = services()
    sockets = own.sockets
    own.limits.socket(caller.site, sockets.count(caller), sockets.count_address(caller))
    with own.limits.message(caller) as ticket:
        accepted = kefu.ask(
            own.engine,
            caller,
            conversation_asked(asked.conversation_id),
            client_message_id=asked.client_msg_id or new_id("cm"),
            text=asked.message,
        )
        if not accepted.is_repeat:
            ticket.count()
    return accepted


def _whole(caller: Caller, answering: Answering, pending: AnswerPending, wait_s: int) -> Response:
    with services().sockets.page(caller):
        written = answering.end(wait_s)
    if written is None:
        raise still_writing(pending)
    return answered(ChatAnswered(timestamp=now(), data=_said(pending, written)))


def _streamed(caller: Caller, answering: Answering, pending: AnswerPending) -> Response:
    """Who hangs up stops nothing: the answer is written for the conversation."""

    def error(failure: Exception) -> dict[str, Any]:
        refused = told(refusal_of(failure, caller.site), caller.site)
        return msgspec.structs.asdict(refused) | {"data": None}

    def body() -> Iterator[str]:
        with services().sockets.page(caller):
            yield from frames(
                answering,
                start=msgspec.to_builtins(pending),
                end=lambda written: msgspec.to_builtins(_said(pending, written)),
                error=error,
            )

    pieces = stream_with_context(body())
    return Response(pieces, content_type=STREAM, headers=STREAM_HEADERS)


def _said(pending: AnswerPending, written: Written) -> ChatSaid:
    reason = finish_reason(written)
    usage, is_known = usage_said(written.usage)
    return ChatSaid(
        conversation_id=pending.conversation_id,
        reply=written.text,
        message_id=pending.message_id,
        finish_reason=reason,
        usage=usage,
        usage_known=is_known,
    )


def _wait_s(asked: ChatAsked) -> int:
    return min(max(count_of(asked.wait_s, LONGEST_WAIT_S), 1), LONGEST_WAIT_S)
