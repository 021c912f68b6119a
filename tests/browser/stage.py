"""Where the docs' scenes are played: our server, the platforms' fakes, a host page, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.chromium import ARGUMENTS, PATH
from tests.browser.customer import Customer, customers
from tests.browser.platforms import site
from tests.browser.scenes import LANGS, PICTURED, SIZES, TALLER, Scene
from tests.browser.show import Show
from tests.browser.words import ASKED, GREETINGS, HALF_WAY, KEYS, NAMES, SHOWN, TROUBLE
from tests.fakes.advice import ADVICE
from tests.serving import Server

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
    """Our server, a host page that it does not list, and a Chromium that finds both by name.

    ``sites`` are a site file's, beside those of the docs' scenes.
    """

    def __init__(self, chromium: BrowserType, folder: Path, sites: str = "") -> None:
        self._chromium = chromium
        self._folder = folder
        self._more = sites
        self._open = ExitStack()
        self.server: Server
        self.customer: Customer
        self._browser: Browser

    def __enter__(self) -> Stage:
        sites = "".join((*self._sites(), self._more))
        self.server = Server(self._folder, sites, public_url=SHOP)
        self._open.callback(self.server.stop)
        self.server.start()
        self.customer = self._open.enter_context(customers())
        self._browser = self._launch()
        self._open.callback(self._browser.close)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @contextmanager
    def visit(self, lang: str, **context: Any) -> Iterator[Show]:
        """A visitor on a page that stands still; keywords say more of the screen."""
        with self._browser.new_context(locale=lang, reduced_motion="reduce", **context) as visitor:
            yield Show(visitor.new_page(), lang)

    @contextmanager
    def show(self, scene: Scene, **context: Any) -> Iterator[Show]:
        """The scene as it is pictured; keywords change the screen."""
        options = {
            "color_scheme": "dark" if scene.is_dark else "light",
            **SIZES[scene.size],
            **(TALLER if (scene.size, scene.state) == ("desk", "form") else {}),
            **context,
        }
        with self.visit(scene.lang, **options) as show:
            self._play(show, scene)
            yield show

    def copied(self, path: str, lang: str) -> str:
        """The address of the same page on an origin that the site does not list."""
        page = self.server.get(path, Accept_Language=lang).body.decode()
        self.customer.put(page.replace("<head>", f'<head><base href="{SHOP}/">'))
        return f"{STRANGER}/"

    def _play(self, show: Show, scene: Scene) -> None:
        lang, state = scene.lang, scene.state
        path = f"/?site={scene.site}"
        show.page.goto(self.copied(path, lang) if state == "refused" else SHOP + path)
        show.open()
        match state:
            case "streaming":
                show.line.hold_after(HALF_WAY[lang])
                show.ask(ASKED[lang], "running")
                expect(show.answer).to_contain_text(HALF_WAY[lang], timeout=PATIENCE_MS)
            case "finished":
                show.ask(ASKED[lang])
            case "failed":
                show.ask(TROUBLE[lang], "failed")
            case "upload":
                show.send_files()
            case _ if state in SHOWN:
                show.ask(SHOWN[state][lang])
                show.begin_with_what_is_asked()
            case _ if scene.kind:
                show.ask(ADVICE[lang].question)
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

    def _launch(self) -> Browser:
        ours, theirs = self.server.port, self.customer.origin.rpartition(":")[2]
        rules = f"MAP localhost 127.0.0.1:{ours},MAP www.dusk.example 127.0.0.1:{theirs}"
        return self._chromium.launch(
            executable_path=PATH,
            args=[*ARGUMENTS, *DRAWING, f"--host-resolver-rules={rules}"],
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
        )
