"""What an agent asks of the host page: effects, calls with results, actions of its cards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import Widget
from tests.browser.embedding.conftest import Visit

pytestmark = pytest.mark.browser

QUESTION = "Which page is this?"
LISTEN = """(body) => {
  window.heard = [];
  chatdock("on", "tool", new Function("asked", "heard.push(asked); " + body));
}"""


def answers(widget: Widget) -> Locator:
    return widget.frame.locator("#messages > .answer")


def last_words(widget: Widget, count: int = 2) -> Locator:
    expect(answers(widget)).to_have_count(count, timeout=PATIENCE_MS)
    widget.wait_for_answer()
    return answers(widget).last


@pytest.fixture
def widget(desk: Page, visit: Visit) -> Widget:
    made = visit(desk)
    made.open()
    return made


@pytest.mark.parametrize(
    "body",
    [
        "return {title: 'Lamps & more'}",
        "return Promise.resolve({title: 'Lamps & more'})",
        "return new Promise((done) => setTimeout(done, 300, {title: 'Lamps & more'}))",
    ],
)
def test_what_the_page_returns_goes_back(widget: Widget, body: str) -> None:
    widget.page.evaluate(LISTEN, body)
    widget.ask(QUESTION)

    expect(last_words(widget)).to_contain_text("You are on the page Lamps & more.")
    assert widget.page.evaluate("heard") == [{"name": "describe_page", "arguments": {}}]


@pytest.mark.parametrize(
    "body",
    [
        "throw new Error('broken')",
        "return Promise.reject(new Error('broken'))",
        "return 1n",
        "const one = {}; one.one = one; return one",
        "return {title: 'x'.repeat(40000)}",
        "return {title: '灯'.repeat(12000)}",
        "return {title: '灯'.repeat(25000)}",
        "let deep = 'x'; for (let n = 0; n < 300; n += 1) deep = [deep]; return {title: deep}",
        "return 'no object'",
        "",
    ],
)
def test_what_goes_wrong_on_the_page_goes_back_too(widget: Widget, body: str) -> None:
    widget.page.evaluate(LISTEN, body)
    widget.ask(QUESTION)

    expect(last_words(widget)).to_contain_text("Nobody answered.")


def test_a_page_without_a_handler_is_not_waited_for_for_ever(widget: Widget) -> None:
    widget.ask(QUESTION)

    expect(last_words(widget)).to_contain_text("Nobody answered.", timeout=PATIENCE_MS)


def test_the_first_handler_that_returns_something_counts(widget: Widget) -> None:
    widget.page.evaluate(
        """() => {
          chatdock("on", "tool", () => undefined);
          chatdock("on", "tool", () => ({title: "Second"}));
          chatdock("on", "tool", () => ({title: "Third"}));
        }"""
    )
    widget.ask(QUESTION)

    expect(last_words(widget)).to_contain_text("You are on the page Second.")


def test_a_page_that_is_loaded_anew_is_asked_again(widget: Widget, desk: Page) -> None:
    desk.evaluate(LISTEN, "return new Promise(() => undefined)")
    widget.ask(QUESTION)
    desk.wait_for_function("heard.length === 1")
    desk.reload()
    desk.evaluate(LISTEN, "return {title: 'Again'}")
    widget.wait_until_usable()

    expect(last_words(widget)).to_contain_text("You are on the page Again.")


def test_two_tabs_make_one_answer(widget: Widget, desk: Page, visit: Visit) -> None:
    other = visit(desk.context.new_page())
    other.open()
    for one in (widget, other):
        one.page.evaluate(LISTEN, "return {title: 'Lamps'}")
    desk.bring_to_front()
    widget.ask("Hello")
    widget.wait_for_answer()
    other.page.reload()
    other.wait_until_usable()
    other.page.evaluate(LISTEN, "return {title: 'Lamps'}")
    widget.ask(QUESTION)

    for one in (widget, other):
        expect(last_words(one, 3)).to_contain_text("You are on the page Lamps.")
    assert desk.evaluate("heard.length") == 1
    assert other.page.evaluate("heard.length") == 0


def test_an_effect_is_told_with_its_data(widget: Widget) -> None:
    widget.page.evaluate(
        "() => { window.heard = []; chatdock('on', 'effect', (one) => heard.push(one)) }"
    )
    widget.ask("Point at the lamp")
    widget.wait_for_answer()

    widget.page.wait_for_function("heard.length")
    assert widget.page.evaluate("heard") == [{"name": "show_lamp", "data": {"lamp": "heron"}}]


def test_an_action_for_the_page_starts_no_answer(widget: Widget) -> None:
    widget.page.evaluate(
        "() => { window.heard = []; chatdock('on', 'action', (one) => heard.push(one)) }"
    )
    widget.ask("Show me the Heron")
    widget.wait_for_answer()
    card = widget.frame.locator(".asked")
    card.get_by_label("Engraving").fill("Ada")
    card.get_by_role("button", name="Show it on this page").click()

    widget.page.wait_for_function("heard.length")
    assert widget.page.evaluate("heard") == [
        {
            "name": "show_lamp",
            "data": {"lamp": "heron", "colour": "brass", "engraving": "Ada"},
        }
    ]
    expect(answers(widget)).to_have_count(1)
    expect(card.locator("[aria-busy]")).to_have_count(0)


def test_results_of_strangers_are_not_taken(widget: Widget) -> None:
    """A frame beside ours, and a number that was never given out."""
    widget.page.evaluate(LISTEN, "return new Promise((done) => { window.finish = done })")
    widget.ask(QUESTION)
    widget.page.wait_for_function("heard.length")
    widget.page.evaluate(
        """() => {
          const forged = {chatdock: 1, type: "result", result: {title: "Forged"}, is_error: false};
          const target = document.querySelector("html > div").shadowRoot.querySelector("iframe");
          target.contentWindow.postMessage({...forged, call: 99}, "*");
          const beside = document.createElement("iframe");
          document.body.append(beside);
          beside.contentWindow.target = target.contentWindow;
          beside.contentWindow.forged = {...forged, call: 1};
          const script = beside.contentDocument.createElement("script");
          script.textContent = "target.postMessage(forged, '*')";
          beside.contentDocument.body.append(script);
          finish({title: "Real"});
        }"""
    )

    expect(last_words(widget)).to_contain_text("You are on the page Real.")
