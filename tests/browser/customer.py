"""A customer's web server, and what a visitor of its pages sees of our widget."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, ViewportSize, expect

from tests.browser.chat import PATIENCE_MS, write
from tests.serving import Server

LONG = "<p aria-hidden=true>" + "The lamp on the desk was lit when she came in. " * 40 + "</p>"
NOTHING: Mapping[str, str] = {}
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Customer:
    """Serves on ``127.0.0.1`` what a test publishes, while ours answers on ``localhost``: two sites
    for a browser."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.pages: dict[str, tuple[str, Mapping[str, str]]] = {}

    def put(self, html: str, path: str = "/", headers: Mapping[str, str] = NOTHING) -> str:
        """Publishes a page; returns its address."""
        self.pages[path] = html, headers
        return self.origin + path

    def page(
        self,
        tag: str,
        *,
        head: str = "",
        body: str = "",
        lang: str = "en",
        path: str = "/",
        headers: Mapping[str, str] = NOTHING,
    ) -> str:
        """Publishes a page long enough to scroll, with the tag at its end."""
        html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Lamps</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="data:,">{head}</head>'
            f"<body><h1>Lamps</h1><input aria-label='Search'>{body}{LONG * 9}{tag}</body></html>"
        )
        return self.put(html, path, headers)


@contextmanager
def customers() -> Iterator[Customer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, headers = customer.pages.get(self.path.partition("?")[0], ("", NOTHING))
            self.send_response(200 if html else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: a failing test has better things to show."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    customer = Customer(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield customer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ours(server: Server) -> str:
    """Our origin, on a host name that is not the customer's."""
    return f"http://localhost:{server.port}"


def tag(server: Server, site: str = "acme", attributes: str = "async") -> str:
    return f'<script {attributes} src="{ours(server)}/embed/{site}.js"></script>'


class Widget:
    """The launcher and the panel of one site on a host page."""

    def __init__(self, page: Page, name: str = "Acme", launcher: str = "Chat") -> None:
        self.page = page
        self.launcher = page.get_by_role("button", name=launcher, exact=True)
        self.panel = page.get_by_role("dialog", name=name, exact=True)
        self.close_button = self.panel.get_by_role("button", name="Close chat")

    @property
    def frame(self) -> FrameLocator:
        return self.panel.frame_locator("iframe")

    @property
    def composer(self) -> Locator:
        return self.frame.locator("#text")

    def open(self) -> None:
        self.launcher.click()
        self.wait_until_usable()

    def wait_until_usable(self) -> None:
        expect(self.frame.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
        expect(self.composer).to_be_visible(timeout=PATIENCE_MS)

    def wait_until_closed(self) -> None:
        expect(self.panel).to_be_hidden(timeout=PATIENCE_MS)
        # Until it is painted without the frame, Chromium hands the next click to the frame.
        self.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def ask(self, text: str) -> None:
        write(self.composer, text)
        self.composer.press("Enter")

    def wait_for_answer(self) -> None:
        tail = self.frame.locator("#messages > .answer").last.locator(".tail")
        expect(tail).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)

    def call(self, *arguments: object) -> Any:
        """Runs a command of the page API."""
        return self.page.evaluate("args => { chatdock(...args) }", list(arguments))

    def box(self) -> dict[str, float]:
        """Where the panel stands, once it has come to rest."""
        self.panel.evaluate("node => Promise.all(node.getAnimations().map((one) => one.finished))")
        found = self.panel.bounding_box()
        assert found is not None
        return {
            "x": found["x"],
            "y": found["y"],
            "width": found["width"],
            "height": found["height"],
        }


def own_focus(page: Page) -> str:
    """The name of what has the focus: in our shadow root, else on the host page."""
    name: str = page.evaluate(
        """() => {
          const active = document.activeElement;
          const inner = active.shadowRoot && active.shadowRoot.activeElement;
          const node = inner || active;
          return node.getAttribute("aria-label") || node.title || node.tagName;
        }"""
    )
    return name
