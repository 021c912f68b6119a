"""Inline HTML as a small tree, and the patches that turn one into another at its right edge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from widget.domain.transcript import Append, Graft, Patch
from widget.render.highlight import escaped

_TOKEN = re.compile(r'<(/?)([a-z0-9]+)(?:[^>"]|"[^"]*")*>|[^<]+')
_VOID = frozenset({"br", "hr", "input"})


@dataclass(slots=True)
class Element:
    start: str
    name: str
    kids: list[Node]

    def html(self) -> str:
        return (
            self.start if self.name in _VOID else f"{self.start}{html_of(self.kids)}</{self.name}>"
        )


Node = str | Element


def parsed(html: str) -> list[Node]:
    """The tree of HTML that came out of the cleaner."""
    kids: list[Node] = []
    path = [kids]
    for token in _TOKEN.finditer(html):
        name = token[2]
        if name is None:
            path[-1].append(unescape(token[0]))
        elif token[1]:
            path.pop()
        else:
            element = Element(token[0], name, [])
            path[-1].append(element)
            if name not in _VOID:
                path.append(element.kids)
    return kids


def html_of(nodes: list[Node]) -> str:
    return "".join(escaped(node) if isinstance(node, str) else node.html() for node in nodes)


def joined(nodes: list[Node], more: list[Node]) -> list[Node]:
    """Both lists as one; text that meets text becomes one node."""
    if nodes and more and isinstance(nodes[-1], str) and isinstance(more[0], str):
        return [*nodes[:-1], nodes[-1] + more[0], *more[1:]]
    return [*nodes, *more]


def depth_of(nodes: list[Node]) -> int:
    """How many elements stand inside each other at most."""
    return max((1 + depth_of(node.kids) for node in nodes if isinstance(node, Element)), default=0)


def changes(old: list[Node], new: list[Node], depth: int, before: str = "") -> list[Patch]:
    """Patches for the element at ``depth`` whose last children are ``old`` and shall be ``new``.

    ``before`` is the text that stands in front of them and shares a node with a leading text.
    """
    same = _same(old, new)
    if same == len(old):
        return _put(depth, 0, new[same:])
    kept, grown = old[same], new[same] if same < len(new) else None
    if isinstance(kept, str) and isinstance(grown, str) and grown.startswith(kept):
        return _put(depth, len(old) - same - 1, [grown[len(kept) :], *new[same + 1 :]])
    if same == len(old) - 1 and _is_same_element(kept, grown):
        inner = changes(kept.kids, grown.kids, depth + 1)  # type: ignore[union-attr]
        return inner + _put(depth, 0, new[same + 1 :])
    rest = new[same:]
    if same == 0 and before and isinstance(kept, str):
        rest = joined([before], rest)
    return _put(depth, len(old) - same, rest)


def _same(old: list[Node], new: list[Node]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_same_element(one: Node, other: Node | None) -> bool:
    return isinstance(one, Element) and isinstance(other, Element) and one.start == other.start


def _put(depth: int, drop: int, nodes: list[Node]) -> list[Patch]:
    if nodes and nodes[0] == "":
        nodes = nodes[1:]
    if not nodes and not drop:
        return []
    if not drop and len(nodes) == 1 and isinstance(nodes[0], str):
        return [Append(depth, nodes[0])]
    return [Graft(depth, drop, html_of(nodes))]
