"""Refusals of a ChatKit server in our classes, with its credentials cut out of every word."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.providers.bodies import error_text

DETAIL_CHARS = 300
_LOG_IDS = ("x-request-id", "request-id")
# A key or client secret that is not the one which was sent: platforms repeat what they know.
_CREDENTIAL = re.compile(r"\b(?:sk|ek|cs)[-_][\w*-]{6,}")
_MARKUP = re.compile(r"<[^<>]*>")


class Refusals:
    """Reads the refusals of one server, knowing what must not come out again."""

    def __init__(self, credentials: Iterable[str]) -> None:
        values = {part for value in credentials for part in (value, value.rpartition(" ")[2])}
        self._secrets = sorted((value for value in values if value), key=len, reverse=True)

    def of_response(self, response: httpx.Response, what: str) -> UpstreamError:
        """The error of an answer that is not 2xx; reads the start of its body."""
        status = response.status_code
        log_id = next((response.headers[n] for n in _LOG_IDS if n in response.headers), None)
        if response.is_redirect:
            where = response.headers.get("location", "").partition("?")[0]
            detail = f"{what}: leads elsewhere ({where}); set url to that address"
            return UpstreamRejected(self.scrub(detail), status=status, failure=Failure.CONFIG)
        detail = self.scrub(f"{what}: HTTP {status} {_said(error_text(response))}")
        if status == 429:
            wait_s = _retry_after_s(response.headers.get("retry-after", ""))
            return UpstreamBusy(detail, log_id=log_id, retry_after_s=wait_s)
        return UpstreamRejected(detail, status=status, log_id=log_id)

    def in_stream(self, event: dict[str, Any]) -> UpstreamError:
        """The ``error`` event. What may not be tried again has a class that offers no retry."""
        may_retry = event.get("allow_retry") is not False
        is_custom = event.get("code") == "custom"
        refused = Failure.CONTENT if is_custom else Failure.CONFIG
        said = self.scrub(f"in the stream: {event.get('code')} {event.get('message') or ''}")
        return UpstreamRejected(
            said.strip(), status=200, failure=Failure.UNKNOWN if may_retry else refused
        )

    def nonsense(self, what: str, body: bytes) -> UpstreamError:
        started = self.scrub(body[:80].decode(errors="replace"))
        return UpstreamProtocolError(f"{what}: no ChatKit server answers so ({started!r})")

    def scrub(self, text: str) -> str:
        """One line for the owner's log."""
        said = _CREDENTIAL.sub("…", self.without_secrets(text))
        return " ".join(said.split())[:DETAIL_CHARS]

    def without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


def _said(body: str) -> str:
    """The words of an error body: the protocol names no shape, so whatever stands there."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return _MARKUP.sub(" ", body)
    if isinstance(value, dict):
        value = value.get("error") or value.get("detail") or value.get("message") or value
    if isinstance(value, dict):
        words = (value.get(name) for name in ("type", "code", "message"))
        return " ".join(str(word) for word in words if word)
    return str(value)


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
