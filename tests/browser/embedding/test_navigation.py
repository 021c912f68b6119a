"""One page after another, in one tab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import own_focus
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser


def test_open_chat_stays_open_on_the_next_page_without_taking_the_focus(
    desk: Page, visit: Visit
) -> None:
    visit(desk).open()

    widget = visit(desk, path="/next")
    widget.wait_until_usable()

    assert own_focus(desk) == "BODY"


def test_closed_chat_stays_closed_although_the_tag_opens_it(desk: Page, visit: Visit) -> None:
    widget = visit(desk, attributes="async data-open")
    widget.wait_until_usable()
    widget.call("close")
    widget.wait_until_closed()

    again = visit(desk, attributes="async data-open", path="/next")

    expect(again.launcher).to_be_visible()
    expect(again.panel).to_be_hidden()


def test_works_without_storage(desk: Page, visit: Visit) -> None:
    desk.add_init_script(
        """Object.defineProperty(window, "sessionStorage", {
          get() { throw new DOMException("refused", "SecurityError") }
        })"""
    )
    widget = visit(desk)

    widget.open()
    widget.call("close")

    widget.wait_until_closed()


def test_conversation_outlives_a_swapped_body(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    widget.composer.fill("a draft")

    desk.evaluate(
        """() => {
          const body = document.createElement("body");
          body.append("The next page");
          document.documentElement.replaceChild(body, document.body);
        }"""
    )

    expect(desk.get_by_text("The next page")).to_be_visible()
    expect(widget.composer).to_have_value("a draft")


def test_sheet_covers_the_next_body_too(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.open()

    phone.evaluate("document.body.replaceWith(document.createElement('body'))")

    expect(phone.locator("body")).to_have_attribute("inert", "")
    widget.call("close")
    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")


def test_comes_back_when_the_page_drops_it(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()

    desk.evaluate("document.documentElement.lastElementChild.remove()")

    widget.wait_until_usable()
    expect(widget.frame.get_by_text("Hello", exact=True)).to_be_visible()
