"""Members of an event, whatever a version puts there."""

from __future__ import annotations

from typing import Any


def data_of(event: dict[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    return data if isinstance(data, dict) else {}


def source_of(selector: Any) -> str:
    """The node that the words come from."""
    return text_of(selector[0]) if isinstance(selector, list) and selector else ""


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number_of(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
