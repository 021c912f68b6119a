"""From stored messages to what a visitor sees of them."""

from __future__ import annotations

import html
import math
from collections.abc import Callable
from functools import lru_cache
from typing import assert_never

import structlog

from widget.domain.conversations import (
    AttachmentPart,
    FilePart,
    ImagePart,
    InputRequestPart,
    Message,
    NoticePart,
    Part,
    ReasoningPart,
    RemovedPart,
    SourcePart,
    StepPart,
    TextPart,
    ToolCallPart,
    WidgetPart,
)
from widget.domain.errors import RETRYABLE, Failure
from widget.domain.remedies import OF_FAILURE
from widget.domain.transcript import ShownFailure, ShownMessage, ShownPart
from widget.render.markdown import render
from widget.render.plain import plain_text
from widget.render.widgets.form import form_html
from widget.render.widgets.tree import widget_html

RENDERED_KEPT = 512

log = structlog.get_logger()


def shown_message(message: Message) -> ShownMessage:
    return ShownMessage(
        id=message.id,
        role=message.role,
        state=message.state,
        created_at=message.created_at,
        parts=tuple(
            shown_question(part) if message.role == "visitor" else shown_part(part)
            for part in message.parts
        ),
        client_message_id=message.client_message_id,
        failure=shown_failure(message.failure) if message.failure else None,
        feedback=message.feedback,
    )


def shown_failure(failure: Failure, retry_after_s: float | None = None) -> ShownFailure:
    return ShownFailure(
        code=failure,
        retryable=failure in RETRYABLE,
        retry_after_s=None if retry_after_s is None else math.ceil(retry_after_s),
        remedy=OF_FAILURE[failure],
    )


def shown_question(part: Part) -> ShownPart:
    """What the visitor wrote is shown as it was written, never as Markdown."""
    if isinstance(part, TextPart):
        return ShownPart(kind="text", text=part.text)
    return shown_part(part)


def shown_part(part: Part) -> ShownPart:  # noqa: C901 - one case per kind of the closed union
    match part:
        case TextPart():
            return shown_text("text", rendered(part.text))
        case ReasoningPart():
            return shown_text("reasoning", rendered(part.text))
        case StepPart():
            # The detail (a tool's input and output) is the owner's; no option opens it yet.
            return ShownPart(kind="step", id=part.id, title=part.title, state=part.state)
        case SourcePart():
            return ShownPart(
                kind="source",
                id=part.id,
                title=part.title,
                url=web_address(part.url),
                quote=part.quote or None,
            )
        case ImagePart():
            return ShownPart(
                kind="image",
                id=part.id,
                url=web_address(part.url),
                title=part.alt or None,
                attachment=part.attachment or None,
            )
        case FilePart():
            return ShownPart(
                kind="file",
                id=part.id,
                url=web_address(part.url),
                name=part.name,
                size=part.size,
            )
        case AttachmentPart():
            return ShownPart(
                kind="attachment",
                attachment=part.id,
                name=part.name,
                content_type=part.content_type,
                size=part.size,
            )
        case WidgetPart():
            return ShownPart(
                kind="widget",
                id=part.id,
                html=drawn(lambda: widget_html(part.tree, key=part.id), part.id),
            )
        case InputRequestPart():
            return shown_request(part)
        case ToolCallPart():
            return ShownPart(
                kind="tool_call", id=part.id, name=part.name, state=part.state, data=part.arguments
            )
        case RemovedPart():
            return ShownPart(kind="removed")
        case NoticePart():
            # ChatKit writes notices in Markdown; a line needs no more than its words.
            words = plain_text(part.text)
            return ShownPart(kind="notice", level=part.level, text=words, name=part.code or None)
        case _:
            assert_never(part)


def shown_request(part: InputRequestPart) -> ShownPart:
    return ShownPart(
        kind="input_request",
        id=part.id,
        state=part.state,
        html=drawn(lambda: form_html(part), part.id),
    )


def shown_text(kind: str, markup: str) -> ShownPart:
    return ShownPart(kind=kind, html=markup)


def web_address(url: str) -> str | None:
    """Only what a link may hold: no platform's ``javascript:`` or ``file:`` reaches a frame."""
    return url if url.lower().startswith(("https://", "http://")) else None


@lru_cache(maxsize=RENDERED_KEPT)
def rendered(text: str) -> str:
    """The whole text as HTML. A text that the renderer chokes on is shown as it is, so that one
    message never keeps a conversation from opening."""
    try:
        return render(text)
    except Exception:
        log.exception("a stored text could not be rendered", chars=len(text))
        return plain(text)


def drawn(draw: Callable[[], str], part: str) -> str | None:
    """A platform's form or widget as HTML; without any the frame says that it cannot show it."""
    try:
        return draw()
    except Exception:
        log.exception("what a platform wants shown could not be drawn", part=part)
        return None


def plain(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"
