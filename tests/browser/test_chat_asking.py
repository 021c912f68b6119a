"""An agent that asks in the middle of its answer: forms, confirmations, cards, closed chats."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser

FORM = "Book an appointment"
CONFIRM = "Cancel my order"
CARD = "Show me the Heron"


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/swift"))


def asked(chat: Chat) -> Locator:
    """The form or card of the last answer that has one."""
    return chat.root.locator(".asked").last


def bring_form(chat: Chat) -> None:
    """The form is there, and the module that serves it."""
    chat.ask_and_wait(FORM)
    expect(asked(chat).get_by_role("button", name="Submit")).to_be_visible(timeout=PATIENCE_MS)


def fill_in(chat: Chat) -> None:
    asked(chat).get_by_label("Your name").fill("Ada")
    asked(chat).get_by_label("Saturday").check()
    asked(chat).get_by_label("Advice").check()
    asked(chat).get_by_label("Just looking").check()


def submit(chat: Chat) -> None:
    asked(chat).get_by_role("button", name="Submit").click()


def test_a_form_is_filled_in_and_the_agent_goes_on(chat: Chat) -> None:
    bring_form(chat)
    fill_in(chat)
    submit(chat)

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text("Noted!")
    expect(chat.last_text).to_contain_text("advice, just looking")
    expect(asked(chat)).to_have_attribute("data-state", "answered")
    expect(asked(chat)).to_contain_text("Ada")
    expect(asked(chat).get_by_role("button")).to_have_count(0)
    expect(chat.composer).to_be_focused()


def test_what_is_missing_is_asked_for_and_nothing_is_sent(chat: Chat) -> None:
    bring_form(chat)
    asked(chat).get_by_label("Your name").fill("Ada")
    submit(chat)

    missing = asked(chat).locator("input:invalid")
    expect(missing.first).to_be_focused()
    expect(chat.answers).to_have_count(1)
    expect(asked(chat)).to_have_attribute("data-state", "pending")


def test_a_refused_form_says_why_and_keeps_what_was_typed(chat: Chat) -> None:
    bring_form(chat)
    fill_in(chat)
    chat.page.evaluate("document.querySelector('.asked [type=radio]:checked').value = 'never'")
    submit(chat)

    alert = asked(chat).get_by_role("alert")
    expect(alert).to_contain_text("Please look at your answers again", timeout=PATIENCE_MS)
    expect(asked(chat).get_by_label("Your name")).to_have_value("Ada")

    asked(chat).get_by_label("Monday morning").check()
    submit(chat)
    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    expect(alert).to_have_count(0)


def test_a_form_may_be_skipped(chat: Chat) -> None:
    bring_form(chat)
    asked(chat).get_by_role("button", name="Skip").click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text("Never mind")
    expect(asked(chat)).to_have_attribute("data-state", "skipped")


@pytest.mark.parametrize(
    ("name", "words"), [("Cancel the order", "cancelled"), ("Keep it", "stays")]
)
def test_a_confirmation_has_a_button_for_each_choice(chat: Chat, name: str, words: str) -> None:
    chat.ask_and_wait(CONFIRM)
    asked(chat).get_by_role("button", name=name).click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text(words)


def test_a_file_goes_with_the_form(chat: Chat, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("It flickers.")
    bring_form(chat)
    fill_in(chat)
    asked(chat).get_by_label("A picture of it").set_input_files(note)
    submit(chat)

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text("And thank you for note.txt")


def test_a_file_that_is_refused_is_told_at_the_form(chat: Chat, tmp_path: Path) -> None:
    program = tmp_path / "lamp.exe"
    program.write_bytes(b"MZ\x90\x00" * 100)
    bring_form(chat)
    fill_in(chat)
    asked(chat).get_by_label("A picture of it").set_input_files(program)
    submit(chat)

    expect(asked(chat).get_by_role("alert")).not_to_be_empty(timeout=PATIENCE_MS)
    expect(asked(chat).get_by_label("Your name")).to_have_value("Ada")
    asked(chat).get_by_label("A picture of it").set_input_files([])
    submit(chat)
    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)


def test_a_form_speaks_the_visitors_language(new_page: NewPage, shop: Server) -> None:
    chat = open_chat(new_page(locale="zh-CN"), local(shop, "/chat/swift"))
    chat.ask_and_wait("我想预约")

    expect(asked(chat)).to_contain_text("（选填）")
    buttons = asked(chat).locator(".w-endings button").all_inner_texts()
    assert [text.strip() for text in buttons] == ["跳过", "提交"]


def test_everything_works_by_keyboard(chat: Chat) -> None:
    bring_form(chat)
    asked(chat).get_by_label("Your name").focus()
    press = chat.page.keyboard.press
    chat.page.keyboard.type("Ada")
    press("Tab")
    press("Space")
    press("Tab")
    press("Space")
    expect(asked(chat).get_by_label("Monday morning")).to_be_checked()
    expect(asked(chat).get_by_label("A repair")).to_be_checked()
    asked(chat).get_by_role("button", name="Submit").focus()
    press("Enter")

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    expect(chat.composer).to_be_focused()


def test_enter_in_a_field_sends_the_form_and_no_message(chat: Chat) -> None:
    bring_form(chat)
    fill_in(chat)
    asked(chat).get_by_label("Your name").press("Enter")

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    expect(chat.questions).to_have_count(1)
    expect(asked(chat)).to_have_attribute("data-state", "answered")


def test_a_reload_finds_the_form_waiting(chat: Chat) -> None:
    bring_form(chat)
    chat.page.reload()
    expect(chat.page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
    expect(asked(chat).get_by_role("button", name="Submit")).to_be_visible()
    fill_in(chat)
    submit(chat)

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(asked(chat)).to_have_attribute("data-state", "answered")


def test_another_tab_sees_the_answer_and_its_own_form_gone(chat: Chat) -> None:
    bring_form(chat)
    other = open_chat(chat.page.context.new_page(), chat.page.url)
    expect(asked(other).get_by_role("button", name="Submit")).to_be_visible()
    asked(other).get_by_label("Your name").fill("Somebody")
    fill_in(chat)
    submit(chat)

    expect(asked(other)).to_have_attribute("data-state", "answered", timeout=PATIENCE_MS)
    expect(asked(other)).to_contain_text("Ada")
    expect(other.answers).to_have_count(2)
    other.wait_for_end()
    expect(other.last_text).to_contain_text("Noted!")


def test_a_question_in_between_leaves_the_form_behind(chat: Chat) -> None:
    bring_form(chat)
    chat.ask_and_wait("Thank you")

    expect(asked(chat)).to_have_attribute("data-state", "skipped")
    expect(asked(chat).get_by_role("button")).to_have_count(0)


def test_stop_ends_what_comes_after_a_form(page: Page, shop: Server) -> None:
    chat = open_chat(page, local(shop, "/chat/acme"))  # it leaves time to press the button
    bring_form(chat)
    fill_in(chat)
    submit(chat)
    expect(chat.button("Stop the answer")).to_be_visible(timeout=PATIENCE_MS)
    chat.button("Stop the answer").click()
    chat.wait_for_end("stopped")
    chat.answers.last.get_by_role("button", name="Try again").click()

    expect(chat.last_text).to_contain_text("just looking", timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.answers).to_have_count(2)


def test_offline_the_form_says_so_and_keeps_everything(chat: Chat) -> None:
    bring_form(chat)
    fill_in(chat)
    chat.page.context.set_offline(True)
    chat.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(chat.root.locator("#status")).to_be_visible(timeout=PATIENCE_MS)
    submit(chat)
    expect(asked(chat).get_by_role("alert")).to_be_visible()
    chat.page.context.set_offline(False)
    chat.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(chat.root.locator("#status")).to_be_hidden(timeout=PATIENCE_MS)

    expect(asked(chat).get_by_label("Your name")).to_have_value("Ada")
    submit(chat)
    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)


def test_a_choice_changes_the_card_in_its_place(chat: Chat) -> None:
    chat.ask_and_wait(CARD)
    expect(asked(chat)).to_contain_text("Brass: € 89")
    asked(chat).get_by_label("Engraving").fill("Ada")
    asked(chat).get_by_label("Colour").select_option("white")

    expect(asked(chat)).to_contain_text("White: € 79", timeout=PATIENCE_MS)
    expect(asked(chat).get_by_label("Engraving")).to_have_value("Ada")
    expect(asked(chat).get_by_label("Colour")).to_have_value("white")
    expect(chat.answers).to_have_count(1)


def test_a_card_takes_its_fields_along(chat: Chat) -> None:
    chat.ask_and_wait(CARD)
    asked(chat).get_by_label("Engraving").fill("Ada")
    asked(chat).get_by_role("button", name="Put it into the basket").click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text("The Heron in Brass is in your basket.")
    expect(chat.last_text).to_contain_text("“Ada”")
    expect(asked(chat).get_by_role("button", name="Put it into the basket")).to_be_enabled()


def test_a_card_serves_again_and_again(chat: Chat) -> None:
    chat.ask_and_wait(CARD)
    for count in (2, 3):
        asked(chat).get_by_role("button", name="Put it into the basket").click()
        expect(chat.answers).to_have_count(count, timeout=PATIENCE_MS)
        chat.wait_for_end()
    expect(chat.root.locator(".asked [aria-busy=true]")).to_have_count(0)


def test_what_is_rare_loads_only_when_it_is_asked_for(page: Page, shop: Server) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(_name(request)))
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("Thank you")
    rare = {"answers.js", "tools.js", "held.js", "widgets.css"}
    assert rare.isdisjoint(asked_for)

    with page.expect_request("**/widgets.css"):
        chat.ask_and_wait(CONFIRM)

    assert rare <= set(asked_for)


def _name(request: Request) -> str:
    return request.url.rpartition("/")[2]


def test_a_form_is_usable_while_its_answer_is_adopted(page: Page, shop: Server) -> None:
    """The server's own markup and the modules' are one."""
    chat = open_chat(page, local(shop, "/chat/swift"))
    bring_form(chat)
    built = asked(chat).locator("form").evaluate(_SHAPE)
    chat.page.reload()
    expect(chat.page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
    expect(asked(chat).get_by_role("button", name="Submit")).to_be_visible()

    assert asked(chat).locator("form").evaluate(_SHAPE) == built


_SHAPE = """(form) => {
  const copy = form.cloneNode(true);
  copy.removeAttribute("action");
  copy.querySelector("[name=token]").value = "";
  copy.querySelector("[name=token]").removeAttribute("value");
  return copy.outerHTML;
}"""


def test_a_locked_conversation_says_why_and_takes_no_message(chat: Chat) -> None:
    chat.composer.fill("Half a thought")
    chat.page.evaluate("history.replaceState({}, '')")
    chat.ask_and_wait("Lock")

    expect(chat.root.locator("#access")).to_contain_text("A colleague is looking into it")
    expect(chat.composer).not_to_be_editable()
    chat.composer.press("Enter")
    expect(chat.questions).to_have_count(1)

    chat.page.reload()
    expect(chat.root.locator("#access")).to_contain_text("A colleague is looking into it")
    expect(chat.composer).not_to_be_editable()
    chat.button("New conversation").first.click()
    expect(chat.questions).to_have_count(0)
    expect(chat.composer).to_be_editable()


def test_a_closed_conversation_offers_a_new_one(chat: Chat) -> None:
    chat.ask_and_wait("Good-bye")

    banner = chat.root.locator("#access")
    expect(banner).to_contain_text("This conversation has ended.")
    expect(chat.composer).to_be_hidden()
    banner.get_by_role("button", name="New conversation").click()
    expect(banner).to_be_hidden(timeout=PATIENCE_MS)
    chat.ask_and_wait("Thank you")
    expect(chat.last_text).to_contain_text("You are welcome")


def test_an_answer_that_was_cut_says_so(new_page: NewPage, shop: Server) -> None:
    page = new_page()
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait("Show me the length limit")
    notice = chat.answers.last.locator(".notice")
    expect(notice).to_have_text("The answer has reached the model's length limit and ends here.")

    page.goto(local(shop, "/chat/swift?lang=zh"))
    expect(notice).to_have_text("回答达到了模型的长度上限，到这里为止。")


def test_a_screen_reader_hears_that_an_answer_is_awaited(chat: Chat) -> None:
    chat.page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach(
            (node) => said.push(node.textContent)))).observe(
              document.getElementById("announcer"), {childList: true, subtree: true});
        }"""
    )
    chat.ask_and_wait(CONFIRM)

    chat.page.wait_for_function(
        "said.some((words) => words.includes('The assistant is waiting for your answer.'))"
    )


def test_a_framed_chat_shows_forms_too(page: Page, shop: Server, host: str) -> None:
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    chat.ask_and_wait(CONFIRM)
    asked(chat).get_by_role("button", name="Keep it").click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.last_text).to_contain_text("stays as it is")


def test_a_form_waits_for_the_module_that_serves_it(page: Page, shop: Server) -> None:
    """Pressed before that, it would post itself to nowhere."""
    waiting: list[Route] = []
    page.route("**/answers.js", lambda route: waiting.append(route))
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait(CONFIRM)
    expect(asked(chat)).to_be_attached()
    keep = asked(chat).get_by_role("button", name="Keep it", include_hidden=True)
    expect(keep).to_be_hidden()

    waiting[0].continue_()
    keep.click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)


def test_a_module_that_was_lost_is_asked_for_again(page: Page, shop: Server) -> None:
    page.route("**/answers.js", lambda route: route.abort(), times=1)
    chat = open_chat(page, local(shop, "/chat/swift"))
    chat.ask_and_wait(CONFIRM)
    page.reload()
    asked(chat).get_by_role("button", name="Keep it").click()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
