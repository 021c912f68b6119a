"""The chat page as a visitor meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/acme"))


@pytest.fixture
def framed(page: Page, shop: Server, host: str) -> Chat:
    return open_framed(page, host, local(shop, "/frame/acme"))


def test_page_opens_with_title_greeting_and_starters(framed: Chat) -> None:
    expect(framed.root.get_by_role("heading", name="Acme")).to_be_visible()
    expect(framed.root.locator(".greeting")).to_contain_text("I am the shop's assistant")
    expect(framed.button("How much is postage?")).to_be_visible()
    expect(framed.root.locator("#footer")).to_have_text(
        "Answers are AI-generated and may contain mistakes."
    )


def test_focus_comes_when_the_host_page_sends_it(framed: Chat) -> None:
    framed.page.wait_for_function("heard.length")
    framed.page.keyboard.press("F2")

    expect(framed.composer).to_be_focused()


def test_page_speaks_the_visitors_language(new_page: NewPage, shop: Server) -> None:
    chat = open_chat(new_page(locale="zh-CN"), local(shop, "/chat/acme"))

    expect(chat.composer).to_have_attribute("placeholder", "请输入您的问题…")
    expect(chat.button("运费怎么算？")).to_be_visible()


def test_sent_message_is_answered(framed: Chat) -> None:
    framed.ask_and_wait("Where is my order 2046?")

    expect(framed.questions).to_have_text(["Where is my order 2046?"])
    expect(framed.last_text).to_contain_text("Your order is on its way")
    expect(framed.composer).to_have_value("")
    assert [one["name"] for one in framed.heard("event")] == [
        "message.sent",
        "answer.started",
        "answer.finished",
    ]


def test_host_page_is_told_no_id_and_no_text(framed: Chat) -> None:
    framed.ask_and_wait("Where is my order 2046?")

    assert framed.heard("event")[-1] == {
        "chatdock": 1,
        "type": "event",
        "name": "answer.finished",
        "detail": {"state": "done"},
    }


def test_starter_asks(chat: Chat) -> None:
    chat.button("How much is postage?").click()

    expect(chat.questions).to_have_text(["How much is postage?"])
    chat.wait_for_end()
    expect(chat.root.get_by_role("list", name="Suggested questions")).to_be_hidden()


def test_shift_enter_breaks_the_line_and_the_box_grows(chat: Chat) -> None:
    before = chat.composer.bounding_box()
    chat.composer.fill("one")
    chat.composer.press("Shift+Enter")
    chat.composer.type("two")

    expect(chat.composer).to_have_value("one\ntwo")
    expect(chat.questions).to_have_count(0)
    after = chat.composer.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]


@pytest.mark.parametrize("key", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_that_picks_a_word_does_not_send(chat: Chat, key: dict[str, object]) -> None:
    chat.composer.fill("nihao")
    chat.composer.dispatch_event("keydown", {"key": "Enter", **key})
    chat.composer.press("Shift+Enter")

    expect(chat.composer).to_have_value("nihao\n")
    expect(chat.questions).to_have_count(0)


def test_stop_keeps_what_was_written(chat: Chat) -> None:
    chat.ask("A long story")
    expect(chat.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    chat.button("Stop the answer").click()

    chat.wait_for_end("stopped")
    expect(chat.answers.last).to_contain_text("You stopped this answer.")
    expect(chat.last_text).to_contain_text("1.")
    expect(chat.button("Send")).to_be_visible()


def test_failure_says_what_happened_and_a_retry_succeeds(chat: Chat) -> None:
    chat.ask("fail: timeout")
    chat.wait_for_end("failed")
    expect(chat.answers.last).to_contain_text("The answer took too long.")
    chat.button("Try again").click()

    chat.wait_for_end("done")
    expect(chat.questions).to_have_count(1)
    expect(chat.answers).to_have_count(1)


@pytest.mark.parametrize(
    ("question", "words", "can_retry"),
    [
        ("fail auth", "not available right now", False),
        ("fail quota", "used up its quota", False),
        ("fail busy", "very busy", True),
        ("fail config", "not set up correctly", False),
        ("fail content", "cannot answer this", False),
        ("fail not found", "can no longer be found", False),
        ("fail", "broke off", True),
    ],
)
def test_each_failure_has_its_words(chat: Chat, question: str, words: str, can_retry: bool) -> None:
    chat.ask(question)
    chat.wait_for_end("failed")

    expect(chat.answers.last).to_contain_text(words)
    again = chat.root.get_by_role("button", name="Try again")  # or in so many seconds
    expect(again).to_have_count(1 if can_retry else 0)


def test_keyboard_alone_is_enough(chat: Chat) -> None:
    chat.composer.press("Shift+Tab")
    expect(chat.button("Attach files")).to_be_focused()
    for _ in range(4):
        chat.page.keyboard.press("Shift+Tab")
    expect(chat.button("How much is postage?")).to_be_focused()
    chat.page.keyboard.press("Enter")

    expect(chat.questions).to_have_text(["How much is postage?"])


def test_focus_is_not_lost_with_the_button_that_had_it(chat: Chat) -> None:
    chat.ask("fail timeout")
    chat.wait_for_end("failed")
    chat.button("Try again").focus()
    chat.page.keyboard.press("Enter")

    expect(chat.composer).to_be_focused()
    chat.wait_for_end("done")


def test_message_that_is_too_long_comes_back_whole(chat: Chat) -> None:
    text = "x" * 8001
    chat.ask(text)

    expect(chat.root.get_by_role("alert")).to_contain_text("too long")
    expect(chat.composer).to_have_value(text)
    expect(chat.questions).to_have_count(0)


def test_escape_asks_the_host_page_to_close(framed: Chat) -> None:
    framed.composer.press("Escape")

    expect(framed.root.locator("#close")).to_be_visible()
    framed.page.wait_for_function("heard.some((one) => one.type === 'close')")
