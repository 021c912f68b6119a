"""What a visitor does with the conversation besides talking."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.state import State, Visit, start_over
from tests.browser.gallery.talking import ask_postage
from tests.browser.show import Show

LARGER = 0  # of the items that are switched on and off


def open_menu(show: Show) -> None:
    """It gives way when the window changes its size."""
    menu = show.frame.locator("[role=menu]")
    if not menu.is_visible():
        show.frame.locator("#more").click()
    expect(menu).to_be_visible(timeout=PATIENCE_MS)


def close_menu(show: Show) -> None:
    if show.frame.locator("[role=menu]").is_visible():
        show.page.keyboard.press("Escape")
    expect(show.frame.locator("[role=menu]")).to_be_hidden(timeout=PATIENCE_MS)
    start_over(show)


def switch_size(show: Show) -> None:
    open_menu(show)
    show.frame.locator("[role=menuitemcheckbox]").nth(LARGER).click()
    expect(show.frame.locator("[role=menu]")).to_be_hidden(timeout=PATIENCE_MS)


def read_larger(show: Show) -> None:
    ask_postage(show)
    switch_size(show)


def read_as_before(show: Show) -> None:
    switch_size(show)
    start_over(show)


def edit(show: Show) -> None:
    ask_postage(show)
    question = show.frame.locator("#messages > .question").last
    question.locator(".bubble").click()  # a finger brings the buttons so, a mouse by being there
    question.locator("[data-do=edit]").click()
    expect(show.frame.locator("[data-editing]")).to_be_attached(timeout=PATIENCE_MS)


def call_off(show: Show) -> None:
    show.composer.press("Escape")
    expect(show.frame.locator("[data-editing]")).to_have_count(0, timeout=PATIENCE_MS)
    start_over(show)


ACTING = Visit(
    "acting",
    (
        State("edit", edit, leave=call_off),
        State("menu", ask_postage, aim=open_menu, leave=close_menu),
        State("larger-text", read_larger, leave=read_as_before),
    ),
)
