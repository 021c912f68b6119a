"""Browsers that run scripts but not ours: modules that they cannot parse or that never arrive."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.chat import PATIENCE_MS, Chat, write
from tests.browser.conftest import local
from tests.serving import Server

pytestmark = pytest.mark.browser

# What an older browser makes of a module that is too new for it.
BROKEN = "export const held = 1 ?! 2;"


@pytest.mark.parametrize("fate", ["unread", "lost"])
def test_form_works_where_modules_do_not(browser: Browser, shop: Server, fate: str) -> None:
    def answer(route: Route) -> None:
        if fate == "lost":
            route.abort()
        else:
            route.fulfill(body=BROKEN, content_type="text/javascript")

    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(error.name or ""))
        page.route("**/assets/**/*.js", answer)
        page.goto(local(shop, "/chat/quick"))
        chat = Chat(page, page)

        write(chat.composer, "How much is postage?")
        chat.button("Send").click()

        tail = chat.answers.last.locator(".tail")
        expect(tail).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
        expect(chat.questions).to_have_text(["How much is postage?"])
        expect(chat.composer).to_have_value("")
        expect(page.locator("html[data-live]")).to_have_count(0)
        assert set(errors) == ({"SyntaxError"} if fate == "unread" else set())
