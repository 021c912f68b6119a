"""From an owner's few choices to the value of every role, in light and in dark.

Whatever colours an owner picks, every pair in ``TEXT_PAIRS`` has a contrast of at least 4.5:1, and
every one in ``LINE_PAIRS`` 3:1. Accent and surface stay as chosen; what stands on them gives way.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from widget.domain.contrast import (
    BLACK,
    SEEN,
    WHITE,
    Colour,
    contrast,
    first_readable,
    in_hue,
    mix,
    readable,
    tint,
)
from widget.domain.options import Grey, Theme

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
    *((role, ground) for role in CODE for ground in ("surface", "raised")),
)
# What shows where one can write.
LINE_PAIRS: tuple[tuple[str, str], ...] = (("line", "surface"), ("line", "raised"))

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


DEVICE_MONO_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace"
# What one sees of two grounds as one takes the other's place.
NOTICED = 1.1
# How far apart the parts of a grey are with the strongest tint: a tenth of what is possible.
MOST_TINT, STRONGEST = 0.1, 9


class _Wanted(NamedTuple):
    """One scheme's colours as chosen; None where the owner chose none."""

    accent: Colour
    surface: Colour
    text: Colour | None
    grey: Grey


class _Grounds(NamedTuple):
    """What text stands on, and the text that can be read on all of it."""

    surface: Colour
    raised: Colour
    bubble: Colour
    text: Colour


@functools.lru_cache(maxsize=256)
def roles(theme: Theme) -> Mapping[str, Mapping[str, str]]:
    """Role → CSS value under ``light`` and ``dark`` (colours), and under ``shape``. Kept, since it
    takes a millisecond or two and a page wants it several times."""
    return {
        "light": _colours(_wanted(theme, theme.surface, theme.text, LIGHT_SURFACE)),
        "dark": _colours(_wanted(theme, theme.dark_surface, theme.dark_text, DARK_SURFACE)),
        "shape": {
            "radius": RADIUS[theme.radius],
            "gap": GAP[theme.density],
            "font": _font_list(theme.font, DEVICE_FONTS),
            "mono": _font_list(theme.mono_font, DEVICE_MONO_FONTS),
            "size": f"{theme.font_size}px",
        },
    }


def outside(theme: Theme) -> dict[str, str]:
    """What is drawn around the frame, by the loader, of the same choices."""
    values = roles(theme)
    return {
        "accent": values["light"]["accent"],
        "surface": values["light"]["surface"],
        "darkSurface": values["dark"]["surface"],
        "scheme": theme.scheme,
        "radius": theme.radius,
    }


def _wanted(theme: Theme, surface: str, text: str, default: str) -> _Wanted:
    return _Wanted(
        accent=Colour.parse(theme.accent or DEFAULT_ACCENT),
        surface=Colour.parse(surface) if surface else _tinted(Colour.parse(default), theme.grey),
        text=Colour.parse(text) if text else None,
        grey=theme.grey,
    )


def _colours(wanted: _Wanted) -> dict[str, str]:
    grounds = _grounds(wanted)
    colours = _on_grounds(wanted, grounds) | _accents(wanted.accent) | _code(grounds)
    return {role: colour.css for role, colour in sorted(colours.items())}


def _tinted(colour: Colour, grey: Grey) -> Colour:
    return in_hue(colour, grey.hue, MOST_TINT * grey.tint / STRONGEST) if grey.tint else colour


def _grounds(wanted: _Wanted) -> _Grounds:
    surface = wanted.surface
    text = _text(wanted)
    raised = _tinted(mix(surface, text, 0.05), wanted.grey)
    return _Grounds(
        surface=surface,
        raised=tint(surface, raised, 1, text=text),
        bubble=tint(surface, wanted.accent, 0.14, text=text),
        text=text,
    )


def _text(wanted: _Wanted) -> Colour:
    """The chosen text, as near as it can be read; else ours, dark on what is light."""
    surface = wanted.surface
    if wanted.text:
        return readable(wanted.text, [surface], towards=first_readable([], surface))
    ours = [_tinted(text, wanted.grey) for text in (DARK_TEXT, LIGHT_TEXT)]
    ours.sort(key=lambda text: contrast(text, surface), reverse=True)
    return first_readable(ours, surface)


def _on_grounds(wanted: _Wanted, grounds: _Grounds) -> dict[str, Colour]:
    surface, raised, bubble, text = grounds
    end = _end(grounds)
    muted = _tinted(mix(text, surface, 0.45), wanted.grey)
    border = _tinted(mix(surface, text, 0.16), wanted.grey)
    return {
        "surface": surface,
        "raised": raised,
        "bubble": bubble,
        "text": text,
        "on-bubble": text,
        "text-muted": readable(muted, [surface, raised, bubble], towards=text),
        "accent-text": readable(wanted.accent, [surface, raised, bubble], towards=end),
        "danger": readable(DANGER, [surface, raised], towards=end),
        "border": border,
        "line": readable(border, [surface, raised], towards=text, least=SEEN),
    }


def _accents(accent: Colour) -> dict[str, Colour]:
    on_accent = first_readable([WHITE, DARK_TEXT], accent)
    away, back = (BLACK, WHITE) if on_accent == WHITE else (WHITE, BLACK)
    hover = mix(accent, away, 0.12)
    if contrast(hover, accent) < NOTICED:
        hover = tint(accent, back, 0.2, text=on_accent)
    return {"accent": accent, "accent-hover": hover, "on-accent": on_accent}


def _code(grounds: _Grounds) -> dict[str, Colour]:
    end = _end(grounds)
    on = [grounds.surface, grounds.raised]
    return {role: readable(colour, on, towards=end) for role, colour in CODE.items()}


def _end(grounds: _Grounds) -> Colour:
    """Black or white, whichever lies beyond the text as seen from what it stands on."""
    is_dark_text = contrast(grounds.text, BLACK) < contrast(grounds.surface, BLACK)
    return BLACK if is_dark_text else WHITE


def _font_list(wanted: str, devices: str) -> str:
    """The wanted families before the device's own, each quoted so that no name can end the rule."""
    families = [family.strip(" '\"") for family in f"{wanted},{devices}".split(",")]
    return ", ".join(_family(family) for family in dict.fromkeys(families) if family)


def _family(name: str) -> str:
    cleaned = " ".join(name.replace("'", "").replace('"', "").split())
    return cleaned if cleaned in GENERIC_FONTS else f'"{cleaned}"'
