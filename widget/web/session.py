"""What happens on one socket: hello, then one command after the other, until either side closes."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import structlog
from flask import request

from widget.domain.errors import BadInput, ChatdockError, NotFound, Unauthorized
from widget.runs import uploads
from widget.web import wire
from widget.web.admit import admit_site, admit_token
from widget.web.commands import obey
from widget.web.connection import RESTARTING, UNREADABLE, Connection, close, error_event, refuse
from widget.web.memory import aside
from widget.web.pace import Pace
from widget.web.services import services
from widget.web.texts import choose, request_lang, use_lang

log = structlog.get_logger(__name__)

HELLO_LIMIT_S = 10.0
MOST_UNREADABLE = 3


class Session:
    """The listener of a socket's ``Outlet``, called in the socket's own greenlet and request."""

    __slots__ = ("_address", "_connection", "_own", "_pace", "_site", "_unreadable", "_ws")

    def __init__(self, ws: Any, site: str, address: str) -> None:
        self._ws = ws
        self._site = site
        self._address = address
        self._own = services()
        self._connection: Connection | None = None
        self._unreadable = 0
        self._pace: Pace | None = None
        self._own.sockets.begin(address)
        ws.sock.listener = self
        ws.sock.ends_at = time.monotonic() + HELLO_LIMIT_S
        if self._own.lifecycle.is_stopping:
            close(ws, RESTARTING, "restart")

    def heard(self) -> None:
        """Serves every frame that has arrived."""
        while self._ws.input_buffer:
            frame = self._ws.input_buffer.pop(0)
            if self._ws.sock.is_leaving:
                continue
            if self._connection is None:
                aside(partial(self._welcome, frame))
            else:
                aside(partial(self._serve, self._connection, frame))

    def silent(self) -> None:
        self._refuse(Unauthorized(f"no hello within {HELLO_LIMIT_S:.0f} s"))

    def end(self) -> None:
        if self._connection is None:
            self._own.sockets.end(self._address)
        else:
            self._own.sockets.remove(self._connection)
            self._connection.unfollow()

    def _welcome(self, frame: str | bytes) -> None:
        """Admits the visitor behind the first frame and brings the screen up to date."""
        try:
            hello = _hello(frame)
            connection = self._admit(hello)
            self._join(connection)
            _greet(connection, hello)
        except ChatdockError as error:
            self._refuse(error)

    def _admit(self, hello: wire.Hello) -> Connection:
        own, site = self._own, admit_site(self._site)
        use_lang(choose(hello.lang, site.options.ui.base.lang, accept=request.accept_languages))
        own.limits.knock(site, self._address)
        lang = request_lang()
        caller = admit_token(hello.token, self._site, address=self._address, lang=lang)
        sockets = own.sockets
        own.limits.socket(site, sockets.count(caller), sockets.count_address(caller))
        return Connection(self._ws, caller, own)

    def _join(self, connection: Connection) -> None:
        """Nothing yields in here, so a restart finds the socket either here or not at all."""
        self._own.sockets.end(self._address)
        self._own.sockets.add(connection)
        self._connection = connection
        self._ws.sock.ends_at = None
        if self._own.lifecycle.is_stopping:
            connection.restart()

    def _refuse(self, error: ChatdockError) -> None:
        refuse(self._ws, error, self._own.texts, request_lang())

    def _serve(self, connection: Connection, frame: str | bytes) -> None:
        self._pace = self._pace or Pace()
        self._pace.wait()
        if _serve(connection, frame):
            return
        self._unreadable += 1
        if self._unreadable >= MOST_UNREADABLE:
            close(self._ws, UNREADABLE, "frames that cannot be read")


def _hello(frame: str | bytes) -> wire.Hello:
    try:
        command = wire.parse(frame)
    except BadInput as error:
        raise Unauthorized("the first frame was no hello") from error
    if not isinstance(command, wire.Hello):
        raise Unauthorized("the first frame was no hello")
    return command


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
    files = uploads.offered(connection.services.engine, site)
    return wire.Offered(
        retry=can.retry,
        edit=can.edit,
        feedback=site.options.ui.chat_bot.feedback.is_need_feedback,
        follow_up=bool(can.follow_up),
        uploads=wire.UploadsOffered(files.accept, files.max_bytes, files.max_count)
        if files
        else None,
    )


def _serve(connection: Connection, frame: str | bytes) -> bool:
    """One frame; False when it could not be read."""
    try:
        command = wire.parse(frame)
    except BadInput as error:
        _answer(connection, error, None)
        return False
    try:
        obey(connection, command)
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
