"""What few sites turn on, as a visitor uses it: quotes, speech, buttons in the title bar, sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, Widget, customers, tag
from tests.serving import Server

pytestmark = pytest.mark.browser

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgG"
    "AWjR9awAAAABJRU5ErkJggg=="
)
SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["{origin}"]
[sites.ui.base]
icon = "{icon}"
[sites.ui.chatBot]
isNeedQuote = true
isNeedAudio = true
isResizable = true
[[sites.ui.header.actions]]
name = "person"
label = "Talk to a person"
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
"""
# What a browser's speech recognition does, at the test's word.
RECOGNITION = """
window.SpeechRecognition = window.webkitSpeechRecognition = function () {
  window.ear = this;
  this.start = () => { this.isOn = true };
  this.stop = () => { this.isOn = false; this.onend() };
  this.hear = (...said) => this.onresult({ results: said.map((transcript) => [{ transcript }]) });
};
"""
HANDLE = "Change the chat's size: drag, or use the arrow keys"


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    running = Server(
        tmp_path_factory.mktemp("extras"), SITE.format(origin=customer.origin, icon=PIXEL)
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()


Visit = Callable[..., Widget]


@pytest.fixture
def visit(new_page: NewPage, customer: Customer, server: Server) -> Visit:
    def go(script: str = "", attributes: str = "async") -> Widget:
        page: Page = new_page(viewport=DESK)
        if script:
            page.add_init_script(script)
        page.goto(customer.page(tag(server, attributes=attributes)))
        widget = Widget(page)
        widget.open()
        return widget

    return go


def size(widget: Widget) -> tuple[float, float]:
    box = widget.box()
    return box["width"], box["height"]


def drag(page: Page, handle: Locator, x: float, y: float) -> None:
    """By its middle, so many pixels."""
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 12 + x, box["y"] + 12 + y, steps=3)
    page.mouse.up()


def test_answer_is_quoted_in_the_next_question(visit: Visit) -> None:
    widget = visit()
    frame = widget.frame
    widget.ask("Where is my order 2046?")
    widget.wait_for_answer()
    answer = frame.locator(".answer .text").last.inner_text()
    first = answer.split("\n")[0]
    chip = frame.get_by_role("group", name="Answer that you quote")

    frame.get_by_role("button", name="Quote this answer").click()
    expect(chip).to_contain_text(first)
    chip.get_by_role("button", name="Remove the quote").click()
    expect(chip).to_have_count(0)
    expect(widget.composer).to_be_focused()

    frame.get_by_role("button", name="Quote this answer").click()
    expect(chip).to_be_visible()
    widget.ask("Are you sure?")
    widget.wait_for_answer()
    expect(chip).to_have_count(0)
    question = frame.locator(".question").last
    expect(question.locator("blockquote")).to_contain_text(first)
    expect(question.locator(".bubble")).to_have_text("Are you sure?")

    widget.page.reload()  # the server writes it as the module did
    expect(question.locator("blockquote")).to_contain_text(first)
    expect(question.locator(".bubble")).to_have_text("Are you sure?")


def test_speech_becomes_text_that_may_be_changed(visit: Visit) -> None:
    widget = visit(RECOGNITION)
    frame, box = widget.frame, widget.composer
    box.fill("Hello.")

    def ear(script: str) -> Any:
        return box.evaluate(f"() => ear.{script}")

    frame.get_by_role("button", name="Speak your question").click()
    stop = frame.get_by_role("button", name="Stop listening")
    expect(stop).to_have_attribute("aria-pressed", "true")
    assert ear("isOn && [ear.lang, ear.continuous, ear.interimResults]") == ["en-GB", True, True]
    ear("hear('where is')")
    expect(box).to_have_value("Hello. where is")
    ear("hear('where is my', ' order')")
    expect(box).to_have_value("Hello. where is my order")
    box.fill("Where is my lamp")
    ear("hear('where is my', ' order', 'please')")
    expect(box).to_have_value("Where is my lamp please")

    stop.click()
    expect(frame.get_by_role("button", name="Speak your question")).to_be_visible()

    for error, words in {
        "not-allowed": "The microphone is blocked",
        "bad-grammar": "Listening failed",
    }.items():
        frame.get_by_role("button", name="Speak your question").click()
        expect(stop).to_be_visible()
        ear(f"onerror({{error: '{error}'}})")
        ear("onend()")
        expect(frame.get_by_role("alert")).to_contain_text(words)


def test_browser_that_cannot_listen_has_no_such_button(visit: Visit) -> None:
    widget = visit("delete window.webkitSpeechRecognition; delete window.SpeechRecognition")

    expect(widget.frame.locator("#speak")).to_be_hidden()


def test_panel_is_enlarged_for_the_tab_and_made_small_again(visit: Visit) -> None:
    widget = visit()
    frame = widget.frame
    handle = widget.panel.get_by_role("button", name=HANDLE)
    expect(handle).to_be_visible()

    frame.get_by_role("button", name="Enlarge chat").click()
    expect(frame.get_by_role("button", name="Make chat smaller")).to_be_visible()
    expect(handle).to_be_hidden()
    assert size(widget) == (1244, 696)
    widget.page.reload()
    expect(frame.get_by_role("button", name="Make chat smaller")).to_be_visible()
    assert size(widget) == (1244, 696)

    frame.get_by_role("button", name="Make chat smaller").click()
    expect(frame.get_by_role("button", name="Enlarge chat")).to_be_visible()
    assert size(widget) == (460, 696)


def test_size_is_drawn_by_the_free_corner_and_remembered(visit: Visit) -> None:
    widget = visit()
    page = widget.page
    handle = widget.panel.get_by_role("button", name=HANDLE)

    drag(page, handle, -100, 96)
    assert size(widget) == (560, 600)
    handle.press("ArrowLeft")
    handle.press("ArrowDown")
    assert size(widget) == (576, 584)
    page.reload()
    expect(handle).to_be_visible()
    assert size(widget) == (576, 584)

    drag(page, handle, 900, 900)
    assert size(widget) == (280, 320)
    handle.dblclick()
    assert size(widget) == (460, 696)


def test_upper_left_chat_has_its_free_corner_below_on_the_right(visit: Visit) -> None:
    widget = visit(attributes='async data-position="top-left"')
    handle = widget.panel.get_by_role("button", name=HANDLE)

    drag(widget.page, handle, 40, -96)
    assert size(widget) == (500, 600)
    handle.press("ArrowRight")
    handle.press("ArrowUp")
    assert size(widget) == (516, 584)
    handle.press("Home")
    assert size(widget) == (460, 696)


def test_owners_picture_and_button_stand_in_the_title_bar(visit: Visit) -> None:
    widget = visit()
    widget.page.evaluate("chatdock('on', 'action', (told) => { window.told = told })")
    picture = widget.frame.locator("#mark img")

    widget.frame.get_by_role("button", name="Talk to a person").click()

    widget.page.wait_for_function("window.told")
    assert widget.page.evaluate("told") == {"name": "person", "data": {}}
    assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 112


def test_chatkit_theme_dresses_launcher_panel_and_chat(visit: Visit) -> None:
    widget = visit()
    theme = {
        "colorScheme": "dark",
        "radius": "sharp",
        "color": {
            "accent": {"primary": "rgb(255 212 0)", "level": 1},
            "surface": {"background": "#102030", "foreground": "#ffe"},
        },
    }

    widget.call("set", {"ui": {"theme": theme}})

    yellow, night = "rgb(255, 212, 0)", "rgb(16, 32, 48)"
    expect(widget.launcher).to_have_css("background-color", yellow)
    expect(widget.launcher).to_have_css("color", "rgb(28, 30, 34)")
    expect(widget.launcher).to_have_css("border-radius", "0px")
    expect(widget.panel).to_have_css("background-color", night)
    expect(widget.panel).to_have_css("border-radius", "0px")
    expect(widget.frame.locator("#header")).to_have_css("background-color", yellow)
    expect(widget.frame.locator("body")).to_have_css("background-color", night)
    expect(widget.frame.locator("body")).to_have_css("color", "rgb(255, 255, 238)")


def test_packed_options_of_the_page_dress_the_panel_at_once(
    new_page: NewPage, customer: Customer, server: Server
) -> None:
    page = new_page(viewport=DESK)
    page.goto(customer.page(tag(server)))
    page.wait_for_function("window.chatdock && window.chatdock.sites")
    widget = Widget(page)

    widget.call("set", {"ui": {"theme": {"colorScheme": "dark"}}})
    widget.open()

    expect(widget.panel).to_have_css("background-color", "rgb(23, 24, 28)")
