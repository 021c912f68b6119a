"""A visitor on one of the pages that were written for Dify's embed."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import Widget

BUTTON = "#dify-chatbot-bubble-button"
WINDOW = "#dify-chatbot-bubble-window"


class DifyPage:
    """What stands on the page, all that left the browser, and what the console was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.lines: list[ConsoleMessage] = []
        self.button = page.locator(BUTTON)
        self.window = page.locator(WINDOW)
        self.widget = Widget(page)
        page.context.on("request", self._note)
        page.context.on("console", lambda line: self.lines.append(line))
        page.on("websocket", self._listen)

    def _note(self, request: Request) -> None:
        self.sent.append(f"{request.url} {json.dumps(request.headers)} {request.post_data or ''}")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_frame)

    def _note_frame(self, frame: str | bytes) -> None:
        self.sent.append(str(frame))
        self.frames.append(json.loads(frame))

    def open(self) -> None:
        self.button.click()
        self.widget.wait_until_usable()

    def talk(self, text: str = "How are you?") -> None:
        """A question, until its answer is whole."""
        self.widget.ask(text)
        self.widget.wait_for_answer()
        bubble = self.widget.frame.locator("#messages > .question .bubble").last
        expect(bubble).to_have_text(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def display(self) -> str:
        """What scripts of such pages look at: whether the window is open."""
        found: str = self.window.evaluate("node => node.style.display")
        return found

    def wait_until(self, display: str) -> None:
        expect(self.window).to_have_css("display", display, timeout=PATIENCE_MS)

    def warnings(self) -> list[str]:
        return [line.text for line in self.lines if line.type in {"warning", "error"}]

    def question(self) -> dict[str, Any]:
        """The last question as it went to our server."""
        return [frame for frame in self.frames if frame["type"] == "message.send"][-1]


def box(node: Locator) -> tuple[float, float, float, float]:
    """Left, top, width and height, once it has come to rest."""
    node.evaluate("node => Promise.all(node.getAnimations().map((one) => one.finished))")
    found = node.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]
