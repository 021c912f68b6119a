"""A person's chat by ``chat_url``: what the address shows, and how the person is found again."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, open_chat
from tests.browser.conftest import NewPage, lan, local
from tests.serving import Server

pytestmark = pytest.mark.browser

QUESTION = "Where is my order 2046?"


@pytest.fixture(scope="module")
def key(shop: Server) -> str:
    """A server key of the site ``quick``."""
    (found,) = re.findall(r"key_[\w-]+", shop.command("site", "quick", "rotate"))
    return str(found)


def chat_path(shop: Server, key: str, **wanted: object) -> str:
    """The path and query of a new address."""
    answer = shop.ask(
        "POST",
        "/api/v1/sites/quick/embed-tokens",
        json.dumps({"user": "u-1", **wanted}).encode(),
        headers={"Authorization": f"Bearer {key}"},
    )
    parts = urlsplit(answer.json["chat_url"])
    return f"{parts.path}?{parts.query}"


def shown(page: Page) -> Chat:
    expect(page.locator("html[data-live]")).to_be_attached()
    return Chat(page, page)


def test_code_leaves_the_address_and_a_reload_finds_the_person(
    page: Page, shop: Server, key: str
) -> None:
    chat = open_chat(page, local(shop, chat_path(shop, key, user="reloads")))
    assert page.url == local(shop, "/chat/quick")
    chat.ask_and_wait(QUESTION)

    page.reload()

    expect(shown(page).questions).to_have_text([QUESTION])
    assert page.url == local(shop, "/chat/quick")


def test_where_no_cookie_is_kept_the_tab_finds_the_person(
    page: Page, shop: Server, key: str
) -> None:
    chat = open_chat(page, lan(shop, chat_path(shop, key, user="on a lan")))
    chat.ask_and_wait(QUESTION)
    assert page.context.cookies() == []

    page.reload()

    again = shown(page)
    expect(again.questions).to_have_text([QUESTION])
    again.ask_and_wait("And now?")
    expect(again.questions).to_have_text([QUESTION, "And now?"])


def test_back_finds_the_person_again(page: Page, shop: Server, key: str) -> None:
    chat = open_chat(page, local(shop, chat_path(shop, key, user="goes back")))
    chat.ask_and_wait(QUESTION)
    page.goto(local(shop, "/healthz"))

    page.go_back()

    expect(shown(page).questions).to_have_text([QUESTION])


def test_shared_address_shows_nothing_of_the_person(
    new_page: NewPage, shop: Server, key: str
) -> None:
    mine, others = new_page(), new_page()
    path = chat_path(shop, key, user="shares")
    chat = open_chat(mine, local(shop, path))
    chat.ask_and_wait(QUESTION)

    plain = open_chat(others, mine.url)
    expect(plain.questions).to_have_count(0)
    others.goto(local(shop, path))

    expect(others.get_by_role("heading", name="That did not work")).to_be_visible()
    expect(others.get_by_text("open the chat from there again")).to_be_visible()
    expect(others.get_by_text("请返回原来的页面或小程序")).to_be_visible()


def test_another_device_finds_the_same_conversation(
    new_page: NewPage, shop: Server, key: str
) -> None:
    phone, desk = new_page(), new_page()
    chat = open_chat(phone, local(shop, chat_path(shop, key, user="two devices")))
    chat.ask_and_wait(QUESTION)

    other = open_chat(desk, local(shop, chat_path(shop, key, user="two devices")))

    expect(other.questions).to_have_text([QUESTION])


def test_without_scripts_forms_and_a_reload_go_on_as_the_person(
    new_page: NewPage, shop: Server, key: str
) -> None:
    page = new_page(java_script_enabled=False)
    path = chat_path(shop, key, user="no scripts")
    page.goto(local(shop, path))
    page.reload()
    assert page.url == local(shop, "/chat/quick"), "the dead code led on in its own browser"
    chat = Chat(page, page)
    chat.composer.fill(QUESTION)
    chat.button("Send").click(no_wait_after=True)
    chat.wait_for_end()

    page.goto(local(shop, "/chat/quick"))

    expect(chat.questions).to_have_text([QUESTION])


def test_without_scripts_and_cookies_the_forms_carry_the_person(
    new_page: NewPage, shop: Server, key: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(lan(shop, chat_path(shop, key, user="nothing at all")))
    chat = Chat(page, page)
    for text in (QUESTION, "And now?"):
        chat.composer.fill(text)
        chat.button("Send").click(no_wait_after=True)
        expect(chat.questions.last).to_have_text(text)
        chat.wait_for_end()

    expect(chat.questions).to_have_text([QUESTION, "And now?"])
    other = open_chat(new_page(), local(shop, chat_path(shop, key, user="nothing at all")))
    expect(other.questions).to_have_text([QUESTION, "And now?"])
