"""A visitor on a page that was written for Coze's web SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.browser.customer import Widget

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests/fixtures/pages/coze"
BOT = "7400000000000000001"


class Visit:
    """A visitor on one of the pages, and all that left the browser and was said in its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        self.lines: list[ConsoleMessage] = []
        page.context.on("request", lambda request: self._note(request))
        page.context.on("console", lambda line: self.lines.append(line))
        page.on("websocket", lambda socket: socket.on("framesent", self._note_frame))

    def _note(self, request: Request) -> None:
        headers = json.dumps(request.headers)
        self.sent.append(f"{request.method} {request.url} {headers} {request.post_data or ''}")

    def _note_frame(self, frame: str | bytes) -> None:
        self.sent.append(str(frame))

    def widget(self, title: str = "Coze", launcher: str = "Chat") -> Widget:
        return Widget(self.page, title, launcher)

    def talk(self, widget: Widget, text: str = "How are you?") -> None:
        """A question, until its answer is whole."""
        widget.wait_until_usable()
        widget.ask(text)
        widget.wait_for_answer()
        expect(widget.frame.locator("#messages > .question .bubble").last).to_have_text(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def warnings(self) -> list[str]:
        return [line.text for line in self.lines if line.type in {"warning", "error"}]

    def asked_of_us(self) -> list[str]:
        parts = [urlsplit(one.split(" ")[1]) for one in self.sent]
        return [part.path for part in parts if part.hostname == "localhost"]

    def hints(self) -> list[str]:
        """Ours alone: a browser too complains, of a socket that was closed for another."""
        return [line for line in self.warnings() if line.startswith("chatdock: ")]

    def said(self) -> str:
        return "\n".join(line.text for line in self.lines)


Go = Callable[..., Visit]


def strict(us: str) -> dict[str, str]:
    """A page that lets in its own scripts, our origin, and nothing else."""
    policy = (
        f"default-src 'none'; script-src {us} 'nonce-n0nce'; frame-src {us}; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return {"Content-Security-Policy": policy, "Cross-Origin-Embedder-Policy": "require-corp"}
