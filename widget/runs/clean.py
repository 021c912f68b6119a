"""Text that every store and every frame can hold."""

from __future__ import annotations

from typing import Any


def clean(text: str) -> str:
    """Without NUL (PostgreSQL has none) and lone surrogates (no UTF-8 for them)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "") if "\0" in text else text


def clean_tree(value: Any) -> Any:
    """The same for every text in plain JSON values."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean_tree(key): clean_tree(item) for key, item in value.items()}
        case list():
            return [clean_tree(item) for item in value]
        case _:
            return value
