"""Every option that the loader draws from: as the page sets it after a first look at the chat, and
as the tag carries it. What the owner applies is in ``tests/browser/test_options.py``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer, Widget, tag
from tests.serving import Server
from widget.web.loader import DRAWN

pytestmark = pytest.mark.browser


def _launcher_at(widget: Widget, x: float, y: float) -> None:
    box = widget.launcher.bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == (x, y)


def _is_sheet(widget: Widget) -> None:
    widget.open()
    assert widget.box() == {"x": 0, "y": 0, **DESK}


def _is_chinese(widget: Widget) -> None:
    chinese = Widget(widget.page, launcher="在线咨询")
    chinese.open()
    expect(chinese.frame.locator("html")).to_have_attribute("lang", "zh-CN")


def _has_no_launcher(widget: Widget) -> None:
    expect(widget.launcher).to_have_count(0)
    widget.call("open")
    widget.wait_until_usable()
    assert widget.box()["y"] == 80


def _is_on_the_left(widget: Widget) -> None:
    _launcher_at(widget, 20, 724)
    widget.open()
    assert widget.box()["x"] == 20


def _stands_higher(widget: Widget) -> None:
    _launcher_at(widget, 1204, 654)
    widget.open()
    assert widget.box()["y"] == 16


def _stands_further_in(widget: Widget) -> None:
    _launcher_at(widget, 1124, 724)
    widget.open()
    assert widget.box()["x"] == 720


def _says_ask_us(widget: Widget) -> None:
    named = Widget(widget.page, launcher="Ask us")
    expect(named.launcher).to_have_text("Ask us")
    named.open()


def _has_a_bar(widget: Widget) -> None:
    widget.open()
    expect(widget.page.locator("iframe")).to_have_css("top", "44px")
    widget.close_button.click()
    widget.wait_until_closed()


def _is_titled(widget: Widget) -> None:
    titled = Widget(widget.page, "Lamp advice")
    titled.open()
    expect(titled.panel.locator("iframe")).to_have_attribute("title", "Lamp advice")
    expect(titled.frame.get_by_role("heading", name="Lamp advice")).to_be_visible()


def _has(widget: Widget, side: str, pixels: int) -> None:
    widget.open()
    assert widget.box()[side] == pixels


def _cannot_be_enlarged(widget: Widget) -> None:
    widget.open()
    expect(widget.frame.get_by_role("button", name="Enlarge chat")).to_be_hidden()


def _has_a_grip(widget: Widget) -> None:
    widget.open()
    expect(widget.panel.get_by_role("button", name="Change the chat's size")).to_be_visible()


def _may_listen(widget: Widget) -> None:
    widget.open()
    expect(widget.page.locator("iframe")).to_have_attribute("allow", "clipboard-write;microphone")
    expect(widget.frame.get_by_role("button", name="Speak your question")).to_be_visible()


def _is_green(widget: Widget) -> None:
    expect(widget.launcher).to_have_css("background-color", "rgb(15, 118, 110)")
    expect(widget.launcher).to_have_css("color", "rgb(255, 255, 255)")
    widget.open()
    expect(widget.frame.locator("#header")).to_have_css("background-color", "rgb(15, 118, 110)")


def _has_ground(widget: Widget, colour: str) -> None:
    widget.open()
    expect(widget.panel).to_have_css("background-color", colour)
    expect(widget.frame.locator("body")).to_have_css("background-color", colour)


def _has_square_corners(widget: Widget) -> None:
    expect(widget.launcher).to_have_css("border-radius", "0px")
    widget.open()
    expect(widget.panel).to_have_css("border-radius", "0px")


def _stands_at(widget: Widget, index: str) -> None:
    expect(widget.launcher).to_have_css("z-index", index)
    widget.open()
    expect(widget.panel).to_have_css("z-index", index)


@dataclass(frozen=True)
class Case:
    """A value that is not the default, and what a visitor sees of it."""

    value: object
    see: Callable[[Widget], None]
    viewport: ViewportSize = field(default_factory=lambda: DESK)
    scheme: Literal["light", "dark"] = "light"


CASES = {
    "base.layout": Case("mobile", _is_sheet),
    "base.lang": Case("zh-CN", _is_chinese),
    "base.zIndex": Case(77, lambda widget: _stands_at(widget, "77")),
    "asstBtn.isNeed": Case(False, _has_no_launcher),
    "asstBtn.position": Case("left", _is_on_the_left),
    "asstBtn.offsetX": Case(100, _stands_further_in),
    "asstBtn.offsetY": Case(90, _stands_higher),
    "asstBtn.text": Case("Ask us", _says_ask_us),
    "header.isShow": Case(False, _has_a_bar, PHONE),
    "header.isNeedClose": Case(False, _has_a_bar, PHONE),
    "header.isNeedExpand": Case(False, _cannot_be_enlarged),
    "chatBot.isResizable": Case(True, _has_a_grip),
    "chatBot.isNeedAudio": Case(True, _may_listen),
    "chatBot.title": Case("Lamp advice", _is_titled),
    "chatBot.width": Case(520, lambda widget: _has(widget, "width", 520)),
    "chatBot.height": Case(480, lambda widget: _has(widget, "height", 480)),
    "theme.accent": Case("#0f766e", _is_green),
    "theme.surface": Case("#fff8e1", lambda widget: _has_ground(widget, "rgb(255, 248, 225)")),
    "theme.darkSurface": Case(
        "#102030", lambda widget: _has_ground(widget, "rgb(16, 32, 48)"), scheme="dark"
    ),
    "theme.scheme": Case("dark", lambda widget: _has_ground(widget, "rgb(23, 24, 28)")),
    "theme.radius": Case("none", _has_square_corners),
}
PATHS = pytest.mark.parametrize("path", CASES)


Show = Callable[..., Widget]


@pytest.fixture
def show(new_page: NewPage, customer: Customer, server: Server) -> Show:
    def go(path: str, attributes: str = "async") -> Widget:
        page: Page = new_page(viewport=CASES[path].viewport, color_scheme=CASES[path].scheme)
        page.goto(customer.page(tag(server, attributes=attributes)))
        page.wait_for_function("window.chatdock && window.chatdock.sites")
        return Widget(page)

    return go


def test_every_drawn_option_has_a_case() -> None:
    drawn = [f"{group}.{leaf}" for group, leaves in DRAWN.items() for leaf in leaves]

    # What is counted takes an answer to see: tests/browser/option_cases.py has both.
    assert sorted([*CASES, "asstBtn.badge", "asstBtn.titleHint"]) == sorted(drawn)


@PATHS
def test_page_sets_while_the_chat_is_open(show: Show, path: str) -> None:
    widget = show(path)
    group, leaf = path.split(".")
    widget.open()

    widget.call("set", {"ui": {group: {leaf: CASES[path].value}}})
    widget.call("close")
    widget.wait_until_closed()

    CASES[path].see(widget)


@PATHS
def test_tag_carries(show: Show, path: str) -> None:
    leaf = re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", path.split(".")[1])
    value = str(CASES[path].value)
    text = value.lower() if value in ("True", "False") else value

    widget = show(path, attributes=f'async data-{leaf}="{text}"')

    CASES[path].see(widget)


def test_value_of_a_wrong_type_changes_nothing_here(show: Show) -> None:
    widget = show("asstBtn.offsetX")

    widget.call("set", {"ui": {"asstBtn": {"offsetX": "wide", "text": {"en": "Ask"}}, "base": 3}})

    _launcher_at(widget, 1204, 724)
    expect(widget.launcher).to_have_text("")


def test_name_with_every_kind_of_sign_is_shown_as_it_is(
    show: Show, customer: Customer, server: Server
) -> None:
    name = """Dusk & "Co." 'lamps' </script> `${1}` \\ 灯"""
    widget = show("asstBtn.text")

    widget.call("set", {"ui": {"asstBtn": {"text": name}}})

    expect(widget.page.get_by_role("button", name=name, exact=True)).to_be_visible()
