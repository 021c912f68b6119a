"""Widgets on a page with the chat's own sheets, and a record of what the page asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qsl

from playwright.sync_api import BrowserContext, Page, Request, Route

from widget.domain.options import Theme
from widget.domain.theme import roles
from widget.paths import STATIC
from widget.render.widgets.door import with_door
from widget.web.texts import Texts

ORIGIN = "http://widgets.test"
ANSWERS = "/answers"
TOKEN = "t0ken"
SHEETS = ("palette", "roles", "frame", "thread", "parts", "prose", "widgets")
POLICY = "default-src 'none'; style-src 'nonce-n'; form-action 'self'; base-uri 'none'"
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}" data-scheme="auto" data-layout="page"{live}>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Widgets</title>
<style nonce="n">{css}</style>
<body><main class="transcript"><ol class="thread"><li class="message answer"><div class="parts">
{html}</div></li></ol></main></body></html>"""


@dataclass
class WidgetPage:
    page: Page
    # What was posted by forms, in order, and every other address that was asked for.
    posts: list[list[tuple[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def open_widget_page(
    context: BrowserContext,
    html: str,
    *,
    lang: str = "en",
    direction: str = "ltr",
    theme: Theme | None = None,
    is_live: bool = False,
) -> WidgetPage:
    """The page as a server makes it, its door filled. ``is_live`` is as the frame's script marks
    it."""
    texts = Texts()
    filled = with_door(html, action=ANSWERS, token=TOKEN, say=lambda key: texts.say(lang, key))
    body = PAGE.format(
        lang=lang, dir=direction, css=sheets(theme), html=filled, live=" data-live" * is_live
    )
    opened = WidgetPage(context.new_page())

    def answer(route: Route) -> None:
        request = route.request
        if request.url == f"{ORIGIN}/":
            headers = {"content-security-policy": POLICY}
            route.fulfill(body=body, content_type="text/html", headers=headers)
        elif request.url.startswith(ORIGIN + ANSWERS):
            opened.posts.append(posted_pairs(request))
            route.fulfill(status=204)
        else:
            opened.asked.append(request.url)
            route.fulfill(body="", content_type="text/plain")

    context.route("**/*", answer)
    opened.page.goto(f"{ORIGIN}/")
    return opened


def sheets(theme: Theme | None = None) -> str:
    values = {
        f"{group}-{role}": value
        for group, found in roles(theme or Theme()).items()
        for role, value in found.items()
    }
    rule = ";".join(f"--{name}:{value}" for name, value in values.items())
    files = (STATIC / "css" / f"{name}.css" for name in SHEETS)
    return f":root{{{rule}}}" + "".join(file.read_text(encoding="utf-8") for file in files)


def posted_pairs(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.post_data or "", keep_blank_values=True)


def titled(name: str, html: str) -> str:
    return f'<p class="aside">{escape(name)}</p>{html}'
