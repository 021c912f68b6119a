"""The platforms whose every scenario the search for leaks plays. A new provider adds one entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import KEY as CHATKIT_KEY
from tests.fakes.chatkit.scenarios import SCENARIOS as CHATKIT
from tests.fakes.coze.door import PERSONAL_KEY
from tests.fakes.coze.platform import Coze
from tests.fakes.coze.scenarios import SCENARIOS as COZE
from tests.fakes.dify.platform import Dify
from tests.fakes.dify.scenarios import SCENARIOS as DIFY
from tests.fakes.dify.wire import KEY as DIFY_KEY
from tests.fakes.openai.platform import OpenAIHost
from tests.fakes.openai.refusals import KEY as OPENAI_KEY
from tests.fakes.openai.scenarios import SCENARIOS as OPENAI
from tests.fakes.script import Asked
from tests.fakes.xpertai.platform import GENERAL_KEY, XpertAI
from tests.fakes.xpertai.scenarios import SCENARIOS as XPERTAI
from tests.security import echo

HEADERS = ("authorization", "x-api-key", "x-client-secret", "cookie", "proxy-authorization")
Credential = tuple[str, str]


@dataclass(frozen=True)
class Platform:
    """One provider at its fake.

    ``fails`` is a question whose answer fails, best one whose refusal repeats the key; ``address``
    the setting that says where the platform is. ``secrets`` are the short-lived ones that it has
    given; ``credentials`` what its requests may carry, ``open_paths`` begin those without any.
    """

    kind: str
    key: str
    start: Callable[[], Any]
    questions: Iterable[str]
    fails: str
    works: str = "plain"
    address: str = "base_url"
    secrets: Callable[[Any], Iterable[str]] = lambda fake: ()
    credentials: Callable[[Any, str], set[Credential]] = lambda fake, key: {
        ("authorization", f"Bearer {key}")
    }
    open_paths: tuple[str, ...] = ()

    def settings(self, fake: Any) -> dict[str, Any]:
        return {**fake.settings(), "kind": self.kind}

    def echoed(self, fake: Any, url: str) -> dict[str, Any]:
        """The same site at a platform that repeats its key."""
        return {**self.settings(fake), self.address: url, "api_key": echo.KEY}

    def wrongly_asked(self, fake: Any) -> list[tuple[str, list[Credential]]]:
        """Requests with another credential than their platform's, or with none."""
        right = self.credentials(fake, self.key)
        return [
            (asked.path, carried)
            for asked in fake.requests
            if not (len(carried := credentials(asked)) == 1 and carried[0] in right)
            and not (carried == [] and asked.path.startswith(self.open_paths))
        ]


def credentials(asked: Asked) -> list[Credential]:
    return [(name, asked.headers[name]) for name in HEADERS if name in asked.headers]


def _xpertai() -> XpertAI:
    platform = XpertAI(keep_alive_s=0.1)
    for gate in ("go", "again"):
        platform.gate(gate).set()
    return platform


def _coze() -> Coze:
    platform = Coze()
    platform.gate("go").set()
    return platform


def _dify() -> Dify:
    platform = Dify(ping_s=1)
    for gate in ("go", "followed"):
        platform.gate(gate).set()
    return platform


def _openai() -> OpenAIHost:
    return OpenAIHost()


def _chatkit() -> ChatKitHost:
    host = ChatKitHost()
    host.gate.set()
    return host


def _of_xpertai(fake: XpertAI, key: str) -> set[Credential]:
    """Its key mints and looks; each visitor's client secret does the rest."""
    secrets = {("authorization", f"Bearer {secret}") for secret in fake.state.secrets}
    return {("x-api-key", key), *secrets}


PLATFORMS: Mapping[str, Platform] = {
    platform.kind: platform
    for platform in (
        Platform("openai", OPENAI_KEY, _openai, OPENAI, fails="key-in-error"),
        Platform(
            "xpertai",
            GENERAL_KEY,
            _xpertai,
            XPERTAI,
            fails="leaks the key",
            secrets=lambda fake: fake.state.secrets,
            credentials=_of_xpertai,
        ),
        Platform("coze", PERSONAL_KEY, _coze, COZE, fails="refused:5000"),
        Platform(
            "dify",
            DIFY_KEY,
            _dify,
            DIFY,
            fails="error with the key",
            # addresses that are signed, as they are for a visitor's browser
            open_paths=("/files/",),
        ),
        Platform("chatkit", CHATKIT_KEY, _chatkit, CHATKIT, fails="unauthorized", address="url"),
    )
}
