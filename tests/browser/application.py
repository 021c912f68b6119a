"""Applications of React and Vue that use our packages, as a bundler makes them, and their pages."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.customer import Widget

ROOT = Path(__file__).parents[2]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title>
<link rel="icon" href="data:,"></head><body><div id="root"></div>
<script>window.given = {given}</script><script>{application}</script></body></html>"""


def bundled(application: Path, modules: Path = ROOT / "node_modules") -> str:
    """A page's own scripts as its build would ship them, with the real React and Vue."""
    # Vue's flags as its own build tools set them; development, for StrictMode to mount twice.
    defined = {
        "process.env.NODE_ENV": '"development"',
        "__VUE_OPTIONS_API__": "true",
        "__VUE_PROD_DEVTOOLS__": "false",
        "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false",
    }
    made = subprocess.run(
        [
            ROOT / "node_modules/.bin/esbuild",
            application,
            "--bundle",
            "--format=iife",
            "--jsx=automatic",
            "--log-level=error",
            *(f"--define:{name}={value}" for name, value in defined.items()),
        ],
        env={
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "NODE_PATH": f"{modules}:{ROOT / 'node_modules'}",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.replace("</script", "<\\/script")


def page_with(application: str, given: Mapping[str, str]) -> str:
    """The page of an application that finds these values in ``given``."""
    return PAGE.format(given=json.dumps(given), application=application)


class Application:
    """The page with the application; ``change`` gives its components other properties."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.widget = Widget(page)
        # The visitor's messages, as they went to the server.
        self.sent: list[dict[str, Any]] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._note))

    def _note(self, frame: str | bytes) -> None:
        said = json.loads(frame)
        if said["type"] == "message.send":
            self.sent.append(said)

    def change(self, **changes: object) -> None:
        self.page.evaluate("changes => { app(changes) }", changes)

    def messages(self, kind: str) -> Locator:
        return self.widget.frame.locator(f"#messages > .{kind}")

    def ask(self, text: str, count: int) -> None:
        """A question, which makes so many in its conversation, until it is answered."""
        self.widget.ask(text)
        for kind in ("question", "answer"):
            expect(self.messages(kind)).to_have_count(count)
        self.widget.wait_for_answer()

    @property
    def heard(self) -> list[str]:
        heard: list[str] = self.page.evaluate("heard")
        return heard

    def launcher(self, name: str = "Chat") -> None:
        expect(Widget(self.page, launcher=name).launcher).to_be_visible(timeout=PATIENCE_MS)

    def wait_until_heard(self, event: str) -> None:
        self.page.wait_for_function("(event) => heard.includes(event)", arg=event)
