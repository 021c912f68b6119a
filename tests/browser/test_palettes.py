"""Whatever an owner chose, everything on the page that is rendered can be read and made out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import local
from tests.browser.contrasts import SCHEMES, Contrasts, painted
from tests.browser.everything import show_everything
from tests.browser.palettes import COUNT, themes
from tests.serving import Server

pytestmark = pytest.mark.browser

DRAWN_OF = 100  # one in so many is painted too
LEAST_KINDS = 60
# What only a page without scripts has, and what the others here say already.
UNUSED = (".is-coming::after", ".composer:focus-within")
PLANTED = """<!doctype html><html data-scheme="light"><style>
body { background: var(--light-surface) }
.dim { color: var(--light-text); opacity: 0.4 }
.shaded { background: rgba(255, 255, 255, 0.5); color: var(--light-text) }
.seen, input::placeholder { color: var(--light-text) }
b:hover { color: var(--light-surface) }
i:focus { outline: 2px solid var(--light-surface) }
input { border: 1px solid var(--light-border) }
p::before { color: var(--light-border); content: "!" }
.away { display: none; color: var(--light-surface) }
</style><body><p class="dim">dim</p><div class="shaded">shaded</div><div class="seen">seen</div>
<div data-hovered><b>pointed at</b></div><div data-focused><i tabindex="0">focused</i></div>
<input placeholder="hint"><span class="away">away</span></body></html>"""


@pytest.fixture(scope="module")
def everything(browser: Browser, shop: Server) -> Iterator[Page]:
    # Nothing is to be on its way from one palette to the next.
    visitor = browser.new_context(bypass_csp=True, locale="en-GB", reduced_motion="reduce")
    with visitor as context:
        page = context.new_page()
        show_everything(page, local(shop, "/chat/swift"))
        yield page


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everything_can_be_made_out_in_a_thousand_palettes(everything: Page, scheme: str) -> None:
    contrasts = Contrasts(everything, scheme)
    wanted = themes()
    palettes = [painted(theme, scheme) for theme in wanted]

    found = contrasts.faults(palettes)

    faults = {what: theme for theme, several in zip(wanted, found, strict=True) for what in several}
    assert faults == {}
    assert len(found) == COUNT
    assert len(contrasts.kinds) >= LEAST_KINDS
    assert [rule for rule in contrasts.unused() if rule not in UNUSED] == []
    some = palettes[::DRAWN_OF]
    assert contrasts.reckoned(some) == contrasts.drawn(some)


def test_what_cannot_be_made_out_is_found(page: Page) -> None:
    page.set_content(PLANTED)
    contrasts = Contrasts(page, "light")
    plain = painted(themes(1)[0], "light")
    dark = {**plain, "light-surface": "#222222", "light-text": "#eeeeee"}

    usual, shaded = contrasts.faults([plain, dark])

    assert sorted(fault.rpartition(" (")[0] for fault in usual) == [
        *("b, hovered: pointed at", "dim: dim", 'dim::before: "!"'),
        *("i, focused: its ring", "input: its border"),
    ]
    assert "shaded: shaded" in {fault.rpartition(" (")[0] for fault in shaded}
    assert contrasts.reckoned([plain, dark]) == contrasts.drawn([plain, dark])
