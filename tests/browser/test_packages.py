"""The packages for React and Vue in applications of the real frameworks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Route, expect

from tests.browser.application import ROOT, Application, bundled, page_with
from tests.browser.chat import PATIENCE_MS
from tests.browser.conftest import NewPage
from tests.browser.customer import DESK, Customer, customers, ours, tag
from tests.serving import Server
from tests.web.sessions import signed

pytestmark = pytest.mark.browser

ADDRESSES = {"src": "acme", "beta": "beta"}
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
# Gone from a window that is no longer shown: its parent.
CHAT = "document.documentElement.lastChild.shadowRoot.querySelector('iframe').contentWindow"
TRUSTED_TYPES = {
    "Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'"
}
# What the components call from now on.
NOTE_CALLS = """() => {
  const { chatdock } = window;
  window.calls = [];
  window.chatdock = (...call) => { calls.push(call[0]); return chatdock(...call); };
  window.chatdock.sites = chatdock.sites;
}"""
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


@pytest.fixture(params=APPS)
def app(
    request: pytest.FixtureRequest,
    new_page: NewPage,
    customer: Customer,
    server: Server,
    bundles: dict[str, str],
) -> Application:
    made = Application(new_page(viewport=DESK))
    given = {key: f"{ours(server)}/embed/{name}.js" for key, name in ADDRESSES.items()}
    made.page.goto(customer.put(page_with(bundles[request.param], given)))
    return made


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


def test_application_says_who_is_there_and_what_the_page_is_about(
    app: Application, server: Server
) -> None:
    token = signed(server.folder / "data", "acme", uuid4().hex)
    app.launcher()
    app.change(context={"sku": "A-7"}, token=token, knows=True)
    app.widget.open()
    app.ask("How much is postage?", 1)

    # A page that says nothing is about nothing, and its visitor is who was there.
    app.change(context={"sku": "B-8"}, page="two")
    app.ask("And to Norway?", 2)
    app.change(page="bare")
    app.ask("And for me?", 3)
    app.change(knows=False, token=None, page="one")
    expect(app.messages("question")).to_have_count(0)
    app.change(context=None)
    app.ask("Hello?", 1)

    assert [one["page"] for one in app.sent] == [{"sku": "A-7"}, {"sku": "B-8"}, {}, {}]


def test_page_is_told_what_is_news_and_nothing_else(app: Application) -> None:
    """A handler that was taken away hears no more; drawing again says nothing."""
    app.launcher()
    app.page.evaluate(NOTE_CALLS)
    for listens in (True, False):
        app.change(listens=listens)
        app.widget.open()
        app.widget.launcher.click()
        app.widget.wait_until_closed()

    app.page.get_by_role("button", name="Clicked 0").click()
    app.page.get_by_role("button", name="Clicked 1").click()

    assert app.heard == ["ready", "close"]
    assert app.page.evaluate("calls") == ["on", "off"]


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
    html, _ = customer.pages["/"]
    html = html.replace("<script>", tag(server) + "<script>", 1)
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
