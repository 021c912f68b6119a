"""The one place where a failure becomes what a caller sees: JSON of one shape, or a real page.

``{"error": {"code", "message", "retryable"}}``; the code is the exception's, the message a text of
the catalogue in the caller's language. Details stay in our log, but for bad input, which only its
sender can mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from widget.domain.errors import ChatdockError, RateLimited, RunActive, StoreBusy, UpstreamError
from widget.web.services import services
from widget.web.texts import LANGS, request_lang

log = structlog.get_logger(__name__)

STATUSES = {
    "bad_input": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not_found": HTTPStatus.NOT_FOUND,
    "run_active": HTTPStatus.CONFLICT,
    "not_offered": HTTPStatus.CONFLICT,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "site_paused": HTTPStatus.FORBIDDEN,
    "store_busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
CODES_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "rate_limited",
}


@dataclass(frozen=True)
class Trouble:
    """A failure as its reader gets it."""

    code: str
    status: int
    retryable: bool
    retry_after_s: int | None = None
    detail: str = ""

    def words(self, lang: str) -> str:
        """What happened and what to do, for a person."""
        texts = services().texts
        key = f"error.{self.code}"
        if not texts.has(key):
            key = "error.unknown"
        return texts.say(lang, key, seconds=self.retry_after_s or 1)


def trouble_of(error: Exception) -> Trouble:
    match error:
        case RateLimited():
            return Trouble(error.code, 429, True, retry_after_s=error.retry_after_s)
        case UpstreamError():
            return Trouble("unknown", 502, error.retryable)
        case ChatdockError():
            return _named(error)
        case HTTPException():
            return _of_http(error)
        case _:
            return Trouble("unknown", 500, True)


def init_app(app: Flask) -> None:
    app.register_error_handler(ChatdockError, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, _answer_unforeseen)


def answer(error: Exception) -> ResponseReturnValue:
    """The response for a failure, in the form that the caller asked for."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error.get_response()
    trouble = trouble_of(error)
    response = _page(trouble) if wants_page() else _json(trouble)
    response.status_code = trouble.status
    if trouble.retry_after_s is not None:
        response.headers["Retry-After"] = str(trouble.retry_after_s)
    if isinstance(error, HTTPException):
        _keep_headers(error, response)
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_page() -> bool:
    """A browser that navigates asks for HTML by name; scripts and tools get JSON."""
    if request.path.startswith("/api/"):
        return False
    accepted = request.accept_mimetypes
    return accepted.quality("text/html") > accepted.quality("application/json")


def _answer_unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("request failed", path=request.path, method=request.method, exc_info=error)
    return answer(error)


def _named(error: ChatdockError) -> Trouble:
    code = error.code if error.code in STATUSES else "unknown"
    detail = str(error) if code == "bad_input" else ""
    retryable = isinstance(error, RunActive | StoreBusy) or code == "unknown"
    return Trouble(code, STATUSES.get(code, 500), retryable, detail=detail)


def _of_http(error: HTTPException) -> Trouble:
    status = error.code or 500
    code = CODES_OF_STATUS.get(status, "bad_input" if status < 500 else "unknown")
    detail = (error.description or "") if code == "bad_input" else ""
    return Trouble(code, status, retryable=status >= 500, detail=detail)


def _json(trouble: Trouble) -> Response:
    words = trouble.words(request_lang())
    message = f"{words} ({trouble.detail})" if trouble.detail else words
    error = {"code": trouble.code, "message": message, "retryable": trouble.retryable}
    return jsonify(error=error)


def _page(trouble: Trouble) -> Response:
    """Both languages, the reader's own first: an error may be why we do not know it."""
    own = request_lang()
    langs = sorted(LANGS, key=lambda lang: lang != own)
    words = [
        (lang, services().texts.say(lang, "page.error.title"), trouble.words(lang))
        for lang in langs
    ]
    return Response(render_template("error.html", words=words, lang=own, trouble=trouble))


def _keep_headers(error: HTTPException, response: Response) -> None:
    """What an HTTP error says beside its body, such as the methods that are allowed."""
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.setdefault(name, value)
