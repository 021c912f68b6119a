"""Files on their way to the assistant."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.state import State, Visit, rest
from tests.browser.show import PROGRAM, Show, picture
from tests.browser.words import ABOUT_FILES, FILES

UPLOADS = re.compile(r"/uploads\?")


def bring(show: Show) -> None:
    show.choose(*(picture(name) for name in FILES[show.words]))
    done = show.frame.locator("#chips > .chip[data-state=done]")
    expect(done).to_have_count(2, timeout=PATIENCE_MS)
    show.composer.fill(ABOUT_FILES[show.words])


def send(show: Show) -> None:
    show.composer.press("Enter")
    show.wait_for("done")
    expect(show.frame.locator(".question img").last).to_be_visible(timeout=PATIENCE_MS)


def be_refused(show: Show) -> None:
    """One kind of file is refused here, the other breaks off on its way."""
    show.page.route(UPLOADS, lambda route: route.abort())
    show.choose(picture(FILES[show.words][0]))
    chip = show.frame.locator("#chips > .chip")
    expect(chip).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
    show.choose(PROGRAM)
    expect(show.frame.locator("#alert")).to_be_visible(timeout=PATIENCE_MS)
    show.page.unroute(UPLOADS)


def empty_tray(show: Show) -> None:
    chips = show.frame.locator("#chips > .chip")
    while chips.count():
        chips.first.locator("button").last.click()
    show.composer.fill("")


FILES_SENT = Visit(
    "files",
    (
        State("file-refused", be_refused, leave=empty_tray),
        State("files-ready", bring, leave=rest),
        State("files-sent", send),
        State("files-sending", Show.send_files, leave=rest),
    ),
)
