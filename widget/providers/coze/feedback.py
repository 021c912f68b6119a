"""A visitor's verdict on an answer, kept by Coze beside its message; the last one counts."""

from __future__ import annotations

from typing import Any

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.base import UpstreamRef
from widget.providers.coze.api import Api, Ask
from widget.providers.paths import segment

REASONS = 10
REASON_CHARS = 30
COMMENT_CHARS = 250
_TYPES = {"like": "like", "dislike": "unlike"}


def give(api: Api, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str) -> bool:
    """False when the platform has no such message, or takes no verdict on one of its kind."""
    if not ref.upstream_conversation or not message:
        return False
    conversation = segment(ref.upstream_conversation)
    path = f"/v1/conversations/{conversation}/messages/{segment(message)}/feedback"
    ask = Ask("DELETE", path) if verdict is None else Ask("POST", path, _body(verdict, detail))
    try:
        api.call(ref.visitor, ask)
    except UpstreamRejected as error:
        if error.failure is not Failure.NOT_FOUND:
            raise
        return False
    return True


def _body(verdict: str, detail: str) -> dict[str, Any]:
    """Tags and words come as one line; its short pieces are the tags."""
    body: dict[str, Any] = {"feedback_type": _TYPES[verdict]}
    pieces = [piece.strip() for piece in detail.split(";")]
    reasons = [piece for piece in pieces if 0 < len(piece) <= REASON_CHARS][:REASONS]
    if reasons:
        body["reason_types"] = reasons
    if detail.strip():
        body["comment"] = detail.strip()[:COMMENT_CHARS]
    return body
