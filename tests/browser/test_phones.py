"""The chat on phones: small, lying on their side, folded, with a keyboard over the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.chat import open_chat
from tests.browser.conftest import NewPage, local
from tests.browser.customer import customers, tag
from tests.browser.everything import show_everything
from tests.browser.flaws import flaws_around, is_whole
from tests.serving import Server

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
TOUCH: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
# Small, large and folded phones, on their side, with half of the window left by a keyboard.
WINDOWS: tuple[tuple[int, int], ...] = (
    *((390, 844), (320, 568), (280, 653), (412, 915), (844, 390), (568, 320)),
    *((390, 430), (844, 200), (820, 1180)),
)
SMALLEST_PX = 16  # smaller fields are zoomed into
# No browser of a desk has a keyboard on its screen: this says what one of a phone would.
KEYBOARD = """() => {
  const seen = new EventTarget();
  Object.assign(seen, {height: innerHeight, offsetTop: 0, scale: 1});
  Object.defineProperty(window, "visualViewport", {value: seen});
  window.lay = (values) => {
    Object.assign(seen, values);
    seen.dispatchEvent(new Event("resize"));
  };
}"""
FIELDS = """(least) => [...document.querySelectorAll("input, textarea, select")]
  .filter((node) => !/^(hidden|checkbox|radio|file)$/.test(node.type))
  .filter((node) => parseFloat(getComputedStyle(node).fontSize) < least)
  .map((node) => node.name || node.id || node.className)"""


def test_small_and_lying_windows_leave_room_to_read_and_to_write(
    new_page: NewPage, shop: Server
) -> None:
    page = new_page(**TOUCH)
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("Show me a table")
    chat.composer.fill("Is it also available in green, and how long would that take?")

    seen = {}
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".chat")).to_have_css("height", f"{height}px")
        found = flaws_around(page.locator("body"))
        is_all_there = is_whole(page.locator("#composer")) and is_whole(page.locator("#header"))
        room = page.locator("#transcript").evaluate("(node) => node.clientHeight")
        seen[width, height] = found, is_all_there, room >= min(60, height / 4)

    assert seen == {window: ([], True, True) for window in WINDOWS}


@pytest.mark.parametrize("layout", ["mobile", "pc"])
def test_no_field_is_so_small_that_a_phone_zooms_into_it(
    new_page: NewPage, shop: Server, layout: str
) -> None:
    page = new_page(**TOUCH, bypass_csp=True)
    show_everything(page, local(shop, "/chat/swift"))

    page.locator("html").evaluate("(root, layout) => (root.dataset.layout = layout)", layout)
    found = page.evaluate(FIELDS, SMALLEST_PX)
    page.add_style_tag(content="#text { font-size: 15px !important }")

    assert found == []
    assert set(page.evaluate(FIELDS, SMALLEST_PX)) == {"text"}


def test_sheet_takes_what_the_keyboard_leaves_and_turns_with_the_phone(
    new_page: NewPage, shop: Server
) -> None:
    with customers() as customer:
        page = new_page(**TOUCH, reduced_motion="reduce")
        page.add_init_script(f"if (window === top) ({KEYBOARD})()")
        page.goto(customer.page(tag(shop, "quick")))
        page.wait_for_function("window.chatdock && window.chatdock.sites")
        box = page.locator("#panel")
        page.evaluate("chatdock('open')")
        expect(box).to_be_visible()

        page.evaluate("lay({height: 500, offsetTop: 40})")
        raised = box.bounding_box()
        page.evaluate("lay({height: 422, scale: 2})")
        zoomed = box.bounding_box()
        page.evaluate("lay({height: 390, scale: 1, offsetTop: 0})")
        page.set_viewport_size({"width": 844, "height": 390})
        turned = box.bounding_box()

    assert raised == {"x": 0, "y": 40, "width": 390, "height": 500}
    assert zoomed == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert turned == {"x": 0, "y": 0, "width": 844, "height": 390}


def test_chat_page_stands_above_the_keyboard_and_stays_as_it_is_when_zoomed(
    new_page: NewPage, shop: Server
) -> None:
    page = new_page(**TOUCH)
    page.add_init_script(f"({KEYBOARD})()")
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("How much is postage?")

    page.evaluate("lay({height: 480})")
    raised = bottom_of(page, "#composer")
    page.evaluate("lay({height: 240, scale: 2})")
    zoomed = bottom_of(page, "#composer")
    page.evaluate("lay({height: 844, scale: 1})")

    assert 400 < raised < 480
    assert zoomed == raised
    assert bottom_of(page, "#composer") > 750


def bottom_of(page: Page, selector: str) -> float:
    bottom: float = page.locator(selector).evaluate("(node) => node.getBoundingClientRect().bottom")
    return bottom
