"""The socket of the chat page: who may open one, and the greenlet that serves it."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_sock import Sock
from werkzeug.exceptions import BadRequest, Forbidden, ServiceUnavailable

from widget.web.admit import client_address, is_own_origin
from widget.web.connection import FAILED
from widget.web.line import SocketLine
from widget.web.memory import forget_handshake
from widget.web.outlet import Outlet
from widget.web.services import services
from widget.web.session import Session

log = structlog.get_logger(__name__)
bp = Blueprint("socket", __name__)
sock = Sock()


@bp.before_request
def prepare() -> ResponseReturnValue | None:
    """Refuses what may not even open a socket, and gives the rest a way out that never waits."""
    environ = request.environ
    if not is_own_origin(request.headers.get("Origin", "")):
        raise Forbidden
    if request.headers.get("Sec-WebSocket-Version") != "13" or not _has_key():
        raise BadRequest("this is no WebSocket handshake of version 13")
    if services().sockets.is_full(client_address(request)):
        raise ServiceUnavailable
    # Compression would cost each socket some 300 KB and each frame its share of the processor.
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    environ["gunicorn.socket"] = Outlet(environ["gunicorn.socket"])
    return None


@sock.route("/frame/<site>/socket", bp=bp)
def serve(ws: Any, site: str) -> None:
    """From the upgrade to the end."""
    session = Session(ws, site, client_address(request))
    forget_handshake(ws, request.environ)
    try:
        ws.thread.run()
    except Exception:
        log.exception("socket failed", site=site)
        SocketLine(ws).close(FAILED, "")
    finally:
        session.end()
        ws.connected = False
        ws.sock.close()


def _has_key() -> bool:
    """Sixteen bytes in base64; the library below trips over anything else."""
    return len(request.headers.get("Sec-WebSocket-Key", "")) == 24
