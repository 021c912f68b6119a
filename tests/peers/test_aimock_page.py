"""From a question on the page to an answer of a host that we did not write, and back; and what
the platform's key must never be in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.chat import Chat, open_chat
from tests.leaks import leaking_files, leaks
from tests.peers.aimock import KEY, Aimock
from tests.serving import Server

pytestmark = [pytest.mark.peers, pytest.mark.browser]

SITE = """
[[sites]]
key = "{key}"
name = "Mock"
origins = []

[sites.provider]
kind = "openai"
api = "{api}"
base_url = "{base_url}"
api_key = "${{AIMOCK_KEY}}"
model = "gpt-4o"
"""
SITES = {"mock": "chat", "responding": "responses"}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("AIMOCK_KEY", KEY)
    with Aimock() as aimock:
        sites = [
            SITE.format(key=key, api=api, base_url=aimock.base_url) for key, api in SITES.items()
        ]
        running = Server(tmp_path / "server", "".join(sites))
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture
def chat(page: Page, server: Server) -> Chat:
    return open_chat(page, f"{server.url}/chat/mock")


def test_answer_streams_in_and_is_there_after_a_reload(chat: Chat, server: Server) -> None:
    chat.ask_and_wait("How much is postage?")

    for page in (chat, _again(chat)):
        answer = page.answers.last
        expect(answer.locator("strong")).to_have_text("free")
        expect(answer.locator("td").first).to_have_text("town")
        expect(answer.locator("pre code")).to_have_text("print(6)\n")
        expect(answer).to_contain_text("运费")
        expect(answer).to_contain_text("🎉")


def test_search_of_the_platform_is_a_step_above_its_answer(page: Page, server: Server) -> None:
    chat = open_chat(page, f"{server.url}/chat/responding?lang=en")
    chat.ask_and_wait("Look it up")

    for shown in (chat, _again(chat)):
        answer = shown.answers.last
        expect(answer).to_contain_text("Six yuan.")
        expect(answer.locator(".steps summary")).to_contain_text("Steps")
        expect(answer.locator(".step")).to_have_text(["Searching the web"])
        # What was searched for is the owner's matter.
        expect(answer).not_to_contain_text("postage prices")


def test_words_of_a_refusal_do_not_reach_the_visitor(chat: Chat) -> None:
    chat.ask("Out of money")

    chat.wait_for_end("failed")
    expect(chat.answers.last).not_to_contain_text("exceeded")


def test_key_is_in_nothing_that_leaves_or_stays(page: Page, server: Server) -> None:
    got: list[bytes] = []
    page.on("response", lambda response: got.append(_whole(response)))
    page.on("websocket", lambda ws: ws.on("framereceived", lambda text: got.append(_bytes(text))))

    chat = open_chat(page, f"{server.url}/chat/mock")
    chat.ask_and_wait("How much is postage?")
    chat.ask("Out of money")
    chat.wait_for_end("failed")

    assert "运费".encode() in b"".join(got)
    assert leaks(b"".join(got), KEY) == []
    assert leaks(page.content(), KEY) == []
    assert leaking_files(server.folder, KEY) == []


def test_planted_key_is_found(server: Server) -> None:
    (server.folder / "data" / "planted").write_text(f"Authorization: Bearer {KEY}")

    assert leaking_files(server.folder, KEY) == ["data/planted"]


def _again(chat: Chat) -> Chat:
    return open_chat(chat.page, chat.page.url)


def _whole(response: Response) -> bytes:
    return str(response.headers).encode() + (response.body() if response.ok else b"")


def _bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()
