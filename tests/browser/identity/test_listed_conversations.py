"""The list of conversations when somebody signs out, or somebody else signs in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.identity.conftest import Visitor
from tests.browser.identity.visit import Visit
from tests.serving import Server
from tests.signing import user_token

pytestmark = pytest.mark.browser

OPTIONS = {"ui": {"conversations": {"isNeed": True}}}


def rows_of(here: Visit) -> Locator:
    """The list, opened by the visitor."""
    here.widget.call("set", OPTIONS)
    here.widget.frame.get_by_role("button", name="Conversations", exact=True).click()
    return here.widget.frame.locator(".row-title")


def test_list_is_that_of_whoever_is_there(visitor: Visitor, server: Server) -> None:
    here = visitor().go(user_token(server, "lists"))
    here.ask("Of the first")
    rows = rows_of(here)
    expect(rows).to_have_text(["Of the first"], timeout=PATIENCE_MS)

    here.identify(None)
    expect(rows).to_have_count(0, timeout=PATIENCE_MS)
    expect(here.widget.frame.locator(".drawer-note")).to_contain_text("No conversations yet")
    assert "Of the first" not in here.widget.frame.locator("body").inner_html()
    here.identify(user_token(server, "lists"))

    expect(rows).to_have_text(["Of the first"], timeout=PATIENCE_MS)
