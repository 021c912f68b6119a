"""Like, dislike, why, and taking it back."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, open_chat
from tests.browser.conftest import local
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    """An answer stands there."""
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("Where is my order 2046?")
    return chat


def said(page: Page) -> list[dict[str, object]]:
    """Keeps what the page says about feedback on its socket."""
    frames: list[dict[str, object]] = []

    def keep(frame: str | bytes) -> None:
        command = json.loads(frame)
        if command["type"] == "feedback.give":
            frames.append(command)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    return frames


def test_like_is_kept_over_a_reload_and_can_be_taken_back(chat: Chat) -> None:
    chat.button("Good answer").click()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "true")
    chat.page.reload()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "true")

    expect(chat.root.locator("html[data-retry]")).to_be_attached()
    chat.button("Good answer").click()
    expect(chat.button("Good answer")).to_have_attribute("aria-pressed", "false")


def test_dislike_asks_why_in_the_owners_words(chat: Chat) -> None:
    chat.button("Bad answer").click()

    panel = chat.root.get_by_role("form", name="What was wrong?")
    expect(panel).to_be_visible()
    expect(chat.button("Bad answer")).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("checkbox", name="Wrong")).to_be_focused()


def test_free_text_opens_with_the_tag_that_needs_it(chat: Chat) -> None:
    chat.button("Bad answer").click()
    detail = chat.root.locator(".panel .detail")
    expect(detail).to_be_hidden()
    chat.root.get_by_text("Something else").click()

    expect(detail).to_be_visible()


def test_reasons_are_sent_with_the_dislike(page: Page, shop: Server) -> None:
    sent = said(page)
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("Where is my order 2046?")
    chat.button("Bad answer").click()
    chat.root.get_by_text("Something else").click()
    chat.root.locator(".panel .detail").fill("It rhymes.")
    chat.button("Submit").click()

    expect(chat.root.locator("#messages .panel")).to_have_count(0)
    expect(chat.button("Bad answer")).to_be_focused()
    message = sent[0]["message"]
    first = {"type": "feedback.give", "message": message, "verdict": "dislike"}
    assert sent == [first, {**first, "tags": ["Something else"], "detail": "It rhymes."}]


def test_panel_can_be_left_with_the_dislike_kept(chat: Chat) -> None:
    chat.button("Bad answer").click()
    chat.button("Cancel").click()

    expect(chat.root.locator("#messages .panel")).to_have_count(0)
    expect(chat.button("Bad answer")).to_have_attribute("aria-pressed", "true")


def test_panel_below_the_edge_comes_into_view_and_is_no_news(chat: Chat) -> None:
    chat.ask_and_wait("A long story")
    box = chat.root.locator("#transcript")
    dislike = chat.root.get_by_role("button", name="Bad answer").first
    box.evaluate(
        """(box) => {
          const dislike = box.querySelector("[data-act=dislike]").getBoundingClientRect();
          box.scrollTop += dislike.bottom - box.getBoundingClientRect().bottom;
        }"""
    )
    dislike.click()

    expect(chat.root.get_by_role("form", name="What was wrong?")).to_be_in_viewport(ratio=1)
    expect(chat.button("Submit")).to_be_in_viewport(ratio=1)
    chat.root.get_by_text("Something else").click()
    expect(chat.button("Submit")).to_be_in_viewport(ratio=1)
    expect(chat.button("New messages")).to_be_hidden()
