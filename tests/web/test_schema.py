from __future__ import annotations

import json

from flask.testing import FlaskClient

from widget.domain.options import options_schema


def test_schema_is_the_declared_tree_and_may_be_fetched_from_anywhere(client: FlaskClient) -> None:
    answer = client.get("/schema/options.json")

    assert answer.get_json(force=True) == json.loads(json.dumps(options_schema()))
    assert answer.content_type == "application/schema+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_unchanged_schema_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/schema/options.json").headers["ETag"]

    again = client.get("/schema/options.json", headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
