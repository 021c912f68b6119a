from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.fakes.openai.scenarios import ending, opening, stream, text
from tests.fakes.upstream import Asked, Reply, Step, Until, Upstream
from tests.serving import Server
from widget.web.services import Services

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


@pytest.fixture(scope="module")
def platform() -> Iterator[Model]:
    made = Model()
    yield made
    made.go.set()
    made.upstream.close()


@pytest.fixture(scope="module")
def shared(platform: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose site ``acme`` asks the platform, shared by a test module."""
    running = Server(tmp_path_factory.mktemp("shared"), platform.site)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def model(platform: Model) -> Iterator[Model]:
    """The platform as nobody has asked it yet."""
    platform.go = threading.Event()
    platform.asked = 0
    platform.upstream.requests.clear()
    yield platform
    platform.go.set()


@pytest.fixture
def own(app: Flask) -> Services:
    """The services of ``app``."""
    services: Services = app.extensions["chatdock"]
    return services
