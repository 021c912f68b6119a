"""Each provider of the registry at its fake platform, and how to bring about each case there.

A new provider adds one class here; ``test_providers.py`` then plays every case with it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY
from tests.fakes.openai.scenarios import ANSWER as OPENAI_ANSWER
from tests.fakes.xpertai.platform import ASSISTANT, GENERAL_KEY
from tests.fakes.xpertai.platform import XpertAI as XpertAIPlatform
from tests.fakes.xpertai.scenarios import ANSWER as XPERTAI_ANSWER
from widget.domain.conversations import Message
from widget.domain.events import RunStarted
from widget.domain.sites import ProviderChoice
from widget.providers.base import Provider
from widget.providers.demo.provider import Demo
from widget.providers.http import Patience, make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.registry import parse_settings
from widget.providers.xpertai.provider import XpertAI
from widget.providers.xpertai.stream import Pace

QUICK = Patience(connect_s=2, first_byte_s=0.5, between_bytes_s=0.5, free_connection_s=2)


class Dock(ABC):
    """One provider at its platform. ``questions`` maps a case to the question that plays it,
    ``answers`` a case to what is then answered where it differs from ``answer``."""

    kind: ClassVar[str]
    secret: ClassVar[str] = ""
    answer: ClassVar[str]
    questions: ClassVar[dict[str, str]]
    answers: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Dock:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    @abstractmethod
    def choice(self) -> ProviderChoice:
        """The site's settings for the fake."""

    def provider(self) -> Provider:
        """With little patience, so that a stall is over soon."""
        settings = parse_settings(self.kind, self.choice.settings)
        return self._make(settings, self._stack.enter_context(make_client(patience=QUICK)))

    @abstractmethod
    def _make(self, settings: Any, client: Any) -> Provider: ...

    def prepare(self, case: str) -> None:  # noqa: B027 - most need nothing
        """Sets the fake up for a case that no question brings about."""

    def go_on(self) -> None:  # noqa: B027 - most do not wait
        """The platform waits for this in the case ``gated``, after the first piece of text."""

    def answer_of(self, case: str) -> str:
        return self.answers.get(case, self.answer)

    def was_stopped(self) -> bool:
        """Waits until the platform knows that the run was stopped."""
        return True

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        """Whether the second of two runs went on with the first one's conversation."""
        return True


class DemoDock(Dock):
    kind = "demo"
    answer = "You are welcome! Anything else? I do not get tired. 😊"
    questions: ClassVar[dict[str, str]] = {
        "plain": "thank you",
        "gated": "thank you",
        "unauthorized": "fail auth",
        "rate_limited": "fail busy",
        "server_error": "fail",
        "stall": "please stall",
        "death": "fail",
    }

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("demo", {"delay_ms": 0})

    def _make(self, settings: Any, client: Any) -> Provider:
        return Demo(settings, client)


class OpenAIDock(Dock):
    kind = "openai"
    secret = KEY
    answer = OPENAI_ANSWER
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

    def __init__(self) -> None:
        super().__init__()
        self._host = self._stack.enter_context(OpenAIHost())

    @property
    def choice(self) -> ProviderChoice:
        return ProviderChoice("openai", self._host.settings())

    def _make(self, settings: Any, client: Any) -> Provider:
        return OpenAI(settings, client)

    def go_on(self) -> None:
        self._host.gate.set()

    def was_stopped(self) -> bool:
        return self._host.upstream.wait_for_requests(1)[-1].gone.wait(5)

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        sent = [m["content"] for m in self._host.requests[-1].json["messages"]]
        return len(sent) == len(history) + 1


class XpertAIDock(Dock):
    kind = "xpertai"
    secret = GENERAL_KEY
    answer = XPERTAI_ANSWER
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
        self._platform = self._stack.enter_context(XpertAIPlatform(keep_alive_s=0.05))

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

    def go_on(self) -> None:
        self._platform.gate("go").set()

    def was_stopped(self) -> bool:
        run = self._platform.only_run()
        run.wait_over()
        return run.status == "interrupted"

    def kept_conversation(self, started: Sequence[RunStarted], history: Sequence[Message]) -> bool:
        return len({event.upstream_conversation for event in started}) == 1


DOCKS: dict[str, type[Dock]] = {dock.kind: dock for dock in (DemoDock, OpenAIDock, XpertAIDock)}
