"""Our server is gone: nobody is left in the dark, or trapped."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import PHONE
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser


def test_launcher_says_that_the_server_is_gone_and_tries_again(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.route("**/embed/panel/**", lambda route: route.abort())
    desk.route("**/frame/**", lambda route: route.abort())
    desk.evaluate("chatdock('on', 'error', (error) => { window.heard = error.code })")

    widget.launcher.click()

    notice = desk.get_by_role("button", name="Chat is unavailable")
    expect(notice).to_be_visible()
    assert desk.evaluate("heard") == "unreachable"
    desk.unroute("**/embed/panel/**")
    desk.unroute("**/frame/**")
    notice.click()
    widget.wait_until_usable()
    expect(widget.launcher).to_be_visible()


def test_frame_that_never_speaks_gets_a_notice_with_a_way_out(
    new_window: NewPage, visit: Visit
) -> None:
    """In its place a browser with windows shows a page of its own, which loads at once."""
    phone = new_window(viewport=PHONE, has_touch=True, is_mobile=True)
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.route("**/frame/**", lambda route: route.abort())

    widget.launcher.click()
    expect(widget.panel.get_by_text("Connecting…")).to_be_visible()
    expect(widget.close_button).to_be_visible()

    expect(widget.panel.get_by_text("The chat cannot be reached right now.")).to_be_visible()
    phone.unroute("**/frame/**")
    widget.panel.get_by_role("button", name="Try again").click()
    widget.wait_until_usable()


def test_waiting_visitor_can_leave(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.route("**/frame/**", lambda route: None)
    widget.launcher.click()

    widget.close_button.click()

    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")
