"""The chat over the whole of a small window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer
from tests.browser.embedding.conftest import Visit
from tests.serving import Server

pytestmark = pytest.mark.browser


def test_sheet_covers_a_narrow_window_and_closes_from_inside(phone: Page, visit: Visit) -> None:
    widget = visit(phone)

    widget.open()

    assert widget.box() == {"x": 0, "y": 0, **PHONE}
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    expect(phone.locator("body")).to_have_attribute("inert", "")
    widget.frame.get_by_role("button", name="Close", exact=False).click()
    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")
    expect(widget.launcher).to_be_visible()


def test_sheet_covers_a_low_window(new_page: NewPage, visit: Visit) -> None:
    low = {"width": 900, "height": 420}
    widget = visit(new_page(viewport=low))

    widget.open()

    assert widget.box() == {"x": 0, "y": 0, **low}


def test_panel_becomes_a_sheet_when_the_window_narrows(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    assert widget.box()["width"] == 460
    expect(desk.locator("body")).not_to_have_attribute("inert", "")

    desk.set_viewport_size(PHONE)

    expect(widget.panel).to_have_attribute("aria-modal", "true")
    assert widget.box() == {"x": 0, "y": 0, **PHONE}
    desk.set_viewport_size(DESK)
    expect(widget.panel).to_have_attribute("aria-modal", "false")
    expect(desk.locator("body")).not_to_have_attribute("inert", "")


@pytest.mark.parametrize(
    "style", ["", "overflow: clip scroll !important; color: red;", "overflow: hidden;"]
)
def test_sheet_gives_the_host_page_back_as_it_was(phone: Page, visit: Visit, style: str) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.evaluate(
        """style => {
          if (style) document.documentElement.setAttribute("style", style);
          window.scrollTo(0, 321);
        }""",
        style,
    )
    look = """() => {
      const root = document.documentElement;
      return [root.hasAttribute("style"), root.style.cssText, window.scrollY];
    }"""
    before = phone.evaluate(look)

    widget.open()
    locked = phone.evaluate("getComputedStyle(document.documentElement).overflowY")
    widget.call("close")
    widget.wait_until_closed()

    assert locked == "hidden"
    assert before[2] == 321
    assert phone.evaluate(look) == before


def test_sheet_leaves_alone_what_the_page_made_inert(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.evaluate("document.body.setAttribute('inert', '')")

    widget.open()
    widget.call("close")
    widget.wait_until_closed()

    expect(phone.locator("body")).to_have_attribute("inert", "")


def test_sheet_stays_whole_when_the_visitor_zooms(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.open()

    phone.context.new_cdp_session(phone).send(
        "Emulation.setPageScaleFactor", {"pageScaleFactor": 2}
    )
    phone.wait_for_function("visualViewport.scale === 2")

    height = widget.panel.evaluate("node => node.offsetHeight")
    assert height == PHONE["height"]


def test_sheet_has_a_way_out_when_the_frame_has_none(
    phone: Page, visit: Visit, customer: Customer, server: Server
) -> None:
    widget = visit(phone, attributes='async data-is-need-close="false"')
    widget.open()
    widget.box()

    frame = phone.locator("iframe").bounding_box()

    assert frame == {"x": 0, "y": 44, "width": 390, "height": 800}
    widget.close_button.click()
    widget.wait_until_closed()
