"""Whether the server lives, whether it should get visitors, and its figures."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from msgspec import Struct, to_builtins
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from widget.web.operations import Answer, Operation
from widget.web.services import services

log = structlog.get_logger(__name__)
bp = Blueprint("health", __name__)

FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip", "via")


class Alive(Struct, frozen=True):
    status: Literal["ok"] = "ok"


class Readiness(Struct, frozen=True):
    """``reasons``: why no visitors should be sent here."""

    ready: bool
    reasons: list[str]


OPERATIONS = (
    Operation(
        id="live",
        method="get",
        path="/healthz",
        tag="Health",
        summary="Whether the process answers.",
        answers={200: Answer("It does.", Alive)},
    ),
    Operation(
        id="ready",
        method="get",
        path="/readyz",
        tag="Health",
        summary="Whether to send visitors here.",
        answers={
            200: Answer("Yes.", Readiness),
            503: Answer("Not now; the reasons say why.", Readiness),
        },
    ),
)


@bp.get("/healthz")
def live() -> ResponseReturnValue:
    """The process answers."""
    return _uncached(jsonify(to_builtins(Alive())))


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether to send visitors here, and if not, why."""
    reasons = [*_phase(), *_store()]
    found = Readiness(ready=not reasons, reasons=reasons)
    response = _uncached(jsonify(to_builtins(found)))
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
    """From this machine, and not handed on by a proxy that stands on it, which mostly leaves the
    name that its visitor asked for. That name gives away a browser's page from elsewhere, too."""
    is_handed_on = any(name.lower().startswith(FORWARDED) for name, _ in request.headers)
    is_near = _is_loopback(request.remote_addr or "") and _names_this_machine(request.host)
    return is_near and not is_handed_on


def _names_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
