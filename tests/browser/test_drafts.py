"""What was typed and not sent is kept, for the conversation that it was typed in."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.chat import Chat, open_chat, open_framed, write
from tests.browser.conftest import NewPage, local
from tests.browser.test_conversations import OPTIONS, WIDE, Conversations, on_its_own
from tests.serving import Server

pytestmark = pytest.mark.browser

REFUSED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError"); }});
}"""

READ = {"allowed": "sessionStorage['chatdock:quick:drafts']", "refused": "history.state.drafts"}
UNTIL_KEPT = """new Promise((done) => {
  const look = () => (sessionStorage.length ? done() : setTimeout(look, 20));
  look();
})"""
QUOTES = {"ui": {"chatBot": {"isNeedQuote": True}, **OPTIONS["ui"]}}


def begin(chat: Chat) -> None:
    chat.button("New conversation").first.click()
    expect(chat.questions).to_have_count(0)


def three(page: Page, shop: Server) -> Conversations:
    """Two conversations and a new one, in each something that was typed and not sent."""
    listed = on_its_own(page, shop)
    chat = listed.chat
    chat.ask_and_wait("First")
    write(chat.composer, "of the first")
    begin(chat)
    expect(chat.composer).to_have_value("")
    chat.ask_and_wait("Second")
    write(chat.composer, "  of the second\n")
    begin(chat)
    write(chat.composer, "of a new one")
    return listed


@pytest.mark.parametrize("storage", ["allowed", "refused"])
def test_each_conversation_keeps_its_own(new_page: NewPage, shop: Server, storage: str) -> None:
    page = new_page(viewport=WIDE)
    if storage == "refused":
        page.add_init_script(REFUSED)
    listed = three(page, shop)
    chat = listed.chat

    listed.rows.last.click()
    expect(chat.composer).to_have_value("of the first")
    page.reload()
    expect(chat.questions).to_have_text(["First"])
    expect(chat.composer).to_have_value("of the first")
    listed.rows.first.click()
    expect(chat.composer).to_have_value("  of the second\n")
    begin(chat)
    expect(chat.composer).to_have_value("of a new one")
    page.reload()
    expect(chat.composer).to_have_value("of a new one")
    expect(chat.questions).to_have_count(0)


@pytest.mark.parametrize("storage", ["allowed", "refused"])
def test_what_is_sent_or_deleted_is_kept_no_more(
    new_page: NewPage, shop: Server, storage: str
) -> None:
    page = new_page(viewport=WIDE)
    if storage == "refused":
        page.add_init_script(REFUSED)
    listed = three(page, shop)
    chat = listed.chat

    chat.composer.press("Enter")
    chat.wait_for_end()
    listed.delete("First")
    expect(listed.rows).to_have_text(["of a new one", "Second"])

    kept = page.evaluate(READ[storage])
    assert [text for text, _ in json.loads(kept)["texts"].values()] == ["  of the second\n"]
    page.reload()
    expect(chat.questions).to_have_text(["of a new one"])
    expect(chat.composer).to_have_value("")


class SlowLine:
    """What the server says waits until it is let through."""

    def __init__(self, page: Page) -> None:
        self.is_held = False
        self._held: list[str | bytes] = []
        self._socket: WebSocketRoute | None = None
        page.route_web_socket(re.compile(r"/socket"), self._take)

    def let_through(self) -> None:
        self.is_held = False
        assert self._socket is not None
        for frame in self._held:
            self._socket.send(frame)

    def _take(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._hear)

    def _hear(self, frame: str | bytes) -> None:
        assert self._socket is not None
        if self.is_held:
            self._held.append(frame)
        else:
            self._socket.send(frame)


def test_what_is_typed_on_the_way_is_for_the_conversation_that_comes(
    page: Page, shop: Server
) -> None:
    line = SlowLine(page)
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("First")
    write(chat.composer, "of the first")
    line.is_held = True
    chat.button("New conversation").click()
    expect(chat.composer).to_have_value("")
    write(chat.composer, "of a new one")
    line.let_through()

    expect(chat.questions).to_have_count(0)
    expect(chat.composer).to_have_value("of a new one")
    kept = json.loads(page.evaluate(READ["allowed"]))["texts"]
    assert sorted(text for text, _ in kept.values()) == ["of a new one", "of the first"]


def test_page_change_keeps_it_and_the_page_sees_nothing_of_it(
    new_page: NewPage, shop: Server, host: str
) -> None:
    page = new_page(viewport=WIDE)
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    write(chat.composer, "half a thought")
    page.frames[1].evaluate(UNTIL_KEPT)

    again = open_framed(page, host, local(shop, "/frame/swift"))
    expect(again.composer).to_have_value("half a thought")
    assert "half a thought" not in page.evaluate("JSON.stringify([heard, {...sessionStorage}])")
    elsewhere = open_framed(page.context.new_page(), host, local(shop, "/frame/swift"))
    expect(elsewhere.composer).to_have_value("")


def test_quote_stays_with_the_conversation_that_it_is_of(
    new_page: NewPage, shop: Server, host: str
) -> None:
    page = new_page(viewport=WIDE)
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    page.evaluate("options => say({type: 'options', options})", QUOTES)
    chat.ask_and_wait("Where is my order 2046?")
    chat.button("Quote this answer").click()
    expect(chat.root.locator(".citation")).to_be_visible()

    begin(chat)

    expect(chat.root.locator(".citation")).to_have_count(0)
    expect(Conversations(chat).rows).to_have_count(1)
