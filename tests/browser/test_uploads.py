"""Files in a real browser: chosen, pasted, dropped, cancelled, refused, sent, opened."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chat import PATIENCE_MS, Chat, block_lines, open_chat, open_framed
from tests.browser.conftest import NewPage, local
from tests.samples import picture, written
from tests.serving import Server

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
UPLOADS = "**/frame/quick/uploads?**"
# What a paste or a drop brings, made in the page from base64.
FILES = """([files, type]) => {
  const data = new DataTransfer();
  for (const [name, kind, text] of files) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    data.items.add(new File([bytes], name, {type: kind}));
  }
  const target = type === "paste" ? document.getElementById("text") : document.body;
  const event = type === "paste"
    ? new ClipboardEvent(type, {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true});
  target.dispatchEvent(event);
}"""


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/quick"))


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    return written(tmp_path, "Lamp.png", picture(size=(64, 36)))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return written(tmp_path, "notes.txt", b"hello")


def chips(chat: Chat) -> Locator:
    return chat.root.locator("#chips > .chip")


def choose(chat: Chat, *files: Path) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.button("Attach files").click()
    chooser.value.set_files(list(files))


def bring(chat: Chat, how: str, *files: tuple[str, str, bytes]) -> None:
    told = [(name, kind, base64.b64encode(data).decode()) for name, kind, data in files]
    chat.page.evaluate(FILES, [told, how])


def expect_states(chat: Chat, *states: str) -> None:
    for number, state in enumerate(states):
        expect(chips(chat).nth(number)).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
    expect(chips(chat)).to_have_count(len(states))


def files_shown(chat: Chat) -> Locator:
    return chat.questions.last.locator("xpath=..").locator(".attachment")


def hold_uploads(page: Page) -> Callable[[], None]:
    """Uploads wait on the line until they are let go."""
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))

    def let_go() -> None:
        for route in held:
            route.continue_()
        page.unroute(UPLOADS)

    return let_go


def is_drawn(image: Locator) -> bool:
    return bool(image.evaluate("(one) => one.complete && one.naturalWidth > 0"))


def test_chosen_files_are_uploaded_sent_and_shown(chat: Chat, lamp: Path, notes: Path) -> None:
    choose(chat, lamp, notes)
    expect_states(chat, "done", "done")
    assert is_drawn(chips(chat).first.locator("img"))
    chat.ask_and_wait("What is this?")

    expect(chips(chat)).to_have_count(0)
    expect(files_shown(chat)).to_have_count(2)
    expect(files_shown(chat).last).to_contain_text("notes.txt")
    expect(chat.last_text).to_contain_text("demo")
    expect(chat.answers.last).to_contain_text("64 × 36")


def test_a_file_alone_is_a_message(chat: Chat, notes: Path) -> None:
    send = chat.button("Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    choose(chat, notes)
    expect_states(chat, "done")
    expect(send).to_have_attribute("aria-disabled", "false")
    send.click()
    chat.wait_for_end()

    expect(files_shown(chat)).to_have_count(1)


def test_pasted_pictures_are_files_and_pasted_text_is_text(chat: Chat) -> None:
    bring(chat, "paste", ("image.png", "image/png", picture()))
    expect_states(chat, "done")

    chat.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "from a table");
          data.items.add(new File(["x"], "image.png", {type: "image/png"}));
          document.getElementById("text").dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(chips(chat)).to_have_count(1)


def test_dropped_files_are_taken_and_the_page_says_so_before(chat: Chat) -> None:
    sign = chat.root.locator(".drop-sign")
    bring(chat, "dragenter", ("a.txt", "text/plain", b"x"))
    expect(sign).to_be_visible(timeout=PATIENCE_MS)
    expect(sign).to_have_text("Drop the files here")
    bring(chat, "drop", ("a.txt", "text/plain", b"x"), ("b.txt", "text/plain", b"y"))

    expect_states(chat, "done", "done")
    expect(sign).to_be_hidden()


def test_progress_is_shown_and_an_upload_can_be_cancelled(chat: Chat, lamp: Path) -> None:
    hold_uploads(chat.page)
    choose(chat, lamp)
    expect_states(chat, "running")
    expect(chips(chat).locator("progress")).to_be_visible()
    chat.button("Cancel the upload of Lamp.png").press("Enter")

    expect(chips(chat)).to_have_count(0)
    expect(chat.composer).to_be_focused()
    expect(chat.button("Send")).to_have_attribute("aria-disabled", "true")


def test_a_message_waits_for_its_files(chat: Chat, lamp: Path) -> None:
    let_go = hold_uploads(chat.page)
    choose(chat, lamp)
    expect_states(chat, "running")
    chat.ask("Look at this")
    alert = chat.root.get_by_role("alert")
    expect(alert).to_have_text("Your message goes out as soon as the files have arrived.")
    expect(chat.questions).to_have_count(0)
    let_go()

    expect(chat.questions).to_have_text(["Look at this"], timeout=PATIENCE_MS)
    expect(files_shown(chat)).to_have_count(1)
    expect(alert).to_be_hidden()


def test_a_broken_line_is_told_and_tried_again(chat: Chat, lamp: Path) -> None:
    chat.page.route(UPLOADS, lambda route: route.abort())
    choose(chat, lamp)
    expect_states(chat, "failed")
    expect(chips(chat)).to_contain_text("The upload broke off.")
    chat.ask("Look")
    expect(chat.root.get_by_role("alert")).to_contain_text("A file has not arrived.")
    expect(chat.questions).to_have_count(0)
    chat.page.unroute(UPLOADS)
    chat.button("Upload Lamp.png again").click()

    expect_states(chat, "done")


def test_refusals_are_said_in_words(chat: Chat, tmp_path: Path) -> None:
    alert = chat.root.get_by_role("alert")
    choose(chat, written(tmp_path, "big.txt", b"x" * 10_500_000))
    expect(alert).to_have_text(
        "“big.txt” has 10.5 MB, 0.5 MB more than the 10 MB that are possible."
    )
    choose(chat, written(tmp_path, "empty.txt", b""))
    expect(alert).to_have_text("“empty.txt” is empty.")
    bring(chat, "drop", ("a.dwg", "image-not/dwg", b"x"))
    expect(alert).to_contain_text("“a.dwg” cannot be sent: files of this kind are not taken here.")
    expect(alert).to_contain_text("pictures, sound, films, texts, PDF, JSON, ZIP")
    choose(chat, *(written(tmp_path, f"{n}.txt", b"x") for n in range(8)))
    expect(alert).to_have_text("Files in one message: 6 at most; left out: 2.")
    expect(chips(chat)).to_have_count(6)


def test_the_servers_refusal_stands_at_the_file(chat: Chat, tmp_path: Path, notes: Path) -> None:
    choose(chat, written(tmp_path, "page.png", b"<html>"), notes)

    expect_states(chat, "failed", "done")
    expect(chips(chat).first).to_contain_text("The file is not what its name says.")
    chat.button("Remove page.png").click()
    chat.ask_and_wait("Look")
    expect(files_shown(chat)).to_have_count(1)


def test_refusals_speak_chinese(new_page: NewPage, shop: Server, tmp_path: Path) -> None:
    page = new_page(locale="zh-CN")
    chat = open_chat(page, local(shop, "/chat/quick"))
    page.set_input_files("#files", written(tmp_path, "大文件.txt", b"x" * 10_500_000))

    expect(chat.root.get_by_role("alert")).to_have_text(
        "“大文件.txt”大小为 10.5 MB，超出上限 10 MB 共 0.5 MB。"
    )


def test_pictures_are_there_after_a_reload_and_open_to_be_saved(chat: Chat, lamp: Path) -> None:
    choose(chat, lamp)
    expect_states(chat, "done")
    chat.ask_and_wait("Look")
    again = open_chat(chat.page, chat.page.url)
    image = files_shown(again).locator("img")
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    again.page.wait_for_function(
        "() => document.querySelector('.attachment img').naturalWidth === 64"
    )
    with again.page.expect_download() as saved:
        image.click()

    assert saved.value.suggested_filename == "Lamp.png"
    assert saved.value.path().read_bytes() == lamp.read_bytes()


def test_another_tab_sees_the_files(chat: Chat, lamp: Path) -> None:
    chat.ask_and_wait("Hello")
    other = open_chat(chat.page.context.new_page(), chat.page.url)
    choose(chat, lamp)
    expect_states(chat, "done")
    chat.ask_and_wait("Look")

    expect(other.questions).to_have_count(2, timeout=PATIENCE_MS)
    image = files_shown(other).locator("img")
    expect(image).to_be_visible(timeout=PATIENCE_MS)


def test_pictures_of_answers_are_ours(chat: Chat) -> None:
    chat.ask_and_wait("draw something")

    image = chat.answers.last.locator(".attachment img")
    expect(image).to_be_visible(timeout=PATIENCE_MS)
    assert image.get_attribute("alt") == "A yellow sun over green hills"
    expect(image).to_have_attribute("src", re.compile("^/files/"))


def test_files_work_in_a_frame_on_a_phone(
    new_page: NewPage, shop: Server, host: str, lamp: Path, notes: Path
) -> None:
    page = new_page(viewport=PHONE, has_touch=True)
    chat = open_framed(page, host, local(shop, "/frame/acme"))
    choose(chat, lamp, notes)
    expect_states(chat, "done", "done")
    width = chat.root.locator("html").evaluate("(root) => root.scrollWidth - root.clientWidth")

    assert width == 0
    for chip in chips(chat).all():
        box = chip.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= PHONE["width"]


def test_files_by_keys_alone(chat: Chat, lamp: Path, notes: Path) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.button("Attach files").press("Enter")
    chooser.value.set_files([lamp, notes])
    expect_states(chat, "done", "done")
    chat.button("Remove Lamp.png").press("Enter")

    expect(chips(chat)).to_have_count(1)
    expect(chat.button("Remove notes.txt")).to_be_focused()
    expect(chat.root.get_by_role("list", name="Files to send")).to_be_visible()


def test_nothing_of_it_is_loaded_before_the_first_file(page: Page, shop: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("Hello")

    rare = ("uploads", "upload.js", "chip", "files", "refusal", "/texts/")
    assert [one for one in asked if any(word in one for word in rare)] == []


def test_a_form_without_scripts_sends_files(
    new_page: NewPage, shop: Server, lamp: Path, tmp_path: Path
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(local(shop, "/chat/quick"))
    plain = Chat(page, page)
    page.set_input_files("#files", [lamp, written(tmp_path, "bad.png", b"<html>")])
    plain.composer.fill("Look at this")
    plain.button("Send").click(no_wait_after=True)
    expect(plain.root.get_by_role("alert")).to_contain_text("“bad.png”")
    expect(plain.composer).to_have_value("Look at this")
    expect(plain.root.get_by_role("checkbox", name="Lamp.png")).to_be_checked()
    plain.button("Send").click(no_wait_after=True)

    plain.wait_for_end()
    expect(files_shown(plain)).to_have_count(1)
    assert is_drawn(files_shown(plain).locator("img"))
    expect(plain.answers.last).to_contain_text("64 × 36")


def test_the_kept_files_of_a_form_go_on_with_scripts(
    new_page: NewPage, shop: Server, lamp: Path, tmp_path: Path
) -> None:
    """Where no line gets through, a page with scripts posts forms and gets such pages."""
    page = new_page()
    block_lines(page)
    chat = open_chat(page, local(shop, "/chat/quick"))
    choose(chat, lamp)
    expect_states(chat, "done")
    chat.ask("Look")

    expect(chat.questions).to_have_text(["Look"], timeout=PATIENCE_MS)
    expect(files_shown(chat)).to_have_count(1, timeout=PATIENCE_MS)
    chat.wait_for_end()
