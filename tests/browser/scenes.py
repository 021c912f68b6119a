"""What the pictures of the docs show: the chat on the shop's page, in every state that there is.

``tests/shots.py`` draws the scenes, ``test_pictures.py`` checks them: one stage for both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, Page, WebSocketRoute, expect

from tests.browser.customer import PATIENCE_MS, Customer, Widget, customers
from tests.browser.flaws import is_whole
from tests.serving import Server
from widget.web.texts import LANGS, Texts

# Names without a port, so that an address on a picture is the same every time.
SHOP = "http://localhost"
STRANGER = "http://www.dusk.example"
FONTS = Path(__file__).with_name("fonts.conf")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=HttpsUpgrades",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
]
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

NAMES = {"zh-CN": "暮光灯具", "en": "Dusk & Co."}
KEYS = {"zh-CN": "muguang", "en": "dusk"}
STATES = ("empty", "streaming", "finished", "failed", "refused")
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 860}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}
ASKED = {"zh-CN": "运费怎么算？", "en": "How much is postage?"}
TROUBLE = {"zh-CN": "结账时报错了，怎么办？", "en": "I get an error at the checkout"}
# In the last row that is on screen while the answer is still being written.
HALF_WAY = {"zh-CN": "2–3 天", "en": "2–3 days"}


@dataclass(frozen=True)
class Scene:
    size: str
    lang: str
    state: str
    is_dark: bool = False

    @property
    def name(self) -> str:
        return f"{self.size}-{self.lang}-{self.state}{'-dark' if self.is_dark else ''}"


SCENES = (
    *(Scene(size, lang, state) for size in SIZES for lang in LANGS for state in STATES),
    *(Scene("desktop", lang, "finished", is_dark=True) for lang in LANGS),
)


class Stage:
    """Our server, a host page that it does not list, and a Chromium that finds both by name."""

    def __init__(self, chromium: BrowserType, folder: Path) -> None:
        self._chromium = chromium
        sites = "".join(SITE.format(key=KEYS[lang], name=NAMES[lang]) for lang in LANGS)
        self._server = Server(folder, sites, public_url=SHOP)
        self._open = ExitStack()
        self._customer: Customer
        self._browser: Browser

    def __enter__(self) -> Stage:
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
            **context,
        }
        with self._browser.new_context(**options) as visitor:
            show = Show(visitor.new_page(), scene)
            self._play(show)
            yield show

    def _play(self, show: Show) -> None:
        lang, state = show.scene.lang, show.scene.state
        path = f"/?site={KEYS[lang]}"
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
        show.settle()

    def _copied(self, path: str, lang: str) -> str:
        """The address of the same page on an origin that the site does not list."""
        page = self._server.get(path, Accept_Language=lang).body.decode()
        self._customer.put(page.replace("<head>", f'<head><base href="{SHOP}/">'))
        return f"{STRANGER}/"

    def _launch(self) -> Browser:
        ours, theirs = self._server.port, self._customer.origin.rpartition(":")[2]
        rules = f"MAP localhost 127.0.0.1:{ours},MAP www.dusk.example 127.0.0.1:{theirs}"
        return self._chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*ARGUMENTS, f"--host-resolver-rules={rules}"],
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

    def has_all_in_view(self) -> bool:
        """The conversation (or what is said instead) from its first line to its last, and all of
        the composer."""
        parts = self.frame.locator("#transcript, #composer, html:has(.notice)").all()
        return all(is_whole(part) for part in parts)

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
