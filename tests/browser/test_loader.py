"""The widget on a host page, as a visitor and the page's developer meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.customer import Customer, Widget, customers, ours, own_focus, tag
from tests.serving import Server

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SITE = """
[[sites]]
key = "{key}"
name = "{name}"
origins = ["{origin}"]
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 1
"""
STUB = "window.chatdock=window.chatdock||function(){(chatdock.q=chatdock.q||[]).push(arguments)};"


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    with customers() as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, customer: Customer) -> Iterator[Server]:
    """A server with the sites ``acme`` and ``beta``, both of the customer's."""
    sites = "".join(
        SITE.format(key=key, name=key.title(), origin=customer.origin) for key in ("acme", "beta")
    )
    running = Server(tmp_path_factory.mktemp("loader"), sites)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    return new_page(viewport=DESK)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


Visit = Callable[..., Widget]


@pytest.fixture
def visit(customer: Customer, server: Server) -> Visit:
    """``visit(page)``: goes to a page of the customer's that carries the tag."""

    def go(page: Page, attributes: str = "async", **parts: str) -> Widget:
        page.goto(customer.page(tag(server, attributes=attributes), **parts))
        return Widget(page)

    return go


# --- before and at the click -----------------------------------------------------------------------


def test_page_view_loads_one_script_and_nothing_else(
    desk: Page, visit: Visit, customer: Customer, server: Server
) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))

    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.wait_for_load_state("networkidle")

    assert asked == [f"{customer.origin}/", f"{ours(server)}/embed/acme.js"]


def test_hover_fetches_the_frame_and_shows_nothing(desk: Page, visit: Visit) -> None:
    widget = visit(desk)

    with desk.expect_request("**/frame/acme?*"):
        widget.launcher.hover()

    expect(desk.locator("iframe")).to_be_hidden()
    expect(widget.panel).to_be_hidden()


def test_keyboard_focus_fetches_the_frame(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    with desk.expect_request("**/frame/acme?*"):
        desk.get_by_label("Search").focus()
        desk.keyboard.press("Tab")

    assert own_focus(desk) == "Chat"


def test_touch_fetches_the_frame_before_the_click(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.launcher.evaluate("node => node.onclick = null")

    with phone.expect_request("**/frame/acme?*"):
        widget.launcher.tap()


def test_click_opens_a_chat_that_answers(desk: Page, visit: Visit) -> None:
    widget = visit(desk)

    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()

    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    expect(widget.panel).to_have_attribute("aria-modal", "false")


def test_launcher_closes_what_it_opened(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()

    widget.launcher.click()

    widget.wait_until_closed()
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def test_frame_is_watched_over(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()

    frame = desk.locator("iframe")

    expect(frame).to_have_attribute("title", "Acme")
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin")
    expect(frame).to_have_attribute("allow", "clipboard-write")
    assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "allow-top-navigation")


# --- hands and eyes --------------------------------------------------------------------------------


def test_keyboard_alone_goes_in_asks_and_comes_back(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    widget.wait_until_usable()
    expect(widget.composer).to_be_focused()
    desk.keyboard.type("Hello")
    desk.keyboard.press("Enter")
    widget.wait_for_answer()
    desk.keyboard.press("Escape")

    widget.wait_until_closed()
    assert own_focus(desk) == "Chat"


def test_focus_ring_shows_on_any_ground(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Tab")

    expect(widget.launcher).to_have_css("outline-color", "rgb(255, 255, 255)")
    expect(widget.launcher).to_have_css("box-shadow", "rgb(28, 30, 34) 0px 0px 0px 6px")


def test_escape_on_the_host_page_closes(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_role("heading", name="Lamps").click()

    desk.keyboard.press("Escape")

    widget.wait_until_closed()
    assert own_focus(desk) == "BODY"


def test_escape_in_a_field_of_the_host_page_is_the_pages(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_label("Search").focus()

    desk.keyboard.press("Escape")

    expect(widget.panel).to_be_visible()


def test_closing_leaves_the_focus_where_the_visitor_writes(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    desk.get_by_label("Search").click()

    widget.call("close")

    widget.wait_until_closed()
    assert own_focus(desk) == "Search"


def test_open_by_the_page_takes_no_focus_from_a_writing_visitor(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.get_by_label("Search").click()

    widget.call("open")
    widget.wait_until_usable()
    desk.keyboard.type("lamp")

    expect(desk.get_by_label("Search")).to_have_value("lamp")


def test_open_by_a_page_button_takes_the_focus_in(desk: Page, visit: Visit) -> None:
    widget = visit(desk, body="<button onclick=\"chatdock('open')\">Ask us</button>")
    expect(widget.launcher).to_be_visible()

    desk.get_by_role("button", name="Ask us").click()

    expect(widget.composer).to_be_focused()


def test_motion_only_for_those_who_like_it(new_page: NewPage, visit: Visit) -> None:
    calm = visit(new_page(viewport=DESK, reduced_motion="reduce"))
    lively = visit(new_page(viewport=DESK, reduced_motion="no-preference"))

    calm.open()
    lively.open()

    expect(calm.panel).to_have_css("animation-name", "none")
    expect(lively.panel).to_have_css("animation-name", "rise")


def test_launcher_does_not_print(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()

    desk.emulate_media(media="print")

    expect(widget.launcher).to_be_hidden()


# --- the sheet ---------------------------------------------------------------------------------------


def test_sheet_covers_a_narrow_window_and_closes_from_inside(phone: Page, visit: Visit) -> None:
    widget = visit(phone)

    widget.open()

    assert widget.box() == {"x": 0, "y": 0, **PHONE}
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    expect(phone.locator("body")).to_have_attribute("inert", "")
    widget.frame.get_by_role("button", name="Close", exact=False).click()
    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")
    expect(widget.launcher).to_be_visible()


def test_sheet_covers_a_low_window(new_page: NewPage, visit: Visit) -> None:
    low = {"width": 900, "height": 420}
    widget = visit(new_page(viewport=low))

    widget.open()

    assert widget.box() == {"x": 0, "y": 0, **low}


def test_panel_becomes_a_sheet_when_the_window_narrows(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    assert widget.box()["width"] == 460
    expect(desk.locator("body")).not_to_have_attribute("inert", "")

    desk.set_viewport_size(PHONE)

    expect(widget.panel).to_have_attribute("aria-modal", "true")
    assert widget.box() == {"x": 0, "y": 0, **PHONE}
    desk.set_viewport_size(DESK)
    expect(widget.panel).to_have_attribute("aria-modal", "false")
    expect(desk.locator("body")).not_to_have_attribute("inert", "")


@pytest.mark.parametrize(
    "style", ["", "overflow: clip scroll !important; color: red;", "overflow: hidden;"]
)
def test_sheet_gives_the_host_page_back_as_it_was(phone: Page, visit: Visit, style: str) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.evaluate(
        """style => {
          if (style) document.documentElement.setAttribute("style", style);
          window.scrollTo(0, 321);
        }""",
        style,
    )
    look = """() => {
      const root = document.documentElement;
      return [root.hasAttribute("style"), root.style.cssText, window.scrollY];
    }"""
    before = phone.evaluate(look)

    widget.open()
    locked = phone.evaluate("getComputedStyle(document.documentElement).overflowY")
    widget.call("close")
    widget.wait_until_closed()

    assert locked == "hidden"
    assert before[2] == 321
    assert phone.evaluate(look) == before


def test_sheet_leaves_alone_what_the_page_made_inert(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.evaluate("document.body.setAttribute('inert', '')")

    widget.open()
    widget.call("close")
    widget.wait_until_closed()

    expect(phone.locator("body")).to_have_attribute("inert", "")


def test_sheet_stays_whole_when_the_visitor_zooms(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.open()

    phone.context.new_cdp_session(phone).send(
        "Emulation.setPageScaleFactor", {"pageScaleFactor": 2}
    )
    phone.wait_for_function("visualViewport.scale === 2")

    height = widget.panel.evaluate("node => node.offsetHeight")
    assert height == PHONE["height"]


def test_sheet_has_a_way_out_when_the_frame_has_none(
    phone: Page, visit: Visit, customer: Customer, server: Server
) -> None:
    widget = visit(phone, attributes='async data-is-need-close="false"')
    widget.open()

    frame = phone.locator("iframe").bounding_box()

    assert frame == {"x": 0, "y": 44, "width": 390, "height": 800}
    widget.close_button.click()
    widget.wait_until_closed()


# --- one page after another ----------------------------------------------------------------------------


def test_open_chat_stays_open_on_the_next_page_without_taking_the_focus(
    desk: Page, visit: Visit
) -> None:
    visit(desk).open()

    widget = visit(desk, path="/next")
    widget.wait_until_usable()

    assert own_focus(desk) == "BODY"


def test_closed_chat_stays_closed_although_the_tag_opens_it(desk: Page, visit: Visit) -> None:
    widget = visit(desk, attributes="async data-open")
    widget.wait_until_usable()
    widget.call("close")
    widget.wait_until_closed()

    again = visit(desk, attributes="async data-open", path="/next")

    expect(again.launcher).to_be_visible()
    expect(again.panel).to_be_hidden()


def test_works_without_storage(desk: Page, visit: Visit) -> None:
    desk.add_init_script(
        """Object.defineProperty(window, "sessionStorage", {
          get() { throw new DOMException("refused", "SecurityError") }
        })"""
    )
    widget = visit(desk)

    widget.open()
    widget.call("close")

    widget.wait_until_closed()


def test_conversation_outlives_a_swapped_body(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    widget.composer.fill("a draft")

    desk.evaluate(
        """() => {
          const body = document.createElement("body");
          body.append("The next page");
          document.documentElement.replaceChild(body, document.body);
        }"""
    )

    expect(desk.get_by_text("The next page")).to_be_visible()
    expect(widget.composer).to_have_value("a draft")


def test_sheet_covers_the_next_body_too(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    widget.open()

    phone.evaluate("document.body.replaceWith(document.createElement('body'))")

    expect(phone.locator("body")).to_have_attribute("inert", "")
    widget.call("close")
    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")


def test_comes_back_when_the_page_drops_it(desk: Page, visit: Visit) -> None:
    widget = visit(desk)
    widget.open()
    widget.ask("Hello")
    widget.wait_for_answer()

    desk.evaluate("document.documentElement.lastElementChild.remove()")

    widget.wait_until_usable()
    expect(widget.frame.get_by_text("Hello", exact=True)).to_be_visible()


# --- tags ----------------------------------------------------------------------------------------------


def test_twice_is_once(desk: Page, customer: Customer, server: Server) -> None:
    desk.goto(customer.page(tag(server) * 2 + tag(server, attributes="defer")))
    widget = Widget(desk)

    widget.open()

    expect(widget.launcher).to_have_count(1)
    expect(desk.locator("iframe")).to_have_count(1)


def test_two_sites_stand_on_one_page(desk: Page, customer: Customer, server: Server) -> None:
    beta_tag = tag(server, "beta", 'defer data-position="left"')
    desk.goto(customer.page(tag(server, attributes="defer") + beta_tag))
    acme, beta = Widget(desk), Widget(desk, "Beta")
    expect(acme.launcher).to_have_count(2)

    beta.call("open", {"site": "beta"})
    beta.wait_until_usable()
    expect(acme.panel).to_be_hidden()
    acme.call("open")
    acme.wait_until_usable()
    beta.call("close", {"site": "beta"})

    beta.wait_until_closed()
    expect(acme.panel).to_be_visible()


def test_command_waits_for_the_site_it_names(
    desk: Page, customer: Customer, server: Server
) -> None:
    desk.goto(customer.page(tag(server)))
    expect(Widget(desk).launcher).to_be_visible()

    Widget(desk).call("open", {"site": "beta"})
    desk.evaluate(
        "src => document.head.append(Object.assign(document.createElement('script'), {src}))",
        f"{ours(server)}/embed/beta.js",
    )

    Widget(desk, "Beta").wait_until_usable()
    expect(Widget(desk).panel).to_be_hidden()


@pytest.mark.parametrize("attributes", ["", "async", "defer"])
def test_stands_in_the_head(
    desk: Page, customer: Customer, server: Server, attributes: str
) -> None:
    desk.goto(customer.page("", head=tag(server, attributes=attributes)))

    Widget(desk).open()


def test_late_insertion(desk: Page, customer: Customer, server: Server) -> None:
    desk.goto(customer.page(""))
    desk.wait_for_load_state("load")

    desk.add_script_tag(url=f"{ours(server)}/embed/acme.js")

    Widget(desk).open()


@pytest.mark.parametrize(
    ("lang", "name"), [("zh-Hant-TW", "在线咨询"), ("EN-us", "Chat"), ("fr", "Chat"), ("", "Chat")]
)
def test_speaks_the_pages_language(desk: Page, visit: Visit, lang: str, name: str) -> None:
    visit(desk, lang=lang)

    expect(desk.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_speaks_the_browsers_language_when_the_page_tells_none(
    new_page: NewPage, visit: Visit
) -> None:
    page = new_page(viewport=DESK, locale="zh-CN")

    visit(page, lang="")

    expect(page.get_by_role("button", name="在线咨询", exact=True)).to_be_visible()


def test_data_lang_goes_before_the_page(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-lang="zh-CN"')
    widget = Widget(desk, launcher="在线咨询")

    widget.open()

    expect(widget.frame.locator("html")).to_have_attribute("lang", "zh-CN")


def test_inline_chat_fills_its_container_and_has_no_launcher(desk: Page, visit: Visit) -> None:
    container = '<div id="chat" style="height: 500px; width: 600px"></div>'
    visit(desk, attributes='async data-el="#chat"', body=container)

    region = desk.get_by_role("region", name="Acme")
    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)

    box = region.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (600, 500)
    expect(Widget(desk).launcher).to_have_count(0)
    assert own_focus(desk) == "BODY"


def test_inline_chat_has_a_height_in_a_container_without(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-el="#chat"', body='<div id="chat"></div>')

    region = desk.get_by_role("region", name="Acme")

    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)
    expect(region).to_have_css("height", "700px")


def test_inline_chat_below_the_fold_waits_until_it_is_near(desk: Page, visit: Visit) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    below = '<div style="height: 9000px"></div><div id="chat" style="height: 500px"></div>'
    visit(desk, attributes='async data-el="#chat"', body=below)
    desk.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/frame/" in url]

    with desk.expect_request("**/frame/acme?*"):
        desk.locator("#chat").scroll_into_view_if_needed()


def test_inline_chat_follows_a_container_that_comes_late(desk: Page, visit: Visit) -> None:
    visit(desk, attributes='async data-el="#chat"')

    desk.evaluate(
        """() => {
          const place = Object.assign(document.createElement("div"), {id: "chat"});
          document.querySelector("h1").after(place);
        }"""
    )

    region = desk.get_by_role("region", name="Acme")
    expect(region.frame_locator("iframe").locator("#text")).to_be_visible(timeout=20_000)


# --- the page API ------------------------------------------------------------------------------------------


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


# --- trouble -------------------------------------------------------------------------------------------------


def test_launcher_says_that_the_server_is_gone_and_tries_again(
    desk: Page, visit: Visit
) -> None:
    widget = visit(desk)
    expect(widget.launcher).to_be_visible()
    desk.route("**/embed/panel/**", lambda route: route.abort())
    desk.route("**/frame/**", lambda route: route.abort())
    desk.evaluate("chatdock('on', 'error', (error) => { window.heard = error.code })")

    widget.launcher.click()

    notice = desk.get_by_role("button", name="Chat is unavailable")
    expect(notice).to_be_visible()
    assert desk.evaluate("heard") == "unreachable"
    desk.unroute("**/embed/panel/**")
    desk.unroute("**/frame/**")
    notice.click()
    widget.wait_until_usable()
    expect(widget.launcher).to_be_visible()


def test_frame_that_never_speaks_gets_a_notice_with_a_way_out(
    phone: Page, visit: Visit
) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.route("**/frame/**", lambda route: route.abort())

    widget.launcher.click()
    expect(widget.panel.get_by_text("Connecting…")).to_be_visible()
    expect(widget.close_button).to_be_visible()

    expect(widget.panel.get_by_text("The chat cannot be reached right now.")).to_be_visible()
    phone.unroute("**/frame/**")
    widget.panel.get_by_role("button", name="Try again").click()
    widget.wait_until_usable()


def test_waiting_visitor_can_leave(phone: Page, visit: Visit) -> None:
    widget = visit(phone)
    expect(widget.launcher).to_be_visible()
    phone.route("**/frame/**", lambda route: None)
    widget.launcher.click()

    widget.close_button.click()

    widget.wait_until_closed()
    expect(phone.locator("body")).not_to_have_attribute("inert", "")
