from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tests.contract.docks.base import Dock
from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import ANSWER
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.openai.provider import OpenAI


class OpenAIDock(Dock):
    kind = "openai"
    secret = KEY
    answer = ANSWER
    questions: ClassVar[dict[str, str]] = {
        "plain": "plain",
        "gated": "gated",
        "unauthorized": "key-in-error",
        "rate_limited": "rate-limited",
        "server_error": "status-500",
        "stall": "gate",
        "death": "die",
        "broken_once": "broken-json-once",
        "broken": "broken-json",
        "unknown": "unknown-fields",
        "split_character": "split-character",
        "crlf": "crlf",
        "comments": "keep-alive",
        "multi_line": "multi-line-data",
    }

    settings: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._host = self._stack.enter_context(OpenAIHost())

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("openai", self._host.settings(**self.settings))

    def _make(self, settings: Any, client: Any) -> Provider:
        return OpenAI(settings, client)

    def go_on(self) -> None:
        self._host.gate.set()

    def was_stopped(self) -> bool:
        return self._host.upstream.wait_for_requests(1)[-1].gone.wait(5)

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        sent = [m["content"] for m in self._host.requests[-1].json["messages"]]
        return len(sent) == len(history) + 1


class ResponsesDock(OpenAIDock):
    variant = "-responses"
    settings: ClassVar[dict[str, Any]] = {"api": "responses"}

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        sent = [row["content"] for row in self._host.requests[-1].json["input"]]
        return len(sent) == len(history) + 1
