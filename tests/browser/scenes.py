"""What the pictures of the docs show: the chat on the shop's page, in every state that there is.

``tests/shots.py`` draws the scenes, ``test_pictures.py`` checks them: one stage for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.browser.platforms import PLATFORMS
from widget.web.texts import LANGS

NAMES = {"zh-CN": "暮光灯具", "en": "Dusk & Co."}
GREETINGS = {
    "zh-CN": "您好！灯具、运费、退货，都可以问我。",
    "en": "Hello! Ask me about lamps, postage and returns.",
}
KEYS = {"zh-CN": "muguang", "en": "dusk"}
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
ASKED = {"zh-CN": "运费怎么算？", "en": "How much is postage?"}
TROUBLE = {"zh-CN": "结账时报错了，怎么办？", "en": "I get an error at the checkout"}
# What the demo is asked for each thing that an answer can be besides text.
SHOWN = {
    "form": {"zh-CN": "我想预约到店", "en": "I would like to book an appointment"},
    "confirmation": {"zh-CN": "取消订单 2046", "en": "Please cancel my order 2046"},
    "card": {"zh-CN": "看看白鹭", "en": "Show me the Heron"},
    "formula": {"zh-CN": "哪个更划算？想一想", "en": "Which is cheaper? Think!"},
}
FILES = {"zh-CN": ("窗外.png", "书桌.png"), "en": ("My window.png", "My desk.png")}
ABOUT_FILES = {"zh-CN": "放在这里，哪款灯合适？", "en": "Which lamp would suit this room?"}
# OpenAI's picture is of the API that shows more.
PICTURED = {one.kind: one for one in PLATFORMS if one.kind != "demo"}
# In the last row that is on screen while the answer is still being written.
HALF_WAY = {"zh-CN": "2–3 天", "en": "2–3 days"}


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
