"""Writing that runs from right to left: in a page of such a language, and in any other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.chat import open_chat
from tests.browser.conftest import NewPage, local
from tests.browser.flaws import flaws_around
from tests.serving import Server
from widget.render.markdown import render

pytestmark = pytest.mark.browser

ARABIC = """مرحبا! طلبك رقم `2046` في الطريق.

- أولا
- ثانيا

```python
print("hello")
```

$$a^2$$
"""
# Where things stand: left to right what they are, and the way each runs.
SIDES = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const runs = (selector) => getComputedStyle(document.querySelector(selector)).direction;
  const [bubble, thread, send, text] = [".bubble", "#thread", ".send", "#text"].map(box);
  const [close, list, drawer] = ["#more", "#list", ".drawer"].map(box);
  const isAtEnd = Math.abs(bubble.right - thread.right) < 40;
  return {
    question: isAtEnd ? "right" : "left",
    send: send.left > text.left ? "right" : "left",
    list: list.left < close.left ? "left" : "right",
    drawer: drawer.left < 1 ? "left" : "right",
    answer: runs(".text"),
    points: runs(".text ul"),
    code: runs(".text pre"),
    formula: runs(".text .formula"),
    fold: getComputedStyle(document.querySelector(".fold summary .icon")).transform,
  };
}"""
LEFT_TO_RIGHT = {
    **dict.fromkeys(("question", "send"), "right"),
    **dict.fromkeys(("list", "drawer"), "left"),
    **dict.fromkeys(("code", "formula"), "ltr"),
}
MIRRORED = {
    **dict.fromkeys(("question", "send"), "left"),
    **dict.fromkeys(("list", "drawer"), "right"),
    **dict.fromkeys(("code", "formula"), "ltr"),
}
AS_WRITTEN, TURNED = "none", "matrix(-1, 0, 0, 1, 0, 0)"


def say(page: Page, markdown: str) -> None:
    """As the last answer's text, in place of what it said."""
    page.evaluate(
        "(html) => ([...document.querySelectorAll('.text')].pop().innerHTML = html)",
        render(markdown),
    )


def test_sides_follow_the_page_and_each_answer_its_own_writing(
    new_page: NewPage, shop: Server
) -> None:
    page = new_page(
        viewport={"width": 600, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    )
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("Where is my order 2046?")
    page.locator("html").evaluate("(root) => (root.dataset.conversations = 'on')")
    page.locator("#list").click()
    page.locator(".drawer").wait_for()
    root = page.locator("html")

    say(page, "Hello\n\n- one\n\n```\nx\n```\n\n$$a^2$$")
    usual = page.evaluate(SIDES)
    say(page, ARABIC)
    arabic = page.evaluate(SIDES)
    root.evaluate("(root) => (root.dir = 'rtl')")
    mirrored = page.evaluate(SIDES)
    covered = flaws_around(page.locator(".drawer"))
    page.keyboard.press("Escape")
    page.locator(".drawer").wait_for(state="hidden")
    found = flaws_around(page.locator("body"))

    written = {"answer": "rtl", "points": "rtl"}
    assert usual == {**LEFT_TO_RIGHT, "answer": "ltr", "points": "ltr", "fold": AS_WRITTEN}
    assert arabic == {**LEFT_TO_RIGHT, **written, "fold": AS_WRITTEN}
    assert mirrored == {**MIRRORED, **written, "fold": TURNED}
    assert (covered, found) == ([], [])
