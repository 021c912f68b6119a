"""An OpenAI-compatible host on a real socket: three paths, one key, and a scenario per question.
What it takes stands in ``rules``."""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from tests.fakes.openai import ends, refusals, response_ends, responses, showcase, tools
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.rules import (
    fault_of_chat,
    fault_of_headers,
    fault_of_response,
    question_of,
)
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
assert ends
assert refusals
assert response_ends
assert showcase
assert tools


class OpenAIHost:
    """``with OpenAIHost() as host``: ``host.base_url``, ``host.requests``, ``host.settings()``."""

    def __init__(self, *, prefix: str = "/v1", lists_models: bool = True) -> None:
        self.prefix = prefix
        self.lists_models = lists_models
        self.models: list[str] = [MODEL, "org/other-model"]
        self.unlisted: list[str] = []
        self.takes_max_tokens = True
        self.responds = True
        self.kept: set[str] = set()
        self.refuse_previous = error(
            400, "Previous response not found.", code="previous_response_not_found"
        )
        self.gate = threading.Event()
        self.refuse_models: Reply | None = None
        self._next: deque[Reply] = deque()
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

    def answer_next(self, reply: Reply) -> None:
        """The next question gets this, whatever it is."""
        self._next.append(reply)

    def clear_next(self) -> None:
        """What ``answer_next`` planted and nobody met is gone."""
        self._next.clear()

    def _answer(self, asked: Asked) -> Reply:
        if fault := fault_of_headers(asked.method, asked.headers):
            return error(400, fault)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "Incorrect API key provided", code="invalid_api_key")
        if asked.query:
            return error(400, f"unknown query {sorted(asked.query)}")
        if (asked.method, asked.path) == ("GET", f"{self.prefix}/models") and self.lists_models:
            return self.refuse_models or self._list_models()
        if (asked.method, asked.path) == ("POST", f"{self.prefix}/chat/completions"):
            return self._complete(asked)
        if (asked.method, asked.path) == ("POST", f"{self.prefix}/responses") and self.responds:
            return self._respond(asked)
        return error(404, f"no such path: {asked.method} {asked.path}")

    def _list_models(self) -> Reply:
        rows = [{"id": name, "object": "model", "owned_by": "fake"} for name in self.models]
        return json_reply(200, {"object": "list", "data": rows})

    def _complete(self, asked: Asked) -> Reply:
        body = _read(asked)
        if fault := self._fault(body, fault_of_chat, "max_tokens"):
            return fault
        if self._next:
            return self._next.popleft()
        name = question_of(body["messages"])
        self._tries[name] += 1
        if name == "gated":
            return stream(opening(), text(PIECES[0]), Until(self.gate), text(*PIECES[1:]), ending())
        return SCENARIOS.get(name, plain)(body, self._tries[name])

    def _respond(self, asked: Asked) -> Reply:
        body = _read(asked)
        if fault := self._fault(body, fault_of_response, "max_output_tokens"):
            return fault
        if self._next:
            return self._next.popleft()
        previous = body.get("previous_response_id")
        if previous is not None and previous not in self.kept:
            return self.refuse_previous
        name = question_of(body["input"])
        self._tries[name] += 1
        response = f"resp_{sum(self._tries.values())}"
        self.kept.add(response)
        if name == "gated":
            return responses.gated(response, self.gate)
        return responses.play(name, body, self._tries[name], response)

    def _fault(self, body: Any, rule: Callable[[Any], str], limit: str) -> Reply | None:
        if body is None:
            return error(400, "the body is not JSON")
        if fault := rule(body):
            return error(400, fault)
        if limit in body and not self.takes_max_tokens:
            return error(400, f"'{limit}' is not supported, use 'max_completion_tokens'")
        if body["model"] not in self.models + self.unlisted:
            return error(404, f"The model {body['model']} does not exist", code="model_not_found")
        return None


def _read(asked: Asked) -> Any:
    try:
        return asked.json
    except json.JSONDecodeError:
        return None
