"""What the pictures of the docs show: the chat on the shop's page, in every state that there is.

``tests/shots.py`` draws the scenes, ``test_pictures.py`` checks them: one stage for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.browser.platforms import PLATFORMS
from tests.browser.words import KEYS, SHOWN

# The languages that the docs are written in.
LANGS = ("zh-CN", "en")
STATES = ("empty", "streaming", "finished", "failed", "refused")
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 860}},
    "desk": {"viewport": {"width": 1000, "height": 760}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}
# A form is longer than most windows.
TALLER: dict[str, Any] = {"viewport": {"width": 1000, "height": 1080}}
# OpenAI's picture is of the API that shows more.
PICTURED = {one.kind: one for one in PLATFORMS if one.kind != "demo"}


@dataclass(frozen=True)
class Scene:
    size: str
    lang: str
    state: str
    is_dark: bool = False

    @property
    def name(self) -> str:
        if self.state not in STATES:
            return f"{self.state}-{self.size}"
        return f"{self.size}-{self.lang}-{self.state}{'-dark' if self.is_dark else ''}"

    @property
    def kind(self) -> str:
        """The platform that is pictured; empty where the demo shows something."""
        return self.state.removeprefix("platform-") if self.state.startswith("platform-") else ""

    @property
    def site(self) -> str:
        own = "form" if self.state == "form" else self.kind
        return "-".join(filter(None, (KEYS[self.lang], own)))


SCENES = (
    *(
        Scene(size, lang, state)
        for size in ("desktop", "phone")
        for lang in LANGS
        for state in STATES
    ),
    *(Scene("desktop", lang, "finished", is_dark=True) for lang in LANGS),
    *(
        Scene(size, lang, state)
        for state in (*(f"platform-{kind}" for kind in PICTURED), *SHOWN, "upload")
        for size, lang in (("desk", "en"), ("phone", "zh-CN"))
    ),
)
