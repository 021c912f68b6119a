"""What comes of a page's calls, and what the page may say, hear and forbid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import Customer, Widget, tag
from tests.browser.embedding.conftest import Visit
from tests.serving import Server
from widget.domain.options import PAGE_ONLY

pytestmark = pytest.mark.browser

SITE = """
[[sites]]
key = "{key}"
name = "{name}"
origins = ["{origin}"]
{more}
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 0
"""
STUB = """<script>
window.chatdock = window.chatdock || function () {
  var call = arguments;
  return new Promise(function (done) {
    call.done = done;
    (chatdock.q = chatdock.q || []).push(call);
  });
};
</script>"""
# What a call comes to: its result, or the name of why it came to nothing.
CAME_TO = "const cameTo = (call) => call.then((result) => result, (why) => `${why.code}`);"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """``acme`` shares no words, ``beta`` does."""
    origin = customer.origin
    sites = SITE.format(key="acme", name="Acme", origin=origin, more="") + SITE.format(
        key="beta", name="Beta", origin=origin, more="[sites.page]\nshares_text = true"
    )
    running = Server(tmp_path_factory.mktemp("calls"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def heard(page: Page, *names: str) -> None:
    """From now on ``heard`` on the page lists these events with their details."""
    page.evaluate(
        """(names) => {
          window.heard = [];
          for (const name of names) chatdock("on", name, (detail) => heard.push([name, detail]));
        }""",
        list(names),
    )


def came_to(page: Page, *calls: str) -> list[Any]:
    """What these calls, made at once, come to."""
    made = ", ".join(f"cameTo(chatdock({call}))" for call in calls)
    found: list[Any] = page.evaluate(f"() => {{ {CAME_TO} return Promise.all([{made}]); }}")
    return found


def said_to_server(page: Page) -> list[dict[str, Any]]:
    """Every command of the frames on the page, as it goes out."""
    said: list[dict[str, Any]] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: said.append(json.loads(frame)))

    page.on("websocket", listen)
    return said


def test_calls_say_what_came_of_them(desk: Page, visit: Visit) -> None:
    lines: list[str] = []
    desk.on("console", lambda line: lines.append(line.text))
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    assert came_to(desk, "'close'", "'set', {}", "'context', {}", "'on', 'x'") == [None] * 4
    assert desk.locator("iframe").count() == 0
    assert came_to(desk, "'open'") == [True]
    widget.wait_until_usable()
    wrong = "{ui: {fonts: 3, base: {zIndex: 'high'}, footer: {isShow: false}}, userInfo: {mail: 1}}"
    (warnings,) = came_to(desk, f"'set', {wrong}")
    faults = ["ui.fonts", "ui.base.zIndex", "userInfo.mail"]
    assert [one.partition(":")[0] for one in warnings] == faults
    expect(widget.frame.locator("#footer")).to_be_hidden()
    assert came_to(desk, "'identify', 'nonsense'") == [False]
    assert came_to(desk, "'identify', null") == [True]
    assert came_to(desk, "'send', ''", "'send', 7", "'fly'") == ["bad_input", "bad_input", None]
    (sent,) = came_to(desk, "'send', 'Hello'")
    assert sorted(sent) == ["message"]
    assert sent["message"].startswith("msg_")
    assert came_to(desk, "'toggle'", "'close'") == [False, False]
    assert lines.count('chatdock: there is no call "fly"') == 1
    assert [line for line in lines if "ui.fonts" in line] == [f"Chatdock: {warnings[0]}"]


def test_page_is_told_no_words_of_a_site_that_keeps_them(desk: Page, visit: Visit) -> None:
    visit(desk)
    heard(desk, "message", "answer.started", "answer")

    came_to(desk, "'send', 'Hello', {open: false}")

    desk.wait_for_function("heard.length === 3", timeout=PATIENCE_MS)
    assert desk.evaluate("heard") == [
        ["message", {}],
        ["answer.started", {}],
        ["answer", {"state": "done"}],
    ]


def behind(desk: Page, customer: Customer, server: Server) -> Widget:
    """A page of the site that shares words; what it hears is noted."""
    desk.goto(customer.page(tag(server, "beta")))
    widget = Widget(desk, "Beta")
    expect(widget.launcher).to_be_visible()
    heard(desk, "message", "answer", "unread", "conversation.changed")
    return widget


def wait_for_unread(page: Page, count: int) -> None:
    page.wait_for_function(
        "n => heard.some(([name, { count }]) => name === 'unread' && count === n)",
        arg=count,
        timeout=PATIENCE_MS,
    )


def details(page: Page, event: str) -> list[Any]:
    return [detail for name, detail in page.evaluate("heard") if name == event]


def test_quiet_questions_are_answered_behind_a_closed_chat(
    desk: Page, customer: Customer, server: Server
) -> None:
    widget = behind(desk, customer, server)
    came_to(desk, "'send', 'How much is postage?', {open: false}")
    wait_for_unread(desk, 1)
    came_to(desk, "'send', 'Hello', {open: false, newConversation: true}")
    wait_for_unread(desk, 2)

    expect(widget.panel).to_be_hidden()
    named = desk.get_by_role("button", name="Chat, new answers: 2", exact=True)
    expect(named.get_by_text("2", exact=True)).to_be_visible()
    named.click()
    widget.wait_until_usable()

    expect(widget.frame.locator("#messages > .question .bubble")).to_have_text(["Hello"])
    expect(widget.launcher).to_be_visible()
    assert details(desk, "unread") == [{"count": 1}, {"count": 2}, {"count": 0}]
    assert details(desk, "conversation.changed") == [{}]
    assert details(desk, "message") == [{"text": "How much is postage?"}, {"text": "Hello"}]
    answers = details(desk, "answer")
    assert [sorted(one) for one in answers] == [["state", "text"]] * 2
    assert all(one["text"] for one in answers)


def test_page_s_context_goes_along_until_it_says_otherwise(
    desk: Page, customer: Customer, server: Server
) -> None:
    said = said_to_server(desk)
    lines: list[str] = []
    desk.on("console", lambda line: lines.append(line.text))
    behind(desk, customer, server)
    context = "{sku: 'A-7', 'a b': 'x', long: 'x'.repeat(1001), count: 7}"

    for _ in range(2):
        came_to(desk, f"'context', {context}", "'set', {userInfo: {id: 'u-7', nickname: 'Ada'}}")
        came_to(desk, "'send', 'Hello', {open: false, newConversation: true}")
        wait_for_unread(desk, 1)
    came_to(desk, "'context', null", "'send', 'Hello', {open: false, newConversation: true}")

    label = {"id": "u-7", "nickname": "Ada"}
    sent = [one for one in said if one["type"] == "message.send"]
    assert [(one["page"], one["label"], one["conversation"]) for one in sent] == [
        ({"sku": "A-7"}, label, None),
        ({"sku": "A-7"}, label, None),
        ({}, label, None),
    ]
    assert sorted(line for line in lines if "context." in line) == [
        "chatdock: context.a b: a name is 1 to 40 of A-Z, a-z, 0-9 and _",
        "chatdock: context.count: must be text",
        "chatdock: context.long: is longer than 1000 characters",
    ]


def test_badge_can_be_left_out(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    heard(desk, "unread")
    came_to(desk, "'set', {ui: {asstBtn: {badge: false}}}", "'send', 'Hello', {open: false}")
    desk.wait_for_function("heard.length === 1", timeout=PATIENCE_MS)

    expect(widget.launcher).to_be_visible()
    assert desk.evaluate("heard") == [["unread", {"count": 1}]]


def test_page_has_a_say_in_opening_and_closing(desk: Page, visit: Visit) -> None:
    """Every option that only a page can set, with its effect."""
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    names = [one.path.removeprefix("ui.chatBot.") for one in PAGE_ONLY]
    assert sorted(names) == ["onBeforeHide", "onBeforeShow", "onHide", "onShow"]
    desk.evaluate(
        """(names) => {
          window.called = [];
          window.answers = {};
          const chatBot = {};
          for (const name of names) {
            chatBot[name] = () => {
              called.push(name);
              if (answers[name] === "throws") throw new Error("the page's own mistake");
              return answers[name];
            };
          }
          chatdock("set", { ui: { chatBot } });
        }""",
        names,
    )

    desk.evaluate("answers.onBeforeShow = new Promise((done) => setTimeout(done, 0, false))")
    assert came_to(desk, "'open'", "'open'", "'send', 'Hello'") == [False, False, "vetoed"]
    for answer in ("'throws'", "0"):
        desk.evaluate(f"answers.onBeforeShow = answers.onShow = {answer}")
        assert came_to(desk, "'open'") == [True]
        desk.evaluate("answers.onBeforeHide = false")
        assert came_to(desk, "'close'") == [True]
        desk.evaluate("answers.onBeforeHide = null")
        assert came_to(desk, "'close'") == [False]

    shown = ["onBeforeShow", "onShow", "onBeforeHide", "onBeforeHide", "onHide"]
    assert desk.evaluate("called") == ["onBeforeShow", *shown, *shown]


def test_calls_before_the_script_come_to_the_same(
    desk: Page, customer: Customer, server: Server
) -> None:
    """In order, none lost or doubled, each by the site that it is for, whichever comes first."""
    calls = """<script>
      window.cameTo = {};
      const note = (name) => (result) => (cameTo[name] = result);
      const keep = (name, call) => call.then(note(name), (why) => note(name)(why.code));
      keep("set", chatdock("set", { ui: { chatBot: { title: "Lamps" } } }, { site: "beta" }));
      keep("bad", chatdock("send", "", { open: false, site: "beta" }));
      keep("sent", chatdock("send", "Hello", { open: false, site: "beta" }));
      keep("open", chatdock("open", { site: "beta" }));
      keep("gone", chatdock("destroy", { site: "acme" }));
      keep("never", chatdock("open", { site: "acme" }));
    </script>"""
    tags = tag(server, "acme", "") + tag(server, "beta", "")
    desk.goto(customer.page(tags, head=STUB + calls))
    widget = Widget(desk, "Lamps")
    widget.wait_until_usable()

    desk.wait_for_function("Object.keys(cameTo).length === 5", timeout=PATIENCE_MS)

    came = desk.evaluate("cameTo")
    assert came.pop("sent")["message"].startswith("msg_")
    assert came == {"set": None, "bad": "bad_input", "open": True, "gone": None}
    expect(widget.frame.locator("#messages > .question .bubble")).to_have_text(["Hello"])
    expect(desk.get_by_role("button", name="Chat", exact=True)).to_have_count(1)
