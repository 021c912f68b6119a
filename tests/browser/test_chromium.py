"""The browser is the one that Playwright means to start, but for what nobody sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import UNSEEN
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.browser


def test_what_playwright_switches_off_stays_off(windowed: Browser) -> None:
    session = windowed.new_browser_cdp_session()
    line: str = session.send("SystemInfo.getInfo")["commandLine"]

    by_playwright, ours = (
        set(found.split(",")) for found in re.findall(r"--disable-features=(\S+)", line)
    )

    assert ours - by_playwright == set(UNSEEN)
    assert by_playwright - ours == set()


def test_a_window_shows_its_page_and_nothing_else(windowed: Browser, new_window: NewPage) -> None:
    new_window().goto("data:text/html,<title>Here</title>")

    session = windowed.new_browser_cdp_session()
    targets = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]

    assert {target["type"] for target in targets} - {"browser"} == {"page", "tab"}
