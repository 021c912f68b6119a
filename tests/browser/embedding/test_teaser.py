"""Words beside the launcher."""

from __future__ import annotations

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Widget, own_focus
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

WORDS = "Need a hand with your lamp?"
TEASING = f'async data-teaser-text="{WORDS}"'


def _words(page: Page) -> Locator:
    return page.get_by_role("button", name=WORDS, exact=True)


def _cross(page: Page) -> Locator:
    return page.get_by_role("button", name="Dismiss", exact=True)


def _box(part: Locator) -> FloatRect:
    found = part.bounding_box()
    assert found is not None
    return found


def test_stands_above_the_launcher_and_opens_the_chat(desk: Page, visit: Visit) -> None:
    widget = visit(desk, TEASING)
    expect(_words(desk)).to_be_visible()
    bubble = _box(_words(desk).locator(".."))
    assert (bubble["x"] + bubble["width"], bubble["y"] + bubble["height"]) == (1260, 712)
    assert own_focus(desk) == "BODY"

    _words(desk).click()

    widget.wait_until_usable()
    expect(widget.composer).to_be_focused()
    expect(_words(desk)).to_be_hidden()


def test_cross_puts_it_away_for_the_tab_and_nothing_opens(desk: Page, visit: Visit) -> None:
    desk.clock.install()
    widget = visit(desk, TEASING + ' data-open-after-seconds="60"')
    expect(_words(desk)).to_be_visible()
    cross = _box(_cross(desk))
    assert min(cross["width"], cross["height"]) >= 24

    _cross(desk).click()
    expect(_words(desk)).to_be_hidden()
    desk.clock.run_for(61_000)
    expect(widget.panel).to_be_hidden()
    desk.reload()
    expect(widget.launcher).to_be_visible()
    desk.clock.run_for(61_000)

    expect(_words(desk)).to_be_hidden()
    expect(widget.panel).to_be_hidden()


def test_key_puts_it_away_and_goes_on_at_the_launcher(desk: Page, visit: Visit) -> None:
    visit(desk, TEASING)
    _cross(desk).focus()

    desk.keyboard.press("Enter")

    expect(_words(desk)).to_be_hidden()
    assert own_focus(desk) == "Chat"


def test_is_gone_once_the_chat_was_open(desk: Page, visit: Visit) -> None:
    widget = visit(desk, TEASING)
    expect(_words(desk)).to_be_visible()

    widget.open()
    expect(_words(desk)).to_be_hidden()
    widget.call("close")
    widget.wait_until_closed()

    expect(_words(desk)).to_be_hidden()


def test_is_one_line_on_a_phone(phone: Page, visit: Visit) -> None:
    long = "Need a hand with your lamp? Ask our people, who know every lamp there is by its name"
    visit(phone, f'async data-teaser-text="{long}"')
    words = phone.get_by_role("button", name=long, exact=True)
    expect(words).to_be_visible()

    box = _box(words.locator(".."))

    assert box["height"] < 50
    assert box["x"] >= 0
    assert box["x"] + box["width"] == PHONE["width"] - 20
    assert words.evaluate("node => node.scrollWidth > node.clientWidth")


def test_is_where_the_launcher_is(desk: Page, visit: Visit) -> None:
    visit(desk, TEASING + ' data-position="top-left"')
    expect(_words(desk)).to_be_visible()

    box = _box(_words(desk).locator(".."))

    assert (box["x"], box["y"]) == (20, 88)


def test_is_not_without_a_launcher(desk: Page, visit: Visit) -> None:
    widget = visit(desk, TEASING)
    expect(_words(desk)).to_be_visible()

    widget.call("set", {"ui": {"asstBtn": {"isNeed": False}}})

    expect(_words(desk)).to_be_hidden()


def test_speaks_the_pages_language(desk: Page, visit: Visit) -> None:
    visit(desk, TEASING, lang="zh")

    expect(desk.get_by_role("button", name="关闭提示", exact=True)).to_be_visible()


def test_has_the_colours_of_the_launcher_and_can_be_read(desk: Page, visit: Visit) -> None:
    visit(desk, TEASING + ' data-accent="#ffd400"')
    bubble = _words(desk).locator("..")

    expect(bubble).to_have_css("background-color", "rgb(255, 212, 0)")
    expect(bubble).to_have_css("color", "rgb(28, 30, 34)")
    expect(Widget(desk).launcher).to_have_css("color", "rgb(28, 30, 34)")


def test_goes_with_the_page_that_it_belongs_to(new_page: NewPage, visit: Visit) -> None:
    page = new_page(viewport=DESK)
    visit(page, TEASING + ' data-teaser-after-url="/lamps/*"')
    expect(Widget(page).launcher).to_be_visible()

    page.evaluate("history.pushState(null, '', '/lamps/desk?size=2')")
    expect(_words(page)).to_be_visible()
    page.evaluate("history.pushState(null, '', '/cart')")

    expect(_words(page)).to_be_hidden()
