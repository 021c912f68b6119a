"""The start page as whoever starts the server first sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Widget
from tests.serving import Server

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "demo"
name = "Chatdock"
[sites.provider]
kind = "demo"
delay_ms = 1
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("demo"), SITE)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_click_ask_and_the_answer_streams_in(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport=DESK)
    said: list[ConsoleMessage] = []
    page.on("console", lambda line: said.append(line))
    page.goto(server.url)
    widget = Widget(page, "Chatdock")

    widget.open()
    widget.ask("Compare the lamps")
    widget.wait_for_answer()

    expect(widget.frame.get_by_role("table")).to_be_visible()
    assert [line.text for line in said] == []


def test_button_of_the_shop_asks_the_chat(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    page.goto(server.url)

    page.get_by_role("button", name="小书桌适合哪一盏灯？").click()

    widget = Widget(page, "Chatdock", "在线咨询")
    widget.wait_for_answer()
    expect(widget.frame.get_by_text("小书桌适合哪一盏灯？")).to_be_visible()


def test_copy_takes_the_tag(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])
    page.goto(server.url)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    tag = f'<script async src="{server.url}/embed/demo.js"></script>'
    assert page.evaluate("navigator.clipboard.readText()") == tag
    assert page.evaluate("String(getSelection())") == tag


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_page_fits_its_window(new_page: NewPage, server: Server, locale: str, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800}, locale=locale)

    page.goto(server.url)

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_agent_asks_the_shop_and_points_at_a_lamp(new_page: NewPage, server: Server) -> None:
    page = new_page(viewport=DESK)
    page.goto(server.url)
    widget = Widget(page, name="Chatdock")
    widget.open()
    widget.ask("Point at the lamp")
    widget.wait_for_answer()
    expect(page.locator(".lamp.is-shown")).to_contain_text("Heron")

    widget.ask("Which page is this?")
    told = widget.frame.locator("#messages > .answer").last
    expect(told).to_contain_text(f"You are on the page {page.title()}.", timeout=20_000)
