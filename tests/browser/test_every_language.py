"""The widget in each of the languages that few sites use: every name in it, and no button too small
for its words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, customers, tag
from tests.browser.flaws import flaws_around
from tests.browser.sights import Screen
from tests.browser.spoken import foreign, pronounced_in, said_around
from tests.serving import Server
from widget.web.texts import Texts

pytestmark = pytest.mark.browser

NARROWEST: ViewportSize = {"width": 320, "height": 640}
# What the assistant says is the platform's; here it says nothing that is in a language.
SITE = """
[[sites]]
key = "every"
name = "Acme"
origins = ["{origin}"]
languages = ["en", "zh-CN", "zh-TW", "ja", "ko"]
greeting = "。"
starters = ["？"]
[sites.provider]
kind = "demo"
delay_ms = 0
[sites.ui.conversations]
isNeed = true
[sites.ui.chatBot]
isNeedAudio = true
isResizable = true
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.ui.asstBtn.teaser]
text = "？"
"""
# Chinese characters are Japanese too; the demo takes them for a wish to fail.
FAILING = "失敗：忙"
NAMED = ("attach", "conversations", "more", "new", "send")


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("every"), SITE.format(origin=customer.origin))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh-Hant-HK", "zh-TW"), ("ja-JP", "ja"), ("ko-KR", "ko")]
)
def test_visitor_is_spoken_to_in_their_language_everywhere(
    new_page: NewPage, customer: Customer, server: Server, locale: str, lang: str
) -> None:
    texts = Texts()
    page = new_page(viewport=DESK, locale=locale)
    page.goto(customer.page(tag(server, "every"), lang=locale))
    screen = Screen(page)
    screen.wait_for_launcher()
    name = screen.launcher.get_attribute("aria-label")
    screen.open()
    chat = Chat(page, screen.frame)
    chat.ask(FAILING)
    chat.wait_for_end("failed")
    for key in NAMED:
        named = chat.button(texts.say(lang, f"frame.{key}"))
        expect(named.first, key).to_be_attached()
    look_around(screen.frame, texts, lang)

    assert name == texts.say(lang, "loader.launcher")
    assert pronounced_in(screen.composer) == lang[:2]
    assert pronounced_in(screen.launcher) == lang[:2]
    assert foreign(said_around(screen.launcher), lang) == []
    assert foreign(said_around(screen.composer), lang) == []
    page.set_viewport_size(NARROWEST)
    expect(screen.composer).to_be_visible()
    assert flaws_around(screen.composer) == []


def look_around(frame: FrameLocator, texts: Texts, lang: str) -> None:
    """Opens what comes late: the list of conversations and the menu."""
    frame.locator("#list").click()
    expect(frame.get_by_role("searchbox")).to_be_visible()
    frame.get_by_role("searchbox").press("Escape")
    frame.locator("#more").click()
    expect(frame.get_by_role("menu", name=texts.say(lang, "frame.more"))).to_be_visible()
