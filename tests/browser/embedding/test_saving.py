"""A conversation is saved and printed out of a frame in a sandbox."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

QUESTION = "Show me a table"


def test_conversation_leaves_the_frame_and_the_chat_stays(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    widget.ask(QUESTION)
    widget.wait_for_answer()
    more = widget.frame.get_by_role("button", name="More", exact=True)

    more.click()
    with desk.expect_download() as saved:
        widget.frame.get_by_role("menuitem", name="Save as web page").click()
    assert saved.value.suggested_filename == f"{QUESTION}.html"

    more.click()
    with desk.expect_popup() as printed:
        widget.frame.get_by_role("menuitem", name="Print…").click()
    expect(printed.value.get_by_role("cell", name="45 cm")).to_be_visible()
    expect(widget.frame.locator("#messages > .question")).to_have_count(1)
