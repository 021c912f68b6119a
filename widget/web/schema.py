"""``/schema/options.json``: the option tree for editors, which then show a wrong name."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from widget.domain.options import options_schema
from widget.web.operations import Answer, Operation

bp = Blueprint("schema", __name__)

TYPE = "application/schema+json"
OPERATIONS = (
    Operation(
        id="describeOptions",
        method="get",
        path="/schema/options.json",
        tag="About",
        summary="Every option of a site, as JSON Schema, for editors.",
        answers={200: Answer("JSON Schema.", dict[str, Any], TYPE)},
    ),
)


@bp.get("/schema/options.json")
def options() -> ResponseReturnValue:
    text = json.dumps(options_schema(), ensure_ascii=False, indent=1)
    response = Response(text, content_type=TYPE)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and editors fetch from anywhere
    response.add_etag()
    response.make_conditional(request)
    return response
