"""What the developer of a host page can do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.customer import Widget, ours
from tests.browser.embedding.conftest import Visit
from tests.serving import Server

pytestmark = pytest.mark.browser

STUB = "window.chatdock=window.chatdock||function(){(chatdock.q=chatdock.q||[]).push(arguments)};"


def test_commands_before_the_script_are_carried_out_in_order(desk: Page, visit: Visit) -> None:
    stub = f"""<script>{STUB}
      heard = [];
      for (const name of ["ready", "open", "message", "answer"])
        chatdock("on", name, () => heard.push(name));
      chatdock("send", "Hello");
    </script>"""

    widget = visit(desk, head=stub)

    expect(widget.frame.get_by_text("Hello", exact=True)).to_be_visible(timeout=20_000)
    widget.wait_for_answer()
    desk.wait_for_function("heard.includes('answer')")
    assert desk.evaluate("heard") == ["ready", "open", "message", "answer"]


def test_send_waits_until_the_chat_is_there(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    widget.call("send", "Where is my lamp?")

    expect(widget.frame.get_by_text("Where is my lamp?")).to_be_visible(timeout=20_000)
    widget.wait_for_answer()


def test_toggle_opens_and_closes(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    widget.call("toggle")
    widget.wait_until_usable()
    widget.call("toggle")

    widget.wait_until_closed()


def test_events_reach_every_handler_until_it_leaves(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.evaluate(
        """() => {
          window.heard = [];
          window.gone = () => heard.push("gone");
          const note = (name) => () => heard.push(name);
          chatdock("on", "open", gone);
          chatdock("on", "open", note("open"));
          chatdock("on", "close", note("close"));
          chatdock("off", "open", gone);
        }"""
    )

    widget.open()
    widget.call("close")

    desk.wait_for_function("heard.includes('close')")
    assert desk.evaluate("heard") == ["open", "close"]


def test_no_word_of_the_conversation_reaches_the_host_page(desk: Page, visit: Visit) -> None:
    desk.add_init_script(
        "heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)))"
    )
    widget = visit(desk)
    widget.open()
    widget.ask("a-secret-word")
    widget.wait_for_answer()

    heard = "".join(desk.evaluate("heard"))

    assert "message.sent" in heard
    assert "a-secret-word" not in heard
    assert "cnv_" not in heard
    assert "vis_" not in heard


def test_words_of_strangers_are_not_heard(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()

    desk.evaluate("postMessage({chatdock: 1, type: 'close'}, '*')")
    desk.evaluate("new Promise((done) => setTimeout(done))")

    expect(widget.panel).to_be_visible()


def test_unknown_command_is_harmless(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    for name in ("fly", "constructor", "__proto__"):
        widget.call(name, 1)

    widget.open()


def test_destroy_leaves_nothing_and_the_script_can_come_again(
    phone: Page, visit: Visit, server: Server
) -> None:
    widget = visit(phone)
    before = phone.evaluate("document.documentElement.children.length")
    widget.open()

    widget.call("destroy")

    expect(widget.launcher).to_have_count(0)
    assert phone.evaluate("document.documentElement.children.length") == before - 1
    expect(phone.locator("body")).not_to_have_attribute("inert", "")
    assert phone.evaluate("document.documentElement.getAttribute('style')") is None
    assert phone.evaluate("sessionStorage.length") == 0
    phone.add_script_tag(url=f"{ours(server)}/embed/acme.js")
    Widget(phone).open()


def test_destroy_while_the_panel_is_on_its_way(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    desk.evaluate("chatdock('open'); chatdock('destroy')")
    desk.wait_for_load_state("networkidle")

    expect(desk.locator("iframe")).to_have_count(0)
    expect(widget.launcher).to_have_count(0)


def test_set_takes_what_fits_and_names_the_rest_once(desk: Page, visit: Visit) -> None:
    said: list[str] = []
    desk.on("console", lambda line: said.append(line.text))
    widget = visit(desk)
    widget.open()

    for _ in range(2):
        widget.call("set", {"ui": {"chatBot": {"title": "Lamp advice"}, "fonts": {"size": 3}}})

    titled = Widget(desk, "Lamp advice")
    expect(titled.frame.get_by_role("heading", name="Lamp advice")).to_be_visible()
    widget.call("set", {"ui": {"chatBot": {"title": "Lamps"}}})
    lamps = Widget(desk, "Lamps")
    expect(lamps.frame.get_by_role("heading", name="Lamps")).to_be_visible()
    assert [line for line in said if "ui.fonts" in line] == said
    assert len(said) == 1
