"""``/openapi.json``: valid, whole, and readable from anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from widget.domain.apis import WEBHOOK_EVENTS

# What is no API for an owner's code, and why.
PAGES = {
    "/": "the demo page",
    "/<name>.txt": "check files",
    "/api/kefu/<path:spelling>": "other spellings of the same calls",
    "/sites/<site>/api/kefu/<path:spelling>": "other spellings of the same calls",
    "/assets/<build>/<path:path>": "our own files",
    "/chat/<site>": "the chat page",
    "/compat/coze/<site>.js": "what the tag of a page for Coze loads",
    "/compat/coze/<site>/bots/<bot>.js": "what that script asks for",
    "/compat/dify/<site>/embed.js": "what the tag of a page for Dify loads",
    "/compat/dify/<site>/embed.min.js": "what the tag of a page for Dify loads",
    "/embed/<site>.js": "what the tag loads",
    "/embed/panel/<version>.js": "what the loader loads",
    "/embed/pieces/<version>.js": "what the loader loads",
    "/files/<signed>": "files of a visitor's",
    "/metrics": "for a collector on the same machine",
}
FRAMES_OWN = "/frame/"  # the chat page, its forms and its scripts' questions
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/openapi.json").json


def test_document_is_valid(document: Any) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"


def test_anybody_may_read_it_and_ask_whether_it_changed(client: FlaskClient) -> None:
    first = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert (again.status_code, again.data) == (304, b"")


def test_every_route_is_described_or_known_to_be_none_of_an_owners_code(
    app: Flask, document: Any
) -> None:
    described = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method in METHODS
    }
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule not in PAGES and not rule.rule.startswith(FRAMES_OWN)
    }

    assert described == there


def test_list_of_pages_names_no_page_that_is_gone(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}

    assert set(PAGES) - rules == set()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_answers(document: Any) -> None:
    operations = [operation for item in document["paths"].values() for operation in item.values()]

    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    for operation in operations:
        assert operation["summary"].endswith(".")
        assert [status for status in operation["responses"] if status.startswith("2")]


def test_refusals_have_the_one_shape_or_an_envelope(document: Any) -> None:
    answers = document["paths"]["/api/v1/sites/{site}/embed-tokens"]["post"]["responses"]

    refused = {status: answer for status, answer in answers.items() if status >= "400"}
    shapes = {
        answer["content"]["application/json"]["schema"]["$ref"] for answer in refused.values()
    }
    assert shapes == {"#/components/schemas/Failed"}
    assert "Retry-After" in refused["429"]["headers"]


def test_webhooks_are_described(document: Any) -> None:
    assert set(document["webhooks"]) == set(WEBHOOK_EVENTS)


def test_server_key_is_asked_for_where_it_is_needed(document: Any) -> None:
    operation = document["paths"]["/api/v1/sites/{site}/embed-tokens"]["post"]

    assert operation["security"] == [{"server_key": []}]
    assert document["components"]["securitySchemes"]["server_key"]["scheme"] == "bearer"
