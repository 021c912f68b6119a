"""Colours as people see them: WCAG contrast, and how to move a colour until it can be read."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import NamedTuple

READABLE = 4.5  # WCAG AA for text of normal size
SEEN = 3.0  # and for what else has to be made out, such as the border of a field
STEPS = 20


class Colour(NamedTuple):
    red: float
    green: float
    blue: float

    @classmethod
    def parse(cls, text: str) -> Colour:
        """From ``#rgb`` or ``#rrggbb``, as the option tree lets it in."""
        digits = text.removeprefix("#")
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return cls(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    @property
    def css(self) -> str:
        return "#" + "".join(f"{round(part):02x}" for part in self)


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same lightness) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(ground: Colour, colour: Colour, share: float) -> Colour:
    """``ground`` with a ``share`` of ``colour``, rounded to what a screen can show."""
    parts = (a + (b - a) * share for a, b in zip(ground, colour, strict=True))
    return Colour(*(float(round(part)) for part in parts))


def in_hue(colour: Colour, degrees: int, spread: float) -> Colour:
    """A colour as light as this one in another hue, its parts ``spread`` (0 to 1) apart, or as far
    as such a light or dark one can be."""
    _, light, _ = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    most = 1 - abs(2 * light - 1)
    saturation = min(1.0, spread / most) if most else 0.0
    parts = colorsys.hls_to_rgb(degrees % 360 / 360, light, saturation)
    return Colour(*(float(round(part * 255)) for part in parts))


def is_readable(text: Colour, grounds: Sequence[Colour], least: float = READABLE) -> bool:
    return all(contrast(text, ground) >= least for ground in grounds)


def first_readable(wanted: Sequence[Colour], ground: Colour) -> Colour:
    """The first of ``wanted`` that can be read on ``ground``, else black or white."""
    for colour in wanted:
        if is_readable(colour, [ground]):
            return colour
    # One of the two has a contrast of 4.58 or more to every colour.
    return max((BLACK, WHITE), key=lambda colour: contrast(colour, ground))


def readable(
    colour: Colour, grounds: Sequence[Colour], *, towards: Colour, least: float = READABLE
) -> Colour:
    """``colour`` moved ``towards`` another, as far as it takes to be read on all ``grounds``."""
    for step in range(STEPS):
        moved = mix(colour, towards, step / STEPS)
        if is_readable(moved, grounds, least):
            return moved
    return towards


def tint(ground: Colour, colour: Colour, share: float, *, text: Colour) -> Colour:
    """``ground`` with as much of ``colour``, up to ``share``, as leaves ``text`` readable on it."""
    for step in range(STEPS, 0, -1):
        tinted = mix(ground, colour, share * step / STEPS)
        if is_readable(text, [tinted]):
            return tinted
    return ground


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
