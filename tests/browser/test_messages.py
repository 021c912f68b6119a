"""What a visitor can do with a message: copy, edit, ask again, keep; and the title bar's menu."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, open_chat
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser

DAY_S = 86_400
CODE, TABLE = "Write code", "Show me a table"
COPIED = "Copied"


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/quick?lang=en"))


def pasted(chat: Chat) -> str:
    """What the clipboard gives to a text box, which is emptied again."""
    chat.composer.fill("")
    chat.composer.press("Control+v")
    text = chat.composer.input_value()
    chat.composer.fill("")
    return text


def test_answer_question_and_code_are_copied_without_a_clipboard_of_their_own(
    new_page: NewPage, shop: Server
) -> None:
    """On plain http, where browsers give scripts none."""
    page = new_page()
    chat = open_chat(page, f"http://chat.lan:{shop.port}/chat/quick?lang=en")
    chat.ask_and_wait(TABLE)
    assert page.evaluate("navigator.clipboard === undefined")

    chat.button("Copy answer").click()
    expect(chat.button(COPIED)).to_be_focused()
    table = pasted(chat)
    assert "| Height | 24 cm | 45 cm | 160 cm |\n" in table
    assert table.endswith("For reading I would take the *Heron*.")

    chat.ask_and_wait(CODE)
    block = chat.answers.last.locator("pre").first
    block.hover()
    block.get_by_role("button", name="Copy code").click()
    assert pasted(chat) == '<script async src="https://chat.example.com/embed/acme.js"></script>\n'

    chat.root.locator(".question").last.hover()
    chat.root.locator(".question").last.get_by_role("button", name="Copy message").click()
    assert pasted(chat) == CODE


def test_rich_text_is_copied_for_those_who_can_use_it(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask_and_wait(TABLE)

    chat.button("Copy answer").click()
    expect(chat.button(COPIED)).to_be_visible()

    kinds = chat.page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const read = async (type) => (await item.getType(type)).text();
          return [await read("text/plain"), await read("text/html")];
        }"""
    )
    assert "| Height |" in kinds[0]
    assert "<table>" in kinds[1]
    assert "<button" not in kinds[1]


def test_refused_copy_is_said(chat: Chat) -> None:
    chat.ask_and_wait(TABLE)
    chat.page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { value: undefined });
          document.execCommand = () => false;
        }"""
    )

    chat.button("Copy answer").click()

    expect(chat.root.get_by_role("alert")).to_contain_text("did not allow copying")


def test_question_is_edited_in_the_composer(chat: Chat) -> None:
    chat.ask_and_wait("Hello")
    chat.ask_and_wait(TABLE)
    chat.composer.fill("A draft")
    first = chat.root.locator(".question").first

    first.hover()
    first.get_by_role("button", name="Edit message").click()
    expect(chat.composer).to_be_focused()
    expect(chat.composer).to_have_value("Hello")
    expect(chat.root.get_by_text("Editing a message.")).to_be_visible()
    chat.composer.press("Escape")
    expect(chat.composer).to_have_value("A draft")
    expect(chat.composer).to_be_focused()
    expect(chat.questions).to_have_text(["Hello", TABLE])

    first.get_by_role("button", name="Edit message").focus()
    chat.page.keyboard.press("Enter")
    chat.composer.fill(CODE)
    chat.composer.press("Enter")
    expect(chat.questions).to_have_text([CODE])
    expect(chat.answers).to_have_count(1)
    chat.wait_for_end()
    expect(chat.composer).to_have_value("A draft")
    expect(chat.root.locator("[data-edited], [data-leaving], .editing")).to_have_count(0)

    chat.page.reload()
    expect(chat.questions).to_have_text([CODE])


def test_refused_edit_is_taken_up_again(chat: Chat) -> None:
    chat.ask_and_wait("Hello")
    chat.root.locator(".question").hover()
    chat.button("Edit message").click()
    chat.composer.fill("x" * 20_000)

    chat.composer.press("Enter")

    expect(chat.root.get_by_role("alert")).to_contain_text("too long")
    expect(chat.composer).to_have_value("x" * 20_000)
    expect(chat.questions).to_have_text(["Hello"])


def test_answer_that_ended_well_can_be_had_again(chat: Chat) -> None:
    chat.ask_and_wait("Hello")
    chat.ask_and_wait(TABLE)
    before = chat.answers.last.get_attribute("data-id")

    chat.button("Another answer").click()

    expect(chat.root.locator(f"[data-id='{before}']")).to_have_count(0)
    chat.wait_for_end()
    expect(chat.answers).to_have_count(2)
    expect(chat.button("Another answer")).to_have_count(1)


def test_times_are_the_visitors_own(new_page: NewPage, shop: Server) -> None:
    page = new_page(timezone_id="Asia/Tokyo", locale="en-GB")
    chat = open_chat(page, local(shop, "/chat/quick?lang=en"))
    chat.ask_and_wait("Hello")
    chat.page.reload()

    times = chat.root.locator("#messages time")
    expect(times).to_have_count(2)
    for one in times.all():
        expect(one).to_have_text(re.compile(r"^\d?\d:\d\d [AP]M$"))
        at, shown = one.evaluate(
            "(e) => [e.dateTime, new Date(e.dateTime).toLocaleTimeString('en', "
            "{hour: 'numeric', minute: '2-digit'})]"
        )
        assert at.endswith("+00:00")
        expect(one).to_have_text(shown)
    expect(chat.root.locator(".day")).to_have_count(0)

    page.clock.set_fixed_time(time.time() + DAY_S)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(chat.root.locator(".day")).to_have_text(["Yesterday"])


def test_menu_by_keys(chat: Chat) -> None:
    more = chat.button("More")
    more.focus()
    chat.page.keyboard.press("Enter")
    items = chat.root.get_by_role("menu").get_by_role("menuitem")
    larger = chat.root.get_by_role("menuitemcheckbox", name="Larger text")
    expect(larger).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(items).to_have_count(0)  # nothing was said yet that could be kept

    chat.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    size = chat.root.locator("body").evaluate("(e) => getComputedStyle(e).fontSize")
    chat.page.keyboard.press("ArrowDown")
    expect(larger).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(more).to_be_focused()
    chat.page.reload()
    expect(chat.root.locator("html[data-live]")).to_be_attached()
    expect(chat.root.locator("body")).not_to_have_css("font-size", size)


def test_conversation_is_saved_and_printed_from_the_menu(chat: Chat) -> None:
    chat.ask_and_wait(TABLE)
    chat.button("More").click()
    with chat.page.expect_download() as saved:
        chat.root.get_by_role("menuitem", name="Save as text (Markdown)").click()
    assert saved.value.suggested_filename == f"{TABLE}.md"
    assert "| Height | 24 cm |" in saved.value.path().read_text()

    chat.button("More").press("ArrowUp")
    chat.page.keyboard.press("ArrowUp")
    with chat.page.expect_popup() as printed:
        chat.root.get_by_role("menuitem", name="Print…").click()
    expect(printed.value.get_by_role("cell", name="45 cm")).to_be_visible()
    expect(chat.root.get_by_role("menu")).to_be_hidden()


def test_failed_answer_waits_or_asks_for_other_words(chat: Chat) -> None:
    chat.ask("Please fail busy")
    chat.wait_for_end("failed")
    again = chat.answers.last.get_by_role("button", name=re.compile("^Try again in 20 s|19 s$"))
    expect(again).to_have_attribute("aria-disabled", "true")
    again.click(force=True)
    expect(chat.answers).to_have_count(1)
    chat.wait_for_end("failed")

    chat.ask("Please fail content")
    expect(chat.answers).to_have_count(2)
    chat.wait_for_end("failed")
    expect(chat.answers.last.get_by_role("button", name="Try again")).to_have_count(0)
    chat.answers.last.get_by_role("button", name="Change the question").click()
    expect(chat.composer).to_have_value("Please fail content")
    chat.composer.fill("Hello")
    chat.composer.press("Enter")
    expect(chat.questions).to_have_text(["Please fail busy", "Hello"])
    chat.wait_for_end()


def test_refusal_brings_its_button(chat: Chat) -> None:
    """The module alone, and what it says to the server."""
    chat.ask_and_wait("Hello")
    chat.page.evaluate(
        """async () => {
          const there = document.querySelector("script[type=module][src]").src;
          const { createRemedies } = await import(new URL("remedies.js", there).href);
          const alert = document.getElementById("alert");
          window.said = [];
          window.remedies = await createRemedies({
            page: { lang: "en" }, host: { isFramed: true, vouch: (state) => said.push(state) },
            composer: { focus() {} }, command: (command) => said.push(command.type),
          });
          window.refuse = (words, trouble, command = null) => {
            alert.textContent = words;
            alert.hidden = !words;
            return new Promise((done) => setTimeout(() => done(remedies.offer(trouble, command))));
          };
        }"""
    )
    button = chat.root.locator(".dock .remedy")

    for remedy, words, said in (
        ("new", "New conversation", "conversation.new"),
        ("sign_in", "Sign in", "ended"),
    ):
        chat.page.evaluate("([remedy]) => refuse('No.', {remedy})", [remedy])
        expect(button).to_have_text(words)
        button.click()
        expect(button).to_have_count(0)
        assert chat.page.evaluate("said.pop()") == said

    retry = {"type": "message.retry", "message": "msg_1"}
    wait = {"remedy": "wait", "ref": "message.retry", "retry_after_s": 2}
    chat.page.evaluate("([trouble, command]) => refuse('Slow.', trouble, command)", [wait, retry])
    expect(button).to_have_text(re.compile(r"^Try again in [12] s$"))
    button.click(force=True)
    assert chat.page.evaluate("said") == []
    expect(button).to_have_text("Try again")
    button.click()
    assert chat.page.evaluate("said.pop()") == "message.retry"

    chat.page.evaluate("refuse('No.', {remedy: 'reload'})")
    expect(button).to_have_text("Reload")
    chat.page.evaluate("refuse('', {})")
    expect(button).to_have_count(0)
    chat.page.evaluate("refuse('Too long.', {ref: 'cm_1'})")
    expect(button).to_have_count(0)
