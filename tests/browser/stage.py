"""Where the docs' scenes are played: our server, the platforms' fakes, a host page, a browser."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, Page, WebSocketRoute, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.chromium import ARGUMENTS, PATH
from tests.browser.customer import Customer, Widget, customers
from tests.browser.flaws import is_whole
from tests.browser.platforms import site
from tests.browser.scenes import (
    ABOUT_FILES,
    ASKED,
    FILES,
    GREETINGS,
    HALF_WAY,
    KEYS,
    NAMES,
    PICTURED,
    SHOWN,
    SIZES,
    TALLER,
    TROUBLE,
    Scene,
)
from tests.fakes.advice import ADVICE
from tests.samples import written
from tests.serving import Server
from widget.providers.demo.files import drawn
from widget.web.texts import LANGS, Texts

# Names without a port, so that an address on a picture is the same every time.
SHOP = "http://localhost"
STRANGER = "http://www.dusk.example"
FONTS = Path(__file__).with_name("fonts.conf")
# The same pixels on every machine.
DRAWING = ("--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text")
SITE = """
[[sites]]
key = "{key}"
name = "{name}"
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
[sites.provider]
kind = "demo"
delay_ms = 4
[sites.ui.chatBot.feedback]
isNeedFeedback = true
"""

# For a form, which is longer than a panel usually is.
TALL = """
[sites.ui.chatBot]
height = 1000
"""


class Stage:
    """Our server, a host page that it does not list, and a Chromium that finds both by name."""

    def __init__(self, chromium: BrowserType, folder: Path) -> None:
        self._chromium = chromium
        self._folder = folder
        self._open = ExitStack()
        self._server: Server
        self._customer: Customer
        self._browser: Browser

    def __enter__(self) -> Stage:
        self._server = Server(self._folder, "".join(self._sites()), public_url=SHOP)
        self._open.callback(self._server.stop)
        self._server.start()
        self._customer = self._open.enter_context(customers())
        self._browser = self._launch()
        self._open.callback(self._browser.close)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @contextmanager
    def show(self, scene: Scene, **context: Any) -> Iterator[Show]:
        """The scene on a screen that stands still; keywords change the screen."""
        options = {
            "locale": scene.lang,
            "color_scheme": "dark" if scene.is_dark else "light",
            "reduced_motion": "reduce",
            **SIZES[scene.size],
            **(TALLER if (scene.size, scene.state) == ("desk", "form") else {}),
            **context,
        }
        with self._browser.new_context(**options) as visitor:
            show = Show(visitor.new_page(), scene)
            self._play(show)
            yield show

    def _play(self, show: Show) -> None:
        lang, state = show.scene.lang, show.scene.state
        path = f"/?site={show.scene.site}"
        if state == "streaming":
            show.page.route_web_socket(re.compile("/socket$"), Hold(HALF_WAY[lang]))
        show.page.goto(self._copied(path, lang) if state == "refused" else SHOP + path)
        show.open()
        match state:
            case "streaming":
                show.ask(ASKED[lang], "running")
                expect(show.answer).to_contain_text(HALF_WAY[lang], timeout=PATIENCE_MS)
            case "finished":
                show.ask(ASKED[lang], "done")
            case "failed":
                show.ask(TROUBLE[lang], "failed")
            case "upload":
                show.send_files(self._folder)
            case _ if state in SHOWN:
                show.ask(SHOWN[state][lang], "done")
                show.begin_with_what_is_asked()
            case _ if show.scene.kind:
                show.ask(ADVICE[lang].question, "done")
                show.unfold()
        show.settle()

    def _sites(self) -> Iterator[str]:
        """The demo in both languages, and every platform at its fake."""
        for lang in LANGS:
            yield SITE.format(key=KEYS[lang], name=NAMES[lang])
            yield SITE.format(key=f"{KEYS[lang]}-form", name=NAMES[lang]) + TALL
        for kind, platform in PICTURED.items():
            settings = platform.settings(self._open.enter_context(platform.start()))
            for lang in LANGS:
                key = f"{KEYS[lang]}-{kind}"
                yield site(key, NAMES[lang], kind, settings, greeting=GREETINGS[lang])

    def _copied(self, path: str, lang: str) -> str:
        """The address of the same page on an origin that the site does not list."""
        page = self._server.get(path, Accept_Language=lang).body.decode()
        self._customer.put(page.replace("<head>", f'<head><base href="{SHOP}/">'))
        return f"{STRANGER}/"

    def _launch(self) -> Browser:
        ours, theirs = self._server.port, self._customer.origin.rpartition(":")[2]
        rules = f"MAP localhost 127.0.0.1:{ours},MAP www.dusk.example 127.0.0.1:{theirs}"
        return self._chromium.launch(
            executable_path=PATH,
            args=[*ARGUMENTS, *DRAWING, f"--host-resolver-rules={rules}"],
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
        )


class Show:
    """One scene on one screen."""

    def __init__(self, page: Page, scene: Scene) -> None:
        self.page = page
        self.scene = scene
        texts = Texts()
        self.widget = Widget(page, NAMES[scene.lang], texts.say(scene.lang, "loader.launcher"))
        self.frame = self.widget.frame
        self.answer = self.frame.locator("#messages > .answer").last

    def open(self) -> None:
        """Until what stands in the panel has the focus, if it can have it."""
        self.widget.launcher.click()
        shown = self.frame.locator(".notice, #text:focus, #transcript:focus")
        expect(shown).to_be_visible(timeout=PATIENCE_MS)

    def ask(self, text: str, state: str) -> None:
        """A question, until its answer is in this state."""
        self.widget.ask(text)
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

    def send_files(self, folder: Path) -> None:
        """One file has arrived, another is on its way and stays there; a question is written."""
        first, second = (self._picture(folder, name) for name in FILES[self.scene.lang])
        chips = self.frame.locator("#chips > .chip")
        chooser = self.frame.locator("#files")
        chooser.set_input_files(first)
        expect(chips.first).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
        self.page.route("**/uploads?**", lambda route: None)
        chooser.set_input_files(second)
        expect(chips.last).to_have_attribute("data-state", "running", timeout=PATIENCE_MS)
        expect(chips.last.locator("img")).to_be_visible(timeout=PATIENCE_MS)
        self.widget.composer.fill(ABOUT_FILES[self.scene.lang])

    def _picture(self, folder: Path, name: str) -> Path:
        data = base64.b64decode(drawn().partition(",")[2])
        return written(folder, name, data)

    def has_all_in_view(self) -> bool:
        """The conversation (or what is said instead) from its first line to its last, and all of
        the composer."""
        parts = self.frame.locator("#transcript, #composer, html:has(.notice)").all()
        return all(is_whole(part) for part in parts)

    def has_room_to_write(self) -> bool:
        """Where the conversation is longer than the screen."""
        return is_whole(self.frame.locator("#composer"))

    def settle(self) -> None:
        """Nothing moves, nothing is pointed at."""
        self.page.mouse.move(1, 1)
        self.widget.box()


class Hold:
    """A socket that brings everything up to a text, and nothing that comes after it."""

    def __init__(self, last: str) -> None:
        self._last = last
        self._is_held = False

    def __call__(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def bring(event: str | bytes) -> None:
            if self._is_held:
                return
            self._is_held = self._last in str(event)
            socket.send(event)

        server.on_message(bring)
