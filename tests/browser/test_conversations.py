"""The visitor's list of conversations: beside the chat, as a sheet over it, and without scripts."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat, open_framed
from tests.browser.conftest import PANEL, NewPage, local
from tests.browser.customer import PHONE
from tests.browser.flaws import flaws_around
from tests.browser.spoken import foreign
from tests.serving import Server

pytestmark = pytest.mark.browser

OPTIONS = {"ui": {"conversations": {"isNeed": True}}}
ON = "o=" + base64.urlsafe_b64encode(json.dumps(OPTIONS).encode()).decode().rstrip("=")
HIDE_WHAT_IS_BEHIND = """() => {
  const behind = document.querySelectorAll("#header, #transcript, .dock");
  behind.forEach((node) => node.style.setProperty("visibility", "hidden"));
}"""
WIDE = {"width": 1000, "height": 720}
FOCUS = (
    "() => document.activeElement.textContent || document.activeElement.getAttribute('aria-label')"
)


class Conversations:
    """The list of a chat."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.button = chat.root.locator("#list")
        self.drawer = chat.root.locator("#side .drawer")
        self.rows = self.drawer.locator(".row-title")
        self.search = self.drawer.get_by_role("searchbox", name="Search conversations")
        self.note = self.drawer.locator(".drawer-note")

    def row(self, title: str) -> Locator:
        return self.drawer.locator(".row", has=self.chat.page.get_by_text(title, exact=True))

    def unfold(self, title: str) -> Locator:
        """The row, with what can be done with it."""
        self.drawer.get_by_label(f"Options for “{title}”").click()
        return self.row(title)

    def delete(self, title: str) -> None:
        row = self.unfold(title)
        row.get_by_text("Delete", exact=True).click()
        row.get_by_role("button", name="Delete for good").click()

    def focused(self) -> str:
        """The text or the name of what has the focus."""
        said: str = self.chat.root.locator("html").evaluate(FOCUS)
        return said


def opened(chat: Chat) -> Conversations:
    """The list as a sheet."""
    found = Conversations(chat)
    found.button.click()
    expect(found.search).to_be_visible(timeout=PATIENCE_MS)
    return found


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    return new_page(viewport=WIDE)


def on_its_own(page: Page, shop: Server, site: str = "quick", query: str = ON) -> Conversations:
    return Conversations(open_chat(page, local(shop, f"/chat/{site}?{query}")))


def in_a_page(page: Page, shop: Server, host: str) -> Chat:
    """Whose page has set that it is shown."""
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    page.evaluate("options => say({type: 'options', options})", OPTIONS)
    expect(chat.root.locator("#list")).to_be_visible()
    return chat


def deaf_to_changes(socket: WebSocketRoute) -> None:
    """The list's own news do not arrive."""
    server = socket.connect_to_server()
    server.on_message(
        lambda frame: None if "conversations.stale" in str(frame) else socket.send(frame)
    )


def keep(shop: Server, count: int) -> None:
    """So many older conversations of whoever has asked last."""
    with sqlite3.connect(shop.folder / "data" / "chatdock.db", timeout=10) as database:
        row = database.execute("SELECT * FROM conversations ORDER BY created_at DESC").fetchone()
        names = [one[1] for one in database.execute("PRAGMA table_info(conversations)")]
        for number in range(count):
            used_at = datetime.now(UTC) - timedelta(days=number % 60 + 1, seconds=number)
            moment = used_at.replace(tzinfo=None).isoformat(" ")
            made = dict(zip(names, row, strict=True)) | {
                "id": f"{row[0]}-{number}",
                "title": f"Number {number}",
                "updated_at": moment,
            }
            places = ", ".join("?" * len(made))
            database.execute(f"INSERT INTO conversations VALUES ({places})", [*made.values()])  # noqa: S608


def find_by_an_answer(listed: Conversations) -> None:
    """By words of no title; the row still has its own."""
    listed.search.fill("TRAVEL free")
    expect(listed.rows.locator("mark")).to_have_text(["travel", "free"])
    title = listed.rows.locator(".row-words").bounding_box()
    assert title is not None
    assert title["width"] > 100
    assert flaws_around(listed.chat.page.locator("body")) == []
    listed.search.fill("")
    expect(listed.rows).to_have_count(2)


def test_column_beside_the_chat(desk: Page, shop: Server) -> None:
    listed = on_its_own(desk, shop)
    chat = listed.chat
    expect(listed.note).to_have_text("No conversations yet. Ask something, and it is kept here.")
    chat.ask_and_wait("How much is postage?")
    listed.drawer.get_by_role("button", name="New conversation").click()
    expect(chat.answers).to_have_count(0)
    chat.ask_and_wait("Do you sell lamps?")
    expect(listed.rows).to_have_text(["Do you sell lamps?", "How much is postage?"])
    expect(listed.drawer.get_by_role("list", name="Today").get_by_role("listitem")).to_have_count(2)
    expect(listed.drawer.locator("[aria-current]")).to_have_text(["Do you sell lamps?"])
    find_by_an_answer(listed)

    listed.rows.last.click()
    expect(chat.questions).to_have_text(["How much is postage?"])
    expect(listed.drawer.locator("[aria-current]")).to_have_text(["How much is postage?"])
    expect(chat.composer).to_be_focused()
    chat.ask_and_wait("And abroad?")
    expect(listed.rows).to_have_text(["How much is postage?", "Do you sell lamps?"])

    listed.unfold("How much is postage?").get_by_role("button", name="Rename").click()
    name = listed.drawer.get_by_role("textbox", name="Name of the conversation")
    expect(name).to_have_value("How much is postage?")
    name.fill("  Postage   abroad ")
    name.press("Enter")
    expect(listed.rows).to_have_text(["Postage abroad", "Do you sell lamps?"])
    expect(listed.rows.first).to_be_focused()

    listed.delete("Postage abroad")
    expect(listed.rows).to_have_text(["Do you sell lamps?"])
    expect(chat.questions).to_have_count(0)
    expect(listed.rows.first).to_be_focused()
    desk.reload()
    expect(listed.rows).to_have_text(["Do you sell lamps?"])


def test_what_is_unfolded_or_typed_is_given_up_by_escape(desk: Page, shop: Server) -> None:
    listed = on_its_own(desk, shop)
    listed.chat.ask_and_wait("Hello")
    row = listed.unfold("Hello")
    row.get_by_text("Delete", exact=True).click()
    expect(row).to_contain_text("It cannot be undone.")

    desk.keyboard.press("Escape")
    expect(row.get_by_role("button", name="Delete for good")).to_be_hidden()
    row.get_by_role("button", name="Rename").click()
    desk.keyboard.type("Something else")
    desk.keyboard.press("Escape")
    expect(listed.rows).to_have_text(["Hello"])
    expect(listed.rows.first).to_be_focused()
    listed.search.fill("nowhere")
    expect(listed.note).to_have_text("Nothing with “nowhere” in your conversations.")
    desk.keyboard.press("Escape")

    expect(listed.rows).to_have_text(["Hello"])


def test_column_is_put_away_and_gives_way(desk: Page, shop: Server) -> None:
    listed = on_its_own(desk, shop)
    expect(listed.button).to_have_attribute("aria-expanded", "true")
    before = listed.chat.composer.bounding_box()

    listed.button.click()
    expect(listed.drawer).to_be_hidden()
    after = listed.chat.composer.bounding_box()
    listed.button.click()
    expect(listed.drawer).to_be_visible()
    desk.set_viewport_size({"width": PANEL["width"], "height": PANEL["height"]})
    expect(listed.drawer).to_be_hidden()
    desk.set_viewport_size({"width": 1000, "height": 720})
    expect(listed.drawer).to_be_visible()

    assert before is not None
    assert after is not None
    assert after["x"] < before["x"] - 100


def test_sheet_keeps_the_focus_and_escape_closes_it_first(
    page: Page, shop: Server, host: str
) -> None:
    chat = in_a_page(page, shop, host)
    chat.ask_and_wait("First")
    chat.button("New conversation").click()
    expect(chat.answers).to_have_count(0)
    chat.ask_and_wait("Second")
    listed = opened(chat)
    expect(listed.rows).to_have_text(["Second", "First"])
    expect(chat.root.get_by_role("dialog", name="Conversations")).to_be_visible()
    expect(listed.search).to_be_focused()

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert listed.focused() == "Options for “Second”"
    page.keyboard.press("Tab")
    assert listed.focused() == "Close the list"
    listed.search.focus()
    page.keyboard.press("ArrowDown")
    assert listed.focused() == "Second"
    page.keyboard.press("ArrowDown")
    assert listed.focused() == "First"
    page.keyboard.press("Escape")
    expect(listed.drawer).to_be_hidden()
    expect(listed.button).to_be_focused()
    assert chat.heard("close") == []
    page.keyboard.press("Escape")
    page.wait_for_function("heard.some((one) => one.type === 'close')")


def test_choice_closes_the_sheet_and_the_page_hears_of_it(
    page: Page, shop: Server, host: str
) -> None:
    chat = in_a_page(page, shop, host)
    chat.ask_and_wait("First")
    chat.button("New conversation").click()
    expect(chat.questions).to_have_count(0)
    listed = opened(chat)
    expect(listed.rows).to_have_text(["First"])

    listed.rows.first.press("Enter")

    expect(chat.questions).to_have_text(["First"])
    expect(listed.drawer).to_be_hidden()
    expect(chat.composer).to_be_focused()
    expect(chat.root.locator("#announcer")).to_contain_text("Opened: First")
    changes = [one["name"] for one in chat.heard("event") if one["name"].startswith("conv")]
    assert changes == ["conversation.changed"] * 2


def test_hundreds_are_found_and_shown_page_by_page(page: Page, shop: Server) -> None:
    listed = on_its_own(page, shop)
    listed.chat.ask_and_wait("The newest")
    keep(shop, 120)
    opened(listed.chat)
    expect(listed.rows).to_have_count(50)
    groups = listed.drawer.get_by_role("heading", level=3)
    expect(groups.first).to_have_text("Today")

    more = listed.drawer.get_by_role("button", name="Show older conversations")
    more.click()
    expect(listed.rows).to_have_count(100)
    listed.search.fill("number 11")
    expect(listed.note).to_have_text("Found: 11")
    assert sorted(listed.rows.all_inner_texts())[:2] == ["Number 11", "Number 110"]
    listed.search.fill("")
    more.click()
    expect(listed.rows).to_have_count(121)
    expect(more).to_be_hidden()
    named = groups.all_inner_texts()
    assert named[:4] == ["Today", "Yesterday", "Last 7 days", "Last 30 days"]
    assert len(named) > 4


def test_other_tab_keeps_up_without_being_touched(desk: Page, shop: Server) -> None:
    first = on_its_own(desk, shop)
    first.chat.ask_and_wait("To be deleted")
    second = on_its_own(desk.context.new_page(), shop)
    expect(second.rows).to_have_text(["To be deleted"])

    first.chat.button("New conversation").first.click()
    expect(first.chat.answers).to_have_count(0)
    first.chat.ask_and_wait("Begun elsewhere")
    expect(second.rows).to_have_text(["Begun elsewhere", "To be deleted"])
    unread = second.row("Begun elsewhere").get_by_role("img", name="New answer")
    expect(unread).to_be_hidden()  # the other tab shows it
    first.delete("To be deleted")

    expect(second.rows).to_have_text(["Begun elsewhere"])
    expect(second.chat.root.locator("#access")).to_contain_text("This conversation has ended.")


def test_what_is_gone_already_is_said_and_goes(desk: Page, shop: Server) -> None:
    """Between the deletion in one tab and the word of it in another."""
    first = on_its_own(desk, shop)
    first.chat.ask_and_wait("To be deleted")
    page = desk.context.new_page()
    page.route_web_socket(re.compile(r"/socket"), deaf_to_changes)
    second = on_its_own(page, shop)
    expect(second.rows).to_have_text(["To be deleted"])

    first.delete("To be deleted")
    expect(second.chat.root.locator("#access")).to_contain_text("This conversation has ended.")
    second.unfold("To be deleted").get_by_role("button", name="Rename").click()
    second.drawer.get_by_role("textbox", name="Name of the conversation").fill("Too late")
    second.drawer.get_by_role("button", name="Save").click()

    expect(second.note).not_to_be_empty()
    expect(second.rows).to_have_count(0)
    expect(second.chat.root.locator("#alert")).to_be_hidden()


def test_deleting_in_the_middle_of_an_answer(desk: Page, shop: Server) -> None:
    listed = on_its_own(desk, shop, "acme")
    listed.chat.ask("A long story")
    expect(listed.chat.last_text).to_contain_text("1.", timeout=PATIENCE_MS)

    listed.delete("A long story")

    expect(listed.chat.answers).to_have_count(0)
    expect(listed.chat.button("Stop")).to_be_hidden()
    listed.chat.ask("Hello")
    expect(listed.rows).to_have_text(["Hello"])


def test_page_shows_it_and_takes_it_away(page: Page, shop: Server, host: str) -> None:
    chat = open_framed(page, host, local(shop, "/frame/swift"))
    listed = Conversations(chat)
    expect(listed.button).to_be_hidden()
    page.set_viewport_size({"width": 1000, "height": 700})

    page.evaluate("options => say({type: 'options', options})", OPTIONS)
    expect(listed.button).to_be_visible()
    expect(listed.drawer).to_be_visible()
    page.evaluate("say({type: 'options', options: {}})")

    expect(listed.button).to_be_hidden()
    expect(listed.drawer).to_be_hidden()


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_fingers_have_room_on_a_phone(new_page: NewPage, shop: Server, lang: str) -> None:
    page = new_page(
        viewport=PHONE, has_touch=True, is_mobile=True, locale=lang, color_scheme="dark",
        reduced_motion="reduce",
    )  # fmt: skip
    listed = on_its_own(page, shop, query=f"{ON}&layout=mobile")
    listed.chat.ask_and_wait("运费" if lang == "zh-CN" else "Postage")
    listed.button.tap()
    expect(listed.rows).to_have_count(1)
    listed.drawer.locator(".row-more > summary").tap()
    listed.drawer.locator(".row-sure > summary").tap()

    controls = listed.drawer.locator("button:visible, summary:visible, input:visible").all()
    sizes = [(box["width"], box["height"]) for one in controls if (box := one.bounding_box())]
    assert len(sizes) == 8
    assert min(min(size) for size in sizes) >= 44
    page.evaluate(HIDE_WHAT_IS_BEHIND)
    assert flaws_around(page.locator("#side")) == []
    assert foreign(re.split(r"\n+", listed.drawer.inner_text()), lang) == []
    width = listed.drawer.evaluate("drawer => drawer.offsetWidth")
    assert width == PHONE["width"]
    listed.drawer.locator('[data-list="close"]').tap()
    expect(listed.drawer).to_be_hidden()


def test_without_scripts(new_page: NewPage, shop: Server) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(local(shop, f"/chat/quick?{ON}"))
    chat = Chat(page, page)
    for question in ("First", "Second"):
        chat.button("New conversation").click()
        chat.composer.fill(question)
        chat.button("Send").click()
        chat.wait_for_end()

    listed = Conversations(chat)
    listed.button.click()
    expect(listed.rows).to_have_text(["Second", "First"])
    listed.rows.last.click()
    expect(chat.questions).to_have_text(["First"])
    listed.button.click()
    listed.delete("First")
    expect(listed.rows).to_have_text(["Second"])
    chat.button("Close the list").click()
    expect(listed.drawer).to_have_count(0)
