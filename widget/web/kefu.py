"""``/api/kefu/…``: the REST contract that mini-programs speak, for every platform.

A path names its site (``/sites/<site>/api/kefu/chat``) or leaves that to be found out. Case and a
slash at the end do not matter, as on the back ends that the contract comes from.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchCall

from widget.domain.sites import Caller, Site
from widget.runs import kefu
from widget.web import kefu_operations
from widget.web.cors import answer_preflight
from widget.web.kefu_body import read_body
from widget.web.kefu_caller import caller_of
from widget.web.kefu_chat import addresses_for, chat
from widget.web.kefu_door import answered, enter, finish, meant, now, refuse
from widget.web.kefu_shapes import (
    DEFAULT_LIMIT,
    MOST_MESSAGES,
    ChatAsked,
    ConversationAnswered,
    ConversationAsked,
    HistoryAnswered,
    HistoryAsked,
    HistorySaid,
    WhoAsks,
    conversation_asked,
    conversation_said,
    count_of,
    message_said,
    name_of,
)
from widget.web.services import services
from widget.web.texts import request_lang

OPERATIONS = kefu_operations.OPERATIONS

bp = Blueprint("kefu", __name__)
bp.register_error_handler(Exception, refuse)
bp.after_request(finish)

ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _open(name: str, handle: Callable[[Site], Response]) -> None:
    """The call under its own spelling, with and without the site in its path."""

    def view(site: str | None = None) -> Response:
        return handle(_entered(site))

    for path in (f"/api/kefu/{name}", f"/sites/<site>/api/kefu/{name}"):
        bp.add_url_rule(path, name, view, methods=["POST"], provide_automatic_options=False)


def answer_chat(site: Site) -> Response:
    asked = read_body(request, ChatAsked)
    return chat(_caller(site, asked), asked)


def answer_history(site: Site) -> Response:
    asked = read_body(request, HistoryAsked)
    caller = _caller(site, asked)
    limit = min(max(count_of(asked.limit, DEFAULT_LIMIT), 1), MOST_MESSAGES)
    offset = count_of(asked.offset, 0)
    said = kefu.said(
        services().engine,
        caller,
        conversation_asked(asked.conversation_id) or "",
        limit=limit,
        offset=offset,
        newest_first=asked.order == "desc",
    )
    address_of = addresses_for(caller)
    messages = [message_said(message, address_of) for message in said.messages]
    data = HistorySaid(messages, said.total, limit, offset)
    return answered(HistoryAnswered(timestamp=now(), data=data))


def answer_conversation(site: Site) -> Response:
    caller = _caller(site, read_body(request, ConversationAsked))
    with services().limits.conversation(caller) as ticket:
        made = kefu.begin(services().engine, caller)
        ticket.count()
    return answered(ConversationAnswered(timestamp=now(), data=conversation_said(made)))


CALLS = {
    "chat": answer_chat,
    "getHistory": answer_history,
    "createConversation": answer_conversation,
}
BY_SPELLING = {name.lower(): handle for name, handle in CALLS.items()}

for _name, _handle in CALLS.items():
    _open(_name, _handle)


@bp.route("/api/kefu/<path:spelling>", methods=ANY_METHOD, provide_automatic_options=False)
@bp.route(
    "/sites/<site>/api/kefu/<path:spelling>", methods=ANY_METHOD, provide_automatic_options=False
)
def call(spelling: str, site: str | None = None) -> Response:
    """Other spellings of the calls, other methods, and what is no call."""
    handle = BY_SPELLING.get(spelling.rstrip("/").lower())
    found = meant(site)
    if request.method == "OPTIONS":
        return answer_preflight(found, request)
    if handle is None:
        raise NoSuchCall
    if request.method != "POST":
        raise MethodNotAllowed(["POST", "OPTIONS"])
    enter(found)
    return handle(found)


def _entered(key: str | None) -> Site:
    site = meant(key)
    enter(site)
    return site


def _caller(site: Site, asked: WhoAsks) -> Caller:
    return caller_of(site, request, name_of(asked.user_id), request_lang())
