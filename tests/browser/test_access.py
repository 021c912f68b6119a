"""Every page of ours by axe-core, large text, narrow windows, forced colours, small targets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.chat import Chat, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.browser.flaws import flaws_around, is_whole
from tests.serving import Server

pytestmark = pytest.mark.browser

PLANTED = """<!doctype html><html lang="en"><title>x</title><main><h1>x</h1>
<button></button><p style="color: #999">Faint</p><div role="button">Not by keys</div></main>"""
# WCAG 1.4.12 as it is tested by hand: a sheet of the reader's own.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important} p {margin-bottom: 2em !important}`);
  document.adoptedStyleSheets = [sheet];
}"""
# What a browser does that enlarges text alone.
DOUBLED = """() => {
  const all = [...document.querySelectorAll("body, body *")];
  const sizes = all.map((node) => parseFloat(getComputedStyle(node).fontSize));
  all.forEach((node, at) => node.style.setProperty("font-size", `${2 * sizes[at]}px`));
}"""
# 24 pixels each way, or as much room around (2.5.8); links in a line of text need none.
SMALL_TARGETS = """() => {
  const LEAST = 24;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((node) => node.checkVisibility({visibilityProperty: true}) && node.tabIndex >= -1)
    .filter((node) => !node.closest("p, .prose, .source, .hidden") && !node.matches(".hidden"))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, {width, height}]) => width > 1 && height > 1);
  return all.filter(([, {width, height}]) => Math.min(width, height) < LEAST)
    .map(([node]) => `${node.localName} ${node.getAttribute("aria-label") || node.textContent}`);
}"""
# Where colours are forced, grounds are gone: what stood on one needs a line around it.
UNSEEN = """(nodes) => nodes.filter((node) => {
  const {borderTopStyle, borderTopWidth, outlineStyle} = getComputedStyle(node);
  return (borderTopStyle === "none" || borderTopWidth === "0px") && outlineStyle === "none";
}).map((node) => node.id || node.className)"""


@pytest.fixture
def full(new_page: NewPage, shop: Server, host: str) -> Chat:
    """A chat in a host page with a bit of everything in it, at rest."""
    page = new_page(reduced_motion="reduce")
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    for question in ("Show me code", "How much is postage?"):
        chat.ask_and_wait(question)
    chat.answers.last.locator(".sources > summary").click()
    return chat


def body(chat: Chat) -> Locator:
    return chat.root.locator("body")


def test_faults_are_found_before_their_absence_is(page: Page) -> None:
    page.set_content(PLANTED)

    rules = sorted(one.partition(":")[0] for one in violations(page.locator("body")))

    assert rules == ["button-name", "color-contrast"]


@pytest.mark.parametrize(
    "path", ["/chat/swift", "/frame/swift?origin=https://no.example", "/", "/no"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes(new_page: NewPage, shop: Server, path: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(local(shop, path))

    assert violations(page.locator("body")) == []


def test_page_without_scripts_passes(page: Page, shop: Server) -> None:
    page.route(re.compile(r"\.js$"), lambda route: route.abort())
    page.goto(local(shop, "/chat/swift"))
    page.locator("#text").fill("How much is postage?")
    page.locator(".send").click()
    expect(page.locator(".tail[data-state=done]")).to_be_attached()

    assert violations(page.locator("body")) == []


def test_menu_list_and_reached_messages_pass(full: Chat) -> None:
    full.page.evaluate("say({type: 'options', options: {ui: {conversations: {isNeed: true}}}})")
    press = full.page.keyboard.press
    full.composer.focus()
    for _ in range(8):
        press("Shift+Tab")
        if full.root.locator("#messages > li:focus").count():
            break
    expect(full.root.locator("#messages > li:focus")).to_be_visible()
    assert violations(body(full)) == []
    press("Enter")
    assert violations(body(full)) == []

    full.button("More").click()
    expect(full.root.get_by_role("menu")).to_be_visible()
    assert violations(body(full)) == []
    press("Escape")
    full.button("Conversations").click()
    expect(full.root.get_by_role("dialog")).to_be_visible()
    assert violations(body(full)) == []


def test_targets_are_large_enough(full: Chat) -> None:
    assert full.root.locator("html").evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("change", [SPACED, DOUBLED], ids=["spaced", "doubled"])
def test_text_may_be_spaced_and_doubled(full: Chat, change: str) -> None:
    full.root.locator("html").evaluate(change)

    assert flaws_around(body(full)) == []
    assert is_whole(full.root.locator("#composer"))


@pytest.mark.parametrize("size", [(640, 512), (320, 256)], ids=["200 %", "400 %"])
def test_zoom_leaves_everything_in_reach(
    new_page: NewPage, shop: Server, size: tuple[int, int]
) -> None:
    """1280 × 1024 at so many per cent."""
    page = new_page(viewport={"width": size[0], "height": size[1]}, device_scale_factor=2)
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("How much is postage?")

    assert flaws_around(body(chat)) == []
    assert is_whole(chat.root.locator("#composer"))
    assert chat.root.locator("#transcript").evaluate("(box) => box.clientHeight") >= 64


def test_forced_colours_leave_borders_and_focus(new_page: NewPage, shop: Server) -> None:
    page = new_page(forced_colors="active")
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("How much is postage?")

    boxes = chat.root.locator("#composer, .suggestions .pill, .send, .bubble, #header")
    assert boxes.evaluate_all(UNSEEN) == []
    chat.composer.press("Shift+Tab")
    ring = chat.root.locator(":focus").evaluate("(node) => getComputedStyle(node).outlineStyle")
    assert ring == "solid"
    chat.composer.focus()
    expect(chat.root.locator("#composer")).to_have_css("outline-style", "solid")
