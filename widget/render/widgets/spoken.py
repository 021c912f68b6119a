"""The words of a widget that cannot be drawn: what it says is worth more than its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

LINES = 40
CHARS = 500
DEEPEST = 12
_HEADINGS = frozenset({"title", "heading", "header"})
_WORDS = _HEADINGS | {"literalString", "text", "label", "description", "content", "message"}


def spoken(tree: Any, depth: int = 0) -> list[dict[str, str]]:
    """Everything that stands under a name for words, in the order of the tree."""
    return [line for line, _ in zip(_said(tree, depth), range(LINES), strict=False)]


def _said(value: Any, depth: int) -> Iterator[dict[str, str]]:
    if depth > DEEPEST:
        return
    for item in value if isinstance(value, list) else []:
        yield from _said(item, depth + 1)
    for name, inner in value.items() if isinstance(value, dict) else []:
        if name in _WORDS and isinstance(inner, str) and inner.strip():
            kind = "Title" if name in _HEADINGS else "Text"
            yield {"type": kind, "value": inner.strip()[:CHARS]}
        else:
            yield from _said(inner, depth + 1)
