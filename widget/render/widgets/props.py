"""Reading what a platform wrote: every value may be of any kind, and none may stop the drawing."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

Props = Mapping[str, Any]

TEXT_CHARS = 20_000
ADDRESS_CHARS = 2_000
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(px|rem|em)?", re.ASCII)
_WEB = re.compile(r"(?i)https?://([\w.-]+)(?::[0-9]+)?(?:[/?#]|$)")
_PIXELS = {"px": 1.0, "rem": 16.0, "em": 16.0}


def text(value: Any) -> str:
    """The text of a value that a person can read; nothing for lists, objects and truth values."""
    if isinstance(value, str):
        return mended(value[:TEXT_CHARS])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)[:TEXT_CHARS] if is_finite(value) else ""


def mended(value: str) -> str:
    """Without the halves of characters, which no encoding has."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def flag(value: Any) -> bool:
    return value is True


def choice(value: Any, allowed: Collection[str], default: str = "") -> str:
    return value if isinstance(value, str) and value in allowed else default


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value):
        return None
    return float(value)


def is_finite(value: float) -> bool:
    """Python's integers may be larger than any float."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def pixels(value: Any, *, unit: float = 1.0) -> float | None:
    """A length: a number counts in ``unit`` pixels, text in its own unit."""
    plain = number(value)
    if plain is not None:
        return plain * unit
    found = _LENGTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    return float(found[1][:12]) * (_PIXELS[found[2]] if found[2] else unit)


def items(value: Any, limit: int) -> list[dict[str, Any]]:
    """The objects of a list, as many as are shown."""
    if not isinstance(value, list):
        return []
    return [item for item in value[:limit] if isinstance(item, dict)]


def props(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def web_address(value: Any) -> str:
    """An address that a link may hold: http(s) with a plain host, read alike by us and browsers.

    A backslash or a name before the host would lead a browser elsewhere than we think.
    """
    if not isinstance(value, str) or len(value) > ADDRESS_CHARS:
        return ""
    address = value.strip()
    return address if host(address) and address.isprintable() else ""


def host(address: str) -> str:
    """The host of an address that a link may hold, without its port."""
    found = _WEB.match(address)
    return found[1].lower() if found else ""
