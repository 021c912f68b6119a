"""What stands on the page before the chat is open, and while it is coming."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.state import State, Visit, rest
from tests.browser.show import Show
from tests.browser.stage import Stage
from tests.browser.words import CALL, MORE, TEASER

LONG_MS = 20_000  # the loader gives a silent frame up before that


def look(show: Show, stage: Stage) -> None:
    expect(show.widget.launcher).to_be_visible(timeout=PATIENCE_MS)


def be_answered(show: Show) -> None:
    show.widget.call("send", MORE["hello"][show.words], {"open": False})
    badge = show.page.locator(".badge")
    expect(badge).to_have_text("1", timeout=PATIENCE_MS)


def be_called(show: Show) -> None:
    bubble = show.page.get_by_role("button", name=TEASER[show.words])
    expect(bubble).to_be_visible(timeout=PATIENCE_MS)


def put_away(show: Show) -> None:
    words = show.page.get_by_role("button", name=TEASER[show.words])
    words.locator("..").get_by_role("button").last.click()
    expect(words).to_be_hidden(timeout=PATIENCE_MS)
    expect(show.page.get_by_text(CALL[show.words])).to_be_visible()


def hold_frame(show: Show) -> None:
    show.page.clock.install()
    show.page.route("**/frame/**", lambda route: None)


def wait_for_it(show: Show) -> None:
    show.widget.launcher.click()
    status = show.widget.panel.get_by_role("status")
    expect(status).not_to_be_empty(timeout=PATIENCE_MS)


def lose_it(show: Show) -> None:
    show.page.clock.fast_forward(LONG_MS)
    expect(show.widget.panel.get_by_role("button").last).to_be_visible(timeout=PATIENCE_MS)


LAUNCHER = Visit(
    "launcher",
    (State("launcher", leave=rest), State("launcher-badge", be_answered, leave=rest)),
    enter=look,
)
CALLING = Visit(
    "calling",
    (
        State("launcher-teaser", be_called, leave=rest),
        State("launcher-label", put_away, leave=rest),
    ),
    site="calling",
    enter=lambda show, stage: None,
)
COMING = Visit(
    "coming",
    (State("connecting", wait_for_it, leave=rest), State("unreachable", lose_it, leave=rest)),
    enter=look,
    prepare=hold_frame,
)
