"""Host pages that are strict, and host pages that are not on the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, Widget, customers, ours, tag
from tests.serving import Server

pytestmark = pytest.mark.browser

SITES = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["{origin}"]
[sites.provider]
kind = "demo"
delay_ms = 1

[[sites]]
key = "full"
name = "Acme"
origins = ["{origin}"]
greeting = "Welcome"
starters = ["Hello?"]
[sites.provider]
kind = "demo"
delay_ms = 0
[sites.ui.base]
icon = "{icon}"
[sites.ui.asstBtn]
position = "top-left"
text = "Ask us"
draggable = true
teaser = {{text = "Need a hand?", after = {{seconds = 1}}}}
openAfter = {{seconds = 3600, scroll = 100, url = "/*"}}
[sites.ui.header]
isNeedExpand = true
[sites.ui.chatBot]
el = "#place"
isResizable = true
isNeedAudio = true
isNeedReasoning = true
feedback = {{isNeedFeedback = true}}
[sites.ui.theme]
accent = "#0f766e"
surface = "#fff8e1"
darkSurface = "#102030"
font = "Liberation Serif"

[[sites]]
key = "elsewhere"
name = "Elsewhere"
origins = ["https://www.elsewhere.example"]
[sites.provider]
kind = "demo"
"""
WORDS = "Show me code, a table and a list, with sources and an image"


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """A server with ``acme`` of the customer's, and a site of somebody else's."""
    folder = tmp_path_factory.mktemp("hosts")
    Image.new("RGB", (64, 64), "#ff0000").save(folder / "logo.png")
    running = Server(folder, SITES.format(origin=customer.origin, icon="logo.png"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Watch:
    """Every request, and what the console was told, of all pages and frames of a context."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.lines: list[ConsoleMessage] = []
        context.on("request", lambda request: self.requests.append(request))
        context.on("console", lambda line: self.lines.append(line))

    @property
    def origins(self) -> set[str]:
        parts = [urlsplit(request.url) for request in self.requests]
        return {f"{part.scheme}://{part.netloc}" for part in parts if part.scheme != "data"}

    def said(self, *kinds: str) -> list[str]:
        return [line.text for line in self.lines if line.type in kinds]


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=DESK)


@pytest.fixture
def watch(page: Page) -> Watch:
    return Watch(page.context)


Headers = Callable[[Server], dict[str, str]]


def _strict_csp(server: Server) -> dict[str, str]:
    us = ours(server)
    policy = (
        f"default-src 'none'; script-src {us}; frame-src {us}; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {"Content-Security-Policy": policy}


def _nonce_csp(server: Server) -> dict[str, str]:
    return {
        "Content-Security-Policy": "default-src 'none'; img-src data:; script-src 'nonce-n0nce'; "
        f"frame-src {ours(server)}"
    }


def _isolated(server: Server) -> dict[str, str]:
    return {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _no_referrer(server: Server) -> dict[str, str]:
    return {"Referrer-Policy": "no-referrer"}


def _powerless(server: Server) -> dict[str, str]:
    return {"Permissions-Policy": "clipboard-write=(), microphone=(), camera=()"}


@pytest.mark.parametrize("headers", [_strict_csp, _nonce_csp, _isolated, _no_referrer, _powerless])
def test_strict_page_has_a_chat_that_answers_and_no_complaint(
    page: Page, watch: Watch, customer: Customer, server: Server, headers: Headers
) -> None:
    carried = tag(server, attributes='async nonce="n0nce"')
    page.goto(customer.page(carried, headers=headers(server)))
    widget = Widget(page)

    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()

    assert watch.said("error", "warning") == []


@pytest.mark.parametrize("headers", [_strict_csp, _isolated, _no_referrer])
def test_strict_page_needs_nothing_more_with_every_option_on(
    page: Page, watch: Watch, customer: Customer, server: Server, headers: Headers
) -> None:
    place = '<div id="place"></div>'
    page.goto(customer.page(tag(server, "full"), body=place, headers=headers(server)))
    widget = Widget(page, launcher="Ask us")
    teaser = page.get_by_role("button", name="Need a hand?", exact=True)
    expect(widget.launcher.locator("canvas")).to_be_visible()
    expect(teaser).to_be_visible()

    drag = widget.launcher.bounding_box()
    assert drag is not None
    page.mouse.move(drag["x"] + 20, drag["y"] + 20)
    page.mouse.down()
    page.mouse.move(700, 500, steps=2)
    page.mouse.up()
    teaser.click()
    chat = page.get_by_role("region", name="Acme", exact=True).frame_locator("iframe")
    chat.get_by_role("button", name="Hello?").click()

    expect(chat.locator("#messages > .answer .tail[data-state=done]")).to_be_attached()
    assert watch.said("error", "warning") == []
    assert watch.origins == {customer.origin, ours(server)}


def test_looks_the_same_under_a_strict_policy(
    page: Page, customer: Customer, server: Server
) -> None:
    def look(path: str, headers: dict[str, str]) -> dict[str, str]:
        page.goto(customer.page(tag(server), path=path, headers=headers))
        widget = Widget(page)
        expect(widget.launcher).to_be_visible()
        style: dict[str, str] = widget.launcher.evaluate(
            "node => Object.fromEntries(Array.from(getComputedStyle(node))"
            ".map((name) => [name, getComputedStyle(node).getPropertyValue(name)]))"
        )
        return style

    assert look("/strict", _strict_csp(server)) == look("/free", {})


def test_hostile_styles_of_the_page_do_not_reach_the_launcher(
    page: Page, customer: Customer, server: Server
) -> None:
    rules = (
        "* { display: none !important; opacity: 0.1; font-size: 3px }"
        "html, body, h1 { display: block !important }"
    )
    page.goto(customer.page(tag(server), head=f"<style>{rules}</style>"))

    widget = Widget(page)

    expect(widget.launcher).to_be_visible()
    expect(widget.launcher).to_have_css("font-size", "16px")
    assert widget.launcher.bounding_box() == {"x": 1204, "y": 724, "width": 56, "height": 56}


def test_whole_conversation_stays_between_the_two_origins(
    page: Page, watch: Watch, customer: Customer, server: Server
) -> None:
    page.goto(customer.page(tag(server)))
    widget = Widget(page)
    widget.open()

    widget.ask(WORDS)
    widget.wait_for_answer()

    assert watch.origins == {customer.origin, ours(server)}


def test_request_to_a_stranger_would_be_seen(page: Page, watch: Watch, customer: Customer) -> None:
    page.route("https://stranger.example/**", lambda route: route.abort())

    page.goto(customer.page('<img src="https://stranger.example/pixel.gif">'))

    assert watch.origins == {customer.origin, "https://stranger.example"}


@pytest.mark.parametrize("headers", [{}, {"Referrer-Policy": "no-referrer"}])
def test_unlisted_page_shows_a_notice_and_names_the_origin_to_add(
    page: Page, watch: Watch, customer: Customer, server: Server, headers: dict[str, str]
) -> None:
    page.goto(customer.page(tag(server, "elsewhere"), headers=headers))
    page.evaluate("chatdock('on', 'refused', (refusal) => { window.heard = refusal.origin })")
    widget = Widget(page, "Elsewhere")

    widget.launcher.click()

    expect(widget.frame.locator("main section")).to_have_count(2)
    page.wait_for_function("window.heard")
    assert page.evaluate("heard") == customer.origin
    assert watch.said("warning") == [
        f'chatdock: add "{customer.origin}" to the origins of site "elsewhere"'
    ]
    widget.close_button.click()
    widget.wait_until_closed()


def test_unknown_site_says_so_once_and_shows_nothing(
    page: Page, watch: Watch, customer: Customer, server: Server
) -> None:
    page.goto(customer.page(tag(server, "nobody")))
    page.wait_for_load_state("networkidle")

    assert watch.said("warning") == ['chatdock: there is no site "nobody" here']
    expect(Widget(page).launcher).to_have_count(0)


def test_blocked_panel_leaves_a_notice(page: Page, customer: Customer, server: Server) -> None:
    """A policy that names the one script by its whole address."""
    us = ours(server)
    policy = f"script-src {us}/embed/acme.js; frame-src {us}"
    page.goto(customer.page(tag(server), headers={"Content-Security-Policy": policy}))

    Widget(page).launcher.click()

    expect(page.get_by_role("button", name="Chat is unavailable")).to_be_visible()


def test_blocked_frame_leaves_a_notice_with_a_way_out(
    page: Page, customer: Customer, server: Server
) -> None:
    policy = f"script-src {ours(server)}; frame-src 'none'"
    page.goto(customer.page(tag(server), headers={"Content-Security-Policy": policy}))
    widget = Widget(page)

    widget.launcher.click()

    expect(widget.panel.get_by_text("The chat cannot be reached right now.")).to_be_visible(
        timeout=20_000
    )
    widget.close_button.click()
    widget.wait_until_closed()
