"""Pages that were written for Coze's web SDK, with the address of their script changed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, PHONE, Customer, Widget, customers, ours
from tests.serving import Server

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "tests/fixtures/pages/coze"
JAVASCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}
SITE = """
[[sites]]
key = "{key}"
name = "{name}"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
[sites.compat.coze]
bots = {bots}
"""
BOTS = {
    "acme": ["7400000000000000001", "7400000000000000032"],
    "beta": ["7400000000000000002"],
}


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """Two sites of the customer's, each with agents of its own."""
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=customer.origin, bots=json.dumps(bots))
        for key, bots in BOTS.items()
    )
    running = Server(tmp_path_factory.mktemp("coze"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Visit:
    """A visitor on one of the pages, and all that left the browser and was said in its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.lines: list[ConsoleMessage] = []
        page.context.on("request", lambda request: self.requests.append(request))
        page.context.on("console", lambda line: self.lines.append(line))

    def widget(self, title: str = "Coze", launcher: str = "Chat") -> Widget:
        return Widget(self.page, title, launcher)

    def ask(self, widget: Widget, text: str = "How are you?") -> None:
        """A question, until its answer is whole."""
        widget.wait_until_usable()
        widget.ask(text)
        widget.wait_for_answer()
        expect(widget.frame.locator("#messages > .question .bubble").last).to_have_text(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def said(self) -> list[str]:
        return [line.text for line in self.lines if line.type in {"warning", "error"}]


Go = Callable[..., Visit]


@pytest.fixture
def go(customer: Customer, server: Server, new_page: NewPage) -> Go:
    """``go("docs")``: to the page of that name, whose script is now that of ``acme``."""

    def visit(name: str, *, site: str = "acme", screen: object = DESK, **context: object) -> Visit:
        visiting = Visit(new_page(viewport=screen, **context))
        sdk = f"{ours(server)}/compat/coze/{site}.js"
        path = f"/{name}"
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8").replace("{{SDK}}", sdk)
        visiting.page.goto(customer.put(html, path))
        return visiting

    return visit


def test_page_of_the_documents(go: Go) -> None:
    visit = go("docs")
    coze = visit.widget()

    coze.launcher.click()

    visit.ask(coze)
    assert visit.said() == []
