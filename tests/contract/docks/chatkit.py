from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tests.contract.docks.base import Dock
from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import ANSWER, KEY
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.chatkit.provider import ChatKit


class ChatKitDock(Dock):
    kind = "chatkit"
    secret = KEY
    answer = ANSWER
    tells_usage = False
    questions: ClassVar[dict[str, str]] = {
        "plain": "plain",
        "gated": "gated",
        "unauthorized": "unauthorized",
        "rate_limited": "rate-limited",
        "server_error": "status-500",
        "stall": "stall",
        "death": "die",
        "broken_once": "broken-once",
        "broken": "broken",
        "unknown": "unknown",
        "split_character": "split",
        "crlf": "crlf",
        "comments": "comments",
        "multi_line": "multi-line",
    }

    def __init__(self) -> None:
        super().__init__()
        self._host = self._stack.enter_context(ChatKitHost())

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("chatkit", self._host.settings())

    def _make(self, settings: Any, client: Any) -> Provider:
        return ChatKit(settings, client)

    def facts(self) -> dict[str, str] | None:
        asked = self._host.upstream.requests[-1].json
        facts: dict[str, str] = asked["metadata"]["context"]
        return facts

    def go_on(self) -> None:
        self._host.gate.set()

    def was_stopped(self) -> bool:
        return self._host.upstream.wait_for_requests(1)[-1].gone.wait(5)

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        return len({event.upstream_conversation for event in started}) == 1
