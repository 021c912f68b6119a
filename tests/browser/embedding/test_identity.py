"""Signed-in visitors: who the host page says is there, and what stands on the screen then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser.chat import PATIENCE_MS
from tests.browser.chromium import ARGUMENTS, PATH
from tests.browser.conftest import NewPage, lan
from tests.browser.customer import DESK, Customer, Widget, customers, tag
from tests.serving import Server, wait_until
from tests.signing import user_token

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = {delay_ms}
"""
# What the page is told, and a function that knows who is signed in: tokens, one after the other.
HEAD = """<script>
window.chatdock = window.chatdock || function () {
  (chatdock.q = chatdock.q || []).push(arguments);
};
window.told = [];
window.tokens = [];
window.who = () => { window.asked = (window.asked || 0) + 1; return tokens.shift() || null; };
for (const name of ["identity.refused", "identity.expired"]) {
  chatdock("on", name, (detail) => told.push([name, detail]));
}
</script>"""


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """``acme`` answers at once, ``calm`` at a reader's pace."""
    paces = {"acme": 0, "calm": 20}
    sites = (SITE.format(key=k, origin=customer.origin, delay_ms=p) for k, p in paces.items())
    running = Server(tmp_path_factory.mktemp("identity"), "".join(sites))
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Visit:
    """A visitor on a page of the customer's, signed in there or not."""

    def __init__(self, page: Page, customer: Customer, server: Server, site: str = "acme") -> None:
        self.page = page
        self.customer = customer
        self.server = server
        self.site = site
        self.widget = Widget(page)
        self._was_open = False

    def go(self, token: str = "", *, head: str = HEAD) -> Visit:
        """Loads a page whose tag names this user, and opens the chat."""
        self.load(token, head=head)
        if self._was_open:  # then the tab remembers it
            self.widget.wait_until_usable()
        else:
            self.widget.open()
        self._was_open = True
        return self

    def load(self, token: str = "", *, head: str = HEAD, path: str = "/") -> None:
        attributes = f'async data-user-token="{token}"' if token else "async"
        made = tag(self.server, self.site, attributes)
        self.page.goto(self.customer.page(made, head=head, path=path))

    def identify(self, token: str | None) -> None:
        self.widget.call("identify", token)

    def identify_by_function(self, *tokens: str) -> None:
        self.bring(*tokens)
        self.page.evaluate("chatdock('identify', () => who())")

    def bring(self, *tokens: str) -> None:
        """What the page's function returns next."""
        self.page.evaluate("(some) => { tokens.push(...some) }", list(tokens))

    @property
    def questions(self) -> Locator:
        return self.widget.frame.locator("#messages > .question .bubble")

    @property
    def answer(self) -> Locator:
        return self.widget.frame.locator("#messages > .answer").last

    def ask(self, text: str) -> None:
        count = self.questions.count()
        self.widget.ask(text)
        expect(self.questions).to_have_count(count + 1)
        self.widget.wait_for_answer()

    def expect_questions(self, *texts: str) -> None:
        expect(self.questions).to_have_text(list(texts), timeout=PATIENCE_MS)

    def told(self, name: str) -> list[Any]:
        self.page.wait_for_function("name => told.some((one) => one[0] === name)", arg=name)
        return [detail for known, detail in self.page.evaluate("told") if known == name]


@pytest.fixture
def visitor(new_page: NewPage, customer: Customer, server: Server) -> Any:
    """``visitor(site)``: somebody with a browser of their own."""

    def make(site: str = "acme", page: Page | None = None) -> Visit:
        return Visit(page or new_page(viewport=DESK), customer, server, site)

    return make


def test_person_finds_the_conversation_in_every_browser(visitor: Any, server: Server) -> None:
    token = user_token(server, "everywhere")
    visitor().go(token).ask("Thanks")

    elsewhere = visitor().go(token)

    elsewhere.expect_questions("Thanks")


def test_signing_in_keeps_the_conversation_and_the_text_in_the_box(
    visitor: Any, server: Server
) -> None:
    here = visitor().go()
    here.ask("Thanks")
    here.widget.composer.fill("half a thought")
    token = user_token(server, "keeps")
    with here.page.expect_response("**/frame/acme/token"):
        here.identify(token)
    here.widget.composer.press("Enter")

    here.expect_questions("Thanks", "half a thought")
    visitor().go(token).expect_questions("Thanks", "half a thought")


def test_signing_in_keeps_a_running_answer(visitor: Any, server: Server) -> None:
    here = visitor("calm").go()
    here.widget.ask("Where is my order 2046?")
    expect(here.answer.locator(".text")).to_contain_text("order", timeout=PATIENCE_MS)
    token = user_token(server, "midway", site="calm")
    here.identify(token)
    expect(here.answer.locator(".tail")).to_have_attribute("data-state", "running")
    here.widget.wait_for_answer()
    streamed = here.answer.inner_text()

    elsewhere = visitor("calm").go(token)

    elsewhere.expect_questions("Where is my order 2046?")
    expect(elsewhere.answer).to_have_text(here.answer.text_content() or "")
    assert elsewhere.answer.inner_text() == streamed


def test_what_was_asked_before_comes_only_for_the_person(visitor: Any, server: Server) -> None:
    here = visitor().go()
    here.ask("Anonymous and older")
    here.widget.frame.get_by_role("button", name="New conversation").click()
    here.expect_questions()
    here.ask("The open one")
    token = user_token(server, "older")
    here.identify(token)
    here.expect_questions("The open one")
    here.identify(None)
    here.expect_questions()
    here.go()

    here.expect_questions()


def test_signing_out_clears_the_screen_and_the_box(visitor: Any, server: Server) -> None:
    here = visitor().go(user_token(server, "leaves"))
    here.ask("Private matter")
    here.widget.composer.fill("more of it")
    here.identify(None)

    here.expect_questions()
    expect(here.widget.composer).to_have_value("")
    expect(here.widget.frame.get_by_text("Private matter")).to_have_count(0)
    here.ask("I am somebody else")
    here.go()
    here.expect_questions("I am somebody else")


def test_page_without_the_attribute_is_signed_out(visitor: Any, server: Server) -> None:
    here = visitor().go(user_token(server, "attribute"))
    here.ask("Private matter")

    here.go()

    here.expect_questions()
    expect(here.widget.frame.get_by_text("Private matter")).to_have_count(0)


def test_next_person_sees_nothing_of_the_one_before(visitor: Any, server: Server) -> None:
    ada, ben = user_token(server, "next-ada"), user_token(server, "next-ben")
    here = visitor().go(ada)
    here.ask("Said by Ada")
    here.identify(ben)
    here.expect_questions()
    here.ask("Said by Ben")
    here.expect_questions("Said by Ben")

    here.identify(ada)

    here.expect_questions("Said by Ada")


def test_page_that_changes_its_body_signs_out(visitor: Any, server: Server) -> None:
    here = visitor().go(user_token(server, "turbo"))
    here.ask("Private matter")
    here.page.evaluate(
        """() => {
          const next = document.createElement("body");
          const same = document.querySelector("script[data-user-token]");
          const again = document.createElement("script");
          again.src = same.src;
          next.append(again);
          document.body.replaceWith(next);
        }"""
    )

    here.expect_questions()


def test_function_is_asked_again_before_the_token_ends(visitor: Any, server: Server) -> None:
    here = visitor().go()
    brief, lasting = (user_token(server, "renews", ends_in_s=s) for s in (6, 3600))
    here.identify_by_function(brief, lasting)
    here.ask("Thanks")
    here.page.wait_for_function("asked === 2")
    here.ask("And again")

    here.expect_questions("Thanks", "And again")
    assert here.page.evaluate("told") == []


def test_ended_sign_in_loses_no_text_and_goes_on_with_a_new_token(
    visitor: Any, server: Server
) -> None:
    here = visitor().go()
    here.identify(user_token(server, "ends", ends_in_s=-56))
    here.ask("Thanks")
    assert here.told("identity.expired") == [{}]
    expect(here.widget.frame.get_by_text("Your sign-in has ended.")).to_be_visible()
    here.widget.ask("Typed too late")
    here.expect_questions("Thanks", "Typed too late")

    here.identify(user_token(server, "ends"))

    expect(here.widget.frame.locator("#messages > .answer")).to_have_count(2)
    here.widget.wait_for_answer()
    here.expect_questions("Thanks", "Typed too late")
    expect(here.widget.frame.get_by_text("Your sign-in has ended.")).to_be_hidden()


def test_sign_in_that_ended_can_be_left(visitor: Any, server: Server) -> None:
    here = visitor().go()
    here.identify(user_token(server, "left", ends_in_s=-56))
    here.ask("Private matter")
    here.told("identity.expired")

    here.identify(None)

    here.expect_questions()
    here.ask("Somebody new")
    here.expect_questions("Somebody new")


def test_rotating_at_once_ends_the_sign_in(
    visitor: Any, start_server: Any, customer: Customer, new_page: NewPage
) -> None:
    own = start_server(SITE.format(key="acme", origin=customer.origin, delay_ms=0))
    here = Visit(new_page(viewport=DESK), customer, own)
    here.go(user_token(own, "rotated"))
    here.ask("Thanks")
    own.command("site", "acme", "rotate", "--now")
    here.told("identity.expired")

    here.identify(user_token(own, "rotated"))

    here.ask("Back again")
    here.expect_questions("Thanks", "Back again")


def test_refused_token_is_told_to_the_page_and_the_chat_goes_on(
    visitor: Any, server: Server
) -> None:
    here = visitor()
    warnings: list[str] = []
    here.page.on("console", lambda one: warnings.append(one.text) if one.type == "warning" else 0)
    here.go(user_token(server, "late", ends_in_s=-61))

    reason = "The sign-in was refused. (the user token has expired)"
    assert here.told("identity.refused") == [{"reason": reason}]
    assert f"chatdock: {reason}" in warnings
    here.ask("Thanks")
    here.identify("not.a.token")
    here.page.wait_for_function("told.length === 2")
    here.expect_questions("Thanks")


def test_person_of_whom_a_page_speaks_no_more_leaves_the_screen(
    visitor: Any, server: Server
) -> None:
    here = visitor().go(user_token(server, "spoken"))
    here.ask("Private matter")

    here.identify("not.a.token")

    here.told("identity.refused")
    here.expect_questions()


def test_function_is_asked_once_more_when_its_token_is_refused(
    visitor: Any, server: Server
) -> None:
    here = visitor().go()
    here.ask("Thanks")
    here.identify_by_function("not.a.token", user_token(server, "second"))
    here.page.wait_for_function("asked === 2")
    assert len(here.told("identity.refused")) == 1
    here.ask("Signed in now")

    visitor().go(user_token(server, "second")).expect_questions("Thanks", "Signed in now")


def test_function_that_fails_leaves_everything_as_it_is(visitor: Any, server: Server) -> None:
    here = visitor().go(user_token(server, "fails"))
    here.ask("Thanks")
    here.page.evaluate("chatdock('identify', () => Promise.reject(new Error('no line')))")

    assert here.told("identity.refused") == [{"reason": "no line"}]
    here.expect_questions("Thanks")


def test_two_tabs_sign_in_at_once(visitor: Any, server: Server) -> None:
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


def test_tab_that_stays_anonymous_lets_the_conversation_go(visitor: Any, server: Server) -> None:
    first = visitor().go()
    first.ask("Thanks")
    second = visitor(page=first.page.context.new_page()).go()
    second.expect_questions("Thanks")

    first.identify(user_token(server, "one-tab"))

    first.expect_questions("Thanks")
    second.expect_questions()


def test_page_says_who_is_there_before_the_script_has_arrived(visitor: Any, server: Server) -> None:
    token = user_token(server, "queued")
    visitor().go(token).ask("Thanks")

    here = visitor().go(head=f"{HEAD}<script>chatdock('identify', '{token}')</script>")

    here.expect_questions("Thanks")


def test_question_of_the_page_is_asked_by_the_person(visitor: Any, server: Server) -> None:
    token = user_token(server, "page-asks")
    here = visitor()
    here.load(token)
    here.widget.call("send", "Asked by a button")
    here.expect_questions("Asked by a button")
    here.widget.wait_for_answer()

    visitor().go(token).expect_questions("Asked by a button")


def test_signing_out_while_the_sign_in_is_on_its_way(visitor: Any, server: Server) -> None:
    here = visitor().go()
    here.ask("Private matter")
    held: list[Any] = []
    here.page.route("**/frame/acme/token", lambda route: held.append(route), times=1)
    here.identify(user_token(server, "on-its-way"))
    wait_until(lambda: here.page.evaluate("1") and held, "the sign-in to be on its way")

    here.identify(None)
    here.expect_questions()
    held[0].continue_()

    here.ask("Somebody new")
    here.go()
    here.expect_questions("Somebody new")


def test_network_without_sockets_shows_the_persons_conversation(
    visitor: Any, server: Server
) -> None:
    token = user_token(server, "no-sockets")
    visitor().go(token).ask("Thanks")
    here = visitor()
    here.page.route_web_socket("**/socket", lambda socket: socket.close(code=1011))

    here.go(token)

    here.expect_questions("Thanks")


@pytest.mark.parametrize("storage", ["kept", "refused"])
def test_browser_without_our_cookie_forgets_the_person_too(
    visitor: Any, server: Server, customer: Customer, storage: str
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


def test_page_that_comes_back_from_memory_shows_nothing(customer: Customer, server: Server) -> None:
    token = user_token(server, "memory")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PATH,
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        here = Visit(browser.new_page(viewport=DESK, locale="en-GB"), customer, server)
        here.go(token)
        here.ask("Private matter")
        here.page.evaluate("window.isKept = true")
        here.load(path="/signed-out")
        here.page.go_back()

        assert here.page.evaluate("window.isKept") is True
        assert here.told("identity.expired") == [{}]
        here.expect_questions()
        expect(here.widget.frame.get_by_text("Private matter")).to_have_count(0)
        browser.close()
