"""Which language a visitor is spoken to in, and that no word of another one slips in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat
from tests.browser.conftest import NewPage, local
from tests.browser.customer import DESK, Customer, customers, tag
from tests.browser.sights import Screen
from tests.browser.spoken import foreign, pronounced_in, said_around
from tests.serving import Server
from widget.web.texts import Texts

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 2
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
[sites.ui.base]
lang = "{lang}"
[sites.ui.chatBot.feedback]
isNeedFeedback = true
[sites.ui.chatBot.feedback.feedbackPanel]
tags = [{{label = "1", isNeedDetail = true}}]
"""
OTHER = {"zh-CN": "en", "en": "zh-CN"}
QUESTIONS = {
    "zh-CN": ("运费怎么算？", "请出错：超时"),
    "en": ("How much is postage?", "fail: timeout"),
}
LANGS = pytest.mark.parametrize("lang", OTHER)


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """Three sites: ``free`` leaves the language open, the others are set to it."""
    sites = "".join(
        SITE.format(key=key, origin=customer.origin, lang=lang)
        for key, lang in (("free", ""), ("zh-cn", "zh-CN"), ("en", "en"))
    )
    running = Server(tmp_path_factory.mktemp("languages"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def tour(chat: Chat, lang: str) -> None:
    """An answer with all that belongs to it, the panel after a dislike, an answer that failed, and
    a question that is one too many."""
    answered, failing = QUESTIONS[lang]
    chat.ask_and_wait(answered)
    chat.root.locator("[data-act=dislike]").first.click()
    expect(chat.root.locator("#messages .panel")).to_be_visible()
    chat.ask(failing)
    chat.wait_for_end("failed")
    chat.ask(answered)
    expect(chat.root.get_by_role("alert")).to_be_visible()


def speaks(texts: list[str], lang: str) -> None:
    """All of them do. That words of another language would be found shows on these very texts."""
    assert foreign(texts, lang) == []
    assert len(foreign(texts, OTHER[lang])) > len(texts) / 2


@LANGS
@pytest.mark.parametrize("way", ["tag", "option", "page", "browser"])
def test_widget_speaks_the_language_that_was_chosen(
    new_page: NewPage, customer: Customer, server: Server, way: str, lang: str
) -> None:
    """Every way wins over all that come after it."""
    other = OTHER[lang]
    key = {"tag": other, "option": lang}.get(way, "free").lower()
    page = new_page(viewport=DESK, locale=lang if way == "browser" else other)
    attributes = f'async data-lang="{lang}"' if way == "tag" else "async"
    page_lang = {"page": lang, "browser": ""}.get(way, other)
    page.goto(customer.page(tag(server, key, attributes), lang=page_lang))
    screen = Screen(page)
    screen.open()
    tour(Chat(page, screen.frame), lang)

    speaks([*said_around(screen.launcher), *said_around(screen.composer)], lang)
    assert {pronounced_in(screen.launcher), pronounced_in(screen.composer)} == {lang[:2]}


@LANGS
@pytest.mark.parametrize("way", ["address", "option", "browser"])
def test_page_of_its_own_speaks_the_language_that_was_chosen(
    new_page: NewPage, server: Server, way: str, lang: str
) -> None:
    other = OTHER[lang]
    key = {"address": other, "option": lang}.get(way, "free").lower()
    page = new_page(locale=lang if way == "browser" else other)
    query = f"?lang={lang}" if way == "address" else ""
    chat = open_chat(page, local(server, f"/chat/{key}{query}"))
    tour(chat, lang)

    speaks(said_around(chat.composer), lang)
    assert pronounced_in(chat.composer) == lang[:2]


@LANGS
def test_loader_that_cannot_reach_us_says_so_in_the_visitors_language(
    new_page: NewPage, customer: Customer, server: Server, lang: str
) -> None:
    page = new_page(viewport=DESK, locale=OTHER[lang])
    page.route("**/embed/panel/**", lambda route: route.abort())
    page.goto(customer.page(tag(server, "free"), lang=lang))
    launcher = Screen(page).launcher
    expect(launcher).to_be_visible()
    launcher.click()

    expect(launcher).to_have_text(Texts().say(lang, "loader.unavailable"))
    speaks(said_around(launcher), lang)


@LANGS
def test_panel_whose_frame_does_not_come_says_so_in_the_visitors_language(
    new_page: NewPage, customer: Customer, server: Server, lang: str
) -> None:
    page = new_page(viewport=DESK, locale=OTHER[lang])
    page.route("**/frame/**", lambda route: route.abort())
    page.goto(customer.page(tag(server, "free"), lang=lang))
    launcher = Screen(page).launcher
    expect(launcher).to_be_visible()
    launcher.click()

    status = page.get_by_role("status")
    expect(status).to_have_text(Texts().say(lang, "loader.loading"))
    speaks(said_around(launcher), lang)
    expect(status).to_have_text(Texts().say(lang, "loader.lost"), timeout=PATIENCE_MS)
    speaks(said_around(launcher), lang)


@pytest.mark.parametrize(
    ("locale", "around", "within"), [("zh-Hant-HK", "zh-CN", "zh-TW"), ("fr-FR", "en", "en")]
)
def test_language_that_we_lack_falls_back_to_the_nearest(
    new_page: NewPage, customer: Customer, server: Server, locale: str, around: str, within: str
) -> None:
    """The loader of a site that names no languages has its own few words in two."""
    page = new_page(viewport=DESK, locale=locale)
    page.goto(customer.page(tag(server, "free"), lang="fr"))
    screen = Screen(page)
    screen.open()

    assert foreign(said_around(screen.launcher), around) == []
    assert foreign(said_around(screen.composer), within) == []
    assert screen.frame.locator("html").get_attribute("lang") == within
