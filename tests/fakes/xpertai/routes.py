"""The paths of the fake XpertAI. What stands here is what the facts name; the rest is 404."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Map, Rule

from tests.fakes.upstream import Asked, Reply
from tests.fakes.xpertai.records import Records
from tests.fakes.xpertai.talks import Talks

MAP = Map(
    [
        Rule("/v1/chatkit/sessions", endpoint="mint", methods=["POST"]),
        Rule("/assistants/search", endpoint="search_assistants", methods=["POST"]),
        Rule("/assistants/<id>", endpoint="assistant", methods=["GET"]),
        Rule("/threads", endpoint="create_thread", methods=["POST"]),
        Rule("/threads/<id>", endpoint="thread", methods=["GET"]),
        Rule("/threads/<id>", endpoint="delete_thread", methods=["DELETE"]),
        Rule("/threads/<id>/runs", endpoint="runs", methods=["GET"]),
        Rule("/threads/<id>/runs/stream", endpoint="stream", methods=["POST"]),
        Rule("/threads/<id>/runs/<run>", endpoint="run", methods=["GET"]),
        Rule("/threads/<id>/runs/<run>/stream", endpoint="join", methods=["GET"]),
        Rule("/threads/<id>/runs/<run>/cancel", endpoint="cancel", methods=["POST"]),
        Rule("/contexts/file", endpoint="upload", methods=["POST"]),
        Rule("/files/<id>/status", endpoint="file_status", methods=["GET"]),
        Rule("/conversations/search", endpoint="search_conversations", methods=["POST"]),
        Rule("/conversations/<id>", endpoint="conversation", methods=["GET"]),
        Rule("/conversations/<id>/messages", endpoint="messages", methods=["GET"]),
        Rule("/conversations/<id>/messages/search", endpoint="messages", methods=["POST"]),
        Rule(
            "/conversations/<id>/messages/<message>/feedbacks",
            endpoint="feedbacks",
            methods=["GET", "POST"],
        ),
        Rule(
            "/conversations/<id>/messages/<message>/feedbacks/<feedback>",
            endpoint="feedback",
            methods=["PATCH", "DELETE"],
        ),
    ]
)


def match(asked: Asked, prefix: str) -> tuple[str, dict[str, Any]]:
    """Endpoint and values; raises ``werkzeug.exceptions.NotFound``."""
    path = asked.path.removeprefix(prefix) if asked.path.startswith(prefix + "/") else "/lost"
    endpoint, values = MAP.bind("x", path_info=path).match(method=asked.method)
    return endpoint, dict(values)


class Routes(Talks, Records):
    """One request at its path."""

    def dispatch(self, endpoint: str, values: dict[str, Any]) -> Reply:
        if refusal := self.refuse_credential():
            return refusal
        result: Reply = getattr(self, endpoint)(**values)
        return result
