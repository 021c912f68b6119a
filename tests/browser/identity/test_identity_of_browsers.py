"""Signing in and out with two tabs, without sockets or cookies, and by the Back button."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import ARGUMENTS, WINDOWED
from tests.browser.conftest import lan
from tests.browser.customer import DESK, Customer
from tests.browser.identity.conftest import Visitor
from tests.browser.identity.visit import HEAD, Visit
from tests.serving import Server, wait_until
from tests.signing import user_token

pytestmark = pytest.mark.browser


def test_two_tabs_sign_in_at_once(visitor: Visitor, server: Server) -> None:
    first = visitor().go()
    first.ask("Thanks")
    second = visitor(page=first.page.context.new_page()).go()
    second.expect_questions("Thanks")
    token = user_token(server, "tabs")
    for tab in (first, second):
        tab.identify(token)
    for tab in (first, second):
        tab.expect_questions("Thanks")

    second.ask("And again")

    first.expect_questions("Thanks", "And again")


def test_tab_that_stays_anonymous_lets_it_go(visitor: Visitor, server: Server) -> None:
    first = visitor().go()
    first.ask("Thanks")
    second = visitor(page=first.page.context.new_page()).go()
    second.expect_questions("Thanks")

    first.identify(user_token(server, "one-tab"))

    first.expect_questions("Thanks")
    second.expect_questions()


def test_network_without_sockets_shows_the_persons_conversation(
    visitor: Visitor, server: Server
) -> None:
    token = user_token(server, "no-sockets")
    visitor().go(token).ask("Thanks")
    here = visitor()
    here.page.route_web_socket("**/socket", lambda socket: socket.close(code=1011))

    here.go(token)

    here.expect_questions("Thanks")


@pytest.mark.parametrize("storage", ["kept", "refused"])
def test_browser_without_our_cookie_forgets_the_person_too(
    visitor: Visitor, server: Server, customer: Customer, storage: str
) -> None:
    here = visitor()
    if storage == "refused":
        here.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() {throw new Error('refused')}})"
        )
    script = f'<script async src="{lan(server, "/embed/acme.js")}"></script>'
    here.page.goto(customer.page(script, head=HEAD))
    here.widget.open()
    here.ask("Thanks")
    here.identify(user_token(server, f"cookieless-{storage}"))
    here.ask("And again")
    here.expect_questions("Thanks", "And again")
    assert here.page.context.cookies() == []
    here.page.reload()
    here.widget.wait_until_usable()
    here.expect_questions()

    here.identify(user_token(server, f"cookieless-{storage}"))

    here.expect_questions("Thanks", "And again")
    here.identify(None)
    here.expect_questions()


def test_page_that_comes_back_from_memory_shows_nothing(
    browser: Browser, customer: Customer, server: Server
) -> None:
    token = user_token(server, "memory")
    keeping = browser.browser_type.launch(
        executable_path=WINDOWED,
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    with closing(keeping):
        here = Visit(keeping.new_page(viewport=DESK, locale="en-GB"), customer, server)
        here.go(token)
        here.ask("Private matter")
        assert "Private matter" in said_in_frame(keeping)
        here.page.evaluate("window.isKept = true")
        here.load(path="/signed-out")
        here.page.go_back(wait_until="commit")

        assert here.told("identity.expired") == [{}]
        assert here.page.evaluate("window.isKept") is True
        assert "Private matter" not in said_in_frame(keeping)


def said_in_frame(browser: Browser) -> str:
    """What stands in the chat's frame: Playwright itself loses sight of frames that come back."""
    session = browser.new_browser_cdp_session()
    found = session.send("Target.getTargets")["targetInfos"]
    (frame,) = [one["targetId"] for one in found if "/frame/acme" in one["url"]]
    heard: list[dict[str, str]] = []
    session.on("Target.receivedMessageFromTarget", lambda one: heard.append(one))
    attached = session.send("Target.attachToTarget", {"targetId": frame, "flatten": False})
    ask = {"expression": "document.body.innerText"}
    session.send(
        "Target.sendMessageToTarget",
        {
            "sessionId": attached["sessionId"],
            "message": json.dumps({"id": 1, "method": "Runtime.evaluate", "params": ask}),
        },
    )
    wait_until(lambda: session.send("Target.getTargets") and heard, "the frame's answer")
    text: str = json.loads(heard[0]["message"])["result"]["result"]["value"]
    return text
