"""JSON inside JSON, as Coze likes it: contents, arguments and cards are texts of objects."""

from __future__ import annotations

from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode


def parse(text: bytes | str) -> Any:
    """The value, or the text itself where it is no JSON; depth is the sender's, and limited."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text if isinstance(text, str) else text.decode(errors="replace")


def parse_object(text: Any) -> dict[str, Any]:
    """An object, given as such or as text; empty for anything else."""
    return as_object(parse(text) if isinstance(text, bytes | str) else text)


def as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[dict[str, Any]]:
    """Those items of a list that are objects."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
