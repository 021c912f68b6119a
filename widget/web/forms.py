"""What the page's buttons do without JavaScript: plain forms, answered with the page again.

The form carries an embed token, the conversation and an id for the message, all made by the server;
authority is the token. Whatever is refused, the typed text comes back in the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from widget.domain.conversations import new_id
from widget.domain.errors import ChatdockError
from widget.domain.host_page import Label, PageContext
from widget.domain.sites import Caller
from widget.runs import conversations, feedback, listed, start, stop
from widget.web import form_files
from widget.web.admit import admit_site, is_from_elsewhere
from widget.web.door import Place
from widget.web.edited import Edited, edited
from widget.web.errors import trouble_of
from widget.web.form_fields import said
from widget.web.look import read_look
from widget.web.services import services
from widget.web.visit import Visit, come_back, stranger

bp = Blueprint("forms", __name__)

CLIENT_MESSAGE_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
MOST_TAGS, TAG_CHARS, DETAIL_CHARS, SEARCH_CHARS = 10, 30, 2000, 100


@dataclass(frozen=True)
class Outcome:
    """What a form has led to. ``conversation``: None leaves the one that stood there. ``alert``:
    why it came to nothing. ``lists``: show the visitor's conversations, those used before the named
    one. ``edited``: as it was, where nothing else is said."""

    conversation: str | None = None
    lists: str | None = None
    draft: str = ""
    alert: str = ""
    asks_why: str = ""
    edited: Edited | None = field(default_factory=edited)


Hearsay = TypeVar("Hearsay")
Act = Callable[[Caller], Outcome]
Refill = Callable[[Caller], dict[Place, str]]


@bp.before_request
def refuse_elsewhere() -> None:
    """A page of elsewhere that posts a token of its own maker's would have our visitors write into
    his conversation."""
    if is_from_elsewhere(request):
        raise Forbidden


@bp.post("/frame/<site>/messages")
def send(site: str) -> ResponseReturnValue:
    """The composer's own button, or a starter's: then the typed text and its files stay."""
    form_files.admit(admit_site(site))
    starter, typed = said("starter"), said("text")

    def act(caller: Caller) -> Outcome:
        if refusals := form_files.keep_all(caller):
            return Outcome(draft=typed, alert=refusals)
        with services().limits.message(caller) as ticket:
            accepted = start.send(
                services().engine,
                caller,
                said("conversation") or None,
                client_message_id=client_message_id(),
                text=starter or typed,
                attachments=() if starter else form_files.ids(),
                page=_hearsay("context", PageContext) or {},
                label=_hearsay("label", Label),
            )
            if not accepted.is_repeat:
                ticket.count()
        return Outcome(accepted.conversation, draft=typed if starter else "")

    return answer(site, act)


@bp.post("/frame/<site>/messages/<message>/retry")
def retry(site: str, message: str) -> ResponseReturnValue:
    def act(caller: Caller) -> Outcome:
        with services().limits.message(caller) as ticket:
            accepted = start.retry(services().engine, caller, message)
            if not accepted.is_repeat:
                ticket.count()
        return Outcome(accepted.conversation, draft=said("text"))

    return answer(site, act)


@bp.post("/frame/<site>/runs/<run>/stop")
def halt(site: str, run: str) -> ResponseReturnValue:
    def act(caller: Caller) -> Outcome:
        stop.stop(services().engine, caller, run)
        return Outcome(draft=said("text"))

    return answer(site, act)


@bp.post("/frame/<site>/runs/<run>/follow")
def follow(site: str, run: str) -> ResponseReturnValue:
    """A page that was loaded in the middle of an answer shows the rest as it comes."""

    return answer(site, lambda caller: Outcome(draft=said("text")))


@bp.post("/frame/<site>/messages/<message>/feedback")
def judge(site: str, message: str) -> ResponseReturnValue:
    """A thumb, or the panel after a dislike, which only a thumb opens."""
    is_panel = "detail" in request.form
    verdict = _verdict()

    def act(caller: Caller) -> Outcome:
        if "dismiss" not in request.form:
            feedback.give(
                services().engine,
                caller,
                message,
                verdict=verdict,
                tags=tuple(tag[:TAG_CHARS] for tag in request.form.getlist("tags")[:MOST_TAGS]),
                detail=said("detail")[:DETAIL_CHARS],
            )
        asks_why = message if verdict == "dislike" and not is_panel else ""
        return Outcome(draft=said("text"), asks_why=asks_why)

    return answer(site, act)


@bp.post("/frame/<site>/conversations")
def begin(site: str) -> ResponseReturnValue:
    return answer(site, lambda caller: Outcome(conversation="", draft=said("text")))


@bp.post("/frame/<site>/conversations/list")
def list_(site: str) -> ResponseReturnValue:
    before = request.args.get("before", "")
    return answer(site, lambda caller: Outcome(lists=before, draft=said("text")))


@bp.post("/frame/<site>/conversations/<conversation>/open")
def open_(site: str, conversation: str) -> ResponseReturnValue:
    def act(caller: Caller) -> Outcome:
        found = conversations.access(services().engine, caller, conversation)
        return Outcome(found.id, draft=said("text"))

    return answer(site, act)


@bp.post("/frame/<site>/conversations/<conversation>/delete")
def delete(site: str, conversation: str) -> ResponseReturnValue:
    """What stood on the page stays, unless it was that."""

    def act(caller: Caller) -> Outcome:
        conversations.delete(services().engine, caller, conversation)
        here = "" if conversation == _here() else None
        return Outcome(here, lists="", draft=said("text"))

    return answer(site, act)


def answer(site_key: str, act: Act, refill: Refill = lambda caller: {}) -> Response:
    """The page after the act, or with what was refused, why, and the forms that ``refill`` fills in
    again."""
    site = admit_site(site_key)
    look = read_look(site, is_direct=request.args.get("page") == "chat")
    visit = come_back(site, look, said("token"))
    if visit is None:
        visit = stranger(site, look, said("token"))
        return visit.page(
            visit.show(None), status=401, alert=look.say("frame.expired"), draft=_typed()
        )
    try:
        services().limits.knock(site, visit.caller.address)
        outcome = act(visit.caller)
        rows = _listed(visit.caller, outcome)
    except ChatdockError as error:
        return _refused(visit, error, refill)
    here = _here()
    shown = visit.show(here if outcome.conversation is None else outcome.conversation)
    if shown.id:
        conversations.see(services().engine, visit.caller, shown.id)
    return visit.page(
        shown,
        status=422 if outcome.alert else 200,
        alert=outcome.alert,
        draft=outcome.draft,
        kept=form_files.kept(visit.caller),
        asks_why=outcome.asks_why,
        edited=outcome.edited,
        listed=rows,
        may_stream=True,
    )


def _listed(caller: Caller, outcome: Outcome) -> listed.Listed | None:
    if outcome.lists is None:
        return None
    return listed.list_(
        services().engine,
        caller,
        before=outcome.lists or None,
        search=said("search")[:SEARCH_CHARS],
    )


def _refused(visit: Visit, error: ChatdockError, refill: Refill) -> Response:
    trouble = trouble_of(error)
    response = visit.page(
        visit.show(_here()),
        status=trouble.status,
        alert=trouble.words(services().texts, visit.look.lang),
        draft=_typed(),
        kept=form_files.kept(visit.caller),
        refilled=refill(visit.caller),
        edited=edited(),
    )
    if trouble.retry_after_s is not None:
        response.headers["Retry-After"] = str(trouble.retry_after_s)
    return response


def _here() -> str | None:
    """The conversation that stands on the page; a form inside an answer has it in its address."""
    return request.form.get("conversation", request.args.get("conversation"))


def _hearsay(name: str, model: type[Hearsay]) -> Hearsay | None:
    """What the host page said without a signature; what is wrong with it must not cost the text."""
    try:
        return msgspec.json.decode(said(name), type=model)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _typed() -> str:
    """What must not be lost: the text, else the starter that was pressed."""
    return said("text") or said("starter")


def client_message_id() -> str:
    """The page's own; a broken one costs only that a repeat is not recognised."""
    given = said("client_message_id")
    return given if CLIENT_MESSAGE_ID.fullmatch(given) else new_id("cm")


def _verdict() -> Literal["like", "dislike"] | None:
    match said("verdict"):
        case "like":
            return "like"
        case "dislike":
            return "dislike"
        case _:
            return None
