"""What the owner and the host page set about the look, as a visitor sees it change."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import Chat, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser

RED, WHITE = "rgb(179, 38, 30)", "rgb(255, 255, 255)"
DARK_SURFACE = "rgb(23, 24, 28)"


def packed(options: dict[str, Any]) -> str:
    """Options as the loader puts them into the frame's address."""
    return base64.urlsafe_b64encode(json.dumps(options).encode()).decode().rstrip("=")


@pytest.fixture
def framed(page: Page, shop: Server, host: str) -> Chat:
    return open_framed(page, host, local(shop, "/frame/acme"))


def set_options(chat: Chat, **ui: Any) -> None:
    """What ``chatdock('set', …)`` on the host page makes the loader say."""
    chat.page.evaluate("options => say({type: 'options', options})", {"ui": ui})


def background(locator: Locator) -> str:
    colour: str = locator.evaluate("(element) => getComputedStyle(element).backgroundColor")
    return colour


def test_options_in_the_address_shape_the_page(page: Page, shop: Server) -> None:
    options = {"ui": {"theme": {"accent": "#b3261e"}, "chatBot": {"title": "Ask us"}}}
    chat = open_chat(page, local(shop, f"/chat/acme?o={packed(options)}"))

    expect(chat.root.get_by_role("heading", name="Ask us")).to_be_visible()
    expect(chat.root.locator("#header")).to_have_css("background-color", RED)


def test_bad_options_in_the_address_cost_nobody_the_chat(page: Page, shop: Server) -> None:
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    options = {"ui": {"theme": {"accent": "red"}}}
    chat = open_chat(page, local(shop, f"/chat/acme?o={packed(options)}"))

    chat.ask_and_wait("Where is my order 2046?")
    assert any("ui.theme.accent" in warning for warning in warnings)


def test_dark_device_gets_a_dark_page(new_page: NewPage, shop: Server) -> None:
    light = open_chat(new_page(color_scheme="light"), local(shop, "/chat/acme"))
    dark = open_chat(new_page(color_scheme="dark"), local(shop, "/chat/acme"))

    expect(light.root.locator("body")).to_have_css("background-color", WHITE)
    expect(dark.root.locator("body")).to_have_css("background-color", DARK_SURFACE)


def test_scheme_that_is_set_beats_the_device(new_page: NewPage, shop: Server) -> None:
    chat = open_chat(new_page(color_scheme="light"), local(shop, "/chat/acme?scheme=dark"))

    expect(chat.root.locator("body")).to_have_css("background-color", DARK_SURFACE)


def test_theme_set_by_the_host_page_shows_at_once(framed: Chat) -> None:
    set_options(
        framed,
        theme={"accent": "#b3261e", "surface": "#fff8e1", "scheme": "light", "radius": "none"},
    )

    expect(framed.root.locator("#header")).to_have_css("background-color", RED)
    expect(framed.root.locator("body")).to_have_css("background-color", "rgb(255, 248, 225)")
    expect(framed.root.locator("#composer")).to_have_css("border-radius", "0px")


def test_density_and_font_set_by_the_host_page_show(framed: Chat) -> None:
    framed.ask_and_wait("Where is my order 2046?")
    message = framed.root.locator("#messages > li").first
    expect(message).to_have_css("margin-bottom", "18px")
    set_options(framed, theme={"density": "spacious", "font": "Georgia"})

    expect(message).to_have_css("margin-bottom", "24px")
    font: str = framed.root.locator("body").evaluate("(body) => getComputedStyle(body).fontFamily")
    assert font.startswith("Georgia")


def test_scheme_set_by_the_host_page_shows(framed: Chat) -> None:
    set_options(framed, theme={"scheme": "dark"})

    expect(framed.root.locator("body")).to_have_css("background-color", DARK_SURFACE)


def test_texts_set_by_the_host_page_show(framed: Chat) -> None:
    set_options(
        framed,
        chatBot={"title": "Ask us"},
        composer={"placeholder": "Your question"},
        footer={
            "expressionText": "See our {{terms}} or call {{us}}.",
            "linkvars": {
                "terms": {"text": "terms", "link": "https://shop.example/terms"},
                "us": {"text": "us"},
            },
        },
    )

    expect(framed.root.get_by_role("heading", name="Ask us")).to_be_visible()
    expect(framed.root.get_by_placeholder("Your question")).to_be_visible()
    expect(framed.root.locator("#footer")).to_have_text("See our terms or call us.")
    link = framed.root.get_by_role("link", name="terms")
    expect(link).to_have_attribute("href", "https://shop.example/terms")
    expect(link).to_have_attribute("target", "_blank")


def test_pieces_switched_off_by_the_host_page_go(framed: Chat) -> None:
    expect(framed.button("Close chat")).to_be_visible()
    set_options(
        framed,
        header={"isNeedClose": False},
        footer={"isShow": False},
        chatBot={"isNeedAddNewConversation": False},
    )

    expect(framed.button("Close chat")).to_be_hidden()
    expect(framed.root.locator("#footer")).to_be_hidden()
    expect(framed.button("New conversation")).to_be_hidden()
    set_options(framed, header={"isShow": False})
    expect(framed.root.locator("#header")).to_be_hidden()
    expect(framed.root.locator("#footer")).to_be_visible()


@pytest.mark.parametrize(
    ("question", "piece", "name"),
    [
        ("Where is my order 2046?", ".steps", "isNeedFunctionCallMessage"),
        ("Think: which is cheaper?", ".reasoning", "isNeedReasoning"),
        ("What are your sources?", ".sources", "isNeedSources"),
    ],
)
def test_pieces_of_an_answer_switched_off_by_the_host_page_go(
    framed: Chat, question: str, piece: str, name: str
) -> None:
    framed.ask_and_wait(question)
    expect(framed.answers.last.locator(piece).first).to_be_visible()
    set_options(framed, chatBot={name: False})

    expect(framed.answers.last.locator(piece).first).to_be_hidden()


def test_feedback_switched_off_by_the_host_page_goes(framed: Chat) -> None:
    framed.ask_and_wait("Where is my order 2046?")
    expect(framed.button("Good answer")).to_be_visible()
    set_options(framed, chatBot={"feedback": {"isNeedFeedback": False}})

    expect(framed.button("Good answer")).to_be_hidden()


def test_language_set_by_the_host_page_changes_every_text_and_keeps_the_draft(
    framed: Chat,
) -> None:
    framed.ask_and_wait("Where is my order 2046?")
    framed.composer.fill("half a thought")
    set_options(framed, base={"lang": "zh-CN"})

    expect(framed.root.locator("html[lang=zh-CN][data-live]")).to_be_attached()
    expect(framed.button("新对话")).to_be_visible()
    expect(framed.composer).to_have_value("half a thought")
    expect(framed.questions).to_have_text(["Where is my order 2046?"])


def test_wrong_option_of_the_host_page_changes_nothing_and_says_why(framed: Chat) -> None:
    warnings: list[str] = []
    framed.page.on("console", lambda message: warnings.append(message.text))
    set_options(framed, theme={"accent": "red"})
    framed.page.wait_for_event("console", lambda message: "accent" in message.text)

    expect(framed.root.locator("#header")).to_have_css("background-color", "rgb(49, 87, 224)")


def test_layout_for_fingers_has_large_targets(page: Page, shop: Server) -> None:
    chat = open_chat(page, local(shop, "/chat/acme?layout=mobile"))

    for target in (chat.button("Send"), chat.button("New conversation")):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    expect(chat.composer).to_have_css("font-size", "16px")


def test_touch_screen_has_large_targets(new_page: NewPage, shop: Server) -> None:
    phone = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    chat = open_chat(phone, local(shop, "/chat/acme"))

    box = chat.button("Send").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
