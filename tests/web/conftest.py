from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.fakes.openai_scenarios import ending, opening, stream, text
from tests.fakes.upstream import Asked, Reply, Step, Until, Upstream
from tests.serving import Server

MODEL_SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "openai"
base_url = "{url}/v1"
api_key = "sk-planted-platform-key"
model = "fake-model"
"""


class Model:
    """A platform whose answers wait for the test.

    The answer to a question is that question's words; before the last one it waits for ``go``
    unless the question begins with ``now``.
    """

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = 0
        self.upstream = Upstream(self._answer)

    @property
    def site(self) -> str:
        return MODEL_SITE.format(url=self.upstream.url)

    def _answer(self, asked: Asked) -> Reply:
        self.asked += 1
        question = asked.json["messages"][-1]["content"]
        first, gap, last = question.rpartition(" ")
        gate: list[Step] = [] if question.startswith("now") else [Until(self.go)]
        pieces = [f"{word} " for word in (first + gap).split()]
        return stream(opening(), text(*pieces), gate, text(last), ending())


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()
    yield made
    made.go.set()
    made.upstream.close()


@pytest.fixture
def served(model: Model, start_server: Callable[..., Server]) -> Server:
    """A server of its own whose site ``acme`` asks ``model``."""
    return start_server(model.site, drain_limit_s="5")
