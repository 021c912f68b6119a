"""Colours that owners might choose, with those that they should not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

from widget.domain.chatkit_theme import from_chatkit
from widget.domain.options import Grey, Options, Theme, overlay_what_fits

SEED = 20_261
COUNT = 1_000
# Black and white are about equally far from the greys in the middle.
HARD = ("#000", "#fff", "#757575", "#767676", "#777777", "#808080", "#ff0", "#00f", "#f00", "#0f0")
CHATKIT: tuple[dict[str, Any], ...] = (
    {
        "colorScheme": "dark",
        "color": {
            "grayscale": {"hue": 220, "tint": 9, "shade": -4},
            "accent": {"primary": "#f1f5f9", "level": 1},
            "surface": {"background": "rgb(119 119 119)", "foreground": "hsl(0 0% 47%)"},
        },
    },
    {
        "colorScheme": "light",
        "color": {
            "grayscale": {"hue": 40, "tint": 6},
            "accent": {"primary": "#ffd400", "level": 2},
            "surface": {"background": "#7a7a7a", "foreground": "#808080"},
        },
    },
)


def themes(count: int = COUNT) -> list[Theme]:
    """The same on every machine: the hostile ones first, then what chance brings."""
    chance = random.Random(SEED)
    return list(itertools.islice(itertools.chain(_hostile(), _any(chance)), count))


def _hostile() -> Iterator[Theme]:
    yield Theme()
    for one in HARD:
        yield _of(one, one, one)
    for accent, surface in itertools.permutations(HARD, 2):
        yield _of(accent, surface, accent)
        yield _of(accent, surface, surface)
    for theme in CHATKIT:
        options, refused = overlay_what_fits(
            Options(), {"ui": {"theme": from_chatkit(theme).theme}}
        )
        assert refused == ()
        yield options.ui.theme


def _any(chance: random.Random) -> Iterator[Theme]:
    draws = (_uniform, _middle, _pure)
    while True:
        accent, surface, text = (chance.choice(draws)(chance) for _ in range(3))
        yield _of(accent, surface, chance.choice((text, "")), _grey(chance))


def _of(accent: str, surface: str, text: str, grey: Grey | None = None) -> Theme:
    return Theme(
        accent=accent,
        surface=surface,
        dark_surface=surface,
        text=text,
        dark_text=text,
        grey=grey or Grey(),
    )


def _grey(chance: random.Random) -> Grey:
    return Grey(hue=chance.randrange(361), tint=chance.randrange(10))


def _uniform(chance: random.Random) -> str:
    return f"#{chance.randrange(0x1000000):06x}"


def _middle(chance: random.Random) -> str:
    """Near the lightness where neither black nor white has much to spare."""
    base = chance.randrange(0x68, 0x90)
    parts = (min(255, max(0, base + chance.randrange(-24, 25))) for _ in range(3))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _pure(chance: random.Random) -> str:
    return "#" + "".join(chance.choice(("00", "80", "ff")) for _ in range(3))
