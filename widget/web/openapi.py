"""``/openapi.json``: every REST door, made from the ``OPERATIONS`` that stand beside the routes.

Their types are those that the routes parse and give, so the description cannot say anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from widget import __version__
from widget.domain.webhooks import WEBHOOK_BODIES
from widget.web.operations import Answer, Credential, Operation

bp = Blueprint("openapi", __name__)

EXTENSION = "chatdock_openapi"
REFERENCE = "#/components/schemas/{name}"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ABOUT = (
    "REST for the code of a site's owner. Times are RFC 3339 in UTC. A client takes fields that it"
    " does not know; the server refuses them."
)
BEARERS: dict[Credential, str] = {
    "server_key": "The site's server key (`key_…`), for the owner's own server and nobody else.",
    "user_token": (
        "A user token: an HS256 JWT that the owner's server signs with the site's identity secret."
        " Also as the header `X-Chatdock-User`."
    ),
    "embed_token": "An embed token, good for 15 minutes at most.",
}
OPERATIONS = (
    Operation(
        id="describe",
        method="get",
        path="/openapi.json",
        tag="About",
        summary="This description.",
        answers={200: Answer("OpenAPI 3.1.", dict[str, Any])},
    ),
)


class Description:
    """The document of these operations, made when somebody first asks for it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._operations = tuple(operations)

    @cached_property
    def text(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self._document()), indent=1)

    def _document(self) -> dict[str, Any]:
        """The schemas come last, since every other piece may need one."""
        schemas = _Schemas(_types(self._operations))
        paths: dict[str, dict[str, Any]] = {}
        for one in self._operations:
            paths.setdefault(one.path, {})[one.method] = _operation(one, schemas)
        return {
            "openapi": "3.1.0",
            "info": {"title": "Chatdock", "version": __version__, "description": ABOUT},
            "servers": [{"url": "/"}],
            "paths": paths,
            "webhooks": {event: _webhook(body, schemas) for event, body in WEBHOOK_BODIES.items()},
            "components": {
                "schemas": schemas.components,
                "securitySchemes": {
                    name: {"type": "http", "scheme": "bearer", "description": words}
                    for name, words in BEARERS.items()
                },
            },
        }


def init_app(app: Flask, operations: Iterable[Operation]) -> None:
    app.extensions[EXTENSION] = Description(operations)


@bp.get("/openapi.json")
def show() -> ResponseReturnValue:
    description: Description = current_app.extensions[EXTENSION]
    response = Response(description.text, content_type=JSON)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and tools fetch from anywhere
    response.add_etag()
    response.make_conditional(request)
    return response


class _Schemas:
    """The JSON Schema of each type, with those that have a name under ``components``."""

    def __init__(self, types: list[Any]) -> None:
        made, self.components = msgspec.json.schema_components(types, ref_template=REFERENCE)
        self._of = list(zip(types, made, strict=True))

    def of(self, type_: Any) -> dict[str, Any]:
        """Types are compared, not hashed: a union of annotated ones has no hash."""
        return next(schema for known, schema in self._of if known == type_)


def _types(operations: tuple[Operation, ...]) -> list[Any]:
    found: list[Any] = []
    for type_ in (*_bodies(operations), *WEBHOOK_BODIES.values()):
        if type_ not in found:
            found.append(type_)
    return found


def _bodies(operations: tuple[Operation, ...]) -> Iterator[Any]:
    for one in operations:
        answers = (answer.body for answer in one.answers.values())
        yield from (body for body in (one.body, *answers) if body is not None)


def _operation(one: Operation, schemas: _Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": one.summary,
        "security": [{name: []} for name in one.credentials],
        "responses": {
            str(status): _answer(status, answer, schemas) for status, answer in one.answers.items()
        },
    }
    if parameters := [*_path_parameters(one.path), *_header_parameters(one)]:
        made["parameters"] = parameters
    if one.body is not None:
        kinds = [JSON, FORM] if one.is_form else [JSON]
        content = {kind: {"schema": schemas.of(one.body)} for kind in kinds}
        made["requestBody"] = {"required": one.needs_body, "content": content}
    return made


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        schema = {"type": "string", "minLength": 1}
        words = "The site key." if name == "site" else ""
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": words}


def _header_parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name, words in one.headers.items():
        yield {"name": name, "in": "header", "schema": {"type": "string"}, "description": words}


def _answer(status: int, answer: Answer, schemas: _Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.means}
    if status == 429:
        waits = {"schema": {"type": "integer"}, "description": "Seconds to wait."}
        made["headers"] = {"Retry-After": waits}
    if answer.body is not None:
        made["content"] = {answer.content_type: {"schema": schemas.of(answer.body)}}
    elif answer.content_type != JSON:
        made["content"] = {answer.content_type: {"schema": {"type": "string"}}}
    if answer.streams:
        made["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    return made


def _webhook(body: type[Any], schemas: _Schemas) -> dict[str, Any]:
    return {
        "post": {
            "summary": (body.__doc__ or "").strip(),
            "requestBody": {"required": True, "content": {JSON: {"schema": schemas.of(body)}}},
            "responses": {"2XX": {"description": "Taken. Anything else is sent again later."}},
        }
    }
