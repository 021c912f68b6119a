"""From an owner's few choices to the value of every role, in light and in dark.

Whatever accent and surface an owner picks, every pair in ``TEXT_PAIRS`` has a contrast of at least
4.5:1. The accent itself stays as chosen; what stands on it, and text in its colour, gives way.
"""

from __future__ import annotations

from typing import NamedTuple

from widget.domain.contrast import (
    BLACK,
    WHITE,
    Colour,
    contrast,
    first_readable,
    mix,
    readable,
    tint,
)
from widget.domain.options import Theme

DEFAULT_ACCENT = "#3157e0"
LIGHT_SURFACE = "#ffffff"
DARK_SURFACE = "#17181c"
DARK_TEXT = Colour.parse("#1c1e22")
LIGHT_TEXT = Colour.parse("#ecedf0")
DANGER = Colour.parse("#d92d20")

CODE = {
    "code-comment": Colour.parse("#6b7280"),
    "code-keyword": Colour.parse("#8a3ffc"),
    "code-name": Colour.parse("#1d63d6"),
    "code-number": Colour.parse("#b45309"),
    "code-string": Colour.parse("#177a3d"),
}

GROUNDS = ("surface", "raised", "bubble")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-bubble", "bubble"),
    *((text, ground) for text in ("text", "text-muted", "accent-text") for ground in GROUNDS),
    *(("danger", ground) for ground in ("surface", "raised")),
    *((role, "raised") for role in CODE),
)

RADIUS = {"none": "0px", "small": "4px", "medium": "12px", "large": "20px"}
GAP = {"compact": "8px", "normal": "12px", "spacious": "16px"}
GENERIC_FONTS = frozenset(
    {"system-ui", "ui-sans-serif", "ui-serif", "ui-rounded", "ui-monospace"}
    | {"sans-serif", "serif", "monospace", "-apple-system"}
)
DEVICE_FONTS = (
    "system-ui, -apple-system, Segoe UI, PingFang SC, Hiragino Sans GB, Microsoft YaHei, "
    "Noto Sans CJK SC, sans-serif"
)


class _Grounds(NamedTuple):
    """What text stands on, and the text that can be read on all of it."""

    surface: Colour
    raised: Colour
    bubble: Colour
    text: Colour


def roles(theme: Theme) -> dict[str, dict[str, str]]:
    """Role → CSS value under ``light`` and ``dark`` (colours) and ``shape`` (radius, gap, font)."""
    accent = Colour.parse(theme.accent or DEFAULT_ACCENT)
    return {
        "light": _colours(accent, Colour.parse(theme.surface or LIGHT_SURFACE)),
        "dark": _colours(accent, Colour.parse(DARK_SURFACE)),
        "shape": {
            "radius": RADIUS[theme.radius],
            "gap": GAP[theme.density],
            "font": _font_list(theme.font),
        },
    }


def _colours(accent: Colour, surface: Colour) -> dict[str, str]:
    grounds = _grounds(accent, surface)
    colours = _on_grounds(accent, grounds) | _accents(accent) | _code(grounds)
    return {role: colour.css for role, colour in sorted(colours.items())}


def _grounds(accent: Colour, surface: Colour) -> _Grounds:
    text = first_readable(_nearest_first(surface), surface)
    return _Grounds(
        surface=surface,
        raised=tint(surface, text, 0.05, text=text),
        bubble=tint(surface, accent, 0.14, text=text),
        text=text,
    )


def _nearest_first(surface: Colour) -> list[Colour]:
    """Dark text before light on what is light, the other way round on what is dark."""
    return sorted((DARK_TEXT, LIGHT_TEXT), key=lambda text: contrast(text, surface), reverse=True)


def _on_grounds(accent: Colour, grounds: _Grounds) -> dict[str, Colour]:
    surface, raised, bubble, text = grounds
    end = _end(grounds)
    return {
        "surface": surface,
        "raised": raised,
        "bubble": bubble,
        "text": text,
        "on-bubble": text,
        "text-muted": readable(mix(text, surface, 0.45), [surface, raised, bubble], towards=text),
        "accent-text": readable(accent, [surface, raised, bubble], towards=end),
        "danger": readable(DANGER, [surface, raised], towards=end),
        "border": mix(surface, text, 0.16),
    }


def _accents(accent: Colour) -> dict[str, Colour]:
    on_accent = first_readable([WHITE, DARK_TEXT], accent)
    away = BLACK if on_accent == WHITE else WHITE
    return {
        "accent": accent,
        "accent-hover": mix(accent, away, 0.12),
        "on-accent": on_accent,
    }


def _code(grounds: _Grounds) -> dict[str, Colour]:
    end = _end(grounds)
    return {role: readable(colour, [grounds.raised], towards=end) for role, colour in CODE.items()}


def _end(grounds: _Grounds) -> Colour:
    """Black or white, whichever lies in the direction of the text."""
    return min((BLACK, WHITE), key=lambda end: contrast(end, grounds.text))


def _font_list(wanted: str) -> str:
    """The wanted families before the device's own, each quoted so that no name can end the rule."""
    families = [family.strip(" '\"") for family in f"{wanted},{DEVICE_FONTS}".split(",")]
    return ", ".join(_family(family) for family in dict.fromkeys(families) if family)


def _family(name: str) -> str:
    cleaned = " ".join(name.replace("'", "").replace('"', "").split())
    return cleaned if cleaned in GENERIC_FONTS else f'"{cleaned}"'
