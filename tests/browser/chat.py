"""What a visitor does and sees, in a visitor's words."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from playwright.sync_api import FrameLocator, Locator, Page, expect

PATIENCE_MS = 40_000
TYPING_MS = 5_000


class Chat:
    """The chat page inside a host page, or on its own."""

    def __init__(self, page: Page, root: Page | FrameLocator) -> None:
        self.page = page
        self.root = root

    @property
    def composer(self) -> Locator:
        return self.root.locator("#text")

    @property
    def questions(self) -> Locator:
        return self.root.locator("#messages > .question .bubble")

    @property
    def answers(self) -> Locator:
        return self.root.locator("#messages > .answer")

    @property
    def last_text(self) -> Locator:
        return self.answers.last.locator(".text").last

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def ask(self, text: str) -> None:
        write(self.composer, text)
        self.composer.press("Enter")

    def ask_and_wait(self, text: str) -> None:
        count = self.answers.count()
        self.ask(text)
        expect(self.answers).to_have_count(count + 1, timeout=PATIENCE_MS)
        self.wait_for_end()

    def wait_for_end(self, state: str = "done") -> None:
        tail = self.answers.last.locator(".tail")
        expect(tail).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def texts(self) -> list[str]:
        """Every message, in order, as it can be read, without what can be done with it."""
        said = self.root.locator("#messages > li").locator("h2, .bubble, .parts")
        return [one.inner_text() for one in said.all()]

    def heard(self, type_: str) -> list[dict[str, Any]]:
        """What the host page was told."""
        told: list[dict[str, Any]] = self.page.evaluate("heard")
        return [one for one in told if one["type"] == type_]


def write(box: Locator, text: str) -> None:
    """Fills a box, and fails soon where what is typed does not arrive. In Chromium that is what
    becomes of a frame that was given the focus before it could take it: see test_focus.py."""
    box.fill(text)
    expect(box).to_have_value(text, timeout=TYPING_MS)


def block_lines(page: Page) -> None:
    """Nothing gets through to the server but pages and forms."""
    page.route_web_socket("**/socket", lambda socket: socket.close(code=1001))
    page.route(re.compile(r"/(events|poll|commands)(\?|$)"), lambda route: route.abort())


def open_chat(page: Page, address: str) -> Chat:
    """On its own, with the scripts at work."""
    page.goto(address)
    expect(page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
    return Chat(page, page)


def open_framed(page: Page, host: str, address: str) -> Chat:
    """In a host page, with the scripts at work and the loader's part said."""
    page.goto(f"{host}/?src={quote(address, safe='')}")
    root = page.frame_locator("iframe")
    expect(root.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
    return Chat(page, root)
