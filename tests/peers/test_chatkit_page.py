"""The real ``openai-chatkit`` server behind the chat page, in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, open_chat
from tests.peers.chatkit_peer import ChatKitPeer
from tests.serving import Server

pytestmark = [pytest.mark.peers, pytest.mark.browser]

SITE = """
[[sites]]
key = "mock"
name = "Mock"
origins = []
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.provider]
kind = "chatkit"
url = "{url}"
upload_strategy = "two_phase"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with ChatKitPeer() as peer:
        running = Server(tmp_path_factory.mktemp("page"), SITE.format(url=peer.url))
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture
def chat(page: Page, server: Server) -> Chat:
    return open_chat(page, f"{server.url}/chat/mock")


def test_answer_has_steps_and_a_source_and_is_there_after_a_reload(chat: Chat) -> None:
    chat.ask_and_wait("workflow")

    for shown in (chat, open_chat(chat.page, chat.page.url)):
        answer = shown.answers.last
        expect(answer).to_contain_text("You said: workflow")
        expect(answer.locator(".step")).to_have_count(1)
        expect(answer.locator(".source")).to_have_count(1)


def test_stop_and_another_try(chat: Chat) -> None:
    chat.ask("slow one two three four five six seven eight nine ten")
    expect(chat.last_text).to_contain_text("You said:")
    chat.button("Stop the answer").click()
    chat.wait_for_end("stopped")

    chat.ask("fail")
    chat.wait_for_end("failed")
    expect(chat.answers.last).to_contain_text("custom failure")
    first = chat.answers.last.get_attribute("data-id") or ""
    chat.button("Try again").last.click()
    expect(chat.answers.last).not_to_have_attribute("data-id", first)
    chat.wait_for_end("failed")


def test_form_is_filled_in_and_the_talk_goes_on(chat: Chat) -> None:
    chat.ask_and_wait("ask")

    chat.answers.last.get_by_label("B", exact=True).check()
    chat.button("Submit").click()

    expect(chat.answers.last).to_contain_text("You said: (resumed)")


def test_button_of_a_widget_is_answered(chat: Chat) -> None:
    chat.ask_and_wait("widget")
    expect(chat.answers.last.locator(".asked")).to_contain_text("Hello")

    chat.button("Go").click()

    expect(chat.answers.last).to_contain_text("action go {'n': 1}")


def test_locked_thread_says_why(chat: Chat) -> None:
    chat.ask_and_wait("lock")

    expect(chat.root.locator("body")).to_contain_text("locked by test")
