"""Words between page and frame that neither of the two has said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Customer, Widget, customers
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

WORDS = """[
  {type: 'close'}, {type: 'refused', origin: 'x'}, {type: 'ready'},
  {type: 'event', name: 'error', detail: {code: 'forged'}},
  {type: 'event', name: 'message.sent', detail: {}},
].map((word) => ({chatdock: 1, ...word}))"""
EVENTS = "['open', 'close', 'refused', 'error', 'message', 'answer']"
FRAME = "document.documentElement.lastElementChild.shadowRoot.querySelector('iframe').contentWindow"
SEND = "{chatdock: 1, type: 'send', text: 'forged'}"


@pytest.fixture
def stranger() -> Iterator[Customer]:
    """Whoever serves the advertisements on the customer's page."""
    with customers() as made:
        yield made


def test_advertisement_moves_nothing(desk: Page, visit: Visit, stranger: Customer) -> None:
    script = (
        f"for (const word of {WORDS}) parent.postMessage(word, '*'); parent.postMessage('!', '*')"
    )
    advertisement = stranger.put(f"<script>onload = () => {{ {script} }}</script>")
    desk.add_init_script(
        "window.heard = []; window.came = [];"
        "addEventListener('message', (event) => came.push(event.data))"
    )
    widget = visit(desk)
    widget.open()
    desk.evaluate(f"{EVENTS}.forEach((name) => chatdock('on', name, () => heard.push(name)))")

    desk.evaluate(
        "src => document.body.append(Object.assign(document.createElement('iframe'), {src}))",
        advertisement,
    )
    desk.wait_for_function("came.includes('!')")
    desk.evaluate("new Promise((done) => setTimeout(done))")

    assert desk.evaluate("heard") == []
    expect(widget.panel).to_be_visible()


def test_frame_hears_its_parent_alone(desk: Page, visit: Visit) -> None:
    """Not another window of the very same origin, and not another origin's words."""
    widget = visit(desk)
    widget.open()

    desk.evaluate(
        f"""() => {{
          const other = document.body.appendChild(document.createElement("iframe"));
          const script = other.contentDocument.createElement("script");
          other.contentWindow.far = {FRAME};
          script.textContent = "far.postMessage({SEND}, '*')";
          other.contentDocument.body.append(script);
        }}"""
    )
    widget.call("send", "from the page")
    widget.wait_for_answer()

    assert questions(widget) == ["from the page"]


def test_frame_hears_version_one_alone(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    for word in ("{type: 'send', text: 'forged'}", "{chatdock: 2, type: 'send', text: 'forged'}"):
        desk.evaluate(f"{FRAME}.postMessage({word}, '*')")

    desk.evaluate(f"{FRAME}.postMessage({SEND.replace('forged', 'heard')}, '*')")
    widget.wait_for_answer()

    assert questions(widget) == ["heard"]


def questions(widget: Widget) -> list[str]:
    return widget.frame.locator("#messages > .question .bubble").all_text_contents()
