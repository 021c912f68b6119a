"""Careful looks into JSON of a server that may send anything."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit


def text_of(value: Any) -> str:
    """The text without blanks around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def fields_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def index_of(value: Any) -> int:
    """A place in a list; 0 where none is named."""
    return value if isinstance(value, int) and value >= 0 else 0


def web_address(value: Any) -> str:
    """An http(s) address; empty for anything else."""
    url = text_of(value)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def joined(base: str, url: str) -> str:
    """The whole address of what a server names relative to its own; empty for none."""
    try:
        return urljoin(base, url) if url else ""
    except ValueError:
        return ""
