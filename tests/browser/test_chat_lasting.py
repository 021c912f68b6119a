"""Nothing is lost: reloads, several tabs, lost connections, a server that restarts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.chat import PATIENCE_MS, Chat, open_chat
from tests.browser.conftest import SITE, NewPage, lan, local
from tests.serving import Server

pytestmark = pytest.mark.browser

LONG = "A long story"


@pytest.fixture
def chat(page: Page, shop: Server) -> Chat:
    return open_chat(page, local(shop, "/chat/acme"))


def wait_for_text(chat: Chat) -> None:
    expect(chat.last_text).to_contain_text("1.", timeout=PATIENCE_MS)


def answer_html(chat: Chat) -> str:
    html: str = chat.answers.last.locator(".parts").evaluate("(parts) => parts.innerHTML")
    return html


def test_reload_in_the_middle_of_an_answer_goes_on_where_it_was(chat: Chat) -> None:
    chat.ask(LONG)
    wait_for_text(chat)
    chat.page.reload()

    expect(chat.answers).to_have_count(1)
    expect(chat.button("Stop the answer")).to_be_visible()
    chat.wait_for_end()
    grown = answer_html(chat)
    chat.page.reload()
    expect(chat.answers).to_have_count(1)
    assert grown == answer_html(chat)


def test_a_page_that_comes_with_a_running_answer_writes_no_text_twice(chat: Chat) -> None:
    chat.ask(LONG)
    wait_for_text(chat)
    for _ in range(3):
        chat.page.reload()
        wait_for_text(chat)
    chat.wait_for_end()

    expect(chat.questions).to_have_text([LONG])
    expect(chat.answers.last.get_by_role("heading")).to_have_count(
        len(set(chat.answers.last.get_by_role("heading").all_inner_texts()))
    )


def test_two_tabs_show_the_same(chat: Chat) -> None:
    other = open_chat(chat.page.context.new_page(), chat.page.url)
    chat.ask_and_wait("Where is my order 2046?")
    other.page.reload()
    expect(other.answers).to_have_count(1)

    other.ask_and_wait("How do I return something?")
    chat.wait_for_end()

    expect(chat.questions).to_have_text(["Where is my order 2046?", "How do I return something?"])
    assert answer_html(chat) == answer_html(other)


def test_lost_connection_comes_back_and_nothing_is_missing(page: Page, shop: Server) -> None:
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/socket", lambda route: sockets.append(connected(route)))
    chat = open_chat(page, local(shop, "/chat/acme"))
    chat.ask(LONG)
    wait_for_text(chat)
    sockets[-1].close(code=1001)

    chat.wait_for_end()
    assert len(sockets) == 2
    shown = answer_html(chat)
    page.reload()
    assert shown == answer_html(chat)


def connected(route: WebSocketRoute) -> WebSocketRoute:
    route.connect_to_server()
    return route


def test_message_written_while_the_server_is_gone_is_sent_once(
    new_page: NewPage, start_server: Callable[..., Server], host: str
) -> None:
    server = start_server(SITE.format(key="acme", host=host, delay_ms=0))
    chat = open_chat(new_page(), local(server, "/chat/acme"))
    chat.ask_and_wait("Hello")
    server.kill()
    chat.ask("Where is my order 2046?")
    expect(chat.root.get_by_text("No connection. Trying again…")).to_be_visible(timeout=PATIENCE_MS)
    server.start()

    expect(chat.answers).to_have_count(2, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.questions).to_have_text(["Hello", "Where is my order 2046?"])
    expect(chat.root.get_by_text("No connection. Trying again…")).to_be_hidden()


def test_answer_of_a_killed_server_stands_with_its_text_and_a_retry(
    new_page: NewPage, start_server: Callable[..., Server], host: str
) -> None:
    server = start_server(SITE.format(key="acme", host=host, delay_ms=20))
    chat = open_chat(new_page(), local(server, "/chat/acme"))
    chat.ask(LONG)
    expect(chat.last_text).to_contain_text("2.", timeout=PATIENCE_MS)  # "1." is stored by now
    server.kill()
    server.apply(SITE.format(key="acme", host=host, delay_ms=0))
    server.start()

    chat.wait_for_end("interrupted")
    expect(chat.answers.last).to_contain_text("The answer was interrupted here.")
    expect(chat.last_text).to_contain_text("1.")
    chat.button("Try again").click()
    chat.wait_for_end("done")
    expect(chat.answers).to_have_count(1)


def test_silent_socket_is_found_out_and_replaced(page: Page, shop: Server) -> None:
    sockets: list[WebSocketRoute] = []

    def meet(route: WebSocketRoute) -> None:
        sockets.append(route)
        server = route.connect_to_server()
        if len(sockets) > 1:
            return
        is_silent = False

        def hear(message: str | bytes) -> None:
            nonlocal is_silent
            is_silent = is_silent or '"message.send"' in str(message)
            if not is_silent:
                server.send(message)

        route.on_message(hear)

    page.clock.install()
    page.route_web_socket("**/socket", meet)
    chat = open_chat(page, local(shop, "/chat/acme"))
    expect(page.locator("html[data-retry]")).to_be_attached()
    chat.ask("Where is my order 2046?")
    page.clock.run_for(11_500)

    expect(chat.answers).to_have_count(1, timeout=PATIENCE_MS)
    assert len(sockets) == 2


def test_expired_token_is_replaced_and_the_message_arrives(page: Page, shop: Server) -> None:
    sockets: list[WebSocketRoute] = []

    def meet(route: WebSocketRoute) -> None:
        sockets.append(route)
        if len(sockets) == 1:
            route.close(code=4401, reason="expired")
        else:
            route.connect_to_server()

    page.route_web_socket("**/socket", meet)
    with page.expect_response("**/frame/acme/token") as renewal:
        chat = open_chat(page, local(shop, "/chat/acme"))
    chat.ask_and_wait("Where is my order 2046?")

    assert renewal.value.status == 200


@pytest.mark.parametrize(("code", "reason"), [(4429, "1"), (1012, "restart"), (1011, "")])
def test_closed_door_is_tried_again(page: Page, shop: Server, code: int, reason: str) -> None:
    sockets: list[WebSocketRoute] = []

    def meet(route: WebSocketRoute) -> None:
        sockets.append(route)
        if len(sockets) < 3:
            route.close(code=code, reason=reason)
        else:
            route.connect_to_server()

    page.route_web_socket("**/socket", meet)
    chat = open_chat(page, local(shop, "/chat/quick"))
    chat.ask_and_wait("Thanks")

    assert len(sockets) == 3


def test_visitor_without_cookies_is_found_by_what_the_frame_keeps(page: Page, shop: Server) -> None:
    chat = open_chat(page, lan(shop, "/chat/acme"))
    with page.expect_response("**/frame/acme/token"):
        chat.ask_and_wait("Where is my order 2046?")
    assert page.evaluate("localStorage.length") == 1
    page.reload()

    expect(chat.questions).to_have_text(["Where is my order 2046?"])


def test_visitor_without_cookies_and_storage_is_told(page: Page, shop: Server) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() {throw new Error('refused')}})"
    )
    chat = open_chat(page, lan(shop, "/chat/acme"))
    chat.ask_and_wait("Where is my order 2046?")

    expect(chat.root.locator("#status")).to_contain_text("the conversation ends when you leave")


def test_new_conversation_leaves_the_old_one(chat: Chat) -> None:
    chat.ask_and_wait("Where is my order 2046?")
    chat.button("New conversation").click()
    expect(chat.questions).to_have_count(0)
    expect(chat.button("How much is postage?")).to_be_visible()

    chat.ask_and_wait("How do I return something?")
    expect(chat.questions).to_have_text(["How do I return something?"])
    chat.page.reload()
    expect(chat.questions).to_have_text(["How do I return something?"])


def test_older_messages_come_when_asked_for_and_nothing_jumps(page: Page, shop: Server) -> None:
    chat = open_chat(page, local(shop, "/chat/quick"))
    for number in range(26):
        chat.ask_and_wait(f"Thanks {number}")
    page.reload()
    expect(page.locator("html[data-retry]")).to_be_attached()
    expect(chat.questions).to_have_count(25)
    expect(chat.root.locator("#opening")).to_be_hidden()
    expect(chat.root.locator("#messages .acts button")).to_have_count(50)  # at rest
    first = chat.questions.first
    first.scroll_into_view_if_needed()
    before = first.bounding_box()
    assert before is not None
    chat.button("Show earlier messages").click()

    expect(chat.questions).to_have_count(26)
    expect(chat.questions.first).to_have_text("Thanks 0")
    after = chat.questions.nth(1).bounding_box()
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=1)
    expect(chat.button("Show earlier messages")).to_be_hidden()
    expect(chat.root.locator("#opening")).to_be_visible()


def test_paused_site_tells_those_who_are_there(
    new_page: NewPage, start_server: Callable[..., Server], host: str
) -> None:
    server = start_server(SITE.format(key="acme", host=host, delay_ms=0))
    chat = open_chat(new_page(), local(server, "/chat/acme"))
    chat.ask_and_wait("Hello")
    server.command("site", "acme", "pause")

    expect(chat.root.get_by_text("The chat is taking a break.")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.questions).to_have_text(["Hello"])
