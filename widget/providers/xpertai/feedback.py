"""A visitor's verdict on an answer, kept by XpertAI beside its message."""

from __future__ import annotations

from typing import Any

from widget.domain.errors import Failure, UpstreamRejected
from widget.providers.base import UpstreamRef
from widget.providers.paths import segment
from widget.providers.xpertai.api import Api
from widget.providers.xpertai.stored import find_conversation


def give(api: Api, ref: UpstreamRef, message: str, *, verdict: str | None, detail: str) -> bool:
    """False when the platform has no such message (any more)."""
    if not ref.upstream_conversation or not message:
        return False
    try:
        conversation = find_conversation(api, ref.visitor, ref.upstream_conversation).id
        if conversation is None:
            return False
        path = f"/conversations/{segment(conversation)}/messages/{segment(message)}/feedbacks"
        _put(api, ref.visitor, path, verdict=verdict, detail=detail)
    except UpstreamRejected as error:
        if error.failure is not Failure.NOT_FOUND:
            raise
        return False
    return True


def _put(api: Api, visitor: str, path: str, *, verdict: str | None, detail: str) -> None:
    """The platform adds up and never replaces, so the latest one is changed or taken back."""
    known = _latest(api.call(visitor, "GET", path))
    if verdict is None:
        if known:
            api.call(visitor, "DELETE", f"{path}/{segment(known)}")
        return
    body = {"rating": verdict, "content": detail} if detail else {"rating": verdict}
    if known:
        api.call(visitor, "PATCH", f"{path}/{segment(known)}", {"content": "", **body})
    else:
        api.call(visitor, "POST", path, body)


def _latest(listed: Any) -> str | None:
    """Oldest come first."""
    items = listed.get("items") if isinstance(listed, dict) else None
    ids = [item.get("id") for item in items or [] if isinstance(item, dict)]
    return ids[-1] if ids and isinstance(ids[-1], str) else None
