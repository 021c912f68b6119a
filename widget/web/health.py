"""Whether the server lives, whether it should get visitors, and its figures."""

from __future__ import annotations

from ipaddress import ip_address

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from widget.web.services import services

log = structlog.get_logger(__name__)
bp = Blueprint("health", __name__)

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@bp.get("/healthz")
def live() -> ResponseReturnValue:
    """The process answers."""
    return _uncached(jsonify(status="ok"))


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether to send visitors here, and if not, why."""
    reasons = [*_phase(), *_store()]
    response = _uncached(jsonify(ready=not reasons, reasons=reasons))
    response.status_code = 503 if reasons else 200
    return response


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For a collector on this machine; to everybody else there is nothing here."""
    if not _is_local():
        raise NotFound
    return _uncached(Response(services().figures.text(), content_type=CONTENT_TYPE_LATEST))


def _phase() -> list[str]:
    lifecycle = services().lifecycle
    return [] if lifecycle.is_ready else [f"the process is {lifecycle.phase.value}"]


def _store() -> list[str]:
    try:
        with services().store.read():
            return []
    except Exception:
        log.exception("the database cannot be read")
        return ["the database cannot be read"]


def _is_local() -> bool:
    """From this machine, and not handed on by a proxy that stands on it."""
    try:
        is_loopback = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in FORWARDED)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
