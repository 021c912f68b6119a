from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tests.contract.docks.base import Dock
from tests.fakes.xpertai.platform import ASSISTANT, GENERAL_KEY
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.stage import ANSWER
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.stream import Pace


class XpertAIDock(Dock):
    kind = "xpertai"
    secret = GENERAL_KEY
    answer = ANSWER
    questions: ClassVar[dict[str, str]] = {
        "plain": "plain",
        "gated": "gated",
        "unauthorized": "leaks the key",
        "rate_limited": "plain",
        "server_error": "plain",
        "stall": "stall",
        "death": "dies",
        "broken_once": "broken json",
        "broken": "broken twice",
        "unknown": "unknown",
        "split_character": "byte by byte",
        "crlf": "crlf",
        "comments": "keep-alive",
        "multi_line": "multiline",
    }
    answers: ClassVar[dict[str, str]] = dict.fromkeys(("gated", "comments", "death"), "Half whole")

    def __init__(self) -> None:
        super().__init__()
        self._platform = self._stack.enter_context(Platform(keep_alive_s=0.05))

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("xpertai", self._platform.settings(assistant_id=ASSISTANT))

    def _make(self, settings: Any, client: Any) -> Provider:
        pace = Pace(quiet_s=0.1, silent_s=0.5, pauses_s=(0.01,))
        return XpertAI(settings, client, pace=pace)

    def prepare(self, case: str) -> None:
        refuse = self._platform.answer_next
        if case == "unauthorized":
            for _ in range(3):
                refuse("/sessions", 401, f'{{"message":"Invalid key {GENERAL_KEY}"}}')
        elif case == "rate_limited":
            refuse("/runs/stream", 429, '{"message":"Too Many Requests"}', Retry_After="17")
        elif case == "server_error":
            for _ in range(6):
                refuse("/runs/stream", 500, '{"message":"Internal server error"}')

    def facts(self) -> dict[str, str] | None:
        body = self._platform.asked("POST", "/runs/stream")[-1].json
        facts: dict[str, str] = body["context"]["env"]
        return facts

    def go_on(self) -> None:
        self._platform.gate("go").set()

    def was_stopped(self) -> bool:
        run = self._platform.only_run()
        run.wait_over()
        return run.status == "interrupted"

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        return len({event.upstream_conversation for event in started}) == 1
