"""Networks that break WebSocket: the visitor reads on, and the better line comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from benchmarks.link import Link, Stalls
from tests.browser.chat import PATIENCE_MS, Chat, open_chat
from tests.middlebox import Middlebox
from tests.serving import Server

pytestmark = pytest.mark.browser

LONG = "A long story"
# Everything that the page has said of its connection.
WATCH = """
window.complaints = [];
new MutationObserver(() => {
  const status = document.getElementById("status");
  if (status && status.innerText.trim()) complaints.push(status.innerText.trim());
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


@pytest.fixture
def box(shop: Server) -> Iterator[Middlebox]:
    with Middlebox(shop.port) as made:
        yield made


def visit(page: Page, port: int, site: str) -> Chat:
    page.add_init_script(WATCH)
    return open_chat(page, f"http://localhost:{port}/chat/{site}")


def wait_for_text(chat: Chat, text: str) -> None:
    expect(chat.last_text).to_contain_text(text, timeout=PATIENCE_MS)


def wait_for_line(page: Page, box: Middlebox, path: str, without: str = "") -> None:
    """Until the page uses the one line and has let the other go."""
    wait_while(page, lambda: not box.is_open(path) or (without and box.is_open(without)), 20)


def wait_while(page: Page, is_true: Callable[[], object], step_ms: int) -> None:
    """Lets the browser go on meanwhile."""
    ends_at = time.monotonic() + PATIENCE_MS / 1000
    while is_true():
        assert time.monotonic() < ends_at
        page.wait_for_timeout(step_ms)


def come_online(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


def expect_all_is_there(chat: Chat, address: str = "") -> None:
    """What stands on the screen is what a page shows that has just come."""
    fresh = open_chat(chat.page.context.new_page(), address or chat.page.url)
    expect(fresh.questions).to_have_text(chat.questions.all_inner_texts())
    ends_at = time.monotonic() + PATIENCE_MS / 4000
    while prose(chat) != prose(fresh) and time.monotonic() < ends_at:
        fresh.page.wait_for_timeout(50)  # what scripts add to a page comes a little later
    assert prose(chat) == prose(fresh)


def prose(chat: Chat) -> list[str]:
    found: list[str] = chat.root.locator("#messages .prose").evaluate_all(
        "(all) => all.map((one) => one.innerHTML)"
    )
    return found


def test_one_answer_over_every_line(page: Page, shop: Server, box: Middlebox) -> None:
    page.clock.install()
    page.add_init_script("Math.random = () => 0")  # the climb begins after 24 s
    box.sockets = "swallow"
    chat = visit(page, box.port, "acme")
    chat.ask(LONG)
    page.clock.run_for(4_100)
    wait_for_line(page, box, "/events")
    wait_for_text(chat, "1.")

    climb_by_itself(page, box)
    wait_for_text(chat, "2.")
    fall_silent(page, box)
    wait_for_text(chat, "3.")
    be_kept_back(page, box)
    chat.wait_for_end()

    box.sockets, box.keeps_back = "pass", False
    come_online(page)
    wait_for_line(page, box, "/socket", without="/poll")
    assert page.evaluate("complaints") == []
    expect(chat.questions).to_have_text([LONG])
    expect_all_is_there(chat)


def climb_by_itself(page: Page, box: Middlebox) -> None:
    box.sockets = "pass"
    box.cut("/socket")
    sockets = box.count("/socket")
    for _ in range(11):
        page.clock.run_for(2_000)
    while box.count("/socket") == sockets:
        page.clock.run_for(500)
        page.wait_for_timeout(200)  # its trial lasts as long as eight of these steps
    wait_for_line(page, box, "/socket", without="/events")


def fall_silent(page: Page, box: Middlebox) -> None:
    """The pings of the page find it out, and the next socket is as silent."""
    box.swallow()
    for step_ms in (6_100, 5_100, 1_100):
        page.clock.run_for(step_ms)
    wait_for_line(page, box, "/events")


def be_kept_back(page: Page, box: Middlebox) -> None:
    box.sockets, box.keeps_back = "strip", True
    box.cut("/events")
    for step_ms in (1_100, 4_100):
        page.clock.run_for(step_ms)
    wait_for_line(page, box, "/poll", without="/events")


def test_everything_can_be_done_where_answers_are_all_that_comes(
    page: Page, shop: Server, box: Middlebox
) -> None:
    box.sockets, box.refuses = "refuse", frozenset({"events"})
    chat = visit(page, box.port, "acme")
    chat.ask(LONG)
    wait_for_text(chat, "1.")
    chat.button("Stop the answer").click()
    chat.wait_for_end("stopped")
    chat.ask_and_wait("Where is my order 2046?")
    chat.button("Good answer").last.click()
    expect(chat.button("Good answer").last).to_have_attribute("aria-pressed", "true")
    wait_for_line(page, box, "/poll", without="/commands")

    box.is_down = True
    box.cut()
    chat.ask("How do I return something?")
    box.is_down, box.refuses = False, frozenset()
    come_online(page)
    expect(chat.answers).to_have_count(3, timeout=PATIENCE_MS)
    chat.wait_for_end()
    expect(chat.questions).to_have_text(
        [LONG, "Where is my order 2046?", "How do I return something?"]
    )
    expect_all_is_there(chat)

    chat.button("New conversation").click()
    expect(chat.questions).to_have_count(0)
    chat.ask_and_wait("Thanks")
    expect(chat.questions).to_have_text(["Thanks"])
    expect_all_is_there(chat)


def near(address: str, shop: Server) -> str:
    """The same file from the server itself."""
    return f"{shop.url}/assets/{address.partition('/assets/')[2]}"


def test_slow_link_that_stalls_is_read_to_the_end(page: Page, shop: Server, box: Middlebox) -> None:
    """And in the middle of it the network begins to break sockets."""
    stalls = Stalls(share=0.02, least_s=0.2, most_s=1.0)
    with Link(box.port, round_trip_s=0.3, bits_per_s=400_000, stalls=stalls) as link:
        # What the modules take on such a link is no matter here.
        page.route("**/assets/**", lambda route: route.continue_(url=near(route.request.url, shop)))
        chat = visit(page, link.port, "swift")
        chat.ask(LONG)
        wait_for_text(chat, "1.")
        box.sockets = "refuse"
        box.cut("/socket")

        chat.wait_for_end()
        expect(chat.questions).to_have_text([LONG])
        expect_all_is_there(chat, f"http://localhost:{box.port}/chat/swift")
    assert box.count("/events") > 0
