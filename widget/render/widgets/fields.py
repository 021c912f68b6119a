"""The fields of a widget: what a visitor may fill in, and what kind of value comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from widget.render.widgets.nodes import Node
from widget.render.widgets.props import flag, items, props, text

FieldKind = Literal["text", "number", "date", "flag", "choice"]

MAX_OPTIONS = 300
NAME_CHARS = 200
_KINDS: dict[str, FieldKind] = {
    "Input": "text",
    "Textarea": "text",
    "Text": "text",
    "Select": "choice",
    "RadioGroup": "choice",
    "DatePicker": "date",
    "Checkbox": "flag",
}


@dataclass(frozen=True)
class WidgetField:
    """``path`` is where it stands, ``form`` the form that it belongs to. ``choices`` are the values
    that a choice can have."""

    name: str
    kind: FieldKind
    path: str
    form: str | None
    choices: tuple[str, ...] = ()


def field_of(node: Node) -> WidgetField | None:
    """The field that a component is; None when it is none, has no name or is switched off."""
    name = name_of(node)
    if not name or flag(node.props.get("disabled")):
        return None
    kind = _KINDS[node.type]
    if node.type == "Input" and node.props.get("inputType") == "number":
        kind = "number"
    values = tuple(text(option.get("value")) for option in options_of(node) if is_open(option))
    return WidgetField(name, kind, node.path, node.form, values)


def name_of(node: Node) -> str:
    """The name of the field that a component is, switched off or not."""
    if node.type not in _KINDS:
        return ""
    holder = props(node.props.get("editable")) if node.type == "Text" else node.props
    return text(holder.get("name"))[:NAME_CHARS]


def options_of(node: Node) -> list[dict[str, Any]]:
    return items(node.props.get("options"), MAX_OPTIONS)


def is_open(option: dict[str, Any]) -> bool:
    return not flag(option.get("disabled"))


def fields_of(root: Node) -> Iterator[WidgetField]:
    for node in root.walk():
        if found := field_of(node):
            yield found
