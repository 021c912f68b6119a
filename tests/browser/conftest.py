"""A real Chromium, a real server, and host pages on another host name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.chromium import ARGUMENTS, PATH, WINDOWED
from tests.browser.frame_host import host_pages
from tests.serving import Server

# How long a test waits for what it expects where it says nothing else: other tests run beside it.
EXPECTING_MS = 15_000
PANEL = {"width": 460, "height": 700}
NewPage = Callable[..., Page]

SITE = """
[[sites]]
key = "{key}"
name = "Acme"
origins = ["{host}"]

[sites.limits]
visitor_per_minute = 0
address_per_minute = 0

[sites.provider]
kind = "demo"
delay_ms = {delay_ms}

[sites.ui.chatBot]
isNeedReasoning = true

[sites.ui.chatBot.feedback]
isNeedFeedback = true

[sites.ui.chatBot.feedback.feedbackPanel]
title = "What was wrong?"
tags = [{{label = "Wrong"}}, {{label = "Something else", isNeedDetail = true}}]
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    expect.set_options(timeout=EXPECTING_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium


def _launched(chromium: BrowserType, path: str) -> Iterator[Browser]:
    rules = "--host-resolver-rules=MAP chat.lan 127.0.0.1"
    with closing(chromium.launch(executable_path=path, args=[*ARGUMENTS, rules])) as browser:
        yield browser


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    yield from _launched(chromium, PATH)


@pytest.fixture(scope="session")
def windowed(chromium: BrowserType) -> Iterator[Browser]:
    """With windows, for what only a browser that has them does: its own pages where one cannot be
    had, pages kept in memory for the way back."""
    yield from _launched(chromium, WINDOWED)


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    """The origin of host pages, on 127.0.0.1: our own pages are asked for on localhost."""
    with host_pages() as origin:
        yield origin


QUICK = """
[[sites]]
key = "quick"
name = "Quick"
origins = []

[sites.limits]
visitor_per_minute = 0
address_per_minute = 0

[sites.provider]
kind = "demo"
delay_ms = 0
"""


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, host: str) -> Iterator[Server]:
    """A server whose site ``acme`` lists the host page and answers at a reader's pace. ``swift`` is
    the same in a hurry, for those who wait for the end; ``quick`` is plain and answers at once."""
    paces = {"acme": 8, "swift": 2}
    sites = "".join(SITE.format(key=key, host=host, delay_ms=pace) for key, pace in paces.items())
    running = Server(tmp_path_factory.mktemp("shop"), sites + QUICK)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def _pages(browser: Browser) -> Iterator[NewPage]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "viewport": PANEL, **options})
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """``new_page(**context options)``: a visitor of its own; what a page complains of fails."""
    yield from _pages(browser)


@pytest.fixture
def new_window(windowed: Browser) -> Iterator[NewPage]:
    """The same, in a window."""
    yield from _pages(windowed)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def lan(server: Server, path: str) -> str:
    """An address where browsers keep no cookie of ours: plain http, and not this very machine."""
    return f"http://chat.lan:{server.port}{path}"


def local(server: Server, path: str) -> str:
    """An address of the server on a host name that is not the host page's."""
    return f"http://localhost:{server.port}{path}"
