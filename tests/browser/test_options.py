"""Every option there is has an effect that a visitor sees: applied by the owner while the server
runs, and set by a page while the chat is open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, WebError, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import PHONE, Customer, customers, tag
from tests.browser.option_case import APPLY, SET, Case
from tests.browser.option_cases import CASES
from tests.browser.sights import (
    Screen,
    expect_seen,
    has_close,
    has_new,
    hint,
    panel_box,
    send_size,
    titles,
)
from tests.serving import Server, wait_until
from widget.domain.options import declared_options

pytestmark = pytest.mark.browser

SEEN_WITHIN_S = 5.0
SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = ["{origin}"]
{options}
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
"""
Show = Callable[..., Screen]


def cases(by: str) -> pytest.MarkDecorator:
    chosen = [pytest.param(case, id=case.id) for case in CASES if by in case.by]
    return pytest.mark.parametrize("case", chosen)


def tree(options: dict[str, object]) -> dict[str, Any]:
    """``{"ui.base.lang": "en"}`` as ``{"ui": {"base": {"lang": "en"}}}``."""
    made: dict[str, Any] = {}
    for path, value in options.items():
        *groups, leaf = path.split(".")
        node = made
        for group in groups:
            node = node.setdefault(group, {})
        node[leaf] = value
    return made


def toml(value: object) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def site(key: str, origin: str, options: dict[str, object]) -> str:
    lines = "\n".join(f"{name} = {toml(value)}" for name, value in tree(options).items())
    return SITE.format(key=key, origin=origin, options=lines)


def key_of(case: Case, by: str) -> str:
    return f"{by}-{CASES.index(case)}"


def sites(origin: str, by: str, *, is_changed: bool = False) -> str:
    """A site for each case, as it is before or with the value."""
    return "".join(
        site(
            key_of(case, by),
            origin,
            {**case.beside, **({case.path: case.value} if is_changed else {})},
        )
        for case in CASES
        if by in case.by
    )


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """A running server with the sites of every case as they are before."""
    before = sites(customer.origin, SET) + sites(customer.origin, APPLY)
    server = Server(tmp_path_factory.mktemp("options"), before)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def applied(running: Server, customer: Customer) -> Server:
    """The same, after ``chatdock apply`` gave the sites their values. It was seen in time."""
    accent = next(case for case in CASES if case.path == "ui.theme.accent")
    before = [running.get(f"/embed/{key_of(case, APPLY)}.js") for case in (*CASES, accent)]
    running.apply(sites(customer.origin, APPLY, is_changed=True))
    address = f"/embed/{key_of(accent, APPLY)}.js"
    wait_until(
        lambda: running.get(address).body != before[-1].body,
        "the running server to see what was applied",
        SEEN_WITHIN_S,
    )
    return running


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all cases: each has a site, and with it a visitor, of its own."""
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def show(tab: Page, customer: Customer) -> Iterator[Show]:
    """``show(server, case, by)``: the chat of the case's site, as far as the case needs it."""
    complaints: list[str] = []

    def complain(error: WebError) -> None:
        complaints.append(str(error.error))

    def go(server: Server, case: Case, by: str) -> Screen:
        tab.context.clear_cookies()  # a cookie a site: together more than a request may carry
        tab.set_viewport_size(case.viewport)
        tab.emulate_media(color_scheme=case.device_scheme)
        tab.goto(customer.page(tag(server, key_of(case, by)), body=case.body))
        screen = Screen(tab)
        if case.is_open:
            screen.open()
        else:
            screen.wait_for_launcher()
        if case.asks:
            screen.ask(case.asks)
        return screen

    tab.context.on("weberror", complain)
    yield go
    tab.context.remove_listener("weberror", complain)
    assert complaints == []


def test_every_declared_option_has_a_case() -> None:
    declared = {option.path for option in declared_options()}

    assert {case.path for case in CASES} == declared
    assert {case.path for case in CASES if APPLY in case.by} == {
        path for path in declared if not path.startswith("userInfo.")
    }
    assert [case.id for case in CASES if case.before == case.after] == []


def test_every_option_that_a_page_may_set_has_a_case() -> None:
    presentation = {
        one.path for one in declared_options() if one.path.startswith(("ui.", "userInfo."))
    }

    assert {case.path for case in CASES if SET in case.by} == presentation


@cases(SET)
def test_page_sets(show: Show, running: Server, case: Case) -> None:
    screen = show(running, case, SET)
    expect_seen(screen, case.sight, case.before)

    screen.call("set", tree({case.path: case.value}))

    expect_seen(screen, case.sight, case.after)


@cases(APPLY)
def test_owner_applies(show: Show, applied: Server, case: Case) -> None:
    screen = show(applied, case, APPLY)

    expect_seen(screen, case.sight, case.after)


def test_last_of_several_values_wins_whichever_answer_comes_last(
    show: Show, running: Server
) -> None:
    screen = show(running, CASES[0], APPLY)
    held: list[Route] = []
    screen.page.route("**/look?*", lambda route: held.append(route), times=1)
    with screen.page.expect_request("**/look?*"):
        screen.call("set", tree({"ui.chatBot.title": "First"}))
    screen.call("set", tree({"ui.chatBot.title": "Second"}))
    expect_seen(screen, titles, ("Second", "Second"))

    with screen.page.expect_request_finished(lambda request: "/look?" in request.url):
        held[0].continue_()
    screen.composer.evaluate("() => new Promise((done) => setTimeout(done))")

    expect_seen(screen, titles, ("Second", "Second"))


def test_layout_follows_the_window(show: Show, running: Server) -> None:
    screen = show(running, CASES[0], APPLY)
    expect_seen(screen, send_size, 36)

    screen.page.set_viewport_size(PHONE)

    expect_seen(screen, panel_box, (0, 0, 390, 844))
    expect_seen(screen, send_size, 44)


def test_chat_in_the_page_itself_has_nothing_to_close(
    tab: Page, show: Show, customer: Customer, running: Server
) -> None:
    place = '<div id="chat" style="height:500px"></div>'
    script = tag(running, key_of(CASES[0], APPLY), 'async data-el="#chat"')
    tab.goto(customer.page(script, body=place))
    screen = Screen(tab)
    expect(screen.composer).to_be_visible(timeout=PATIENCE_MS)

    assert has_new(screen)
    assert not has_close(screen)


def test_longest_label_stays_within_the_launcher(show: Show, running: Server) -> None:
    screen = show(running, CASES[0], APPLY)
    screen.call("close")
    screen.page.set_viewport_size({"width": 320, "height": 568})

    screen.call("set", tree({"ui.asstBtn.text": "有问题随时问我" * 5 + "很高兴"}))

    outer, text, icon = (
        part.bounding_box()
        for part in (
            screen.launcher,
            *(screen.launcher.locator(one) for one in ("span:not(.badge)", "svg")),
        )
    )
    assert outer is not None
    assert text is not None
    assert outer["x"] >= 20
    assert outer["y"] <= text["y"]
    assert text["y"] + text["height"] <= outer["y"] + outer["height"]
    assert icon is not None
    assert icon["width"] == 28


@pytest.mark.parametrize("variables", [1, 20], ids=["in the address", "too long for an address"])
def test_page_sets_before_the_chat_is_there(
    tab: Page, customer: Customer, running: Server, variables: int
) -> None:
    links = {
        f"v{n}": {"text": f"v{n}", "link": "https://a.example/" + "x" * 120}
        for n in range(variables)
    }
    options = tree({"ui.composer.placeholder": "Your question", "ui.footer.linkvars": links})
    tab.goto(customer.page(tag(running, key_of(CASES[0], APPLY))))
    screen = Screen(tab)
    screen.page.wait_for_function("window.chatdock && window.chatdock.sites")

    screen.call("set", options)
    screen.open()

    expect_seen(screen, hint, ("Your question", "Your question"))
