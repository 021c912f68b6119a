"""``POST …/client-secrets``: a client secret for a page that runs the vendor's own front end.

The same in the shapes of the vendors' quick starts, errors too: ``/api/create-session`` (XpertAI)
and ``/api/chatkit/session`` (OpenAI ChatKit). Off until the owner turns it on, for pages on the
site's list alone, never cached, and a new secret at each asking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException

from widget.domain.errors import BadInput, ChatdockError, NotFound, Unauthorized
from widget.domain.sites import Caller, Identity, Site
from widget.runs.client_secrets import mint
from widget.runs.identity import read_user_token
from widget.web import client_secrets_shapes as shapes
from widget.web import cors
from widget.web.admit import admit_site, client_address, own_origin
from widget.web.bare_path import meant_site
from widget.web.errors import Trouble, trouble_of
from widget.web.operations import Answer, Failed, Operation, refusals
from widget.web.services import services
from widget.web.texts import request_lang
from widget.web.visitors import find_visitor, set_cookie

USER_HEADER = "X-Chatdock-User"

log = structlog.get_logger(__name__)
bp = Blueprint("client_secrets", __name__)
xpertai = Blueprint("xpertai_session", __name__)
chatkit = Blueprint("chatkit_session", __name__)


class _Wish(Protocol):
    """What a body asks for. ``assistant`` helps to find the site that a bare path means."""

    @property
    def life_s(self) -> int: ...

    @property
    def assistant(self) -> str: ...


Wish = TypeVar("Wish", bound=_Wish)


def _operation(id_: str, path: str, summary: str, *bodies: Any) -> Operation:
    asked, given, refused = bodies
    # Only our own shape knows 422.
    bad = 422 if asked is shapes.Asked else 400
    return Operation(
        id=id_,
        method="post",
        path=path,
        tag="Client secrets",
        summary=summary,
        headers={USER_HEADER: "A user token; or as `Authorization: Bearer`. None: anonymous."},
        body=asked,
        needs_body=False,
        answers={
            200: Answer("A secret that was never given before.", given),
            **refusals(bad, 401, 403, 404, 409, 413, 429, 500, 502, 503, body=refused),
        },
    )


XPERTAI = (shapes.XpertAIAsked, shapes.XpertAIMinted, shapes.XpertAIRefused)
CHATKIT = (shapes.ChatKitAsked, shapes.ChatKitMinted, shapes.ChatKitRefused)
OPERATIONS = (
    _operation(
        "mintClientSecret",
        "/api/v1/sites/{site}/client-secrets",
        "The platform's client secret, for the vendor's own front end.",
        *(shapes.Asked, shapes.Minted, Failed),
    ),
    _operation(
        "createSessionOfSite",
        "/sites/{site}/api/create-session",
        "The same as XpertAI's quick start has it.",
        *XPERTAI,
    ),
    _operation(
        "createSession",
        "/api/create-session",
        "The same for the only site with this door, or the one that the page belongs to.",
        *XPERTAI,
    ),
    _operation(
        "openChatKitSessionOfSite",
        "/sites/{site}/api/chatkit/session",
        "The same as OpenAI's ChatKit guide has it.",
        *CHATKIT,
    ),
    _operation(
        "openChatKitSession",
        "/api/chatkit/session",
        "The same for the only site with this door, or the one that the page belongs to.",
        *CHATKIT,
    ),
)


@bp.post("/api/v1/sites/<site>/client-secrets")
def give(site: str) -> ResponseReturnValue:
    return _answer(site, shapes.Asked, shapes.minted)


@xpertai.post("/api/create-session")
@xpertai.post("/sites/<site>/api/create-session")
def create_session(site: str = "") -> ResponseReturnValue:
    return _answer(site, shapes.XpertAIAsked, shapes.xpertai_minted)


@chatkit.post("/api/chatkit/session")
@chatkit.post("/sites/<site>/api/chatkit/session")
def open_session(site: str = "") -> ResponseReturnValue:
    return _answer(site, shapes.ChatKitAsked, shapes.chatkit_minted)


def is_open(site: Site) -> bool:
    return site.apis.client_secrets.enabled


def _answer(
    key: str, shape: type[Wish], worded: Callable[[Any], msgspec.Struct]
) -> ResponseReturnValue:
    named = _admitted(_named(key)) if key else None
    wish = _wish(shape)
    site = named or _admitted(_meant(wish.assistant))
    identity = _identity(site)
    door = None if identity else find_visitor(site, request)
    caller = Caller(
        site=site,
        visitor=door.visitor if door else _person(site, identity),
        key_hash=door.key_hash if door else "",
        origin=request.headers.get("Origin", "").lower() or own_origin(),
        address=client_address(request),
        lang=request_lang(),
        identity=identity,
    )
    with services().limits.secret(caller) as ticket:
        secret = mint(services().engine, caller, wish.life_s)
        ticket.count()
    response = _json(worded(secret))
    if door and door.cookie_to_set:
        set_cookie(response, site.key, door.cookie_to_set)
    return response


def _wish(shape: type[Wish]) -> Wish:
    """The body; none asks for nothing in particular."""
    data = request.get_data()
    try:
        return msgspec.json.decode(data or b"{}", type=shape)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(str(error)) from error
    except RecursionError:
        raise BadInput("the JSON nests too deep to be read") from None


def _named(key: str) -> Site:
    """A site without the door is like none."""
    found = services().sites.find(key)
    if found is None or not is_open(found):
        raise NotFound(f"the site {key!r} gives no client secrets")
    return admit_site(key)


def _meant(assistant: str) -> Site:
    return meant_site(services().sites.all(), request, is_open=is_open, assistant=assistant)


def _admitted(site: Site) -> Site:
    """The site, for this page, one try more of this address."""
    if not cors.may_ask(site, request):
        services().limits.unlisted_page(client_address(request))
        log.warning(
            "a page that is not on the site's list asked for a client secret",
            site=site.key,
            origin=request.headers["Origin"][:200],
        )
        raise Forbidden
    services().limits.knock(site, client_address(request))
    return site


def _identity(site: Site) -> Identity | None:
    """The person whom the owner vouches for; None without a user token. A bad one is refused: it
    never makes somebody else of its bearer.

    The header of our own comes first, for pages that need ``Authorization`` for themselves.
    """
    token = request.headers.get(USER_HEADER, "").strip()
    if not token and (given := request.headers.get("Authorization", "").strip()):
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized("a user token comes as Authorization: Bearer")
    return read_user_token(services().store, site.key, token.strip()) if token else None


def _person(site: Site, identity: Identity | None) -> str:
    return services().tokens.visitor_of(site.key, identity.user) if identity else ""


# -- what pages of other origins may ask and read


@bp.before_request
def _answer_preflight() -> Response | None:
    if request.method != "OPTIONS":
        return None
    site = _asking()
    if site is None:
        raise NotFound("no site gives client secrets here")
    return cors.answer_preflight(site, request)


@bp.after_request
def _let_read(response: Response) -> Response:
    """Refusals too, so that the page's own code can tell what is wrong."""
    response.headers["Cache-Control"] = "no-store"
    site = _asking()
    return cors.allow(response, site, request) if site else response


def _asking() -> Site | None:
    """The site on whose list the page may be. On a bare path any: a preflight has no body that
    would tell which one is meant."""
    key = (request.view_args or {}).get("site", "")
    found = [services().sites.find(key)] if key else services().sites.all()
    open_ones = [site for site in found if site and is_open(site)]
    may = (site for site in open_ones if cors.may_ask(site, request))
    return next(may, open_ones[0] if open_ones else None)


# -- refusals in the vendors' shapes


@xpertai.errorhandler(Exception)
def _refuse_as_xpertai(error: Exception) -> ResponseReturnValue:
    return _refusal(error, shapes.xpertai_refused)


@chatkit.errorhandler(Exception)
def _refuse_as_chatkit(error: Exception) -> ResponseReturnValue:
    return _refusal(error, shapes.chatkit_refused)


def _refusal(
    error: Exception, worded: Callable[[Trouble, str], msgspec.Struct]
) -> ResponseReturnValue:
    if not isinstance(error, ChatdockError | HTTPException):
        log.error("request failed", path=request.path, method=request.method, exc_info=error)
    trouble = trouble_of(error)
    words = trouble.words(services().texts, request_lang())
    response = _json(worded(trouble, f"{words} ({trouble.detail})" if trouble.detail else words))
    # Neither vendor knows 422: what cannot be used is a bad request over there.
    response.status_code = 400 if trouble.status == 422 else trouble.status
    if trouble.retry_after_s is not None:
        response.headers["Retry-After"] = str(trouble.retry_after_s)
    return response


def _json(value: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(value), content_type="application/json")


bp.register_blueprint(xpertai)
bp.register_blueprint(chatkit)
