from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tests.contract.docks.base import FACTS, Dock
from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.scenarios import ANSWER
from tests.fakes.dify.wire import KEY
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.dify.provider import Dify
from widget.providers.dify.stream import Pace


class DifyDock(Dock):
    kind = "dify"
    secret = KEY
    answer = ANSWER
    questions: ClassVar[dict[str, str]] = {
        "plain": "plain",
        "gated": "gated",
        "unauthorized": "error with the key",
        "rate_limited": "plain",
        "server_error": "plain",
        "stall": "stall",
        "death": "dies",
        "broken_once": "broken once",
        "broken": "broken",
        "unknown": "unknown",
        "split_character": "byte by byte",
        "crlf": "crlf",
        "comments": "pings",
        "multi_line": "multi-line",
    }
    answers: ClassVar[dict[str, str]] = dict.fromkeys(("gated", "death"), "Half whole")

    def __init__(self) -> None:
        super().__init__()
        self._platform = self._stack.enter_context(Platform(ping_s=5))

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("dify", self._platform.settings())

    def _make(self, settings: Any, client: Any) -> Provider:
        return Dify(settings, client, pace=Pace(grace_s=0.2, retry_s=0.02, pauses_s=(0.01,)))

    def prepare(self, case: str) -> None:
        refuse = self._platform.refuse_next
        if case == "rate_limited":
            refuse("/chat-messages", 429, "too_many_requests", Retry_After="17")
        elif case == "server_error":
            for _ in range(2):
                refuse("/chat-messages", 500, "internal_server_error")
        elif case == "death":
            self._platform.gate("go").set()
        elif case == "facts":
            fields = [{"label": name, "variable": name, "required": False} for name in FACTS]
            self._platform.parameters["user_input_form"] = [{"text-input": one} for one in fields]

    def facts(self) -> dict[str, str] | None:
        inputs: dict[str, str] = self._platform.chats()[-1]["inputs"]
        return inputs

    def go_on(self) -> None:
        self._platform.gate("go").set()

    def was_stopped(self) -> bool:
        run = self._platform.only_run()
        run.wait_over()
        return run.status == "stopped"

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        return len({event.upstream_conversation for event in started}) == 1
