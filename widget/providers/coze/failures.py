"""Coze's refusals in our classes: by code, then by HTTP status, never by localised words.

The same table serves the JSON envelope, the ``error`` event, ``last_error`` of a failed run and the
token endpoint. Which HTTP status comes with which code is recorded nowhere, so the code counts.
"""

from __future__ import annotations

import re
from typing import Any

from widget.domain.errors import (
    Failure,
    UpstreamBusy,
    UpstreamError,
    UpstreamRejected,
    failure_of_status,
)

DETAIL_CHARS = 400
# What is looked at, of what may be megabytes: well above what is told.
SAID_CHARS = 4_000
EXPIRED = frozenset({4100, 4101, 700012006})
LOST = frozenset({4001, 4002, 103000002})
DECLINED = 4014
TOO_LONG = 4010
CONFLICT = 4016
NOT_CANCELLABLE = frozenset({4104, 103200005})
NOT_PUBLISHED = frozenset({4015, 702242003})
NO_SUCH_AGENT = frozenset({4006, 4200, 103100002})
STUDIO_RUN_FAILED = 103100001

_CREDENTIAL = re.compile(
    r"\b(?:pat|sat|czs|czu|cztei)_[\w*-]{6,}"
    r"|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?"
    r"|-----BEGIN [^-]+-----.*"
)
# Coze Studio tells the reason inside its words: "code=103000001 message=unauthorized access".
_INNER_CODE = re.compile(r"\bcode=(\d{4,10})\b")
_NO_CONVERSATION = re.compile(r"conversation not found", re.IGNORECASE)

_CODES: dict[int, Failure] = {
    **dict.fromkeys((4100, 4101, 700012006, 103000001), Failure.AUTH),
    **dict.fromkeys(
        (4008, 4011, 4019, 4022, 4027, 4028, 4033, 788788103),
        Failure.QUOTA,
    ),
    **dict.fromkeys((4009, 4013, 4016, 4020), Failure.BUSY),
    **dict.fromkeys(
        (4000, 4003, 4004, 4005, 4007, 4010, 4012, 4015, 4021, 4105, 6006, 702242003),
        Failure.CONFIG,
    ),
    **dict.fromkeys((103000000, 103200004), Failure.CONFIG),
    **dict.fromkeys((4014, 4102, 4300, 4301, 4302, 4303, 4304), Failure.CONTENT),
    **dict.fromkeys(
        (4001, 4002, 4006, 4200, 4314, 4315, 103000002, 103100002, 103200001, 103200003),
        Failure.NOT_FOUND,
    ),
    **dict.fromkeys((5000, -1002, 103000003, 103100001, 103200002), Failure.UPSTREAM_DOWN),
}

OAUTH_CODES: dict[str, Failure] = {
    "invalid_client": Failure.AUTH,
    "access_deny": Failure.AUTH,
    "access_denied": Failure.AUTH,
    "expired_token": Failure.AUTH,
    "invalid_request": Failure.CONFIG,
    "unsupported_grant_type": Failure.CONFIG,
    "slow_down": Failure.BUSY,
    "internal_error": Failure.UPSTREAM_DOWN,
}


class Refused(UpstreamRejected):
    """A refusal with Coze's own code (0: it gave none)."""

    def __init__(
        self, detail: str, *, code: int, status: int, failure: Failure, log_id: str | None
    ) -> None:
        super().__init__(detail, status=status, failure=failure, log_id=log_id)
        self.upstream_code = code


class Busy(UpstreamBusy):
    """Too much at once, for the platform, the model or this conversation."""

    def __init__(
        self, detail: str, *, code: int, log_id: str | None, retry_after_s: float | None
    ) -> None:
        super().__init__(detail, log_id=log_id, retry_after_s=retry_after_s)
        self.upstream_code = code


class TokenRefused(UpstreamRejected):
    """The OAuth app was given no token; ``word`` is the endpoint's reason."""

    def __init__(self, detail: str, *, word: str, status: int, log_id: str | None) -> None:
        failure = OAUTH_CODES.get(word) or failure_of_status(status)
        super().__init__(detail, status=status, failure=failure, log_id=log_id)
        self.word = word


def code_of(error: UpstreamError) -> int:
    """Coze's code of a failure, 0 for one without."""
    return error.upstream_code if isinstance(error, Refused | Busy) else 0


def scrub(text: str, key: str = "") -> str:
    """Without the site's key or anything that looks like a credential: platforms repeat them."""
    if key:
        text = text.replace(key, "…")
    return " ".join(_CREDENTIAL.sub("…", text).split())[:DETAIL_CHARS]


def refusal(
    said: Any,
    *,
    where: str,
    key: str,
    status: int = 200,
    log_id: str | None = None,
    retry_after_s: float | None = None,
) -> UpstreamError:
    """The error of an envelope, an ``error`` event or a ``last_error``; words if it is no JSON."""
    fields = said if isinstance(said, dict) else {"msg": str(said)}
    words = str(fields.get("msg") or fields.get("message") or "")[:SAID_CHARS]
    code = _code(fields.get("code"), words)
    detail = scrub(f"{where}: {_told(status, code)} {words}", key)
    log_id = _log_id(fields) or log_id
    failure = _failure(code, status)
    if failure is Failure.BUSY:
        return Busy(detail, code=code, log_id=log_id, retry_after_s=retry_after_s)
    return Refused(detail, code=code, status=status, failure=failure, log_id=log_id)


def _code(given: Any, words: str) -> int:
    """A number, or the text of one."""
    text = str(given).strip()
    code = int(text) if re.fullmatch(r"-?\d{1,12}", text) else 0
    if code == STUDIO_RUN_FAILED and (inner := _INNER_CODE.search(words)):
        code = int(inner[1])
    if code not in LOST and _NO_CONVERSATION.search(words):
        return min(LOST)
    return code


def _failure(code: int, status: int) -> Failure:
    if code in _CODES:
        return _CODES[code]
    for number in (code, status):
        if 400 <= number < 600:
            return failure_of_status(number)
    return Failure.UNKNOWN


def _told(status: int, code: int) -> str:
    return f"code {code}" if status < 400 else f"{status}, code {code}"


def _log_id(fields: dict[str, Any]) -> str | None:
    detail = fields.get("detail")
    log_id = detail.get("logid") if isinstance(detail, dict) else None
    return log_id if isinstance(log_id, str) else None
