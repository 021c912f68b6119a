"""A chat in an element of the page, named by selector or given as it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Widget
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

PLACE = (
    '<div id="place" style="position:absolute;left:40px;top:60px;width:600px;height:500px"></div>'
)
BOX = {"x": 40, "y": 60, "width": 600, "height": 500}
BY_ELEMENT = "chatdock('set', {ui: {chatBot: {el: document.getElementById('place')}}})"


def _chat(page: Page) -> Widget:
    widget = Widget(page)
    widget.panel = page.get_by_role("region", name="Acme", exact=True)
    return widget


@pytest.mark.parametrize("how", [BY_ELEMENT, "chatdock('set', {ui: {chatBot: {el: '#place'}}})"])
def test_page_names_it_and_the_launcher_opens_it_there(desk: Page, visit: Visit, how: str) -> None:
    visit(desk, body=PLACE)
    chat = _chat(desk)
    expect(chat.launcher).to_be_visible()

    desk.evaluate(f"{{ {how} }}")
    chat.open()
    assert chat.box() == BOX
    chat.launcher.click()

    expect(chat.panel).to_be_hidden()


def test_waits_for_it_follows_it_and_floats_without_it(desk: Page, visit: Visit) -> None:
    visit(desk)
    chat = _chat(desk)
    expect(chat.launcher).to_be_visible()
    chat.call("set", {"ui": {"chatBot": {"el": "#place"}}})
    Widget(desk).open()

    desk.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", PLACE)
    chat.wait_until_usable()
    assert chat.box() == BOX
    desk.evaluate(
        "html => { place.remove(); document.body.insertAdjacentHTML('afterbegin', html) }", PLACE
    )
    chat.wait_until_usable()
    assert chat.box() == BOX
    desk.evaluate("place.remove()")

    Widget(desk).wait_until_usable()
    assert Widget(desk).box() == {"x": 800, "y": 16, "width": 460, "height": 696}
