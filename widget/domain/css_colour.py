"""Colours as style sheets write them, as the option tree has them: ``#rrggbb``."""

from __future__ import annotations

import colorsys
import math
import re

HEX = re.compile(r"#(?:([0-9a-f]{3})[0-9a-f]?|([0-9a-f]{6})(?:[0-9a-f]{2})?)")
CALL = re.compile(r"(rgb|hsl)a?\(([^()]{1,80})\)")
NUMBER = re.compile(r"([+-]?\d{0,6}(?:\.\d{1,20})?)(%|deg|g?rad|turn)?", re.ASCII)
DEGREES = {"": 1.0, "deg": 1.0, "grad": 0.9, "turn": 360.0, "rad": 180 / math.pi}


def parse_css_colour(text: str) -> str | None:
    """From hex, ``rgb()`` or ``hsl()``, in the old spelling or the new. None for anything else,
    colours by name too. Alpha is dropped, since our grounds are opaque."""
    wanted = text.strip().lower()
    if found := HEX.fullmatch(wanted):
        return f"#{found[2] or ''.join(digit * 2 for digit in found[1])}"
    call = CALL.fullmatch(wanted)
    if not call:
        return None
    try:
        parts = [_part(one) for one in re.split(r"[\s,/]+", call[2].strip())]
        one, two, three = parts[:3]
        rgb = (one, two, three) if call[1] == "rgb" else ()
        return _hex(*map(_byte, rgb)) if rgb else _from_hsl(one, two, three)
    except ValueError:
        return None


def _part(text: str) -> tuple[float, str]:
    found = NUMBER.fullmatch(text)
    if not found or not found[1]:
        raise ValueError(text)
    return float(found[1]), found[2] or ""


def _byte(part: tuple[float, str]) -> float:
    number, unit = part
    if unit not in ("", "%"):
        raise ValueError(unit)
    return number * 2.55 if unit else number


def _from_hsl(hue: tuple[float, str], *others: tuple[float, str]) -> str:
    saturation, light = (_share(one) for one in others)
    turn = hue[0] * DEGREES.get(hue[1], math.nan) / 360
    if math.isnan(turn):
        raise ValueError(hue[1])
    return _hex(*(part * 255 for part in colorsys.hls_to_rgb(turn % 1, light, saturation)))


def _share(part: tuple[float, str]) -> float:
    """The percent sign is optional in the new spelling."""
    if part[1] not in ("", "%"):
        raise ValueError(part[1])
    return min(max(part[0] / 100, 0.0), 1.0)


def _hex(*parts: float) -> str:
    return "#" + "".join(f"{min(max(round(part), 0), 255):02x}" for part in parts)
