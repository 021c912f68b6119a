"""Where a tag stands and what it says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, Widget, ours, own_focus, tag
from tests.browser.embedding.conftest import Visit
from tests.serving import Server

pytestmark = pytest.mark.browser


def test_twice_is_once(desk: Page, customer: Customer, server: Server) -> None:
    desk.goto(customer.page(tag(server) * 2 + tag(server, attributes="defer")))
    widget = Widget(desk)

    widget.open()

    expect(widget.launcher).to_have_count(1)
    expect(desk.locator("iframe")).to_have_count(1)


def test_two_sites_stand_on_one_page(desk: Page, customer: Customer, server: Server) -> None:
    beta_tag = tag(server, "beta", 'defer data-position="left"')
    desk.goto(customer.page(tag(server, attributes="defer") + beta_tag))
    acme, beta = Widget(desk), Widget(desk, "Beta")
    expect(acme.launcher).to_have_count(2)

    beta.call("open", {"site": "beta"})
    beta.wait_until_usable()
    expect(acme.panel).to_be_hidden()
    acme.call("open")
    acme.wait_until_usable()
    beta.call("close", {"site": "beta"})

    beta.wait_until_closed()
    expect(acme.panel).to_be_visible()


def test_command_waits_for_the_site_it_names(
    desk: Page, customer: Customer, server: Server
) -> None:
    desk.goto(customer.page(tag(server)))
    expect(Widget(desk).launcher).to_be_visible()

    Widget(desk).call("open", {"site": "beta"})
    desk.evaluate(
        "src => document.head.append(Object.assign(document.createElement('script'), {src}))",
        f"{ours(server)}/embed/beta.js",
    )

    Widget(desk, "Beta").wait_until_usable()
    expect(Widget(desk).panel).to_be_hidden()


@pytest.mark.parametrize("attributes", ["", "async", "defer"])
def test_stands_in_the_head(
    desk: Page, customer: Customer, server: Server, attributes: str
) -> None:
    desk.goto(customer.page("", head=tag(server, attributes=attributes)))

    Widget(desk).open()


def test_late_insertion(desk: Page, customer: Customer, server: Server) -> None:
    desk.goto(customer.page(""))
    desk.wait_for_load_state("load")

    desk.add_script_tag(url=f"{ours(server)}/embed/acme.js")

    Widget(desk).open()


@pytest.mark.parametrize(
    ("lang", "name"), [("zh-Hant-TW", "在线咨询"), ("EN-us", "Chat"), ("fr", "Chat"), ("", "Chat")]
)
def test_speaks_the_pages_language(desk: Page, visit: Visit, lang: str, name: str) -> None:
    visit(desk, lang=lang)

    expect(desk.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_speaks_the_browsers_language_when_the_page_tells_none(
    new_page: NewPage, visit: Visit
) -> None:
    page = new_page(viewport=DESK, locale="zh-CN")

    visit(page, lang="")

    expect(page.get_by_role("button", name="在线咨询", exact=True)).to_be_visible()


def test_data_lang_goes_before_the_page(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-lang="zh-CN"')
    widget = Widget(desk, launcher="在线咨询")

    widget.open()

    expect(widget.frame.locator("html")).to_have_attribute("lang", "zh-CN")


def test_inline_chat_fills_its_container_and_has_no_launcher(desk: Page, visit: Visit) -> None:
    container = '<div id="chat" style="height: 500px; width: 600px"></div>'
    visit(desk, attributes='async data-el="#chat"', body=container)

    region = desk.get_by_role("region", name="Acme")
    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)

    region.evaluate("node => Promise.all(node.getAnimations().map((one) => one.finished))")
    box = region.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (600, 500)
    expect(Widget(desk).launcher).to_have_count(0)
    assert own_focus(desk) == "BODY"


def test_inline_chat_has_a_height_in_a_container_without(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-el="#chat"', body='<div id="chat"></div>')

    region = desk.get_by_role("region", name="Acme")

    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)
    expect(region).to_have_css("height", "700px")


def test_inline_chat_below_the_fold_waits_until_it_is_near(desk: Page, visit: Visit) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    below = '<div style="height: 9000px"></div><div id="chat" style="height: 500px"></div>'
    visit(desk, attributes='async data-el="#chat"', body=below)
    desk.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/frame/" in url]

    with desk.expect_request("**/frame/acme?*"):
        desk.locator("#chat").scroll_into_view_if_needed()


def test_inline_chat_follows_a_container_that_comes_late(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-el="#chat"')

    desk.evaluate(
        """() => {
          const place = Object.assign(document.createElement("div"), {id: "chat"});
          document.querySelector("h1").after(place);
        }"""
    )

    region = desk.get_by_role("region", name="Acme")
    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)
