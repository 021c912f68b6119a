"""The first word of a frame, on whichever line: who it is, and what its screen has missed."""

from __future__ import annotations

from flask import request

from widget.domain.errors import BadInput, NotFound, Unauthorized
from widget.domain.sites import Caller, Site
from widget.runs import uploads
from widget.web import wire
from widget.web.admit import admit_site, admit_token
from widget.web.connection import Connection
from widget.web.services import services
from widget.web.texts import choose, request_lang, use_lang


def hello_in(frame: str | bytes) -> wire.Hello:
    try:
        command = wire.parse(frame)
    except BadInput as error:
        raise Unauthorized("the first frame was no hello") from error
    if not isinstance(command, wire.Hello):
        raise Unauthorized("the first frame was no hello")
    return command


def admit(hello: wire.Hello, site_key: str, address: str, *, knocks: bool = True) -> Caller:
    """The caller, with room for one more line. Nothing may yield before that is counted. Without
    ``knocks`` it goes on with a line that knocked before, at a bounded pace."""
    own, site = services(), admit_site(site_key)
    speak(hello.lang, site)
    if knocks:
        own.limits.knock(site, address)
    caller = admit_token(hello.token, site_key, address=address, lang=request_lang())
    if not knocks:
        own.limits.pace(caller)
    own.limits.socket(site, own.sockets.count(caller), own.sockets.count_address(caller))
    return caller


def speak(lang: str, site: Site) -> None:
    """In the language of the page that asks."""
    use_lang(choose(site, lang, site.options.ui.base.lang, accept=request.accept_languages))


def welcome(connection: Connection, hello: wire.Hello) -> None:
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
