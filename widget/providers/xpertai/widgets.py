"""XpertAI's widgets as a plain card of their words.

They are surfaces of another toolkit (A2UI), drawn by the host's own components, so neither look nor
buttons can be had here; what they say can.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from widget.providers.xpertai.fields import dict_in, dicts

LINES = 40
CHARS = 500
DEEPEST = 12
_HEADINGS = frozenset({"title", "heading", "header"})
_WORDS = _HEADINGS | {"literalString", "text", "label", "description", "content", "message"}


def card_of(data: dict[str, Any]) -> dict[str, Any]:
    """A card that the server can draw; with the widget's name alone where it has no words."""
    lines: list[dict[str, str]] = []
    for widget in dicts(data.get("widgets")):
        said = list(_said({**dict_in(widget.get("config")), "values": widget.get("values")}))
        name = widget.get("name")
        if not said and isinstance(name, str):
            said = [{"type": "Caption", "value": name[:CHARS]}]
        lines += said
    return {"type": "Card", "children": lines[:LINES]}


def _said(value: Any, depth: int = 0) -> Iterator[dict[str, str]]:
    """Everything that stands under a name for words, in the order of the tree."""
    if depth > DEEPEST:
        return
    for item in value if isinstance(value, list) else []:
        yield from _said(item, depth + 1)
    for name, inner in dict_in(value).items():
        if name in _WORDS and isinstance(inner, str) and inner.strip():
            kind = "Title" if name in _HEADINGS else "Text"
            yield {"type": kind, "value": inner.strip()[:CHARS]}
        else:
            yield from _said(inner, depth + 1)
