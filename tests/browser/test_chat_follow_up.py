"""Questions in the middle of an answer, on a platform that takes them into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat
from tests.browser.conftest import NewPage, local
from tests.fakes.xpertai.platform import ASSISTANT, GENERAL_KEY
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.serving import Server

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = []
limits = {{visitor_per_minute = 0, address_per_minute = 0}}
[sites.provider]
kind = "xpertai"
base_url = "{url}"
api_key = "{secret}"
assistant_id = "{assistant}"
follow_up = "{mode}"
"""
Begin = Callable[[Page, str], Chat]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(keep_alive_s=0.1, gate_limit_s=60) as started:
        yield started


@pytest.fixture
def server(start_server: Callable[..., Server], platform: Platform) -> Server:
    modes = (("acme", "steer"), ("alone", ""))
    return start_server(
        "".join(
            SITE.format(
                key=key, mode=mode, url=platform.base_url, secret=GENERAL_KEY, assistant=ASSISTANT
            )
            for key, mode in modes
        )
    )


@pytest.fixture
def begin(server: Server) -> Begin:
    """``begin(page, site)``: an answer that stands at its first half."""

    def go(page: Page, site: str = "acme") -> Chat:
        chat = open_chat(page, local(server, f"/chat/{site}"))
        chat.ask("gated")
        expect(chat.last_text).to_contain_text("Half", timeout=PATIENCE_MS)
        return chat

    return go


def test_a_question_is_sent_and_shown_while_an_answer_is_written(
    page: Page, begin: Begin, platform: Platform
) -> None:
    chat = begin(page, "acme")
    expect(chat.button("Stop the answer")).to_be_visible()
    expect(chat.button("Send")).to_be_visible()

    chat.ask("And in blue?")
    expect(chat.questions).to_have_text(["gated", "And in blue?"])
    expect(chat.composer).to_have_value("")
    expect(chat.questions.last.locator("..")).to_have_attribute("data-state", "done")
    expect(chat.button("Stop the answer")).to_be_visible()
    platform.gate("go").set()
    tail = chat.answers.first.locator(".tail")
    expect(tail).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)

    expect(chat.answers.first).to_contain_text("Half")
    before = chat.questions.all_inner_texts()
    page.reload()
    expect(chat.questions).to_have_text(before)


def test_another_tab_sees_it_too(page: Page, begin: Begin, platform: Platform) -> None:
    chat = begin(page, "acme")
    other = open_chat(page.context.new_page(), page.url)
    expect(other.last_text).to_contain_text("Half", timeout=PATIENCE_MS)

    chat.ask("And in blue?")

    expect(other.questions).to_have_text(["gated", "And in blue?"], timeout=PATIENCE_MS)
    platform.gate("go").set()
    for one in (chat, other):
        tail = one.answers.first.locator(".tail")
        expect(tail).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)


def test_elsewhere_the_text_waits_in_the_composer(
    page: Page, begin: Begin, platform: Platform
) -> None:
    chat = begin(page, "alone")
    expect(chat.button("Send")).to_be_hidden()

    chat.ask("And in blue?")

    expect(chat.questions).to_have_text(["gated"])
    expect(chat.composer).to_have_value("And in blue?")
    platform.gate("go").set()
    chat.wait_for_end()
    expect(chat.composer).to_have_value("And in blue?")


def test_without_scripts_both_buttons_stand(
    new_page: NewPage, server: Server, platform: Platform
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(local(server, "/chat/acme"))
    chat = Chat(page, page)
    chat.composer.fill("gated")
    chat.button("Send").click(no_wait_after=True)
    expect(chat.questions).to_have_text(["gated"], timeout=PATIENCE_MS)

    expect(chat.button("Send")).to_be_visible()
    expect(chat.button("Stop the answer")).to_be_visible()
    platform.gate("go").set()
    chat.wait_for_end()
    expect(chat.button("Stop the answer")).to_be_hidden()
