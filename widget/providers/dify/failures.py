"""Dify's refusals in our classes: by machine code, since texts get routing hints glued on."""

from __future__ import annotations

import re
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamRejected,
    failure_of_status,
)
from widget.providers.bodies import error_text

DETAIL_CHARS = 300
_KEY_LIKE = re.compile(r"\bapp-[\w*-]{6,}")

_CLASSES = {
    "invalid_param": Failure.CONFIG,
    "app_unavailable": Failure.CONFIG,
    "not_chat_app": Failure.CONFIG,
    "agent_not_published": Failure.CONFIG,
    "bad_request": Failure.CONFIG,
    "provider_not_initialize": Failure.CONFIG,
    "model_currently_not_support": Failure.CONFIG,
    "workflow_version_execution_not_allowed": Failure.CONFIG,
    "provider_quota_exceeded": Failure.QUOTA,
    "rate_limit_error": Failure.QUOTA,
    "completion_request_error": Failure.BUSY,
    "too_many_requests": Failure.BUSY,
    "conversation_completed": Failure.NOT_FOUND,
    "not_found": Failure.NOT_FOUND,
    "unauthorized": Failure.AUTH,
    "forbidden": Failure.AUTH,
    "internal_server_error": Failure.UPSTREAM_DOWN,
    "no_file_uploaded": Failure.CONTENT,
    "too_many_files": Failure.CONTENT,
    "filename_not_exists_error": Failure.CONTENT,
    "file_too_large": Failure.CONTENT,
    "unsupported_file_type": Failure.CONTENT,
}
# How often a question is asked again by itself. Whatever is not here is not: an owner has to act.
RETRIES = {"completion_request_error": 1, "internal_server_error": 1, "too_many_requests": 2}
GONE = frozenset({"not_found", "conversation_completed"})


class Said(Struct, frozen=True):
    """What a refusal says; the same three fields come as an answer and inside a stream."""

    status: int
    code: str
    message: str


def refusal(response: httpx.Response, *, key: str) -> UpstreamError:
    """The error of an answer that is not 2xx; reads its body."""
    request = response.request
    where = f"{request.method} {request.url.path}"
    if response.is_redirect:
        target = response.headers.get("Location", "").partition("?")[0]
        detail = scrub(f"{where}: base_url leads elsewhere ({target}); set it to that address", key)
        return UpstreamRejected(detail, status=response.status_code, failure=Failure.CONFIG)
    said = _parse(response.status_code, error_text(response))
    return _classify(said, where, key, retry_after_s=_retry_after_s(response))


def in_stream(event: dict[str, Any], *, key: str) -> UpstreamError:
    """The error inside an answer that began with 200. ``invalid_param`` there is mostly not about
    our request: every plain error of a flow's run is called so."""
    said = _said(event, status=500)
    if said.code == "invalid_param":
        said = Said(said.status, "run_failed", said.message)
    return _classify(said, "in the stream", key)


def run_failed(error: Any, *, key: str) -> UpstreamError:
    """A flow's own word for its failure, where no ``error`` event came with a code."""
    said = Said(200, "run_failed", error if isinstance(error, str) else "")
    return _classify(said, "workflow_finished", key)


def retries_of(error: Rejected | Busy) -> int:
    """What has no code comes from something that stands before the platform."""
    is_passing = error.failure in (Failure.BUSY, Failure.UPSTREAM_DOWN)
    return RETRIES.get(error.code, 0) if error.code else int(is_passing)


def code_of(error: UpstreamError) -> str:
    """The platform's code, for what is done about it."""
    return error.code if isinstance(error, Rejected | Busy) else ""


class Rejected(UpstreamRejected):
    """A refusal with the platform's code."""

    code = ""


class Busy(UpstreamBusy):
    code = ""


def scrub(text: str, key: str) -> str:
    """One line without the site's key, or anything that looks like one."""
    text = text.replace(key, "…") if key else text
    return " ".join(_KEY_LIKE.sub("…", text).split())[:DETAIL_CHARS]


def _classify(
    said: Said, where: str, key: str, *, retry_after_s: float | None = None
) -> UpstreamError:
    detail = scrub(f"{where}: {said.status} {said.code} {said.message}", key)
    failure = _failure(said)
    error: Rejected | Busy
    if failure is Failure.BUSY:
        error = Busy(detail, retry_after_s=retry_after_s)
    else:
        error = Rejected(detail, status=said.status, failure=failure)
    error.code = said.code
    return error


def _failure(said: Said) -> Failure:
    if said.code == "run_failed":
        return Failure.UNKNOWN
    return _CLASSES.get(said.code) or failure_of_status(said.status)


def _parse(status: int, text: str) -> Said:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return Said(status, "", re.sub(r"<[^<>]*>", " ", text))
    return _said(value, status=status) if isinstance(value, dict) else Said(status, "", text)


def _said(value: dict[str, Any], *, status: int) -> Said:
    own = value.get("status")
    code, message = value.get("code"), value.get("message")
    return Said(
        own if isinstance(own, int) and own >= 400 else status,
        code if isinstance(code, str) else "",
        message if isinstance(message, str) else "",
    )


def _retry_after_s(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
