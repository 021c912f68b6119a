"""Every way in which the kefu door says no: ``code``, a stable ``error`` word, words for a person.

``code`` is the HTTP status of the failure's class. Two settings of the site change that for older
clients: ``always_200`` the status of the answer, ``document_errors`` the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from widget.domain.errors import (
    RETRYABLE,
    ChatdockError,
    Failure,
    MessageTooLong,
    NotFound,
    Restarting,
    RunActive,
    Unauthorized,
)
from widget.domain.sites import Site
from widget.runs.kefu_answer import Written
from widget.web.errors import trouble_of
from widget.web.kefu_shapes import AnswerPending, FinishReason
from widget.web.services import services

RESTART_S = 3
STATUSES = {Failure.BUSY: 503, Failure.TIMEOUT: 504}
# Failures of the platform: the contract's document knows 500 for all of them, but for its key.
OF_PLATFORM = ("upstream_", "empty_reply", "interrupted", "timeout")
KEY_REFUSED = "upstream_auth"


class Disabled(ChatdockError):
    """The owner has not turned this door on."""


class OriginRefused(ChatdockError):
    """A page that is not on the site's list."""


class AnswerFailed(ChatdockError):
    """An answer that came to nothing, or took too long to wait for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


@dataclass(frozen=True)
class Refusal:
    """``key`` names the words in the catalogue; ``detail`` is for the caller's developer."""

    status: int
    error: str
    key: str
    retryable: bool = False
    retry_after_s: int | None = None
    detail: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    data: AnswerPending | None = None

    def code(self, site: Site | None) -> int:
        """As the contract's document has it, where the owner wants that."""
        if site is None or not site.apis.kefu.document_errors:
            return self.status
        if self.error == KEY_REFUSED:
            return 401
        return 500 if self.error.startswith(OF_PLATFORM) else self.status

    def words(self, site: Site | None, lang: str) -> str:
        is_of_document = site is not None and site.apis.kefu.document_errors
        key = "kefu.not_configured" if is_of_document and self.error == KEY_REFUSED else self.key
        words = services().texts.say(lang, key, **self.values)
        # A page shows these words to its visitor, whom a developer's mistake does not concern.
        return f"{words} ({self.detail})" if self.detail and self.status != 401 else words

    def challenge(self) -> str:
        """``WWW-Authenticate`` (RFC 6750) with the reason, for the owner's developer."""
        reason = "".join(c for c in self.detail[:300] if " " <= c <= "~" and c not in '"\\')
        return f'Bearer error="invalid_token", error_description="{reason}"'


RESTARTING = Refusal(503, "restarting", "error.restarting", True, RESTART_S)


def refusal_of(error: Exception, site: Site | None) -> Refusal:
    """``site``: the one that was meant, once that is known."""
    match error:
        case AnswerFailed():
            return error.refusal
        case Disabled():
            return Refusal(503, "disabled", "kefu.disabled")
        case OriginRefused():
            return Refusal(403, "origin_refused", "kefu.origin_refused", detail=str(error))
        case Unauthorized():
            return Refusal(401, "unauthorized", "kefu.unauthorized", detail=str(error))
        case NotFound() if site is not None:
            return Refusal(404, "conversation_not_found", "kefu.conversation_not_found")
        case RunActive():
            return Refusal(409, "busy", "error.run_active", retryable=True)
        case Restarting():
            return RESTARTING
        case _:
            return _other(error)


def finish_reason(written: Written) -> FinishReason:
    """How the answer ended well enough to be given; else raises ``AnswerFailed``."""
    match written.state:
        case "done" if written.text.strip():
            return "length" if written.is_cut else "stop"
        case "stopped":
            return "abort"
        case "failed" if written.failure is Failure.CONTENT and written.text.strip():
            return "content_filter"
    raise AnswerFailed(_failure_of(written))


def still_writing(pending: AnswerPending) -> AnswerFailed:
    """The deadline has passed; the answer goes on without its reader."""
    return AnswerFailed(Refusal(504, "timeout", "kefu.timeout", data=pending))


def _failure_of(written: Written) -> Refusal:
    match written.state:
        case "left":
            return RESTARTING
        case "done":
            return Refusal(502, "empty_reply", "kefu.empty_reply", retryable=True)
        case "interrupted":
            return Refusal(502, "interrupted", "live.failure.upstream_down", retryable=True)
    failure = written.failure or Failure.UNKNOWN
    return Refusal(
        STATUSES.get(failure, 502),
        f"upstream_{failure.removeprefix('upstream_')}",
        f"live.failure.{failure}",
        retryable=failure in RETRYABLE,
    )


def _other(error: Exception) -> Refusal:
    """The contract has 400 where ours have 422."""
    trouble = trouble_of(error)
    is_too_long = isinstance(error, MessageTooLong)
    return Refusal(
        400 if trouble.status == 422 else trouble.status,
        "message_too_long" if is_too_long else trouble.code,
        trouble.key or f"error.{trouble.code}",
        retryable=trouble.retryable,
        retry_after_s=trouble.retry_after_s,
        detail="message" if is_too_long else trouble.detail,
        values=trouble.values,
    )
