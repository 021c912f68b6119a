"""The chat on one visitor's screen, and what such a visitor does for a picture."""

from __future__ import annotations

import base64

from playwright.sync_api import FilePayload, FrameLocator, Locator, Page, expect

from tests.browser.chat import PATIENCE_MS, write
from tests.browser.customer import Widget
from tests.browser.flaws import is_whole
from tests.browser.inspection import View
from tests.browser.line import Line
from tests.browser.words import ABOUT_FILES, FILES, NAMES, spoken
from widget.providers.demo.files import drawn
from widget.web.texts import Texts

PROGRAM: FilePayload = {
    "name": "setup.exe",
    "mimeType": "application/x-msdownload",
    "buffer": b"MZ" + bytes(64),
}
OPEN = ".notice, #text:focus, #transcript:focus"


class Show:
    """``lang`` is the page's. The site and its assistant may speak another one: ``words``."""

    def __init__(self, page: Page, lang: str) -> None:
        self.page = page
        self.lang = lang
        self.words = spoken(lang)
        self.line = Line(page)
        self.widget = Widget(page, NAMES[self.words], Texts().say(lang, "loader.launcher"))
        self.frame: FrameLocator | Page = self.widget.frame
        self.has_scripts = True

    @property
    def composer(self) -> Locator:
        return self.frame.locator("#text")

    @property
    def answer(self) -> Locator:
        return self.frame.locator("#messages > .answer").last

    def open(self) -> None:
        """Until what stands in the panel has the focus, if it can have it."""
        self.widget.launcher.click()
        expect(self.frame.locator(OPEN)).to_be_visible(timeout=PATIENCE_MS)

    def ask(self, text: str, state: str = "done") -> None:
        """A question, until its answer is in this state."""
        write(self.composer, text)
        self.composer.press("Enter")
        self.wait_for(state)

    def wait_for(self, state: str) -> None:
        tail = self.answer.locator(".tail")
        expect(tail).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def unfold(self) -> None:
        """The steps, and what the answer comes from."""
        for summary in self.answer.locator(".steps > summary, .sources > summary").all():
            if summary.is_visible():
                summary.click()

    def begin_with_what_is_asked(self) -> None:
        """A form that is longer than the screen stands at its beginning."""
        for asked in self.answer.locator(".asked").all():
            asked.evaluate("(node) => node.scrollIntoView({block: 'start'})")

    def send_files(self) -> None:
        """One file has arrived, another is on its way and stays there; a question is written."""
        first, second = (picture(name) for name in FILES[self.words])
        chips = self.frame.locator("#chips > .chip")
        self.choose(first)
        expect(chips.first).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
        self.page.route("**/uploads?**", lambda route: None)
        self.choose(second)
        expect(chips.last).to_have_attribute("data-state", "running", timeout=PATIENCE_MS)
        expect(chips.last.locator("img")).to_be_visible(timeout=PATIENCE_MS)
        self.composer.fill(ABOUT_FILES[self.words])

    def choose(self, *files: FilePayload) -> None:
        """As the browser's own window would."""
        self.frame.locator("#files").set_input_files(files)

    def view(self) -> View:
        """The host page, our shadow root in it, and the frame."""
        names = (*NAMES.values(), *FILES[self.words], PROGRAM["name"])
        form = self.frame.locator("#composer")
        whole = (form,) if self._is_open() and form.count() else ()
        return View(tuple(self._documents()), self.lang, self.words, names, whole, self.has_scripts)

    def has_all_in_view(self) -> bool:
        """The conversation (or what is said instead) from its first line to its last, and all of
        the composer."""
        parts = self.frame.locator("#transcript, #composer, html:has(.notice)").all()
        return all(is_whole(part) for part in parts)

    def settle(self) -> None:
        """Nothing moves, nothing is pointed at."""
        self.page.mouse.move(1, 1)
        if self.widget.panel.count():
            self.widget.box()

    def _documents(self) -> list[Locator]:
        """A node of each that can be seen."""
        found = [self.page.locator("body")]
        ours = [part for part in (self.widget.panel, self.widget.launcher) if part.count()]
        found += ours[:1]
        if isinstance(self.frame, FrameLocator) and self._is_open():
            found.append(self.frame.locator("body"))
        return found

    def _is_open(self) -> bool:
        """A frame that is still to come has nothing to be looked at."""
        if not isinstance(self.frame, FrameLocator):
            return True
        return self.widget.panel.locator("iframe").is_visible()


def picture(name: str) -> FilePayload:
    """A file of the visitor's."""
    data = base64.b64decode(drawn().partition(",")[2])
    return {"name": name, "mimeType": "image/png", "buffer": data}
