"""A chat that opens by itself: when, and never against the visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import own_focus
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

Act = Callable[[Page], object]


LONG_MS = 20_000


@pytest.fixture
def desk(desk: Page) -> Page:
    """A page whose time the test makes go by."""
    desk.clock.install()
    return desk


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ("seconds=15", lambda page: page.clock.run_for(LONG_MS)),
        ("scroll=50", lambda page: page.evaluate("scrollTo(0, document.body.scrollHeight)")),
        ("url=/lamps/*", lambda page: page.evaluate("history.pushState(0, '', '/lamps/x?y=1')")),
        ("url=/*%23/cart", lambda page: page.evaluate("location.hash = '/cart'")),
    ],
)
def test_opens_and_takes_no_focus(desk: Page, visit: Visit, when: str, act: Act) -> None:
    name, value = when.replace("%23", "#").split("=")
    widget = visit(desk, f'async data-open-after-{name}="{value}"')
    desk.get_by_label("Search").focus()

    act(desk)

    expect(widget.panel).to_be_visible()
    assert own_focus(desk) == "Search"


@pytest.mark.parametrize(
    "when", ['seconds="60"', 'scroll="50"', 'url="/cart*"', 'seconds="1" data-open-after-url="/x"']
)
def test_waits_for_it(desk: Page, visit: Visit, when: str) -> None:
    widget = visit(desk, f"async data-open-after-{when}")
    expect(widget.launcher).to_be_visible()

    desk.clock.run_for(LONG_MS)

    expect(widget.panel).to_be_hidden()


def test_seconds_begin_anew_on_another_page_of_an_application(desk: Page, visit: Visit) -> None:
    widget = visit(desk, 'async data-open-after-seconds="15" data-open-after-url="/lamps/*"')
    expect(widget.launcher).to_be_visible()
    desk.clock.run_for(LONG_MS)

    desk.evaluate("history.pushState(null, '', '/lamps/desk')")
    desk.clock.run_for(10_000)
    expect(widget.panel).to_be_hidden()
    desk.clock.run_for(10_000)

    expect(widget.panel).to_be_visible()


def test_never_again_once_the_visitor_closed_it(desk: Page, visit: Visit) -> None:
    widget = visit(desk, 'async data-open-after-url="*"')
    expect(widget.panel).to_be_visible()
    widget.launcher.click()
    expect(widget.panel).to_be_hidden()
    desk.clock.run_for(LONG_MS)
    expect(widget.panel).to_be_hidden()

    desk.reload()
    expect(widget.launcher).to_be_visible()
    desk.clock.run_for(LONG_MS)

    expect(widget.panel).to_be_hidden()


def test_opens_once_where_the_page_has_no_storage(desk: Page, visit: Visit) -> None:
    desk.add_init_script("delete window.localStorage; delete window.sessionStorage")
    widget = visit(desk, 'async data-open-after-url="*"')
    expect(widget.panel).to_be_visible()

    widget.launcher.click()
    expect(widget.panel).to_be_hidden()
    desk.clock.run_for(LONG_MS)

    expect(widget.panel).to_be_hidden()
