"""What a visitor is told when something does not work."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.state import State, Visit, rest
from tests.browser.show import Show
from tests.browser.stage import SHOP, Stage
from tests.browser.words import ASKED, DRAFT, MORE, TROUBLE


def failed(what: str) -> State:
    return State(what, lambda show: show.ask(MORE[what][show.words], "failed"))


def break_off(show: Show) -> None:
    show.ask(TROUBLE[show.words], "failed")


def go_offline(show: Show) -> None:
    show.ask(MORE["hello"][show.words])
    show.page.context.set_offline(True)
    show.line.cut()
    expect(show.frame.locator("#status")).to_be_visible(timeout=PATIENCE_MS)
    show.composer.fill(DRAFT[show.words])


def come_back(show: Show) -> None:
    show.line.mend()
    show.page.context.set_offline(False)


def ask_too_much(show: Show) -> None:
    show.ask(MORE["hello"][show.words])
    show.composer.fill(ASKED[show.words])
    show.composer.press("Enter")
    expect(show.frame.locator("#alert")).to_be_visible(timeout=PATIENCE_MS)


def on_a_stranger(show: Show, stage: Stage, site: str) -> str:
    return stage.copied(f"/?site={site}&lang={show.lang}", show.lang)


def on_its_own_page(show: Show, stage: Stage, site: str) -> str:
    return f"{SHOP}/chat/{site}?lang={show.lang}"


def paused(show: Show, stage: Stage, site: str) -> str:
    stage.server.command("site", site, "pause")
    return on_its_own_page(show, stage, site)


def read(show: Show, stage: Stage) -> None:
    show.frame = show.page
    expect(show.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_MS)


FAILURES = Visit(
    "failures",
    (
        State("failed", break_off),
        failed("failed-busy"),
        failed("failed-quota"),
        failed("failed-content"),
        failed("failed-auth"),
        failed("failed-timeout"),
        State("offline", go_offline, leave=come_back),
    ),
)
LIMITED = Visit("limited", (State("rate-limited", ask_too_much, leave=rest),), site="limited")
REFUSED = Visit(
    "refused",
    (State("refused", leave=rest),),
    site="elsewhere",
    address=on_a_stranger,
)
PAUSED = Visit(
    "paused",
    (State("paused", leave=rest),),
    site="paused",
    address=paused,
    enter=read,
    is_whole_page=True,
)
