"""``/frame/<site>/uploads``: files that a visitor adds to a message before it is sent."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Forbidden

from widget.domain.errors import BadInput, NotOffered
from widget.domain.sites import Caller
from widget.domain.uploads import refuse_size
from widget.runs import uploads
from widget.runs.uploads import Stored
from widget.web import multipart
from widget.web.admit import admit_token, client_address, is_from_elsewhere
from widget.web.services import services
from widget.web.texts import request_lang
from widget.web.tokens import LINK_LASTS_S

bp = Blueprint("uploads", __name__)


@bp.before_request
def refuse_elsewhere() -> None:
    if is_from_elsewhere(request):
        raise Forbidden


@bp.post("/frame/<site>/uploads")
def receive(site: str) -> ResponseReturnValue:
    """One file, as the form field ``file``. Who sends it is asked before it is read."""
    caller = _admit(site)
    own = services()
    limits = uploads.offered(own.engine, caller.site)
    if limits is None:
        raise NotOffered("this site takes no files")
    told = (request.content_length or 0) - multipart.SLACK
    if told > limits.max_bytes:
        refuse_size(told, limits.max_bytes, "")
    multipart.take_files(caller.site, most=1)
    with own.limits.receiving(caller.site, caller.address):
        stored = multipart.keep(caller, _only_file())
    response = jsonify(_told(stored))
    response.status_code = 201
    return _private(response)


@bp.delete("/frame/<site>/uploads/<attachment>")
def remove(site: str, attachment: str) -> ResponseReturnValue:
    """One that was not sent yet."""
    uploads.forget(services().engine, _admit(site), attachment)
    return "", 204


@bp.post("/frame/<site>/uploads/<attachment>/link")
def link(site: str, attachment: str) -> ResponseReturnValue:
    """A fresh address of a file of the visitor's, or of one that an answer brought."""
    caller = _admit(site)
    stored = uploads.access(services().engine, caller.site.key, caller.visitor, attachment)
    return _private(jsonify(url=file_address(caller, stored.id), expires_in_s=LINK_LASTS_S))


def file_address(caller: Caller, attachment: str) -> str:
    """Where this visitor finds this file for the next five minutes."""
    return f"/files/{services().tokens.sign_file(caller, attachment)}"


def _admit(site: str) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    address = client_address(request)
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    caller = admit_token(bearer, site, address=address, lang=request_lang())
    services().limits.knock(caller.site, address)
    return caller


def _only_file() -> FileStorage:
    files = multipart.received_files()
    if len(files) != 1:
        raise BadInput(f"one file is wanted, as the form field {multipart.FIELD!r}")
    return files[0]


def _told(stored: Stored) -> dict[str, object]:
    return {
        "id": stored.id,
        "name": stored.name,
        "content_type": stored.content_type,
        "size": stored.size,
    }


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
