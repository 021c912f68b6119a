"""Without JavaScript, and before it has arrived: plain forms and pages that grow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chat import PATIENCE_MS, Chat, block_lines, open_chat
from tests.browser.conftest import NewPage, local
from tests.serving import Server

pytestmark = pytest.mark.browser

LONG = "A long story"


@pytest.fixture
def plain(new_page: NewPage, shop: Server) -> Chat:
    """The chat page of a browser that runs no scripts."""
    return open_plainly(new_page, local(shop, "/chat/swift"))


@pytest.fixture
def slow(new_page: NewPage, shop: Server) -> Chat:
    """The same where answers leave time to do something before they end."""
    return open_plainly(new_page, local(shop, "/chat/acme"))


def open_plainly(new_page: NewPage, address: str) -> Chat:
    page = new_page(java_script_enabled=False)
    page.goto(address)
    return Chat(page, page)


def press(chat: Chat, name: str) -> None:
    """Presses a button whose answer may take its time to arrive whole."""
    chat.button(name).click(no_wait_after=True)


def test_plain_form_is_answered_block_by_block(slow: Chat) -> None:
    slow.composer.fill(LONG)
    press(slow, "Send")

    expect(slow.questions).to_have_text([LONG])
    expect(slow.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    expect(slow.root.locator(".tail")).to_have_count(0)  # the end has not come yet
    expect(slow.button("Stop the answer")).to_be_visible()
    slow.wait_for_end()
    expect(slow.button("Stop the answer")).to_be_hidden()
    expect(slow.button("Send")).to_be_visible()


def test_plain_answer_reads_like_the_one_with_scripts(
    plain: Chat, new_page: NewPage, shop: Server
) -> None:
    scripted = open_chat(new_page(), local(shop, "/chat/swift"))
    scripted.ask_and_wait("Where is my order 2046?")
    plain.composer.fill("Where is my order 2046?")
    press(plain, "Send")
    plain.wait_for_end()

    assert plain.texts() == scripted.texts()


def test_plain_stop_and_retry_are_forms(slow: Chat) -> None:
    slow.composer.fill(LONG)
    press(slow, "Send")
    expect(slow.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    slow.composer.fill("and then?")
    press(slow, "Stop the answer")
    slow.wait_for_end("stopped")
    expect(slow.composer).to_have_value("and then?")

    press(slow, "Try again")
    expect(slow.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    expect(slow.answers).to_have_count(1)
    press(slow, "Stop the answer")
    slow.wait_for_end("stopped")


def test_plain_page_that_comes_in_the_middle_of_an_answer_can_follow_it(slow: Chat) -> None:
    slow.composer.fill(LONG)
    press(slow, "Send")
    expect(slow.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    slow.page.goto(slow.page.url.replace("/frame/acme/messages", "/chat/acme"))
    slow.composer.fill("half a thought")
    press(slow, "Show the rest as it comes")

    slow.wait_for_end()
    expect(slow.button("Show the rest as it comes")).to_have_count(0)
    expect(slow.composer).to_have_value("half a thought")


def test_plain_failure_has_words_and_a_retry_that_works(plain: Chat) -> None:
    plain.composer.fill("fail timeout")
    press(plain, "Send")
    plain.wait_for_end("failed")
    expect(plain.answers.last).to_contain_text("The answer took too long.")

    press(plain, "Try again")
    plain.wait_for_end("done")


def test_plain_starter_asks_and_keeps_the_draft(plain: Chat) -> None:
    plain.composer.fill("half a thought")
    press(plain, "How much is postage?")
    plain.wait_for_end()

    expect(plain.questions).to_have_text(["How much is postage?"])
    expect(plain.composer).to_have_value("half a thought")


def test_plain_feedback_asks_why_and_takes_it_back(plain: Chat) -> None:
    plain.composer.fill("Where is my order 2046?")
    press(plain, "Send")
    plain.wait_for_end()
    press(plain, "Bad answer")
    expect(plain.root.get_by_text("What was wrong?")).to_be_visible()
    plain.root.get_by_text("Something else").click()
    plain.root.locator(".panel .detail").fill("It rhymes.")
    press(plain, "Submit")

    expect(plain.root.get_by_text("What was wrong?")).to_have_count(0)
    expect(plain.button("Bad answer")).to_have_attribute("aria-pressed", "true")
    press(plain, "Bad answer")
    expect(plain.button("Bad answer")).to_have_attribute("aria-pressed", "false")


def test_plain_new_conversation_is_empty(plain: Chat) -> None:
    plain.composer.fill("Where is my order 2046?")
    press(plain, "Send")
    plain.wait_for_end()
    press(plain, "New conversation")
    expect(plain.questions).to_have_count(0)

    plain.composer.fill("How do I return something?")
    press(plain, "Send")
    plain.wait_for_end()
    expect(plain.questions).to_have_text(["How do I return something?"])


def test_submit_before_the_scripts_arrive_is_sent_once_and_adopted(
    page: Page, shop: Server
) -> None:
    held: list[Route] = []
    page.route("**/assets/**", lambda route: held.append(route))
    page.goto(local(shop, "/chat/acme"), wait_until="commit")
    page.locator("#text").fill(LONG)
    page.locator(".send").click(no_wait_after=True)
    chat = Chat(page, page)
    expect(chat.last_text).to_contain_text("1.", timeout=PATIENCE_MS)
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("import(document.querySelector('[type=module]').src + '?now')")

    expect(page.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
    expect(page).to_have_url(local(shop, "/chat/acme"))
    chat.wait_for_end()
    expect(chat.questions).to_have_text([LONG])
    expect(chat.answers).to_have_count(1)
    headings = chat.answers.last.get_by_role("heading").all_inner_texts()
    assert len(headings) == len(set(headings))
    chat.ask_and_wait("Where is my order 2046?")
    expect(chat.answers).to_have_count(2)


def test_page_that_gets_no_line_posts_its_form(page: Page, shop: Server) -> None:
    block_lines(page)
    chat = open_chat(page, local(shop, "/chat/swift"))
    with page.expect_request("**/frame/swift/messages*"):
        chat.ask("Where is my order 2046?")
    expect(chat.last_text).to_be_attached(timeout=PATIENCE_MS)
    chat.wait_for_end()
    page.wait_for_load_state()

    expect(chat.questions).to_have_text(["Where is my order 2046?"])
    chat.composer.fill("How do I return something?")
    with page.expect_request("**/frame/swift/messages*"):
        chat.composer.press("Enter")
    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)


FORM = "Book an appointment"


def ask_plainly(plain: Chat, text: str) -> Locator:
    """The form or card that the answer brings."""
    plain.composer.fill(text)
    press(plain, "Send")
    plain.wait_for_end()
    return plain.root.locator(".asked").last


def test_plain_form_of_an_agent_is_filled_in(plain: Chat) -> None:
    form = ask_plainly(plain, FORM)
    form.get_by_label("Your name").fill("Ada")
    form.get_by_label("Saturday").check()
    form.get_by_label("Advice").check()
    form.get_by_role("button", name="Submit").click(no_wait_after=True)

    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)
    plain.wait_for_end()
    expect(plain.last_text).to_contain_text("Noted!")
    expect(form).to_contain_text("Ada")
    expect(form.get_by_role("button")).to_have_count(0)
    assert form.locator(".w-card").evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"


def test_plain_form_takes_a_file_along(plain: Chat, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("It flickers.")
    form = ask_plainly(plain, FORM)
    form.get_by_label("Your name").fill("Ada")
    form.get_by_label("Saturday").check()
    form.get_by_label("A picture of it").set_input_files(note)
    form.get_by_role("button", name="Submit").click(no_wait_after=True)

    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)
    plain.wait_for_end()
    expect(plain.last_text).to_contain_text("And thank you for note.txt")


def test_plain_form_that_is_refused_keeps_what_was_typed(plain: Chat) -> None:
    """What the browser itself finds amiss it does not send, so here that is switched off."""
    form = ask_plainly(plain, FORM)
    form.get_by_label("Your name").fill("Ada")
    form.get_by_label("A repair").check()
    plain.page.route("**/answer?*", _without_name)
    form.get_by_label("Saturday").check()
    form.get_by_role("button", name="Submit").click(no_wait_after=True)

    expect(plain.root.get_by_role("alert")).to_contain_text("Please look at your answers again")
    expect(form.get_by_label("Saturday")).to_be_checked()
    expect(form.get_by_label("A repair")).to_be_checked()
    plain.page.unroute("**/answer?*")
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("button", name="Submit").click(no_wait_after=True)
    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)


def _without_name(route: Route) -> None:
    body = route.request.post_data_buffer or b""
    route.continue_(post_data=body.replace(b"\r\nAda\r\n", b"\r\n\r\n"))


def test_plain_form_may_be_skipped(plain: Chat) -> None:
    form = ask_plainly(plain, FORM)
    form.get_by_role("button", name="Skip").click(no_wait_after=True)

    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)
    plain.wait_for_end()
    expect(plain.last_text).to_contain_text("Never mind")


def test_plain_confirmation_is_a_button(plain: Chat) -> None:
    form = ask_plainly(plain, "Cancel my order")
    form.get_by_role("button", name="Keep it").click(no_wait_after=True)

    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)
    plain.wait_for_end()
    expect(plain.last_text).to_contain_text("stays as it is")


def test_plain_card_is_used(plain: Chat) -> None:
    card = ask_plainly(plain, "Show me the Heron")
    card.get_by_label("Engraving").fill("Ada")
    card.get_by_role("button", name="Put it into the basket").click(no_wait_after=True)

    expect(plain.answers).to_have_count(2, timeout=PATIENCE_MS)
    plain.wait_for_end()
    expect(plain.last_text).to_contain_text("“Ada”")


def test_plain_card_says_what_needs_the_page(plain: Chat) -> None:
    card = ask_plainly(plain, "Show me the Heron")
    card.get_by_role("button", name="Show it on this page").click()

    expect(plain.root.get_by_role("alert")).not_to_be_empty()
    expect(plain.answers).to_have_count(1)


def test_plain_page_says_that_a_call_needs_scripts(plain: Chat) -> None:
    plain.composer.fill("Which page is this?")
    press(plain, "Send")
    plain.wait_for_end()

    # A browser whose scripts a test has switched off still reads pages as if it had them.
    words = plain.answers.last.locator(".call noscript").text_content()
    assert "needs JavaScript" in (words or "")


def test_plain_closed_conversation_offers_a_new_one(plain: Chat) -> None:
    plain.composer.fill("Good-bye")
    press(plain, "Send")
    plain.wait_for_end()
    plain.page.goto(plain.page.url.replace("/frame/swift/messages", "/chat/swift"))

    expect(plain.root.locator("#access")).to_contain_text("This conversation has ended.")
    expect(plain.composer).to_be_hidden()
    plain.root.locator("#access").get_by_role("button", name="New conversation").click()
    expect(plain.composer).to_be_visible()
    expect(plain.questions).to_have_count(0)
