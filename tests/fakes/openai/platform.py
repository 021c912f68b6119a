"""An OpenAI-compatible host on a real socket: two paths, one key, and a scenario per question.

It refuses every path, header and field that the facts do not name, so that an adapter which sends
something of its own making fails here and not at a platform.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

from tests.fakes.openai import ends, refusals
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import (
    PIECES,
    SCENARIOS,
    ending,
    error,
    opening,
    plain,
    stream,
    text,
)
from tests.fakes.upstream import Asked, Reply, Until, Upstream, json_reply

MODEL = "fake-model"
HEADERS = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
FIELDS = {
    "model",
    "messages",
    "stream",
    "stream_options",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "user",
}
EXTRA_FIELDS = {
    "thinking",
    "reasoning_effort",
    "enable_thinking",
    "thinking_budget",
    "reasoning_split",
    "chat_template_kwargs",
}
assert ends
assert refusals


class OpenAIHost:
    """``with OpenAIHost() as host``: ``host.base_url``, ``host.requests``, ``host.settings()``."""

    def __init__(self, *, prefix: str = "/v1", lists_models: bool = True) -> None:
        self.prefix = prefix
        self.lists_models = lists_models
        self.models: list[str] = [MODEL, "org/other-model"]
        self.unlisted: list[str] = []
        self.takes_max_tokens = True
        self.gate = threading.Event()
        self.refuse_models: Reply | None = None
        self._tries: Counter[str] = Counter()
        self.upstream = Upstream(self._answer)

    def __enter__(self) -> OpenAIHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.upstream.close()

    @property
    def base_url(self) -> str:
        return self.upstream.url + self.prefix

    @property
    def requests(self) -> list[Asked]:
        return self.upstream.requests

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"base_url": self.base_url, "api_key": KEY, "model": MODEL, **more}

    def _answer(self, asked: Asked) -> Reply:
        if fault := _fault_of_headers(asked):
            return error(400, fault)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "Incorrect API key provided", code="invalid_api_key")
        if asked.query:
            return error(400, f"unknown query {sorted(asked.query)}")
        if (asked.method, asked.path) == ("GET", f"{self.prefix}/models") and self.lists_models:
            return self.refuse_models or self._list_models()
        if (asked.method, asked.path) == ("POST", f"{self.prefix}/chat/completions"):
            return self._complete(asked)
        return error(404, f"no such path: {asked.method} {asked.path}")

    def _list_models(self) -> Reply:
        rows = [{"id": name, "object": "model", "owned_by": "fake"} for name in self.models]
        return json_reply(200, {"object": "list", "data": rows})

    def _complete(self, asked: Asked) -> Reply:
        try:
            body = asked.json
        except json.JSONDecodeError:
            return error(400, "the body is not JSON")
        if fault := _fault_of_body(body):
            return error(400, fault)
        if "max_tokens" in body and not self.takes_max_tokens:
            return error(400, "'max_tokens' is not supported, use 'max_completion_tokens'")
        if body["model"] not in self.models + self.unlisted:
            return error(404, f"The model {body['model']} does not exist", code="model_not_found")
        name = body["messages"][-1]["content"].partition("\n")[0]
        self._tries[name] += 1
        if name == "gated":
            return stream(opening(), text(PIECES[0]), Until(self.gate), text(*PIECES[1:]), ending())
        return SCENARIOS.get(name, plain)(body, self._tries[name])


def _fault_of_headers(asked: Asked) -> str:
    if unknown := set(asked.headers) - HEADERS:
        return f"unknown headers {sorted(unknown)}"
    if asked.method == "POST" and asked.headers.get("content-type") != "application/json":
        return "Content-Type must be application/json"
    return ""


def _fault_of_body(body: Any) -> str:
    if unknown := set(body) - FIELDS - EXTRA_FIELDS:
        return f"Unrecognized request argument supplied: {sorted(unknown)}"
    if body.get("stream") is not True:
        return "thinking models answer streams only"
    if "stream_options" in body and body["stream_options"] != {"include_usage": True}:
        return "stream_options is wrong"
    return _fault_of_messages(body.get("messages"))


def _fault_of_messages(messages: Any) -> str:
    """Roles in order, nothing but role and content, no empty text, the question last."""
    if not isinstance(messages, list) or not messages or messages[-1]["role"] != "user":
        return "messages must end with the user's"
    for position, message in enumerate(messages):
        if set(message) != {"role", "content"}:
            return f"messages[{position}]: unknown fields {sorted(message)}"
        if not isinstance(message["content"], str) or not message["content"]:
            return f"messages[{position}]: empty content"
        if message["role"] not in ("user", "assistant") and (message["role"], position) != (
            "system",
            0,
        ):
            return f"messages[{position}]: role {message['role']} has no place here"
    return ""
