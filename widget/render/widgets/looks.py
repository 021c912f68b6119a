"""A platform's looks as classes of our sheet, ``static/css/widgets.css``.

The page's policy forbids style attributes, and a free value could cover, hide or imitate other
parts of the page. So closed values have a class each; lengths go to the nearest step of a scale
(gaps and paddings in units of 4 px, sizes in px, anything wider than its place is narrowed to it);
colours go to the nearest of our tones, which can be read in light and dark whatever the site's own
colours are; a pair for both schemes counts by its light half. Dropped are what has no meaning
here: border colours and styles, aspect ratios, least widths, least and greatest heights, margins
at the sides, the ``theme`` of a card (the visitor's page has one), where a date picker opens, and
curve shapes other than straight and steps. A height is the least that a box takes, so that nothing
in it is cut.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from typing import Any

from widget.render.widgets.props import Props, choice, flag, number, pixels, props

SPACES = (0, 4, 8, 12, 16, 24, 32, 48)
SIZES = (8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 120, 160, 200, 240, 320, 400)
ALIGN = ("start", "center", "end", "baseline", "stretch")
JUSTIFY = ("start", "center", "end", "between", "around", "evenly", "stretch")
WEIGHTS = ("normal", "medium", "semibold", "bold")
TEXT_ALIGN = ("start", "center", "end")
MAX_LINES = 10
_RADII = {
    **dict.fromkeys(("none",), "none"),
    **dict.fromkeys(("2xs", "xs", "sm"), "sm"),
    **dict.fromkeys(("md", "lg"), "md"),
    **dict.fromkeys(("xl", "2xl", "3xl", "4xl"), "xl"),
    **dict.fromkeys(("full", "100%"), "full"),
}
_TONES = {
    **dict.fromkeys(("secondary", "tertiary", "gray", "grey", "muted"), "muted"),
    **dict.fromkeys(("danger", "red", "rose", "crimson"), "danger"),
    **dict.fromkeys(("success", "green", "emerald", "teal", "lime"), "success"),
    **dict.fromkeys(("warning", "caution", "orange", "amber", "yellow"), "warning"),
    **dict.fromkeys(("info", "blue", "sky", "cyan", "indigo"), "info"),
    **dict.fromkeys(("discovery", "purple", "violet", "pink", "fuchsia", "magenta"), "discovery"),
}
# Upper ends of hue, in degrees.
_HUES = (
    (20, "danger"),
    (68, "warning"),
    (175, "success"),
    (250, "info"),
    (335, "discovery"),
    (360, "danger"),
)
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})[0-9a-fA-F]{0,2}")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\D+(\d{1,3})\D+(\d{1,3})\D*.{0,20}", re.ASCII)
_SURFACE = re.compile(r"surface-(?:secondary|tertiary)|surface-elevated-.*")


def joined(*names: str) -> str:
    return " ".join(name for name in names if name)


def of(prefix: str, value: Any, allowed: Iterable[str], default: str = "") -> str:
    """The class of a closed value."""
    found = choice(value, tuple(allowed), default)
    return f"{prefix}-{found}" if found else ""


def block(own: Props) -> str:
    """Size, margin, radius of whatever is a block."""
    width = own.get("width", own.get("size"))
    return joined(
        _size("w-w", width),
        _size("w-h", own.get("height", own.get("size"))),
        _size("w-mw", own.get("maxWidth", own.get("maxSize"))),
        _margin(own.get("margin")),
        radius(own.get("radius")),
        "w-grow" if _grows(own.get("flex")) else "",
    )


def box(own: Props, *, is_row: bool) -> str:
    """A block that lays out others."""
    return joined(
        "w-row" if is_row else "w-col",
        of("w-align", own.get("align"), ALIGN),
        of("w-justify", own.get("justify"), JUSTIFY),
        "w-wrap" if own.get("wrap") in ("wrap", "wrap-reverse") else "",
        space("w-g", own.get("gap")),
        padding(own.get("padding")),
        border(own.get("border")),
        background(own.get("background")),
        block(own),
    )


def words(own: Props) -> str:
    """What all texts share."""
    lines = number(own.get("maxLines"))
    clamped = lines is not None and lines >= 1 and not flag(own.get("truncate"))
    return joined(
        of("w-weight", own.get("weight"), WEIGHTS),
        of("w-text", own.get("textAlign"), TEXT_ALIGN),
        tone("w-c", own.get("color")),
        "w-truncate" if flag(own.get("truncate")) else "",
        f"w-lines w-lines-{min(int(lines), MAX_LINES)}" if clamped and lines else "",
    )


def radius(value: Any) -> str:
    return f"w-r-{_RADII[value]}" if isinstance(value, str) and value in _RADII else ""


def space(prefix: str, value: Any) -> str:
    found = pixels(value, unit=4)
    return f"{prefix}-{_nearest(found, SPACES)}" if found is not None else ""


def padding(value: Any) -> str:
    if not isinstance(value, dict):
        return space("w-p", value)
    across = value.get("x", value.get("left", value.get("right")))
    return joined(
        space("w-px", across),
        space("w-pt", value.get("top", value.get("y"))),
        space("w-pb", value.get("bottom", value.get("y"))),
    )


def border(value: Any) -> str:
    """A line around, or at the sides that are named."""
    if _is_line(value):
        return "w-border"
    sides = props(value)
    named = {
        "t": sides.get("top", sides.get("y")),
        "b": sides.get("bottom", sides.get("y")),
        "s": sides.get("left", sides.get("x")),
        "e": sides.get("right", sides.get("x")),
    }
    return joined(*(f"w-border-{side}" for side, line in named.items() if _is_line(line)))


def tone(prefix: str, value: Any) -> str:
    found = tone_of(value)
    return f"{prefix}-{found}" if found else ""


def background(value: Any) -> str:
    light = value.get("light") if isinstance(value, dict) else value
    if isinstance(light, str) and _SURFACE.fullmatch(light):
        return "w-bg-muted"
    return tone("w-bg", light)


def tone_of(value: Any) -> str:
    """Our tone for a colour: by its name (``red-100``, ``danger``), else by its hue."""
    if isinstance(value, dict):
        value = value.get("light")
    if not isinstance(value, str) or len(value) > 60:
        return ""
    name = value.strip().lower().partition("-")[0]
    return _TONES.get(name) or _tone_of_hue(value.strip())


def _tone_of_hue(value: str) -> str:
    parts = _parts(value)
    if parts is None:
        return ""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in parts))
    if saturation < 0.12:
        # Black and white are the page's own; only what lies between is muted.
        return "muted" if 0.25 < lightness < 0.98 else ""
    return next(name for end, name in _HUES if hue * 360 <= end)


def _parts(value: str) -> tuple[int, int, int] | None:
    if _HEX.fullmatch(value):
        digits = value[1:]
        if len(digits) < 6:
            digits = "".join(digit * 2 for digit in digits[:3])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    found = _RGB.fullmatch(value)
    if found is None:
        return None
    red, green, blue = (min(int(part), 255) for part in found.groups())
    return red, green, blue


def _margin(value: Any) -> str:
    sides = value if isinstance(value, dict) else {"y": value}
    return joined(
        space("w-mt", sides.get("top", sides.get("y"))),
        space("w-mb", sides.get("bottom", sides.get("y"))),
    )


def _is_line(value: Any) -> bool:
    size = value.get("size") if isinstance(value, dict) else value
    found = number(size)
    return found is not None and found > 0


def _grows(value: Any) -> bool:
    if isinstance(value, str):
        return value == "auto" or value.strip()[:1] in tuple("123456789")
    found = number(value)
    return found is not None and found > 0


def _size(prefix: str, value: Any) -> str:
    if isinstance(value, str) and value.strip() in ("100%", "full"):
        return f"{prefix}-full"
    if isinstance(value, str) and value.strip() == "50%":
        return f"{prefix}-half"
    found = pixels(value)
    return f"{prefix}-{_nearest(found, SIZES)}" if found is not None and found > 0 else ""


def _nearest(value: float, steps: tuple[int, ...]) -> int:
    return min(steps, key=lambda step: abs(step - value))
