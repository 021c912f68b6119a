"""The packages for React and Vue in applications of the real frameworks."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, Widget, customers, ours, tag
from tests.serving import Server

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
APPS = {"react": "react_app.jsx", "vue": "vue_app.js"}
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
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title>
<link rel="icon" href="data:,"></head><body><div id="root"></div>
<script>window.given = {given}</script><script>{application}</script></body></html>"""
# Gone from a window that is no longer shown: its parent.
CHAT = "document.documentElement.lastChild.shadowRoot.querySelector('iframe').contentWindow"
TRUSTED_TYPES = {
    "Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'"
}
TAGS = "script[src*='/embed/']"


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=customer.origin) for key in ("acme", "beta")
    )
    running = Server(tmp_path_factory.mktemp("packages"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The applications as a bundler makes them, the packages found as npm would have put them."""
    modules = tmp_path_factory.mktemp("bundles") / "node_modules"
    (modules / "@chatdock").mkdir(parents=True)
    for kind in APPS:
        (modules / "@chatdock" / kind).symlink_to(ROOT / "packages" / kind)
    return {kind: bundled(ROOT / "tests/packages" / name, modules) for kind, name in APPS.items()}


def bundled(application: Path, modules: Path) -> str:
    # Vue's flags as its own build tools set them; development, for StrictMode to mount twice.
    defined = {
        "process.env.NODE_ENV": '"development"',
        "__VUE_OPTIONS_API__": "true",
        "__VUE_PROD_DEVTOOLS__": "false",
        "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false",
    }
    made = subprocess.run(
        [
            ROOT / "node_modules/.bin/esbuild",
            application,
            "--bundle",
            "--format=iife",
            "--jsx=automatic",
            "--log-level=error",
            *(f"--define:{name}={value}" for name, value in defined.items()),
        ],
        env={
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "NODE_PATH": f"{modules}:{ROOT / 'node_modules'}",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.replace("</script", "<\\/script")


class Application:
    """The page with the application; ``change`` gives its components other properties."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.widget = Widget(page)

    def change(self, **changes: object) -> None:
        self.page.evaluate("changes => { app(changes) }", changes)

    @property
    def heard(self) -> list[str]:
        heard: list[str] = self.page.evaluate("heard")
        return heard

    def launcher(self, name: str = "Chat") -> None:
        expect(Widget(self.page, launcher=name).launcher).to_be_visible(timeout=PATIENCE_MS)

    def wait_until_heard(self, event: str) -> None:
        self.page.wait_for_function("(event) => heard.includes(event)", arg=event)


@pytest.fixture(params=APPS)
def app(
    request: pytest.FixtureRequest,
    new_page: NewPage,
    customer: Customer,
    server: Server,
    bundles: dict[str, str],
) -> Application:
    page = new_page(viewport=DESK)
    given = {key: f"{ours(server)}/embed/{name}.js" for key, name in ADDRESSES.items()}
    html = PAGE.format(given=json.dumps(given), application=bundles[request.param])
    page.goto(customer.put(html))
    return Application(page)


ADDRESSES = {"src": "acme", "beta": "beta"}


def test_chat_of_an_application_lives_with_its_components(app: Application) -> None:
    """From mounting to mounting again, in one visit."""
    page, widget = app.page, app.widget
    app.launcher()
    expect(page.locator(TAGS)).to_have_count(1)

    # StrictMode mounts twice; who has gone hears nothing.
    app.wait_until_heard("ready")
    assert app.heard == ["ready"]

    # Options, live; a second one of the same chat changes nothing.
    app.change(text="Ask us", isTwice=True)
    app.launcher("Ask us")
    expect(page.locator(TAGS)).to_have_count(1)
    app.change(text="", isTwice=False)
    app.launcher()

    # Events reach what the component gave last.
    page.get_by_role("button", name="Clicked 0").click()
    page.get_by_role("button", name="Ask about postage").click()
    widget.wait_until_usable()
    app.wait_until_heard("answer")
    assert app.heard.count("message 1") == 1
    assert "message 0" not in app.heard

    # Another route, with a component of its own: the same chat.
    chat = page.evaluate_handle(CHAT)
    app.change(page="two")
    expect(page.get_by_role("heading", name="Page two")).to_be_visible()
    expect(widget.frame.locator("#messages > .answer")).to_have_count(1)
    assert page.evaluate("(chat) => Boolean(chat.parent)", chat)

    # The last one unmounts: nothing of it stays. It may come again.
    app.change(isGone=True)
    expect(page.locator(TAGS)).to_have_count(0)
    expect(widget.panel).to_be_hidden()
    app.change(isGone=False)
    app.launcher()
    expect(page.locator(TAGS)).to_have_count(1)


def test_application_opens_closes_and_forbids(app: Application) -> None:
    app.launcher()
    app.change(open=True)
    app.widget.wait_until_usable()
    app.change(open=False)
    app.widget.wait_until_closed()

    app.change(vetoes=True)
    app.widget.launcher.click()
    app.page.evaluate("chatdock('open').then((isOpen) => heard.push(`open ${isOpen}`))")
    app.wait_until_heard("open false")
    app.change(vetoes=False)
    app.widget.open()


def test_second_site_stands_in_an_element_of_the_application(app: Application) -> None:
    app.launcher()
    app.change(hasBeta=True, inline=True)

    inline = app.page.get_by_role("region", name="Beta")
    expect(inline.frame_locator("iframe").locator("#text")).to_be_visible(timeout=PATIENCE_MS)
    box = inline.bounding_box()
    assert box is not None
    assert round(box["height"]) == 400
    assert app.heard[-1] == "beta open"

    app.change(hasBeta=False)
    expect(app.page.locator(TAGS)).to_have_count(1)
    expect(inline).to_be_hidden()
    app.widget.open()


def test_script_that_does_not_come_is_told_and_tried_again(app: Application) -> None:
    """One that came late, too: who has gone by then gets no chat."""
    page = app.page
    app.launcher()
    page.route("**/embed/beta.js", lambda route: route.abort(), times=1)

    app.change(hasBeta=True)
    app.wait_until_heard("beta error unreachable")
    expect(page.locator(TAGS)).to_have_count(1)

    app.change(hasBeta=False)
    held: list[Route] = []
    page.route("**/embed/beta.js", lambda route: held.append(route), times=1)
    with page.expect_request("**/embed/beta.js"):
        app.change(hasBeta=True)
    app.change(hasBeta=False)
    with page.expect_request_finished(lambda request: request.url.endswith("/embed/beta.js")):
        held[0].continue_()
    page.wait_for_function(
        "!chatdock.sites.has('beta') && !document.querySelector('script[src*=beta]')"
    )

    app.change(hasBeta=True)
    page.wait_for_function("chatdock.sites.has('beta')")


def test_tag_of_the_page_itself_is_used_and_left(
    app: Application, customer: Customer, server: Server
) -> None:
    """As under trusted types, where no code may insert one."""
    page = app.page
    html = page_of(customer).replace("<script>", tag(server) + "<script>", 1)
    customer.put(html, headers=TRUSTED_TYPES)
    page.goto(customer.origin)
    app.launcher()
    app.change(text="Ask us", hasBeta=True)
    app.launcher("Ask us")
    app.wait_until_heard("beta error unreachable")

    app.change(isGone=True)
    app.change(isTwice=True)

    expect(page.locator(TAGS)).to_have_count(1)
    app.launcher("Ask us")


def page_of(customer: Customer) -> str:
    html, _ = customer.pages["/"]
    return html
