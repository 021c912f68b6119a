"""The socket of the chat page: admitted once, then one command after the other."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_sock import Sock
from simple_websocket import ConnectionClosed
from werkzeug.exceptions import BadRequest, Forbidden, ServiceUnavailable

from widget.domain.errors import BadInput, ChatdockError, NotFound, Unauthorized
from widget.web import wire
from widget.web.admit import admit_site, admit_token, client_address, is_own_origin
from widget.web.commands import obey
from widget.web.connection import (
    FAILED,
    MISSED,
    RESTARTING,
    UNREADABLE,
    Connection,
    close,
    error_event,
    refuse,
)
from widget.web.outlet import Outlet
from widget.web.pace import Pace
from widget.web.reader import wait_for_end
from widget.web.services import services
from widget.web.texts import choose, request_lang, use_lang

log = structlog.get_logger(__name__)
bp = Blueprint("socket", __name__)
sock = Sock()

HELLO_LIMIT_S = 10.0
MOST_UNREADABLE = 3


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
    """From the upgrade to the goodbye."""
    ws.sock.inbox = ws.input_buffer
    try:
        _attend(ws, site)
    except ConnectionClosed:
        pass
    except ChatdockError as error:
        refuse(ws, error, services().texts, request_lang())
    except Exception:
        log.exception("socket failed", site=site)
        close(ws, FAILED, "")
    finally:
        wait_for_end(ws)


def _attend(ws: Any, site: str) -> None:
    own, address = services(), client_address(request)
    if own.lifecycle.is_stopping:
        close(ws, RESTARTING, "restart")
    with own.sockets.silence(address):
        hello = _hello(ws)
        connection = _admit(ws, site, hello, address)
    with own.sockets.member(connection):
        if own.lifecycle.is_stopping:
            connection.restart()
        _greet(connection, hello)
        _converse(connection)


def _hello(ws: Any) -> wire.Hello:
    frame = ws.receive(timeout=HELLO_LIMIT_S)
    if frame is None:
        raise Unauthorized(f"no hello within {HELLO_LIMIT_S:.0f} s")
    try:
        command = wire.parse(frame)
    except BadInput as error:
        raise Unauthorized("the first frame was no hello") from error
    if not isinstance(command, wire.Hello):
        raise Unauthorized("the first frame was no hello")
    return command


def _admit(ws: Any, site_key: str, hello: wire.Hello, address: str) -> Connection:
    own, site = services(), admit_site(site_key)
    use_lang(choose(hello.lang, site.options.ui.base.lang, accept=request.accept_languages))
    own.limits.knock(site, address)
    caller = admit_token(hello.token, site_key, address=address, lang=request_lang())
    own.limits.socket(site, own.sockets.count(caller))
    return Connection(ws, caller, own)


def _greet(connection: Connection, hello: wire.Hello) -> None:
    """Brings the screen up to date: by what it missed, or whole."""
    if hello.conversation is None and hello.epoch is not None:
        connection.send(_ready(connection, "", 0))
        return
    if _picks_up(connection, hello):
        connection.send(_ready(connection, hello.epoch or "", hello.seq or 0))
        return
    try:
        shown = connection.show_whole(hello.conversation)
    except NotFound:  # deleted in another tab, or the visitor is another one now
        shown = connection.show_whole(None)
    connection.send(_ready(connection, shown.epoch, shown.seq))
    connection.send(wire.ConversationShown(shown))


def _picks_up(connection: Connection, hello: wire.Hello) -> bool:
    if hello.conversation is None or hello.epoch is None or hello.seq is None:
        return False
    try:
        return connection.pick_up(hello.conversation, hello.epoch, hello.seq)
    except NotFound:
        return False


def _ready(connection: Connection, epoch: str, seq: int) -> wire.Ready:
    return wire.Ready(
        version=wire.VERSION,
        conversation=connection.conversation or None,
        epoch=epoch,
        seq=seq,
        offered=_offered(connection),
    )


def _offered(connection: Connection) -> wire.Offered:
    """What the platform can do, and of that what the owner shows."""
    site = connection.caller.site
    can = connection.services.engine.capabilities(site)
    return wire.Offered(
        retry=can.retry,
        edit=can.edit,
        feedback=site.options.ui.chat_bot.feedback.is_need_feedback,
    )


def _converse(connection: Connection) -> None:
    """Serves one frame after the other until either side closes."""
    unreadable, pace = 0, Pace()
    while True:
        frame = connection.ws.receive()
        if frame is MISSED:
            connection.show_missed()
            continue
        pace.wait()
        unreadable += not _serve(connection, frame)
        if unreadable >= MOST_UNREADABLE:
            close(connection.ws, UNREADABLE, "frames that cannot be read")


def _serve(connection: Connection, frame: str | bytes) -> bool:
    """One frame; False when it could not be read."""
    try:
        command = wire.parse(frame)
    except BadInput as error:
        _answer(connection, error, None)
        return False
    try:
        obey(connection, command)
    except ConnectionClosed:
        raise
    except ChatdockError as error:
        _answer(connection, error, _ref(command))
    except Exception as error:
        log.exception("command failed", site=connection.caller.site.key, command=_type(command))
        _answer(connection, error, _ref(command))
    return True


def _answer(connection: Connection, error: Exception, ref: str | None) -> None:
    texts, lang = connection.services.texts, connection.caller.lang
    connection.send(error_event(error, texts, lang, ref))


def _ref(command: wire.Command) -> str:
    return getattr(command, "client_message_id", "") or _type(command)


def _type(command: wire.Command) -> str:
    return str(command.__struct_config__.tag)


def _has_key() -> bool:
    """Sixteen bytes in base64; the library below trips over anything else."""
    return len(request.headers.get("Sec-WebSocket-Key", "")) == 24
