"""A value of an option, and what a visitor sees before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import ViewportSize

from tests.browser.customer import DESK
from tests.browser.sights import Sight

APPLY, SET = "apply", "set"
LAUNCHER = (1204.0, 724.0, 56.0, 56.0)
PANEL = (800.0, 16.0, 460.0, 696.0)


@dataclass(frozen=True)
class Case:
    """``asks``: the visitor's question, for what shows on an answer. ``by``: how the value gets
    there; a page may set what is under ``ui``. ``is_open``: the chat, before anything is looked
    at."""

    path: str
    value: object
    sight: Sight
    before: object
    after: object
    beside: Mapping[str, object] = field(default_factory=dict)
    asks: str = ""
    body: str = ""
    viewport: ViewportSize = field(default_factory=lambda: DESK)
    by: tuple[str, ...] = (APPLY, SET)
    is_open: bool = True
    device_scheme: Literal["light", "dark"] = "light"

    @property
    def id(self) -> str:
        return f"{self.path}={self.value}"[:60]
