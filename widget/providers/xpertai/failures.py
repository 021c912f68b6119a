"""XpertAI's refusals in our classes: by status and machine code, never by localised words."""

from __future__ import annotations

import re
from typing import Any

import httpx
import msgspec

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamRejected,
    failure_of_status,
)

DETAIL_CHARS = 400
_CREDENTIAL = re.compile(r"\b(?:sk|cs)-[\w*-]{6,}")
_STATUS = re.compile(r"^\W*(\d{3})\b")

# Words that are the same in every language: a model provider's error codes, which the platform
# passes on inside its text, and the platform's own untranslated sentences.
_CODES = (
    # The platform's own limits come without any code, in the language that was asked for.
    (re.compile(r"exceeds (?:organization )?limit|超出(?:组织)?限制"), Failure.QUOTA),
    (re.compile(r"Membership points limit|会员点数额度"), Failure.QUOTA),
    (re.compile(r"Membership plan is required|当前会员计划不可用"), Failure.QUOTA),
    (re.compile(r"Membership rate limit"), Failure.BUSY),
    (re.compile(r"for the current membership plan|会员计划无法使用"), Failure.CONFIG),
    (re.compile(r"No AI model provided|未配置 AI 模型"), Failure.CONFIG),
    (re.compile(r"insufficient_quota|Arrearage|insufficient balance", re.I), Failure.QUOTA),
    (re.compile(r"rate_limit_exceeded|too_many_requests", re.I), Failure.BUSY),
    (re.compile(r"content_filter|data_?inspection_?failed|content_policy", re.I), Failure.CONTENT),
    (re.compile(r"invalid_api_key|not allowed to access|Forbidden|Unauthorized"), Failure.AUTH),
    (re.compile(r"model_not_found|context_length_exceeded"), Failure.CONFIG),
    (re.compile(r"requested record was not found|Cannot read propert"), Failure.NOT_FOUND),
)


def scrub(text: str, key: str = "") -> str:
    """Without the site's key or anything that looks like one: platforms like to repeat them."""
    return without_keys(text, key)[:DETAIL_CHARS]


def without_keys(text: str, key: str = "") -> str:
    if key:
        text = text.replace(key, "…")
    return _CREDENTIAL.sub("…", text)


def refusal(response: httpx.Response, *, key: str = "") -> UpstreamError:
    """The error of an answer that is not 2xx; reads its body."""
    request = response.request
    said = _message(response.read())
    detail = scrub(f"{request.method} {request.url.path}: {response.status_code} {said}", key)
    if response.status_code == 429:
        return UpstreamBusy(detail, retry_after_s=_retry_after_s(response))
    return UpstreamRejected(detail, status=response.status_code)


def in_band(error: Any, *, where: str, key: str = "") -> UpstreamError:
    """The error of a stream that began well (``error``: text, or an object with a code)."""
    text = error if isinstance(error, str) else _words(error)
    failure = _failure_of(error, text)
    detail = scrub(f"{where}: {text}", key)
    if failure is Failure.BUSY:
        return UpstreamBusy(detail)
    return UpstreamRejected(detail, status=200, failure=failure)


def _failure_of(error: Any, text: str) -> Failure:
    for pattern, failure in _CODES:
        if pattern.search(text):
            return failure
    if isinstance(error, dict):
        for name in ("status", "statusCode", "code"):
            if isinstance(error.get(name), int) and error[name] >= 400:
                # Inside a run, 403 is the class of every limit that was exceeded.
                return Failure.QUOTA if error[name] == 403 else failure_of_status(error[name])
    status = _STATUS.match(text)
    if status and 400 <= int(status[1]) < 600:
        return failure_of_status(int(status[1]))
    return Failure.UNKNOWN


def _message(body: bytes) -> str:
    """NestJS' ``message`` and ``error``: text, an object with ``code``, or a list of texts."""
    try:
        parsed = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return body[:DETAIL_CHARS].decode(errors="replace").strip()
    if not isinstance(parsed, dict):
        return _words(parsed)
    words = [_words(parsed[name]) for name in ("message", "error") if parsed.get(name)]
    return ", ".join(words)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        code = value.get("code")
        return f"{value['message']} ({code})" if code else str(value["message"])
    return msgspec.json.encode(value).decode()


def _retry_after_s(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
