"""The socket's language over plain requests, for networks that break WebSocket.

What the server says comes as an event stream or, where a proxy keeps that back, as answers that are
held until there is news; what the frame says goes by ``commands``. Nothing is remembered between
two requests: where the screen stands is said in each ``hello``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import msgspec
from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from msgspec import Meta, Raw, Struct
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from widget.domain.errors import BadInput, Restarting
from widget.web import wire
from widget.web.admit import admit_site, admit_token, client_address, is_from_elsewhere
from widget.web.commands import serve
from widget.web.connection import Connection
from widget.web.held_line import ABNORMAL, Goodbye, HeldLine, Peer
from widget.web.reader import LONGEST_FRAME
from widget.web.services import services
from widget.web.texts import request_lang
from widget.web.welcome import admit, hello_in, speak, welcome

bp = Blueprint("lines", __name__)

# Under the minute after which proxies give a silent answer up.
HEARTBEAT_S = 15.0
HOLD_S = 20.0
# An answer that grows would else be asked for once a delta.
GATHER_S = 0.25
COMMENT = ":\n\n"
LONGEST_BODY = LONGEST_FRAME + 8_192


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """``conversation`` stands on the screen; a command is what a frame of the socket would be."""

    token: Annotated[str, Meta(max_length=4096)]
    commands: Annotated[tuple[Raw, ...], Meta(min_length=1, max_length=20)]
    lang: Annotated[str, Meta(max_length=35)] = ""
    conversation: wire.Id | None = None


@bp.before_request
def refuse_elsewhere() -> None:
    """A script of ours says where it comes from, so ``null`` is none of ours."""
    if is_from_elsewhere(request) or request.headers.get("Origin") == "null":
        raise Forbidden
    request.max_content_length = LONGEST_BODY


@bp.post("/frame/<site>/events")
def follow(site: str) -> ResponseReturnValue:
    """Everything that a socket would say from its ``hello`` on, until either side ends it."""
    connection, line = _join(site, hello_in(request.get_data()), knocks=True)
    connection.deliver()
    response = Response(_pieces(line), content_type="text/event-stream; charset=utf-8")
    response.call_on_close(partial(_leave, connection))
    response.headers["X-Accel-Buffering"] = "no"
    return _private(response)


@bp.post("/frame/<site>/poll")
def poll(site: str) -> ResponseReturnValue:
    """What there is to say; with ``?wait`` not before there is something."""
    is_held = "wait" in request.args
    connection, line = _join(site, hello_in(request.get_data()), knocks=not is_held)
    try:
        connection.deliver()
        if is_held:
            _hold(line)
    finally:
        _leave(connection)
    g.began_at = time.perf_counter()  # it was held on purpose
    return _complete(line)


@bp.post("/frame/<site>/commands")
def command(site: str) -> ResponseReturnValue:
    """What the frame has to say, and what a socket would have answered to it alone."""
    own, asked = services(), _asked()
    if own.lifecycle.is_stopping:
        raise Restarting
    speak(asked.lang, admit_site(site))
    address = client_address(request)
    caller = admit_token(asked.token, site, address=address, lang=request_lang())
    own.limits.pace(caller)
    line = HeldLine(Peer(request.environ))
    connection = Connection(line, caller, own)
    connection.conversation = asked.conversation or ""
    try:
        for one in asked.commands:
            serve(connection, bytes(one))
    finally:
        connection.end()
    return _complete(line)


def _join(site: str, hello: wire.Hello, *, knocks: bool) -> tuple[Connection, HeldLine]:
    """A held line of an admitted visitor, with its greeting on it. To be left again."""
    own, address = services(), client_address(request)
    if own.lifecycle.is_stopping:
        raise Restarting
    if own.sockets.is_full(address):
        raise ServiceUnavailable
    caller = admit(hello, site, address, knocks=knocks)
    line = HeldLine(Peer(request.environ))
    connection = Connection(line, caller, own)
    own.sockets.add(connection)
    connection.keeps_listening = True
    connection.listen()
    if own.lifecycle.is_stopping:  # it may have begun while the site was looked up
        connection.restart()
    try:
        welcome(connection, hello)
    except BaseException:
        _leave(connection)
        raise
    return connection, line


def _leave(connection: Connection) -> None:
    connection.services.sockets.remove(connection)
    connection.end()


def _hold(line: HeldLine) -> None:
    """Until there is more than ``ready`` alone, or the line ends, or the time is over."""
    ends_at = time.monotonic() + HOLD_S
    while line.goodbye is None and len(line) == 1 and (left_s := ends_at - time.monotonic()) > 0:
        line.wait(left_s)
    if line.goodbye is None and len(line) > 1:
        time.sleep(GATHER_S)


def _pieces(line: HeldLine) -> Iterator[str]:
    """Frames as they come; a comment when nothing else goes out; at the end the goodbye."""
    while line.goodbye is None or len(line):
        piece = "".join(f"data: {frame}\n\n" for frame in line.take())
        with line.writing():
            yield piece or COMMENT
        if line.goodbye is None:
            line.wait(HEARTBEAT_S)
    if line.goodbye.code != ABNORMAL:
        yield f"event: close\ndata: {_json(line.goodbye)}\n\n"


def _complete(line: HeldLine) -> Response:
    """All that there is in one answer with its length: what keeps streams back lets it pass."""
    events = ",".join(line.take())
    body = f'{{"events":[{events}],"close":{_json(line.goodbye)}}}'
    return _private(Response(body, content_type="application/json"))


def _json(goodbye: Goodbye | None) -> str:
    return msgspec.json.encode(goodbye).decode()


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store, no-transform"
    return response


def _asked() -> Asked:
    try:
        return msgspec.json.decode(request.get_data(), type=Asked)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadInput(str(error)) from error
