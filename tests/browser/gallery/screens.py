"""The screens on which each state is looked at, without a new visit for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import FloatRect, ViewportSize

from tests.browser.gallery.state import Screen, State, Visit
from tests.browser.show import Show

SCHEMES = ("light", "dark")
# Everything that listens for the window's size has heard of it.
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
MARGIN = 20
# Of the window, where the launcher stands.
CORNER = (460, 300)


@dataclass(frozen=True)
class Look:
    screen: Screen
    scheme: str

    @property
    def name(self) -> str:
        return f"{self.screen.name} {self.scheme}"


def looks(
    show: Show, state: State, screens: Sequence[Screen], schemes: Sequence[str]
) -> Iterator[Look]:
    """Turns to each screen and scheme in place; back on the first one when all were seen."""
    for screen in screens:
        _turn_to(show, screen)
        for scheme in schemes:
            show.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            state.aim(show)
            show.settle()
            yield Look(screen, scheme)
    _turn_to(show, screens[0])


def _turn_to(show: Show, screen: Screen) -> None:
    wanted: ViewportSize = {"width": screen.width, "height": screen.height}
    if show.page.viewport_size == wanted:
        return
    show.page.set_viewport_size(wanted)
    for document in show.view().documents if show.has_scripts else ():
        document.evaluate(DRAWN)


def shown(show: Show, visit: Visit, screen: Screen) -> FloatRect:
    """The part of the window that is worth a picture: all of a page or an open sheet, else ours and
    a little of what is around it."""
    box = show.widget.panel.bounding_box() if show.widget.panel.is_visible() else None
    if visit.is_whole_page or (screen.is_touched and box):
        return {"x": 0, "y": 0, "width": screen.width, "height": screen.height}
    left = box["x"] - MARGIN if box else screen.width - CORNER[0]
    top = box["y"] - MARGIN if box else screen.height - CORNER[1]
    left, top = max(0, left), max(0, top)
    return {"x": left, "y": top, "width": screen.width - left, "height": screen.height - top}
