"""A state of the chat that the gallery shows, and the visit in which it comes about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS
from tests.browser.gallery.sites import key
from tests.browser.show import Show
from tests.browser.stage import SHOP, Stage

Play = Callable[[Show], None]


def rest(show: Show) -> None:
    """Nothing is to be done."""


def start_over(show: Show) -> None:
    """An empty conversation."""
    show.frame.locator("#new").click()
    expect(show.frame.locator("#messages > li")).to_have_count(0, timeout=PATIENCE_MS)


def open_chat(show: Show, stage: Stage) -> None:
    show.open()


@dataclass(frozen=True)
class Screen:
    name: str
    width: int
    height: int
    is_touched: bool

    @property
    def options(self) -> dict[str, Any]:
        """Of a visit that begins on it. Fingers or a mouse stay for all of it: Chromium cannot
        give a page its mouse back."""
        touched = {"has_touch": True, "is_mobile": True} if self.is_touched else {}
        return {"viewport": {"width": self.width, "height": self.height}, **touched}


DESK = Screen("desktop", 1000, 760, is_touched=False)
# Half of the desk's size, as at 200 %.
ZOOMED = Screen("zoomed", 640, 430, is_touched=False)
PHONE = Screen("phone", 390, 844, is_touched=True)
SMALL = Screen("320x568", 320, 568, is_touched=True)


@dataclass(frozen=True)
class State:
    """``play`` brings it about, ``aim`` turns to it on every screen anew, and ``leave`` makes room
    for the next one of the visit."""

    name: str
    play: Play = rest
    aim: Play = rest
    leave: Play = start_over


@dataclass(frozen=True)
class Visit:
    """One visitor of one page, who goes through these states. ``enter`` is what comes first there,
    ``address`` where it begins: on the shop's page unless it says otherwise."""

    name: str
    states: tuple[State, ...]
    site: str = "all"
    enter: Callable[[Show, Stage], None] = open_chat
    address: Callable[[Show, Stage, str], str] | None = None
    prepare: Play = rest
    is_whole_page: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(state.name for state in self.states)

    @contextmanager
    def begin(self, stage: Stage, lang: str, screen: Screen) -> Iterator[Show]:
        with stage.visit(lang, **screen.options, **self.context) as show:
            self.prepare(show)
            site = key(show.words, self.site)
            shop = f"{SHOP}/?site={site}&lang={lang}"
            show.page.goto(self.address(show, stage, site) if self.address else shop)
            self.enter(show, stage)
            yield show
            show.page.unroute_all(behavior="ignoreErrors")

    def walk(self, show: Show) -> Iterator[State]:
        """Each state, as long as it lasts."""
        for state in self.states:
            state.play(show)
            yield state
            state.leave(show)
