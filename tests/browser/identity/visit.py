"""A visitor on a page of the customer's, signed in there or not."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import Customer, Widget, tag
from tests.serving import Server

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


class Visit:
    """One tab."""

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
