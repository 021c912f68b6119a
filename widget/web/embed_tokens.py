"""``POST /api/v1/sites/<site>/embed-tokens``: the owner's server says who somebody is.

As good as a user token that it signs, for owners who would rather ask than sign, and the way into
the full-page chat for web-views, where no tag of a host page can hand a token over.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from msgspec import Meta, Struct, field

from widget.domain.errors import BadInput
from widget.domain.sites import EmbedToken, Identity, Site
from widget.runs.chat_codes import CODE_LASTS
from widget.runs.identity import Context, UserId, UserName
from widget.web import chat_url
from widget.web.admit import own_origin
from widget.web.framing import may_frame, origin_of
from widget.web.operations import Answer, Operation, refusals
from widget.web.server_key import admit_server
from widget.web.services import services
from widget.web.tokens import TOKEN_LASTS_S, key_hash

bp = Blueprint("embed_tokens", __name__)

LARGEST_BODY = 8_192  # as long as a user token may be


class EmbedTokenWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """``origin``: of the page whose frame gets the token; without it the token is for our own page.
    ``lasts_s``: for how long this person stays signed in without your saying so again."""

    user: UserId
    name: UserName = ""
    context: Context = field(default_factory=dict)
    origin: Annotated[str, Meta(max_length=300)] = ""
    lasts_s: Annotated[int, Meta(ge=60, le=86_400)] = 3_600


class EmbedTokenMade(Struct, frozen=True):
    """``expires_at``: when this very token ends; the chat renews it until ``ends_at``. ``visitor``
    is always the same for the same user. ``chat_url`` opens once, until its own end."""

    embed_token: str
    expires_at: datetime
    ends_at: datetime
    visitor: str
    chat_url: str
    chat_url_expires_at: datetime


OPERATIONS = (
    Operation(
        id="makeEmbedToken",
        method="post",
        path="/api/v1/sites/{site}/embed-tokens",
        tag="Embed tokens",
        summary="Signs a user in: an embed token, and an address that opens the chat once.",
        credentials=("server_key",),
        body=EmbedTokenWanted,
        answers={
            200: Answer("The token and the address; neither is given out again.", EmbedTokenMade),
            **refusals(401, 403, 413, 422, 429, 503),
        },
    ),
)


@bp.post("/api/v1/sites/<site>/embed-tokens")
def make(site: str) -> ResponseReturnValue:
    found = admit_server(site, request)
    token, ends_at = _vouched(found, _wanted())
    now = datetime.now(UTC).replace(microsecond=0)
    made = EmbedTokenMade(
        embed_token=services().tokens.sign(token),
        expires_at=min(now + timedelta(seconds=TOKEN_LASTS_S), ends_at),
        ends_at=ends_at,
        visitor=token.visitor,
        chat_url=chat_url.make(token),
        chat_url_expires_at=now + CODE_LASTS,
    )
    response = Response(msgspec.json.encode(made), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _wanted() -> EmbedTokenWanted:
    request.max_content_length = LARGEST_BODY
    try:
        return msgspec.json.decode(request.get_data(), type=EmbedTokenWanted)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(str(error)) from error


def _vouched(site: Site, wanted: EmbedTokenWanted) -> tuple[EmbedToken, datetime]:
    visitor = services().tokens.visitor_of(site.key, wanted.user)
    ends_at = int(time.time()) + wanted.lasts_s
    token = EmbedToken(
        site=site.key,
        visitor=visitor,
        key_hash=key_hash(visitor),  # that no key has
        origin=_origin(site, wanted.origin),
        generation=site.token_generation,
        identity=Identity(wanted.user, wanted.name, wanted.context, ends_at),
    )
    return token, datetime.fromtimestamp(ends_at, UTC)


def _origin(site: Site, named: str) -> str:
    origin = origin_of(named) if named else own_origin()
    if not may_frame(site, origin):
        raise BadInput(f"the origin {named!r} is not on the list of the site {site.key!r}")
    return origin
