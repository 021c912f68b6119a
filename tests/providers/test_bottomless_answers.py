"""JSON that nests deeper than anybody reads: a named failure of the platform, never one of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fakes.upstream import Reply, Upstream
from widget.domain.errors import UpstreamBusy, UpstreamProtocolError
from widget.providers.base import Secret
from widget.providers.dify.api import Api as Dify
from widget.providers.http import make_client
from widget.providers.openai.provider import OpenAI
from widget.providers.openai.settings import OpenAISettings
from widget.providers.xpertai.api import Api as XpertAI

KEY = Secret("k" * 20)
DEEP = b'{"a":' * 3_000 + b"1" + b"}" * 3_000


def ask_dify(client: httpx.Client, url: str) -> Any:
    return Dify(client, base_url=url, api_key=KEY, chat_path="/chat").call("GET", "/info")


def ask_xpertai(client: httpx.Client, url: str) -> Any:
    api = XpertAI(
        client,
        base_url=f"{url}/api/ai",
        api_key=KEY,
        session_assistant="",
        scope={},
        clock=time.time,
    )
    return api.call(None, "GET", "/assistants")


def ask_openai(client: httpx.Client, url: str) -> Any:
    return OpenAI(OpenAISettings(base_url=url, api_key=KEY, model="m"), client).get_models()


@pytest.mark.parametrize(("status", "error"), [(200, UpstreamProtocolError), (429, UpstreamBusy)])
@pytest.mark.parametrize("ask", [ask_dify, ask_xpertai, ask_openai])
def test_answer_without_a_bottom_is_no_answer(
    ask: Callable[[httpx.Client, str], Any], status: int, error: type[Exception]
) -> None:
    kind = {"Content-Type": "application/json"}
    reply = Reply(status, kind, [DEEP], framing="length")

    with Upstream(lambda asked: reply) as upstream, make_client() as client, pytest.raises(error):
        ask(client, upstream.url)
