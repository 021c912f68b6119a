"""Refusals of OpenAI-compatible hosts in our classes.

By machine code and status first; words are a last resort, since gateways pass on the texts of
whatever stands behind them. The site's key is taken out of every text: hosts quote the key that
they refuse.
"""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime
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
from widget.providers.base import Secret
from widget.providers.bodies import error_text

DETAIL_CHARS = 300
_BUSY_STATUSES = (429, 503, 529)
_LOG_ID_HEADERS = ("x-request-id", "x-siliconcloud-trace-id", "x-tt-logid", "request-id")
_KEY_LIKE = re.compile(r"\b(?:sk|key)-[\w*-]{6,}")
_TOO_LONG = re.compile(
    r"context_length_exceeded|context (?:length|window)|maximum context|max_seq_len"
    r"|input length|prompt is too long|too many tokens|exceed\w* .{0,30}tokens",
    re.IGNORECASE,
)
_FILE_STATUSES = (400, 404, 413, 415, 422, 500, 501)
_ABOUT_FILES = re.compile(
    r"image|vision|multi-?modal|\bpdf\b|\bfiles?\b|file_data|media type|mime|base64"
    r"|content (?:type|part)|expected `?text|图片|图像|文件|多模态",
    re.IGNORECASE,
)
_CLASSES = (
    (
        re.compile(
            r"insufficient_quota|insufficient[_ ]balance|arrear"
            # LiteLLM passes the words on and not the code.
            r"|exceeded[_ ](?:your[_ ])?current[_ ]quota"
            r"|billing|余额不足|欠费",
            re.IGNORECASE,
        ),
        Failure.QUOTA,
    ),
    (
        re.compile(
            r"content_filter|content_policy|data_?inspection_?failed|inappropriate content"
            r"|contentFilter|sensitive content|content_moderation|敏感"
            # OpenAI's words; its code for them, invalid_prompt, means anything at OpenRouter.
            r"|flagged as|usage polic|safety system|bio_policy",
            re.IGNORECASE,
        ),
        Failure.CONTENT,
    ),
    (
        # The Responses API's codes for pictures that it cannot use.
        re.compile(
            r"invalid_(?:base64_)?image|image_(?:too|parse|file_too)_|empty_image_file"
            r"|unsupported_image_media_type",
            re.IGNORECASE,
        ),
        Failure.CONTENT,
    ),
    (
        # LiteLLM without a database answers a key that is not its own with the last of these.
        re.compile(r"invalid_api_key|invalid api key|authentication_error|no_db_connection", re.I),
        Failure.AUTH,
    ),
    (re.compile(r"rate_?limit|overloaded|too_many_requests", re.IGNORECASE), Failure.BUSY),
)


class ContextTooLong(UpstreamRejected):
    """The model takes less text than was sent: a shorter history may fit."""


class FieldRefused(UpstreamRejected):
    """``stream_options`` is unknown to this host."""


class FilesRefused(UpstreamRejected):
    """The model does not take a file that was sent along, or not so large a one."""


def of_files(error: UpstreamRejected) -> UpstreamRejected:
    """What a refusal means when files had been sent along: perhaps that those were the reason.

    Words of OpenAI, DeepSeek, vLLM, Ollama, OpenRouter, DashScope; there is no common code.
    """
    is_plain = type(error) is UpstreamRejected and error.status in _FILE_STATUSES
    if (
        is_plain
        and error.failure not in (Failure.AUTH, Failure.QUOTA)
        and (error.status == 413 or _ABOUT_FILES.search(error.detail))
    ):
        return FilesRefused(
            error.detail, status=error.status, failure=Failure.CONTENT, log_id=error.log_id
        )
    return error


class _Said(Struct):
    """What a refusal says: ``code`` for machines (code and type), ``message`` for the log."""

    code: str
    message: str

    @property
    def all(self) -> str:
        return f"{self.code} {self.message}"


class Refusals:
    """Reads the refusals of one host, knowing the key that must not come out again."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def of_response(self, response: httpx.Response) -> UpstreamError:
        """The error of an answer that is no 200; reads the start of its body."""
        said = _parse(error_text(response))
        headers = response.headers
        log_id = next((headers[h] for h in _LOG_ID_HEADERS if h in headers), None)
        detail = self._detail(f"HTTP {response.status_code}", said)
        if response.is_redirect:
            where = response.headers.get("location", "").partition("?")[0]
            detail = f"base_url leads elsewhere ({where}); set it to that address"
        return _classify(
            response.status_code,
            said,
            detail,
            log_id=log_id,
            retry_after_s=_retry_after_s(headers.get("retry-after", "")),
        )

    def in_stream(self, error: Any) -> UpstreamError:
        """The error inside an answer that began with 200; its code may be a status."""
        said = _said(error) if not isinstance(error, bytes) else _parse(error.decode())
        found = re.search(r"\b[45]\d\d\b", said.code)
        status = int(found[0]) if found else 500
        return _classify(status, said, self._detail("in the stream", said))

    def _detail(self, where: str, said: _Said) -> str:
        text = said.all.replace(self._key, "…") if self._key else said.all
        return f"{where}: {' '.join(_KEY_LIKE.sub('…', text).split())[:DETAIL_CHARS]}"


def _classify(
    status: int,
    said: _Said,
    detail: str,
    *,
    log_id: str | None = None,
    retry_after_s: float | None = None,
) -> UpstreamError:
    if status in (400, 422) and "stream_options" in said.message:
        return FieldRefused(detail, status=status, log_id=log_id)
    if status in (400, 413, 422) and _TOO_LONG.search(said.all):
        return ContextTooLong(detail, status=status, log_id=log_id)
    failure = _failure(status, said)
    if failure is Failure.BUSY:
        return UpstreamBusy(detail, log_id=log_id, retry_after_s=retry_after_s)
    return UpstreamRejected(detail, status=status, failure=failure, log_id=log_id)


def _failure(status: int, said: _Said) -> Failure:
    for words, failure in _CLASSES:
        if words.search(said.all if status in (400, 403, 429) or status >= 500 else said.code):
            return failure
    if 300 <= status < 400:
        return Failure.CONFIG
    return Failure.BUSY if status in _BUSY_STATUSES else failure_of_status(status)


def _parse(text: str) -> _Said:
    """The parts of an error body: nested, flat, a list of faults, HTML, or nothing."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _Said("", re.sub(r"<[^<>]*>", " ", text))
    if isinstance(value, dict):
        return _said(value.get("error") or value)
    return _said(value)


def _said(error: Any) -> _Said:
    if not isinstance(error, dict):
        return _Said("", str(error))
    code = " ".join(str(error[name]) for name in ("code", "type") if error.get(name))
    words = error.get("message") or error.get("detail") or error.get("msg") or ""
    return _Said(code, str(words))


def _retry_after_s(value: str) -> float | None:
    """Seconds, or a date, as HTTP has it."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
