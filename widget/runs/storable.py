"""Parts as they can be encoded: a platform's broken text is mended, not fatal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from widget.domain.conversations import Part, ToolCallPart, WidgetPart
from widget.domain.errors import UpstreamProtocolError
from widget.runs.clean import clean_tree

# What nests as deep as our own stack goes could be stored, and never be read again.
MOST_LEVELS = 200


def storable(part: Part) -> Part:
    """Raises ``UpstreamProtocolError`` where only the end of the stack would be the bound."""
    refuse_depth(part)
    try:
        msgspec.json.encode(part)
    except UnicodeEncodeError:
        mended: Part = msgspec.convert(clean_tree(msgspec.to_builtins(part)), type(part))
        return mended
    return part


def refuse_depth(part: Part) -> None:
    match part:
        case WidgetPart():
            tree: Any = part.tree
        case ToolCallPart():
            tree = part.arguments
        case _:
            return
    if nests_too_deep(tree):
        raise UpstreamProtocolError(f"{part.id!r} nests deeper than {MOST_LEVELS} levels")


def nests_too_deep(value: Any) -> bool:
    """Whether plain JSON values lie in each other in more levels than are kept."""
    level = [value]
    for _ in range(MOST_LEVELS + 1):
        if not level:
            return False
        level = [inner for outer in level for inner in _inside(outer)]
    return True


def _inside(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (one for one in inner if isinstance(one, dict | list))
