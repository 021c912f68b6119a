"""Where the focus goes when a chat opens, and who moves it there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.customer import Widget, own_focus
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

SCRIPTS = "**/frame/main.js"
# What the frame says of the focus, and when the host page moves it into the frame.
LISTENING = """
  window.moves = [];
  addEventListener("message", ({ data }) => {
    if (["shown", "ready", "focused"].includes(data.type)) moves.push(data.type);
  });
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = function (...options) {
    if (this.tagName === "IFRAME") moves.push("given");
    focus.apply(this, options);
  };
"""
POWERLESS = "HTMLTextAreaElement.prototype.focus = () => {}"


def moves_of(page: Page, count: int) -> list[str]:
    page.wait_for_function("count => moves.length >= count", arg=count)
    moves: list[str] = page.evaluate("moves")
    return moves


def hold_scripts(page: Page) -> Callable[[], None]:
    """The frame's scripts do not arrive before what is returned is called."""
    held: list[Route] = []
    page.route(SCRIPTS, lambda route: held.append(route))

    def release() -> None:
        for route in held:
            route.continue_()

    return release


def open_by_key(page: Page, widget: Widget) -> None:
    """Without a pointer near it, nothing was fetched before."""
    expect(widget.launcher).to_be_visible()
    page.get_by_label("Search").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_frame_takes_the_focus_before_the_page_gives_it(desk: Page, visit: Visit) -> None:
    """Given by the page first, Chromium may lose it: what is typed then reaches the page."""
    desk.add_init_script(LISTENING)
    widget = visit(desk)

    open_by_key(desk, widget)
    expect(widget.composer).to_be_focused()
    desk.keyboard.type("Hello")

    expect(widget.composer).to_have_value("Hello")
    assert moves_of(desk, 3) == ["shown", "ready", "focused"]


def test_page_gives_the_focus_to_a_frame_that_may_not_take_it(desk: Page, visit: Visit) -> None:
    desk.add_init_script(LISTENING)
    desk.add_init_script(POWERLESS)
    widget = visit(desk)

    open_by_key(desk, widget)

    assert moves_of(desk, 4) == ["shown", "ready", "focused", "given"]
    assert widget.frame.locator("body").evaluate("() => document.hasFocus()") is True


def test_page_gives_nothing_when_the_visitor_went_elsewhere(desk: Page, visit: Visit) -> None:
    desk.add_init_script(LISTENING)
    desk.add_init_script(POWERLESS)
    release = hold_scripts(desk)
    widget = visit(desk)
    open_by_key(desk, widget)
    assert moves_of(desk, 1) == ["shown"]

    desk.get_by_label("Search").click()
    release()

    expect(widget.frame.locator("html[data-live]")).to_be_attached()
    desk.keyboard.type("lamp")
    expect(desk.get_by_label("Search")).to_have_value("lamp")
    assert moves_of(desk, 2) == ["shown", "ready"]


def test_focus_waits_in_the_panel_until_the_frames_scripts_run(desk: Page, visit: Visit) -> None:
    desk.add_init_script(LISTENING)
    release = hold_scripts(desk)
    widget = visit(desk)

    open_by_key(desk, widget)

    assert moves_of(desk, 1) == ["shown"]
    expect(widget.panel).to_be_focused()
    release()
    expect(widget.composer).to_be_focused()


def test_waiting_visitor_leaves_by_key(desk: Page, visit: Visit) -> None:
    hold_scripts(desk)
    widget = visit(desk)
    open_by_key(desk, widget)
    expect(widget.panel).to_be_focused()

    desk.keyboard.press("Escape")

    widget.wait_until_closed()
    assert own_focus(desk) == "Chat"


def test_focus_comes_back_into_a_chat_that_is_opened_again(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    open_by_key(desk, widget)
    expect(widget.composer).to_be_focused()
    desk.keyboard.press("Escape")
    widget.wait_until_closed()

    desk.keyboard.press("Enter")

    expect(widget.composer).to_be_focused()
    desk.keyboard.type("Hello")
    expect(widget.composer).to_have_value("Hello")
