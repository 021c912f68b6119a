"""What a visitor sees of the widget on a page, each as a plain value that can be compared."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, FrameLocator, Locator, Page, expect

from tests.browser.chat import PATIENCE_MS, write

PAUSE_MS = 20


class Screen:
    """The widget on a host page, under whatever names its options give it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("[aria-haspopup=dialog]")
        self.panel = page.locator("#panel")
        self.composer = self.frame.locator("#text")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def call(self, *arguments: object) -> None:
        """Runs a command of the page API."""
        self.page.evaluate("args => { chatdock(...args) }", list(arguments))

    def open(self) -> None:
        """As the page would: there may be no launcher."""
        self.wait_for_launcher()
        self.call("open")
        expect(self.frame.locator("html[data-live]")).to_be_attached(timeout=PATIENCE_MS)
        expect(self.composer).to_be_visible(timeout=PATIENCE_MS)

    def wait_for_launcher(self) -> None:
        self.page.wait_for_function("window.chatdock && window.chatdock.sites")

    def ask(self, text: str) -> None:
        """A question, answered to its end."""
        write(self.composer, text)
        self.composer.press("Enter")
        tail = self.frame.locator("#messages > .answer").last.locator(".tail")
        expect(tail).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)


Sight = Callable[[Screen], object]


def expect_seen(screen: Screen, sight: Sight, wanted: object) -> None:
    """Waits until the visitor sees it; fails naming what is seen instead."""
    ends_at = time.monotonic() + PATIENCE_MS / 1000
    while (seen := _look(screen, sight)) != wanted and time.monotonic() < ends_at:
        screen.page.wait_for_timeout(PAUSE_MS)
    assert seen == wanted, f"the visitor sees {seen}, not {wanted}"


def _look(screen: Screen, sight: Sight) -> object:
    """A page that is just being replaced shows nothing: the reason is told in place of it."""
    try:
        return sight(screen)
    except Error as error:
        return error


def greeting(screen: Screen) -> object:
    return screen.frame.locator(".greeting").inner_text(), _texts(
        screen.frame.locator(".greeting strong")
    )


def starters(screen: Screen) -> object:
    return _texts(
        screen.frame.get_by_role("list", name="Suggested questions").get_by_role("button")
    )


def launcher_box(screen: Screen) -> object:
    return _box(screen.launcher)


def panel_box(screen: Screen) -> object:
    return _box(screen.panel)


def places(screen: Screen) -> object:
    """Launcher and panel: left, top, width, height."""
    return launcher_box(screen), panel_box(screen)


def on_top(screen: Screen) -> object:
    """What a click on the launcher, and one on the panel's lower end, would meet."""
    return [
        screen.page.evaluate(
            """({x, y, width, height}) => {
              const found = document.elementFromPoint(x + width / 2, y + height - 4);
              return found.id === "banner" ? "banner" : found.shadowRoot ? "widget" : found.tagName;
            }""",
            part.bounding_box(),
        )
        for part in (screen.launcher, screen.panel)
    ]


def words(screen: Screen) -> object:
    """The texts of our own making: launcher, button, hint, footer."""
    return [
        _name(screen.launcher),
        _name(screen.frame.locator("#new")),
        _hint(screen.composer),
        screen.frame.locator("#footer").inner_text(),
    ]


def launcher_text(screen: Screen) -> object:
    """Its label, and whether it stands beside the icon."""
    box = screen.launcher.bounding_box()
    return screen.launcher.inner_text(), box is not None and box["width"] > box["height"]


def has_launcher(screen: Screen) -> object:
    return screen.launcher.is_visible()


def titles(screen: Screen) -> object:
    """The heading, and the name under which assistive technology finds the panel."""
    heading = screen.frame.get_by_role("heading", level=1)
    return heading.inner_text() if heading.is_visible() else None, _name(screen.panel)


def has_close(screen: Screen) -> object:
    return _has_button(screen, "Close chat")


def has_expand(screen: Screen) -> object:
    return _has_button(screen, "Enlarge chat")


def has_cite(screen: Screen) -> object:
    return _has_button(screen, "Quote this answer")


def has_microphone(screen: Screen) -> object:
    return _has_button(screen, "Speak your question")


def has_grip(screen: Screen) -> object:
    return screen.page.get_by_role("button", name="Change the chat's size").is_visible()


def header_actions(screen: Screen) -> object:
    """The owner's buttons: where they lead; None is to the host page."""
    found = screen.frame.locator("#actions > *").all()
    return {_name(one): one.get_attribute("href") for one in found if one.is_visible()}


def has_new(screen: Screen) -> object:
    return _has_button(screen, "New conversation")


def has_list(screen: Screen) -> object:
    return _has_button(screen, "Conversations")


def has_attach(screen: Screen) -> object:
    return _has_button(screen, "Attach files")


def footer(screen: Screen) -> object:
    """Its text, and where its links lead; None when it is not there."""
    found = screen.frame.locator("#footer")
    if not found.is_visible():
        return None
    links = found.get_by_role("link").all()
    return found.inner_text(), {link.inner_text(): link.get_attribute("href") for link in links}


def unread(screen: Screen) -> object:
    """The count on the launcher after an answer that nobody saw, and whether its name tells it."""
    screen.page.evaluate(
        """async () => {
          if (window.hasAsked) return;
          window.hasAsked = true;
          await chatdock("close");
          const ended = new Promise((done) => chatdock("on", "answer", done));
          await chatdock("send", "Hello", { open: false });
          await ended;
        }"""
    )
    count = screen.launcher.locator(".badge").inner_text()
    name = screen.launcher.get_attribute("aria-label") or ""
    return count, name.endswith("new answers: 1")


def page_title(screen: Screen) -> object:
    """Of the host page, after an answer that nobody saw."""
    unread(screen)
    return screen.page.title()


def label(screen: Screen) -> object:
    """Whom the page calls the visitor: nobody sees it, it goes along with every question."""
    return json.loads(screen.frame.locator("#composer [name=label]").input_value())


def folds(screen: Screen) -> object:
    """The pieces of the answer beside its text."""
    found = screen.frame.locator(".answer summary").all()
    return [one.inner_text().split()[0] for one in found if one.is_visible()]


def verdicts(screen: Screen) -> object:
    return [name for name in ("Good answer", "Bad answer") if _has_button(screen, name)]


def reasons(screen: Screen) -> object:
    """Dislikes, and reads the panel that asks why: its title, its tags, and the hint in its box at
    first and after each tag was chosen."""
    dislike = screen.frame.get_by_role("button", name="Bad answer", exact=True)
    if dislike.get_attribute("aria-pressed") == "true":
        dislike.click()
        expect(dislike).to_have_attribute("aria-pressed", "false", timeout=PATIENCE_MS)
    dislike.click()
    panel = screen.frame.get_by_role("form")
    expect(panel).to_be_visible(timeout=PATIENCE_MS)
    expect(dislike).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    tags = panel.locator("label")
    hints = [_hint(panel.get_by_role("textbox"))]
    for tag in tags.all():
        tag.click()
        hints.append(_hint(panel.get_by_role("textbox")))
    return panel.locator(".panel-title").inner_text(), _texts(tags), hints


def hint(screen: Screen) -> object:
    return _hint(screen.composer), _name(screen.composer)


def send_size(screen: Screen) -> object:
    """Pixels that a finger has for the button that sends."""
    box = screen.frame.locator(".send").bounding_box()
    return box and box["height"]


def accents(screen: Screen) -> object:
    """Ground and ink of launcher, header and the button that sends."""
    screen.composer.fill("x")
    parts = (screen.launcher, screen.frame.locator("#header"), screen.frame.locator(".send"))
    return [(_style(part, "background-color"), _style(part, "color")) for part in parts]


def grounds(screen: Screen) -> object:
    """Ground and ink of the chat, and the ground of the panel around it."""
    body = screen.frame.locator("body")
    return (
        _style(body, "background-color"),
        _style(body, "color"),
        _style(screen.panel, "background-color"),
    )


def corners(screen: Screen) -> object:
    """Of panel, composer and starters."""
    parts = (
        screen.panel,
        screen.frame.locator("#composer"),
        screen.frame.locator(".starters button").first,
    )
    return [_style(part, "border-radius") for part in parts]


def border(screen: Screen) -> object:
    return _style(screen.frame.locator(".starters button").first, "border-top-color")


def code_font(screen: Screen) -> object:
    """The first family of code in the answer."""
    family: str = _style(screen.frame.locator(".answer pre code").first, "font-family")
    return family.partition(",")[0].strip('"')


def text_sizes(screen: Screen) -> object:
    """Of what is read and what is typed, in pixels."""
    parts = (screen.frame.locator("body"), screen.composer)
    return {float(_style(part, "font-size").removesuffix("px")) for part in parts}


def gap(screen: Screen) -> object:
    """Pixels between the first two starters."""
    upper, lower = (_box(one) for one in screen.frame.locator(".starters button").all()[:2])
    assert upper is not None
    assert lower is not None
    return round(lower[1] - upper[1] - upper[3])


def fonts(screen: Screen) -> object:
    """The first family of title, greeting and composer."""
    parts = (screen.frame.locator("#title"), screen.frame.locator(".greeting"), screen.composer)
    return {_style(part, "font-family").partition(",")[0].strip('"') for part in parts}


def _box(locator: Locator) -> tuple[float, ...] | None:
    found = locator.bounding_box() if locator.is_visible() else None
    return found and (found["x"], found["y"], found["width"], found["height"])


def _texts(locator: Locator) -> list[str]:
    return [one.inner_text() for one in locator.all() if one.is_visible()]


def _has_button(screen: Screen, name: str) -> bool:
    return screen.frame.get_by_role("button", name=name, exact=True).is_visible()


def _name(locator: Locator) -> str:
    """What a screen reader calls it."""
    named = re.match(r'- \w+ "(.*)"', locator.aria_snapshot())
    return named[1] if named else ""


def _hint(box: Locator) -> str | None:
    """What an empty box says; None when it is not there."""
    if not box.is_visible():
        return None
    said: str = box.evaluate("(box) => box.matches(':placeholder-shown') ? box.placeholder : ''")
    return said


def _style(locator: Locator, name: str) -> Any:
    return locator.evaluate("(node, name) => getComputedStyle(node).getPropertyValue(name)", name)
