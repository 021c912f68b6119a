"""From the page into the chat and back, by keys alone, and as a screen reader meets it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Customer, Widget, own_focus
from tests.browser.ears import LISTEN, Ears, expect_state
from tests.browser.embedding.conftest import Visit
from tests.serving import Server

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 1
[sites.ui.conversations]
isNeed = true
[sites.ui.chatBot.feedback]
isNeedFeedback = true
"""
RETURNS = (
    "Answer: No problem, you can send anything back within 30 days. This is how: Open My orders and"
    " choose the one you want to return. Press Return and say why. One tap is enough. Print the"
    " label, or show its code at the parcel shop: the parcel is insured, the return is free. We"
    " refund you within two working days after it arrives. Opened cosmetics and gift cards cannot"
    " be returned. Is anything broken? Then you need not send it back at all: a photo is enough."
)
STOPPED = (
    "Answer: I am thinking about that … (nothing more will come: press stop)."
    " You stopped this answer."
)
BEGINS = "The assistant is answering."
PLACEHOLDER = "Ask a question…"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """With a list of conversations, and thumbs under answers."""
    running = Server(tmp_path_factory.mktemp("journeys"), SITE.format(origin=customer.origin))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def arrived(desk: Page, visit: Visit) -> Widget:
    """On the page, at the launcher, with nothing but the keys."""
    desk.add_init_script(LISTEN)
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.get_by_label("Search").focus()
    desk.keyboard.press("Tab")
    return widget


def open_by_key(widget: Widget) -> Ears:
    widget.page.keyboard.press("Enter")
    widget.wait_until_usable()
    expect(widget.composer).to_be_focused()
    return Ears(widget.page, widget.frame)


def ask(ears: Ears, text: str, state: str = "done") -> None:
    ears.page.keyboard.type(text)
    ears.press("Enter")
    expect_state(ears.root, state)
    ears.expect_focus(PLACEHOLDER)


def test_keys_alone(desk: Page, arrived: Widget) -> None:
    ears = open_by_key(arrived)
    ask(ears, "How do I return something?")

    rate_the_answer(ears)
    stop_an_answer(ears)
    go_to_another_conversation_and_back(ears)
    choose_what_is_said(ears)
    ears.press("Escape")

    arrived.wait_until_closed()
    assert own_focus(desk) == "Chat"


def rate_the_answer(ears: Ears) -> None:
    """Into the answer and back."""
    answer = "Assistant: " + RETURNS.removeprefix("Answer: ")
    assert ears.go_to(answer, "Shift+Tab")[0] == "Attach files"
    ears.press("ArrowUp")
    ears.expect_focus("You: How do I return something?")
    ears.press("ArrowUp", "Home", "ArrowDown")
    ears.expect_focus(answer)
    ears.press("Enter")
    ears.expect_focus("Sources 2")
    ears.go_to("Good answer")
    ears.press("Enter")
    good = ears.root.get_by_role("button", name="Good answer")
    expect(good).to_have_attribute("aria-pressed", "true")
    ears.expect_focus("Good answer")
    ears.press("Escape")
    ears.expect_focus(PLACEHOLDER)


def stop_an_answer(ears: Ears) -> None:
    ask(ears, "Stall", "running")
    ears.go_to("Stop the answer")
    ears.press("Enter")
    ears.expect_focus(PLACEHOLDER)
    expect_state(ears.root, "stopped")


def go_to_another_conversation_and_back(ears: Ears) -> None:
    ears.go_to("New conversation", "Shift+Tab")
    ears.press("Enter")
    ears.expect_focus(PLACEHOLDER)
    expect(ears.root.locator("#messages > li")).to_have_count(0)
    ask(ears, "Show me code")
    ears.go_to("Conversations", "Shift+Tab")
    ears.press("Enter")
    ears.expect_focus("Search conversations")
    ears.press("Escape")
    ears.expect_focus("Conversations")
    ears.press("Enter")
    ears.expect_focus("Search conversations")
    ears.go_to("Show me code", "ArrowDown")
    ears.go_to("How do I return something?", "ArrowDown")
    ears.press("Enter")
    ears.expect_focus(PLACEHOLDER)
    first = ears.root.locator("#messages > .question .bubble").first
    expect(first).to_have_text("How do I return something?")


def choose_what_is_said(ears: Ears) -> None:
    """In the menu."""
    ears.go_to("More", "Shift+Tab")
    ears.press("Enter")
    ears.go_to("Only that an answer is there", "ArrowDown")
    ears.press("Enter")
    ears.expect_focus("More")


def test_what_is_heard_and_found(desk: Page, arrived: Widget) -> None:
    launcher = arrived.launcher
    assert launcher.get_attribute("aria-expanded") == "false"
    ears = open_by_key(arrived)
    frame = arrived.frame
    assert launcher.get_attribute("aria-expanded") == "true"
    expect(arrived.panel).to_have_attribute("aria-modal", "false")
    assert ears.found("heading", "log", "button", "textbox") == [
        'button "Conversations"',
        'heading "Acme" [level=1]',
        'button "New conversation"',
        'button "More"',
        'button "Enlarge chat"',
        'button "Close chat"',
        'log "Conversation"',
        'button "How much is postage?"',
        'button "How do I return something?"',
        'button "Where is my order 2046?"',
        'button "Show me everything you can do"',
        'button "Attach files"',
        f'textbox "{PLACEHOLDER}"',
        'button "Send" [disabled]',
    ]
    assert ears.said() == []

    # Said: that it begins, and all of it. Found: who said what, and what can be done with it.
    ask(ears, "How do I return something?")
    ears.expect_said(BEGINS, RETURNS)
    assert ears.found("heading", "log") == [
        'heading "Acme" [level=1]',
        'log "Conversation"',
        'heading "You" [level=2]',
        'heading "Assistant" [level=2]',
    ]
    assert {'button "Good answer"', 'button "Bad answer"'} <= set(ears.found("button"))

    # While it is written there is something to stop, and nothing to rate.
    ask(ears, "Stall", "running")
    assert ears.found("button", "textbox")[-3:] == [
        'button "Attach files"',
        f'textbox "{PLACEHOLDER}"',
        'button "Stop the answer"',
    ]
    ears.go_to("Stop the answer")
    ears.press("Enter")
    expect_state(frame, "stopped")
    ears.expect_said(BEGINS, RETURNS, BEGINS, STOPPED)


@pytest.mark.parametrize(
    ("mode", "heard"),
    [
        ("sentences", [BEGINS, RETURNS.removeprefix("Answer: "), "End of the answer."]),
        ("brief", ["The answer is there."]),
    ],
)
def test_answer_is_heard_as_chosen_and_once(
    desk: Page, arrived: Widget, mode: str, heard: list[str]
) -> None:
    ears = open_by_key(arrived)
    html = arrived.frame.locator("html")
    html.evaluate("(_, mode) => localStorage.setItem('chatdock.hear', mode)", mode)

    ask(ears, "How do I return something?")
    expect(html.locator("#announcer")).to_contain_text(heard[-1])

    assert " ".join(ears.said()) == " ".join(heard)
    desk.reload()
    arrived.wait_until_usable()
    expect(arrived.frame.locator("#messages > li[tabindex='0']")).to_be_attached()
    assert ears.said() == []
