"""A page with nothing on it but ``static/frame/patches.js``, and a record of what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

ORIGIN = "http://patches.test"
MODULE = Path(__file__).parents[2] / "static" / "frame" / "patches.js"

PAGE = """<!doctype html>
<meta charset="utf-8">
<body>
<script>
  window.hits = 0;
  window.hit = () => { window.hits += 1; };
  window.alert = window.confirm = window.prompt = window.hit;
  BEFORE
</script>
<script type="module">
  import { applyPatch, setHtml } from "/patches.js";
  window.patches = { applyPatch, setHtml };
</script>
"""
NO_TRUSTED_TYPES = "Object.defineProperty(window, 'trustedTypes', { value: undefined });"


@dataclass
class PatchPage:
    page: Page
    # Every address that was asked for, but the page's own two.
    asked: list[str] = field(default_factory=list)

    def run(self, script: str, argument: object = None) -> Any:
        return self.page.evaluate(script, argument)


def open_patch_page(
    context: BrowserContext, *, has_trusted_types: bool = True, policy: str = ""
) -> PatchPage:
    """The page, loaded. Nothing that it asks for leaves this machine."""
    opened = PatchPage(context.new_page())
    before = "" if has_trusted_types else NO_TRUSTED_TYPES
    headers = {"content-security-policy": policy} if policy else {}

    def answer(route: Route) -> None:
        url = route.request.url
        if url == f"{ORIGIN}/":
            html = PAGE.replace("BEFORE", before)
            route.fulfill(body=html, content_type="text/html", headers=headers)
        elif url == f"{ORIGIN}/patches.js":
            route.fulfill(path=MODULE, content_type="text/javascript")
        else:
            opened.asked.append(url)
            route.fulfill(body="", content_type="text/plain")

    context.route("**/*", answer)
    opened.page.goto(f"{ORIGIN}/")
    opened.page.wait_for_function("window.patches")
    return opened
