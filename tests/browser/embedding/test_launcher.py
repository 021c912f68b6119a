"""Before the click, at it, and what hands and eyes need."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer, ours, own_focus
from tests.browser.embedding.conftest import Visit
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("more", ["", 'data-offset-x="40" data-position="left" data-layout="pc"'])
def test_page_view_loads_one_script_and_nothing_else(
    desk: Page, visit: Visit, customer: Customer, server: Server, more: str
) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))

    widget = visit(desk, f"async {more}")
    expect(widget.launcher).to_be_visible()
    desk.wait_for_load_state("networkidle")

    assert asked == [f"{customer.origin}/", f"{ours(server)}/embed/acme.js"]


def test_hover_fetches_the_frame_and_shows_nothing(desk: Page, visit: Visit) -> None:
    widget = visit(desk)

    with desk.expect_request("**/frame/acme?*"):
        widget.launcher.hover()

    expect(desk.locator("iframe")).to_be_hidden()
    expect(widget.panel).to_be_hidden()


def test_keyboard_focus_fetches_the_frame(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    with desk.expect_request("**/frame/acme?*"):
        desk.get_by_label("Search").focus()
        desk.keyboard.press("Tab")

    assert own_focus(desk) == "Chat"


def test_touch_fetches_the_frame_before_the_click(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.launcher.evaluate("node => node.onclick = null")

    with phone.expect_request("**/frame/acme?*"):
        widget.launcher.tap()


def test_click_opens_a_chat_that_answers(desk: Page, visit: Visit) -> None:
    widget = visit(desk)

    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()

    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    expect(widget.panel).to_have_attribute("aria-modal", "false")


def test_launcher_closes_what_it_opened(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()

    widget.launcher.click()

    widget.wait_until_closed()
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def test_frame_is_watched_over(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()

    frame = desk.locator("iframe")

    expect(frame).to_have_attribute("title", "Acme")
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin")
    expect(frame).to_have_attribute("allow", "clipboard-write")
    assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "allow-top-navigation")


def test_keyboard_alone_goes_in_asks_and_comes_back(new_window: NewPage, visit: Visit) -> None:
    desk = new_window(viewport=DESK)
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    widget.wait_until_usable()
    expect(widget.composer).to_be_focused()
    desk.keyboard.type("Hello")
    desk.keyboard.press("Enter")
    widget.wait_for_answer()
    desk.keyboard.press("Escape")

    widget.wait_until_closed()
    assert own_focus(desk) == "Chat"


def test_focus_ring_shows_on_any_ground(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Tab")

    expect(widget.launcher).to_have_css("outline-color", "rgb(255, 255, 255)")
    expect(widget.launcher).to_have_css("box-shadow", "rgb(0, 0, 0) 0px 0px 0px 6px")


def test_escape_on_the_host_page_closes(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_role("heading", name="Lamps").click()

    desk.keyboard.press("Escape")

    widget.wait_until_closed()
    assert own_focus(desk) == "BODY"


def test_escape_in_a_field_of_the_host_page_is_the_pages(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Escape")

    expect(widget.panel).to_be_visible()


def test_closing_leaves_the_focus_where_the_visitor_writes(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_label("Search").click()

    widget.call("close")

    widget.wait_until_closed()
    assert own_focus(desk) == "Search"


def test_open_by_the_page_takes_no_focus_from_a_writing_visitor(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.get_by_label("Search").click()

    widget.call("open")
    widget.wait_until_usable()
    desk.keyboard.type("lamp")

    expect(desk.get_by_label("Search")).to_have_value("lamp")


def test_open_by_a_page_button_takes_the_focus_in(desk: Page, visit: Visit) -> None:
    widget = visit(desk, body="<button onclick=\"chatdock('open')\">Ask us</button>")
    expect(widget.launcher).to_be_visible()

    desk.get_by_role("button", name="Ask us").click()

    expect(widget.composer).to_be_focused()


def test_motion_only_for_those_who_like_it(new_page: NewPage, visit: Visit) -> None:
    calm = visit(new_page(viewport=DESK, reduced_motion="reduce"))
    lively = visit(new_page(viewport=DESK, reduced_motion="no-preference"))

    calm.open()
    lively.open()

    expect(calm.panel).to_have_css("animation-name", "none")
    expect(lively.panel).to_have_css("animation-name", "rise")


def test_launcher_does_not_print(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    desk.emulate_media(media="print")

    expect(widget.launcher).to_be_hidden()


def test_stands_in_a_browser_without_the_newer_things(phone: Page, visit: Visit) -> None:
    """Constructable sheets, ``inert``, user activation: Safari 14 has none of them."""
    phone.add_init_script(
        """delete CSSStyleSheet.prototype.replaceSync;
        delete HTMLElement.prototype.inert;
        delete Navigator.prototype.userActivation;"""
    )
    widget = visit(phone)
    expect(widget.launcher).to_have_css("border-radius", "28px")

    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()
    assert widget.box() == {"x": 0, "y": 0, **PHONE}
    widget.call("close")

    widget.wait_until_closed()
    expect(widget.launcher).to_be_visible()
