"""Widget trees and what changes them. Trees that were told are never changed: each change makes a
new one that shares what stayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_DEPTH = 64

Component = dict[str, Any]
Change = Callable[[Component], Component]


def rebuilt(node: Any, change: Change, depth: int = 0) -> Any:
    """The tree with ``change`` made to every component; the very same where none was changed."""
    if depth > MAX_DEPTH:
        return node
    if isinstance(node, list):
        items = [rebuilt(item, change, depth + 1) for item in node]
        is_same = all(new is old for new, old in zip(items, node, strict=True))
        return node if is_same else items
    if not isinstance(node, dict):
        return node
    if (changed := change(node)) is not node:
        return changed
    fields = {name: rebuilt(value, change, depth + 1) for name, value in node.items()}
    return node if all(fields[name] is node[name] for name in node) else fields


def update_tree(tree: Component, update: Component) -> Component:
    """The tree after one ``widget.*`` update; the very same after one that means nothing here."""
    kind, wanted = update.get("type"), update.get("component_id")
    if kind == "widget.root.updated":
        root = update.get("widget")
        return root if isinstance(root, dict) else tree
    if kind == "widget.streaming_text.value_delta":
        return _at(tree, wanted, lambda component: _grown(component, update))
    component = update.get("component")
    if kind == "widget.component.updated" and isinstance(component, dict):
        return _at(tree, wanted, lambda _: component)
    return tree


def _at(tree: Component, wanted: Any, change: Change) -> Component:
    if not isinstance(wanted, str):
        return tree

    def visit(node: Component) -> Component:
        return change(node) if node.get("id") == wanted else node

    changed: Component = rebuilt(tree, visit)
    return changed


def _grown(component: Component, update: Component) -> Component:
    delta, value = update.get("delta"), component.get("value")
    if not isinstance(delta, str):
        return component
    grown = {**component, "value": (value if isinstance(value, str) else "") + delta}
    return {**grown, "streaming": False} if update.get("done") is True else grown
