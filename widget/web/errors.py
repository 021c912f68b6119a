"""The one place where a failure becomes what a caller sees: JSON of one shape, or a real page.

``{"error": {"code", "message", "retryable"}}``; the code is the exception's, the message a text of
the catalogue in the caller's language. Details stay in our log, but for bad input and user tokens,
which only their sender can mend.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from widget.domain.errors import (
    ChatdockError,
    FileRefused,
    FormRefused,
    LinkExpired,
    MessageTooLong,
    RateLimited,
    Restarting,
    RunActive,
    ServerKeyRefused,
    StoreBusy,
    UpstreamError,
)
from widget.web.services import services
from widget.web.texts import Texts, everybodys, request_lang

log = structlog.get_logger(__name__)

STATUSES = {
    "bad_input": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not_found": HTTPStatus.NOT_FOUND,
    "run_active": HTTPStatus.CONFLICT,
    "conversation_closed": HTTPStatus.CONFLICT,
    "request_settled": HTTPStatus.CONFLICT,
    "not_offered": HTTPStatus.CONFLICT,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "code_spent": HTTPStatus.GONE,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "user_token_refused": HTTPStatus.UNAUTHORIZED,
    "identity_ended": HTTPStatus.UNAUTHORIZED,
    "site_paused": HTTPStatus.FORBIDDEN,
    "restarting": HTTPStatus.SERVICE_UNAVAILABLE,
    "store_busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
# Errors whose code says less than their reader needs.
OTHER_WORDS: dict[type[ChatdockError], str] = {
    LinkExpired: "error.link_expired",
    ServerKeyRefused: "error.server_key",
}
CODES_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}


@dataclass(frozen=True)
class Trouble:
    """A failure as its reader gets it."""

    code: str
    status: int
    retryable: bool
    retry_after_s: int | None = None
    detail: str = ""
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self, texts: Texts, lang: str) -> str:
        """What happened and what to do, for a person."""
        return texts.say(lang, self.key or f"error.{self.code}", **self.values)


def trouble_of(error: Exception) -> Trouble:
    match error:
        case RateLimited():
            wait_s = error.retry_after_s
            return Trouble(error.code, 429, True, wait_s, values={"seconds": wait_s})
        case MessageTooLong():
            values = {"length": error.length, "limit": error.limit}
            return Trouble(error.code, 422, False, key="error.message_too_long", values=values)
        case FormRefused():
            return Trouble(error.code, 422, False, detail=str(error), key="error.form_refused")
        case FileRefused():
            return _of_file(error)
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
    detail = str(error) if code in {"bad_input", "user_token_refused"} else ""
    retryable = isinstance(error, RunActive | Restarting | StoreBusy) or code == "unknown"
    key = next((key for kind, key in OTHER_WORDS.items() if isinstance(error, kind)), "")
    return Trouble(code, STATUSES.get(code, 500), retryable, detail=detail, key=key)


def _of_file(error: FileRefused) -> Trouble:
    status = 413 if error.reason == "too_large" else 422
    is_passing = error.reason in ("platform", "room", "unsent")
    key = f"error.file.{error.reason}"
    return Trouble(error.code, status, is_passing, key=key, values=error.values)


def _of_http(error: HTTPException) -> Trouble:
    status = error.code or 500
    code = CODES_OF_STATUS.get(status, "bad_input" if status < 500 else "unknown")
    detail = (error.description or "") if code == "bad_input" else ""
    return Trouble(code, status, retryable=status >= 500, detail=detail)


def _json(trouble: Trouble) -> Response:
    words = trouble.words(services().texts, request_lang())
    message = f"{words} ({trouble.detail})" if trouble.detail else words
    error = {"code": trouble.code, "message": message, "retryable": trouble.retryable}
    return jsonify(error=error)


def _page(trouble: Trouble) -> Response:
    """In more than the reader's own language: an error may be why we do not know it."""
    texts, own = services().texts, request_lang()
    blocks = [
        {
            "lang": lang,
            "title": texts.say(lang, "page.error.title"),
            "words": trouble.words(texts, lang),
            # Nobody who came to talk to a shop in its app has business on our start page.
            "home": "" if trouble.status == HTTPStatus.GONE else texts.say(lang, "page.error.home"),
        }
        for lang in everybodys(own)
    ]
    nonce = secrets.token_urlsafe(16)
    page = render_template(
        "error.html",
        blocks=blocks,
        lang=own,
        status=trouble.status,
        nonce=nonce,
        style=Markup(services().assets.text("css/error.css")),  # noqa: S704  our own file
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def _keep_headers(error: HTTPException, response: Response) -> None:
    """What an HTTP error says beside its body, such as the methods that are allowed."""
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.setdefault(name, value)
