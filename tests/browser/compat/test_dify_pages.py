"""Pages that were written for Dify's embed, with the address of their script changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.application import bundled
from tests.browser.compat.dify_page import DifyPage, box
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer, customers, ours
from tests.serving import Server

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests/fixtures/pages/dify"
JAVASCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}
SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.page]
inputs = ["sku"]
[sites.provider]
kind = "demo"
delay_ms = 0
"""
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DECKED = f"""
[[sites]]
key = "decked"
name = "Decked"
origins = ["{{origin}}"]
[sites.provider]
kind = "demo"
[sites.ui.base]
icon = "data:image/png;base64,{DOT}"
[sites.ui.theme]
accent = "#0f766e"
[sites.ui.asstBtn.teaser]
text = "Need a lamp?"
"""


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    sites = (SITE + DECKED).format(origin=customer.origin)
    running = Server(tmp_path_factory.mktemp("dify"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    vue = ROOT / "node_modules/vue/dist/vue.global.prod.js"
    return {
        "react": bundled(PAGES / "react.jsx"),
        "next": bundled(PAGES / "next.jsx"),
        "vue": vue.read_text(encoding="utf-8"),
    }


Go = Callable[..., DifyPage]


@pytest.fixture
def go(customer: Customer, server: Server, scripts: dict[str, str], new_page: NewPage) -> Go:
    """``go("dialogue")``: to the page of that name, whose script is now that of ``acme``."""

    def visit(
        name: str,
        *,
        site: str = "acme",
        headers: Any = None,
        without: str = "",
        holding: str = "",
        **screen: Any,
    ) -> DifyPage:
        page: Page = new_page(**(screen or {"viewport": DESK}))
        if without:
            page.add_init_script(f"delete window.{without};")
        made = DifyPage(page)
        embed = f"{ours(server)}/compat/dify/{site}/embed.min.js"
        if name in scripts:
            customer.put(scripts[name].replace("{{EMBED}}", embed), f"/{name}.js", JAVASCRIPT)
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8").replace("{{EMBED}}", embed)
        held: list[Route] = []
        if holding:
            page.route(holding, lambda route: held.append(route))
        page.goto(
            customer.put(html, f"/{name}", headers or {}),
            wait_until="commit" if holding else "load",
        )
        if holding:
            expect(page.locator("[data-wiped]")).to_be_attached()
        for one in held:
            one.fulfill(status=404)
        return made

    return visit


def test_snippet_of_the_dialogue(go: Go) -> None:
    visit = go("dialogue")
    expect(visit.button).to_have_css("background-color", "rgb(28, 100, 242)")
    assert box(visit.button)[2:] == (48, 48)
    visit.button.hover()
    expect(visit.window.frame_locator("iframe").locator("html[data-live]")).to_be_attached()
    assert visit.display() == "none"

    visit.open()

    visit.talk()
    assert visit.display() == "block"
    assert box(visit.window)[2:] == (384, 640)
    visit.button.click()
    visit.wait_until("none")
    assert visit.page.evaluate("chatdock('open')") is True
    visit.widget.wait_until_usable()
    visit.page.keyboard.press("Escape")
    visit.wait_until("none")
    assert visit.warnings() == []


def test_tap_on_a_phone_opens_once_and_covers_the_screen(go: Go) -> None:
    visit = go("dialogue", viewport=PHONE, has_touch=True, is_mobile=True)

    visit.button.tap()
    visit.widget.wait_until_usable()

    assert box(visit.window) == (0, 0, PHONE["width"], PHONE["height"])
    expect(visit.button).to_be_hidden()
    expect(visit.page.get_by_label("Search")).not_to_be_focused()
    visit.talk()
    visit.widget.frame.get_by_role("button", name="Close chat").tap()
    visit.wait_until("none")
    expect(visit.button).to_be_visible()
    assert visit.page.evaluate("document.querySelectorAll('[inert]').length") == 0


def test_script_in_the_head_before_there_is_a_body(go: Go) -> None:
    visit = go("head")

    visit.open()

    visit.talk()
    assert visit.warnings() == []


def test_variables_go_along_as_the_page_s_own_word(go: Go) -> None:
    visit = go("variables")
    expect(visit.button).to_be_visible()
    assert [line for line in visit.sent if "/frame/" in line] == []

    visit.open()

    expect(visit.widget.frame.locator("html")).to_have_attribute("lang", "zh-CN")
    visit.talk()
    assert visit.question()["page"] == {"sku": "A-7", "price": "12.5", "tags": '["brass","desk"]'}
    said = "\n".join(visit.sent)
    assert "NeverSentAnywhere" not in said
    assert "6f1e7a52" not in said
    assert "pictures.example" not in said
    key, conversation = visit.warnings()
    assert ("app-…" in key, "吊销" in key, "revoke" in key) == (True, True, True)
    assert "conversation_id" in conversation


@pytest.mark.parametrize("has_sheets", [True, False])
def test_properties_and_variables_dress_the_button(go: Go, has_sheets: bool) -> None:
    """Safari before 16.4 knows no sheets that scripts make."""
    visit = go("container", without="" if has_sheets else "CSSStyleSheet")
    expect(visit.button).to_have_css("background-color", "rgb(171, 192, 0)")

    left, top, width, height = box(visit.button)
    visit.open()

    assert (width, height) == (80, 50)
    assert (left + width, top + height) == (DESK["width"] - 50, DESK["height"] - 60)
    expect(visit.button).to_have_css("border-radius", "10px")
    expect(visit.button).to_have_css("box-shadow", "none")
    expect(visit.button).to_have_css("outline", "rgb(10, 160, 119) solid 2px")
    expect(visit.button).to_have_attribute("data-place", "shop")
    expect(visit.button.locator("b")).to_have_count(0)
    expect(visit.button).to_have_attribute("title", "Ask us")
    assert visit.page.evaluate("pressed") == ["enter", "click"]
    assert box(visit.window)[1] + box(visit.window)[3] <= top


def test_owner_s_rules_for_both_ids_win(go: Go) -> None:
    visit = go("styles")
    expect(visit.button).to_have_css("background-color", "rgb(22, 163, 74)")
    expect(visit.button.locator("svg").first).to_be_hidden()
    expect(visit.widget.panel).to_be_hidden()
    expect(visit.window).to_be_hidden()

    visit.open()

    assert box(visit.button) == (20, DESK["height"] - 80, 60, 60)
    assert box(visit.window) == (120, DESK["height"] - 570, 480, 500)
    assert box(visit.widget.panel) == box(visit.window)
    expect(visit.widget.panel).to_have_css("border-radius", "32px")


def test_owner_s_rules_leave_a_phone_its_screen(go: Go) -> None:
    visit = go("styles", viewport=PHONE, has_touch=True, is_mobile=True)

    visit.button.tap()
    visit.widget.wait_until_usable()

    assert box(visit.widget.panel) == (0, 0, PHONE["width"], PHONE["height"])


def test_owner_s_own_buttons_open_and_close(go: Go) -> None:
    """One clicks Dify's, which is hidden; one shows and hides the window."""
    visit = go("toggle")
    expect(visit.window).to_be_attached()
    expect(visit.button).to_be_hidden()

    visit.press("Ask us")
    visit.widget.wait_until_usable()
    visit.talk()
    visit.widget.frame.locator("#text").press("Escape")
    visit.wait_until("none")
    expect(visit.page.locator("#ask")).to_be_focused()

    visit.press("Show or hide")
    visit.widget.wait_until_usable()
    visit.press("Show or hide")
    visit.wait_until("none")
    expect(visit.widget.panel).to_be_hidden()


def test_window_hides_again_where_the_chat_does_not_open(go: Go) -> None:
    """Our server cannot be reached, or the page itself says no."""
    visit = go("dialogue")
    expect(visit.button).to_be_visible()
    visit.page.route("**/embed/panel/**", lambda route: route.abort())

    visit.window.evaluate("node => { node.style.display = 'flex' }")
    visit.wait_until("none")

    expect(visit.page.get_by_role("button", name="Chat is unavailable")).to_be_visible()
    assert box(visit.button)[2] > 100
    visit.page.unroute("**/embed/panel/**")
    visit.page.evaluate(
        "chatdock('set', {ui: {chatBot: {onBeforeShow: () => (window.asked = true, false)}}})"
    )
    visit.window.evaluate("node => { node.style.display = 'flex' }")
    visit.page.wait_for_function("window.asked")
    visit.wait_until("none")
    expect(visit.widget.panel).to_be_hidden()


def test_window_in_a_container_and_a_copy_of_the_button(go: Go) -> None:
    visit = go("moved")
    expect(visit.page.locator("body")).to_have_attribute("data-taken", "yes")

    visit.open()

    assert box(visit.widget.panel) == box(visit.page.locator("#stage"))
    visit.talk()
    visit.button.click()
    expect(visit.widget.panel).to_be_hidden()


def test_what_the_page_writes_until_its_load_counts(go: Go) -> None:
    visit = go("module")

    visit.open()

    visit.talk()
    assert visit.question()["page"] == {"sku": "B-8"}


def test_application_that_makes_its_body_anew_before_its_load(go: Go) -> None:
    visit = go("wiped", holding="**/slow.png")

    expect(visit.page.locator("body")).to_have_attribute("data-wiped", "0")
    expect(visit.button).to_be_visible()
    visit.open()


def test_script_that_comes_after_the_page_has_loaded(go: Go) -> None:
    visit = go("late")

    visit.open()

    visit.talk()
    expect(visit.page.locator("body")).to_have_attribute("data-loaded", "by the page")
    assert visit.warnings() == []


def test_config_that_comes_later_starts_the_chat(go: Go) -> None:
    visit = go("unset")
    visit.page.wait_for_event("console", lambda line: "difyChatbotConfig" in line.text)
    expect(visit.button).to_have_count(0)

    visit.press("Sign in")

    expect(visit.button).to_be_visible(timeout=1000)
    visit.open()
    assert len(visit.warnings()) == 1


def test_config_that_a_declared_variable_gets_later_starts_the_chat(go: Go) -> None:
    visit = go("declared")

    visit.press("Sign in")

    expect(visit.button).to_be_visible(timeout=1000)


def test_react_effect_comes_and_goes(go: Go) -> None:
    visit = go("react")
    visit.open()
    visit.talk()

    visit.press("Leave")
    expect(visit.window).to_have_count(0)
    assert visit.page.evaluate("chatdock.sites.size") == 0
    visit.press("Come back")

    expect(visit.button).to_have_count(1)
    visit.open()
    visit.talk("And now?")


def test_next_scripts_and_a_route_without_the_button(go: Go) -> None:
    visit = go("next")
    visit.open()

    visit.press("Checkout")
    visit.wait_until("none")
    expect(visit.button).to_be_hidden()
    visit.press("Home")

    visit.open()
    visit.talk()


def test_vue_component_takes_both_elements_away(go: Go) -> None:
    visit = go("vue")
    expect(visit.button).to_be_visible()

    visit.press("Leave")
    expect(visit.button).to_have_count(0)
    visit.press("Come back")

    visit.open()
    visit.talk()
    assert visit.warnings() == []


def test_docusaurus_module_that_runs_on_every_route(go: Go) -> None:
    visit = go("docusaurus")
    visit.open()

    visit.page.get_by_role("link", name="Lamps").click()
    expect(visit.page.locator("body")).to_have_attribute("data-rounds", "2")

    expect(visit.button).to_have_count(1)
    visit.talk()
    assert visit.question()["page"] == {"page": "/docs/lamps"}


def test_routes_that_reload_the_bot(go: Go) -> None:
    visit = go("routes")
    visit.open()

    visit.press("Lamps")
    expect(visit.button).to_have_count(1)
    visit.press("Orders")
    expect(visit.button).to_have_count(1)
    visit.press("Another body")

    visit.open()
    visit.talk()
    assert visit.page.evaluate("document.adoptedStyleSheets.length") == 2


def test_strict_page_needs_nothing_but_our_origin(
    go: Go, customer: Customer, server: Server
) -> None:
    us = ours(server)
    customer.put("window.difyChatbotConfig = {token: 'abc'};", "/config.js", JAVASCRIPT)
    policy = (
        f"default-src 'none'; script-src 'self' {us}; frame-src {us}; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )

    visit = go("strict", headers={"Content-Security-Policy": policy})

    visit.open()
    visit.talk()
    assert visit.warnings() == []


def test_site_that_is_not_there_says_so_once(go: Go) -> None:
    visit = go("dialogue", site="none")

    visit.page.wait_for_function("document.readyState === 'complete'")

    assert visit.warnings() == ['chatdock: there is no site "none" here']
    assert visit.page.evaluate("'chatdock' in window") is False
    expect(visit.button).to_have_count(0)


def test_button_moves_along_one_side_and_the_window_follows(go: Go) -> None:
    visit = go("draggable")
    expect(visit.button).to_be_visible()
    left, _, width, height = box(visit.button)

    visit.button.hover()
    visit.page.mouse.down()
    visit.page.mouse.move(left - 200, 140, steps=4)
    visit.page.mouse.up()

    assert box(visit.button)[:2] == pytest.approx((left, 140 - height / 2), abs=1)
    assert (width, height) == (64, 64)
    expect(visit.widget.panel).to_be_hidden()
    visit.open()
    assert box(visit.window)[1] >= 140 + height / 2


def test_page_api_changes_the_button_and_the_site_s_tag_beside_it_is_no_second_chat(
    go: Go, server: Server
) -> None:
    visit = go("dialogue")
    expect(visit.button).to_be_visible()
    visit.page.evaluate(
        """(src) => new Promise((done) => {
          const script = document.createElement("script");
          Object.assign(script, { src, onload: done });
          document.head.append(script);
        })""",
        f"{ours(server)}/embed/acme.js",
    )

    changes = {"asstBtn": {"position": "left", "offsetX": 30, "offsetY": 50, "text": "Ask"}}
    visit.page.evaluate("ui => { chatdock('set', {ui}) }", changes)

    left, top, width, height = box(visit.button)
    assert (left, top + height, height) == (30, DESK["height"] - 50, 48)
    assert width > 60
    assert visit.page.get_by_role("button", name="Ask", exact=True).count() == 1
    visit.page.evaluate("chatdock('destroy')")
    expect(visit.button).to_have_count(0)
    expect(visit.window).to_have_count(0)
    assert visit.page.evaluate("document.adoptedStyleSheets.length") == 0


def test_tag_may_name_an_element_for_the_chat(go: Go) -> None:
    visit = go("element")

    visit.widget.panel = visit.page.get_by_role("region", name="Acme")
    visit.widget.wait_until_usable()

    expect(visit.window).to_be_hidden()
    expect(visit.button).to_be_hidden()
    assert box(visit.widget.panel) == box(visit.page.locator("#help"))
    visit.talk()


def test_picture_and_teaser_of_the_site_keep_to_the_button(go: Go) -> None:
    visit = go("container", site="decked")

    teaser = visit.page.get_by_role("button", name="Need a lamp?")
    expect(teaser).to_be_visible()

    expect(visit.button.locator("canvas")).to_be_visible()
    expect(visit.button.locator("#openIcon")).to_be_hidden()
    expect(teaser.locator("..")).to_have_css("background-color", "rgb(15, 118, 110)")
    _, top, _, height = box(teaser)
    assert 0 < box(visit.button)[1] - (top + height) < 30
    teaser.click()
    expect(visit.page.get_by_role("dialog", name="Decked")).to_be_visible()
    expect(visit.button.locator("canvas")).to_be_hidden()
    expect(visit.button.locator("#closeIcon")).to_be_visible()
