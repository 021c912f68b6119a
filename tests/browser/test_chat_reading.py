"""Reading while an answer is written: scrolling, narrow windows, screen readers, what is loaded."""

from __future__ import annotations

import gzip
import json
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser

LONG = "A long story"
OPENING_BUDGET = 25_000
PANEL_SHARE = 8_080  # asserted where the panel is made: tests/web/test_embed.py
MOST_MODULES = 12


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/acme"))


@pytest.fixture
def swift(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/swift"))


def distance_from_end(chat: Chat) -> int:
    distance: int = chat.root.locator("#transcript").evaluate(
        "(box) => Math.round(box.scrollHeight - box.clientHeight - box.scrollTop)"
    )
    return distance


def test_end_of_a_growing_answer_stays_in_view(swift: Chat) -> None:
    swift.ask_and_wait(LONG)

    assert distance_from_end(swift) <= 1
    expect(swift.button("New messages")).to_be_hidden()


def test_reader_who_scrolled_up_is_left_alone_and_told_of_more(chat: Chat) -> None:
    chat.ask(LONG)
    expect(chat.last_text).to_contain_text("3.", timeout=PATIENCE_MS)
    box = chat.root.locator("#transcript")
    box.hover()
    chat.page.mouse.wheel(0, -4000)
    expect(chat.button("New messages")).to_be_visible(timeout=PATIENCE_MS)
    place = box.evaluate("(box) => box.scrollTop")
    chat.wait_for_end()
    assert box.evaluate("(box) => box.scrollTop") == place

    chat.button("New messages").click()
    assert distance_from_end(chat) <= 1
    expect(chat.button("New messages")).to_be_hidden()


def test_conversation_opens_at_its_end(swift: Chat) -> None:
    swift.ask_and_wait(LONG)
    swift.page.reload()
    expect(swift.root.locator("html[data-live]")).to_be_attached()

    assert distance_from_end(swift) <= 1


@pytest.mark.parametrize("has_scripts", [True, False])
def test_new_conversation_opens_at_its_beginning(
    new_page: NewPage, shop: Server, has_scripts: bool
) -> None:
    page = new_page(viewport={"width": 320, "height": 400}, java_script_enabled=has_scripts)
    page.goto(local(shop, "/chat/acme"))
    if has_scripts:
        expect(page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)

    mark, header = page.locator(".opening .mark").bounding_box(), page.locator("#header")
    assert page.locator("#suggestions").bounding_box() is not None
    assert mark is not None
    assert mark["y"] > (header.bounding_box() or mark)["height"]


@pytest.mark.parametrize("size", [(460, 700), (390, 844), (320, 480), (1200, 800)])
def test_nothing_is_wider_than_its_window(
    new_page: NewPage, shop: Server, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    chat = open_chat(page, local(shop, "/chat/swift"))
    for question in ("Show me a table", "Write code", LONG):
        chat.ask_and_wait(question)

    for part in ("html", "#transcript", "#thread", ".dock", "#header"):
        assert page.locator(part).evaluate("(e) => e.scrollWidth <= e.clientWidth"), part


def test_start_and_end_are_announced_in_plain_text(page: Page, shop: Server) -> None:
    page.add_init_script(
        """
        window.announced = [];
        new MutationObserver((changes) => changes.forEach((change) => {
          if (change.target.id !== "announcer") return;
          change.addedNodes.forEach((node) => announced.push(node.textContent));
        })).observe(document, {childList: true, subtree: true});
        """
    )
    chat = open_chat(page, local(shop, "/chat/acme"))
    chat.ask_and_wait("How do I return something?")

    page.wait_for_function("announced.filter(Boolean).length > 1")
    announced = page.evaluate("announced.filter(Boolean)")
    assert announced[0] == "The assistant is answering."
    assert announced[1].startswith(
        "Answer: No problem, you can send anything back within 30 days. This is how: Open My orders"
        " and choose the one you want to return. Press Return and say why. One tap is enough. Print"
    )
    assert len(announced) == 2
    expect(page.locator("#announcer")).to_be_empty()
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_every_control_has_a_name(swift: Chat) -> None:
    swift.ask_and_wait("Where is my order 2046?")

    for control in swift.root.get_by_role("button").all():
        name = control.evaluate("(e) => e.getAttribute('aria-label') || e.innerText.trim()")
        assert name, control.evaluate("(e) => e.outerHTML")


def test_opening_the_chat_is_cheap_and_asks_nobody_else(
    page: Page, shop: Server, host: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_framed(page, host, local(shop, "/frame/acme"))
    asked = [address for address in asked if not address.startswith(host)]

    assert {urlsplit(address).netloc for address in asked} == {f"localhost:{shop.port}"}
    modules = [address for address in asked if address.endswith(".js")]
    assert len(modules) <= MOST_MODULES
    assert sorted(asked[1:]) == sorted(modules)
    page_size = sum(compressed_size(address, host) for address in asked)
    assert page_size + PANEL_SHARE <= OPENING_BUDGET


def test_who_only_looks_connects_to_nothing(page: Page, shop: Server, host: str) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    chat.composer.click()
    chat.button("New conversation").click()
    expect(chat.composer).to_be_focused()
    assert sockets == []

    with page.expect_websocket():
        chat.composer.press_sequentially("Where")

    chat.ask_and_wait("Where is my order 2046?")
    assert len(sockets) == 1


def test_question_of_one_whose_scripts_did_not_come_is_kept(
    page: Page, shop: Server, host: str
) -> None:
    page.route("**/talk.js", lambda route: route.abort())
    chat = open_framed(page, host, local(shop, "/frame/swift"))

    chat.ask("Where is my order 2046?")

    expect(chat.composer).to_have_value("Where is my order 2046?")
    expect(chat.root.get_by_role("alert")).to_be_visible()
    chat.button("Send").click()  # now the browser posts the form itself
    chat.wait_for_end()


def compressed_size(address: str, host: str) -> int:
    """Bytes of the body, by gzip."""
    headers = {"Accept-Encoding": "gzip", "Referer": f"{host}/"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        body: bytes = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(body)
        return len(body)


def test_host_page_on_another_origin_than_the_tokens_is_not_heard(
    page: Page, shop: Server, host: str
) -> None:
    chat = open_framed(page, host, local(shop, "/frame/acme"))
    chat.root.locator("body").evaluate(
        """() => window.dispatchEvent(new MessageEvent("message", {
          data: {chatdock: 1, type: "send", text: "not from the host page"},
          origin: "https://evil.example", source: window.parent,
        }))"""
    )
    page.evaluate("say({type: 'send', text: 'from the host page'})")

    expect(chat.questions).to_have_text(["from the host page"])


def test_page_carries_no_key_and_no_foreign_address(page: Page, shop: Server) -> None:
    page.goto(local(shop, "/chat/acme"))
    data = json.loads(page.locator("#page").inner_text())

    assert "key" not in json.dumps(list(data)).lower()
    keys = [one["value"] for one in page.context.cookies()]
    assert keys
    assert all(key not in page.content() for key in keys)
