from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tests.contract.docks.base import Dock
from tests.fakes.coze.door import PERSONAL_KEY
from tests.fakes.coze.platform import Coze as Platform
from tests.fakes.coze.scenarios import ANSWER
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.coze.pace import Pace
from widget.providers.coze.provider import Coze

IMPATIENT = Pace(
    poll_s=0.02,
    patience_s=0.1,
    trouble_pauses_s=(0.01,),
    busy_pauses_s=(0.01,),
    conflict_pauses_s=(0.01, 0.01),
)


class CozeDock(Dock):
    kind = "coze"
    secret = PERSONAL_KEY
    answer = ANSWER
    questions: ClassVar[dict[str, str]] = {
        "plain": "plain",
        "gated": "gated",
        "unauthorized": "plain",
        "rate_limited": "plain",
        "server_error": "refused:5000",
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

    def __init__(self) -> None:
        super().__init__()
        self._platform = self._stack.enter_context(Platform())

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("coze", self._platform.settings())

    def _make(self, settings: Any, client: Any) -> Provider:
        return Coze(settings, client, pace=IMPATIENT)

    def prepare(self, case: str) -> None:
        refuse = self._platform.answer_next
        if case == "unauthorized":
            refuse("/create", 401, f'{{"code":4100,"msg":"{PERSONAL_KEY} is invalid"}}')
        elif case == "rate_limited":
            refuse("/v3/chat", 429, '{"code":4020,"msg":"too many requests"}', Retry_After="17")

    def facts(self) -> dict[str, str] | None:
        body = self._platform.asked("/v3/chat")[-1].json
        assert body["parameters"] == body["custom_variables"]
        facts: dict[str, str] = body["custom_variables"]
        return facts

    def go_on(self) -> None:
        self._platform.gate("go").set()

    def was_stopped(self) -> bool:
        run = self._platform.only_run()
        asked = self._platform.asked("/v3/chat")
        return asked[-1].gone.wait(5) and run.chat.status == "canceled"

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        return len({event.upstream_conversation for event in started}) == 1
