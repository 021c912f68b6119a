"""Everything that can go wrong, by name.

ChatdockError
├── BadInput                what a caller sent cannot be used; the message says what and why
│   ├── MessageTooLong          a visitor's message is above the site's limit
│   ├── FormRefused             what was filled in does not fit what was asked
│   └── FileRefused             a visitor's file cannot be taken; carries ``reason`` and its numbers
├── NotFound                no such row, or not yours: one answer for both
│   └── LinkExpired             a signed address of a file is older than five minutes
├── RunActive               the conversation already has a running answer
├── ConversationClosed      the platform takes no more messages in this conversation
├── RequestSettled          what is answered was answered, replaced or taken back meanwhile
├── NotOffered              the site's provider cannot do this
│   └── SecretWithheld          no client secret may leave the server with these settings
├── RateLimited             too many; carries ``retry_after_s``
├── CodeSpent               the one-use code of an address was used, or is older than a minute
├── Unauthorized            no token, or one that is wrong, expired or revoked
│   ├── ServerKeyRefused        no server key, or not this site's
│   ├── UserTokenRefused        a user token that the site's identity secret does not vouch for
│   └── IdentityEnded           the user token behind an embed token has ended, or was revoked
├── SitePaused              the owner has stopped this site
├── Restarting              the process is about to end and takes no new message; send it again
├── RunStopped              thrown into a run's greenlet to end it
├── Misconfigured           a server setting is missing or wrong; start-up stops with its sentence
├── StoreBusy               the database stayed locked by another process; trying again helps
└── UpstreamError           the platform failed; carries ``failure``, ``retryable``, ``log_id``
    ├── UpstreamUnreachable     no connection                     → upstream_down
    ├── UpstreamTimeout         no answer in time                 → timeout
    ├── UpstreamRejected        an HTTP or in-band refusal        → by its own table
    ├── UpstreamBusy            rate limit or overload            → busy
    ├── UpstreamInterrupted     the stream ended before its end   → upstream_down
    └── UpstreamProtocolError   what came cannot be understood    → unknown
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

FileFault = Literal[
    "empty",  # no byte in it
    "too_large",
    "type",  # of a kind that the platform does not take
    "mismatch",  # it is not what its name or its sender says
    "broken",  # a picture without a picture in it
    "pixels",  # a picture that would fill a machine's memory
    "count",  # too many for one message
    "unsent",  # too many that wait to be sent
    "gone",  # not there any more: sent already, removed, or too old
    "platform",  # the platform refused it
    "room",  # our disk is nearly full
]


class Failure(StrEnum):
    """The class of a failed answer: from it come the visitor's words and the retry button."""

    AUTH = "auth"
    QUOTA = "quota"
    BUSY = "busy"
    CONFIG = "config"
    CONTENT = "content"
    NOT_FOUND = "not_found"
    TIMEOUT = "timeout"
    UPSTREAM_DOWN = "upstream_down"
    UNKNOWN = "unknown"


RETRYABLE = frozenset({Failure.BUSY, Failure.TIMEOUT, Failure.UPSTREAM_DOWN, Failure.UNKNOWN})


class ChatdockError(Exception):
    """Root of the tree. ``code`` is the word that the wire and the REST errors carry."""

    code = "unknown"


class BadInput(ChatdockError):
    code = "bad_input"


class MessageTooLong(BadInput):
    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the message has {length} characters; at most {limit} are taken")
        self.length = length
        self.limit = limit


class FileRefused(BadInput):
    """``reason`` chooses the visitor's words; ``values`` fill them. ``detail`` is for the log."""

    code = "file_refused"

    def __init__(self, reason: FileFault, detail: str, **values: str | int) -> None:
        super().__init__(f"the file cannot be taken ({reason}): {detail}")
        self.reason = reason
        self.values = values


class FormRefused(BadInput):
    """The visitor can mend it; what was typed stays."""


class NotFound(ChatdockError):
    code = "not_found"


class LinkExpired(NotFound):
    """A signed address that was good for five minutes."""


class RunActive(ChatdockError):
    code = "run_active"


class ConversationClosed(ChatdockError):
    code = "conversation_closed"


class RequestSettled(ChatdockError):
    code = "request_settled"


class NotOffered(ChatdockError):
    code = "not_offered"


class SecretWithheld(NotOffered):
    """Its sentence is for the owner: why, and what to do."""


class RateLimited(ChatdockError):
    code = "rate_limited"

    def __init__(self, scope: str, *, retry_after_s: int) -> None:
        super().__init__(f"limit per {scope} reached, retry in {retry_after_s} s")
        self.scope = scope
        self.retry_after_s = retry_after_s


class CodeSpent(ChatdockError):
    code = "code_spent"


class Unauthorized(ChatdockError):
    code = "unauthorized"


class ServerKeyRefused(Unauthorized):
    """The owner's own server asks with a wrong key."""


class UserTokenRefused(Unauthorized):
    """Its sentence is for the owner's developer: it holds no secret and may be told."""

    code = "user_token_refused"


class IdentityEnded(Unauthorized):
    """The frame asks the host page for a new user token."""

    code = "identity_ended"


class SitePaused(ChatdockError):
    code = "site_paused"


class Restarting(ChatdockError):
    code = "restarting"


class RunStopped(ChatdockError):
    code = "stopped"


class Misconfigured(ChatdockError):
    code = "misconfigured"


class StoreBusy(ChatdockError):
    code = "store_busy"


class UpstreamError(ChatdockError):
    """A failure of the platform.

    ``detail`` is for the owner's log and never reaches a visitor; it must hold no key.
    ``log_id`` is the platform's own reference, when it gave one.
    """

    failure = Failure.UNKNOWN

    def __init__(
        self, detail: str, *, log_id: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.log_id = log_id
        self.retry_after_s = retry_after_s

    @property
    def retryable(self) -> bool:
        return self.failure in RETRYABLE


class UpstreamUnreachable(UpstreamError):
    failure = Failure.UPSTREAM_DOWN


class UpstreamTimeout(UpstreamError):
    failure = Failure.TIMEOUT


class UpstreamInterrupted(UpstreamError):
    failure = Failure.UPSTREAM_DOWN


class UpstreamProtocolError(UpstreamError):
    failure = Failure.UNKNOWN


class UpstreamBusy(UpstreamError):
    failure = Failure.BUSY


class UpstreamRejected(UpstreamError):
    """A refusal with an HTTP status; the provider's table gives the class, else the status does."""

    def __init__(
        self,
        detail: str,
        *,
        status: int,
        failure: Failure | None = None,
        log_id: str | None = None,
    ) -> None:
        super().__init__(detail, log_id=log_id)
        self.status = status
        self.failure = failure or failure_of_status(status)


def failure_of_status(status: int) -> Failure:
    """The default class of an HTTP status."""
    named = {
        401: Failure.AUTH,
        402: Failure.QUOTA,
        403: Failure.AUTH,
        404: Failure.NOT_FOUND,
        408: Failure.TIMEOUT,
        429: Failure.BUSY,
    }
    if status in named:
        return named[status]
    return Failure.UPSTREAM_DOWN if status >= 500 else Failure.CONFIG
