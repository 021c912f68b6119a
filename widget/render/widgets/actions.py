"""What a visitor may set off: only what the stored tree holds, with only the fields it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from widget.domain.errors import BadInput
from widget.domain.inputs import Field, Form, Values
from widget.render.widgets.fields import WidgetField, fields_of
from widget.render.widgets.nodes import Node, grown
from widget.render.widgets.props import choice, flag, props, text

Loading = Literal["none", "self", "container"]

PREFIX = "f."
TEXT_CHARS = 2_000
# As long as one value of an answer may be on the socket.
PARAGRAPH_CHARS = 8_000
MAX_FILES = 20
_PROPS: dict[str, tuple[str, ...]] = {
    "Button": ("onClickAction",),
    "Card": ("confirm", "cancel"),
    "Checkbox": ("onChangeAction",),
    "DatePicker": ("onChangeAction",),
    "Form": ("onSubmitAction",),
    "ListViewItem": ("onClickAction",),
    "RadioGroup": ("onChangeAction",),
    "Select": ("onChangeAction",),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# No platform in JavaScript shall stumble over these when it walks a payload.
_RESERVED = frozenset({"__proto__", "constructor", "prototype"})
_DEEPEST_NAME = 8


@dataclass(frozen=True)
class WidgetAction:
    """``loading`` says what the frame shows as busy. ``fields`` go with it, by the form around."""

    type: str
    payload: dict[str, Any]
    handler: Literal["server", "client"] = "server"
    loading: Loading = "none"
    is_streaming: bool = True
    fields: tuple[WidgetField, ...] = ()


def find_action(tree: dict[str, Any], control: str) -> WidgetAction | None:
    """The action of a control of this tree; None when there is none or it is switched off.

    ``control`` is what the HTML carries, such as ``0.2.onClickAction``.
    """
    path, _, prop = control.rpartition(".")
    root = grown(tree)
    node = next((node for node in root.walk() if node.path == path), None)
    config = action_of(node, prop) if node else None
    if node is None or config is None:
        return None
    return WidgetAction(
        type=text(config["type"]),
        payload=dict(props(config.get("payload"))),
        handler="client" if config.get("handler") == "client" else "server",
        loading=loading_of(config, prop),
        is_streaming=config.get("streaming") is not False,
        fields=tuple(field for field in fields_of(root) if _goes_along(field, node)),
    )


def action_of(node: Node, prop: str) -> dict[str, Any] | None:
    """The action that a component has under this name, when it can be set off."""
    if prop not in _PROPS.get(node.type, ()) or flag(node.props.get("disabled")):
        return None
    config = node.props.get(prop)
    if prop in ("confirm", "cancel"):
        config = props(config).get("action")
    return config if isinstance(config, dict) and text(config.get("type")) else None


def loading_of(config: dict[str, Any], prop: str) -> Loading:
    """``auto`` is the button itself, the card for its confirmation, nothing for a choice
    (facts: chatkit.md §7)."""
    wanted = choice(config.get("loadingBehavior"), ("none", "self", "container"))
    if wanted:
        return wanted  # type: ignore[return-value]  # the three of them
    if prop in ("confirm", "onSubmitAction"):
        return "container"
    return "none" if prop == "onChangeAction" else "self"


def posted(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The fields of a posted form by their own names; what is no field is left out."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(PREFIX):
            values.setdefault(name.removeprefix(PREFIX), []).append(value)
    return {name: tuple(some) for name, some in values.items()}


def merged(
    payload: Mapping[str, Any],
    values: Mapping[str, Sequence[str]],
    fields: Sequence[WidgetField] = (),
) -> dict[str, Any]:
    """The payload with the values of ``fields`` under their names; dotted names nest.

    A name that the payload holds keeps the payload's value. A checkbox that was not posted is
    false, a text is empty; a number that is none, and a choice that was not offered, are left out.
    """
    whole = dict(payload)
    for field in fields:
        value = _value(field, values.get(field.name))
        if value is not None:
            _put(whole, field.name.split("."), value)
    return whole


def checked_values(form: Form, values: Mapping[str, Sequence[str]]) -> Values:
    """What was answered to an input request, by field; raises ``BadInput`` naming the field."""
    checked: Values = {}
    for field in form.fields:
        given = tuple(value for value in values.get(field.id, ()) if value.strip())
        if not given and field.is_required:
            raise BadInput(f'"{_named(field)}" needs an answer')
        if given:
            checked[field.id] = _checked(field, given)
    return checked


def _goes_along(field: WidgetField, node: Node) -> bool:
    """All fields of the form around; outside of forms a field goes with its own action alone."""
    return field.form == node.form if node.form is not None else field.path == node.path


def _value(field: WidgetField, given: Sequence[str] | None) -> Any:
    if field.kind == "flag":
        return bool(given)
    value = given[-1][:PARAGRAPH_CHARS] if given else ""
    if field.kind == "text":
        return _lines(value)
    if field.kind == "number":
        return _number(value)
    if field.kind == "date":
        # The platform's own picker sends ISO date-times (facts: chatkit.md §7).
        return f"{value}T00:00:00.000Z" if _DAY.fullmatch(value) else None
    return value if value in field.choices else None


def _lines(value: str) -> str:
    """Forms end their lines as mails do."""
    return value.replace("\r\n", "\n")


def _number(value: str) -> int | float | None:
    value = value.strip()
    if not _NUMBER.fullmatch(value) or len(value) > 40:
        return None
    found = float(value)
    if not math.isfinite(found):
        return None
    return int(value) if value.lstrip("+-").isdigit() else found


def _put(whole: dict[str, Any], names: list[str], value: Any) -> None:
    if len(names) > _DEEPEST_NAME or not all(names) or _RESERVED.intersection(names):
        return
    *outer, last = names
    holder = whole
    for name in outer:
        inner = holder.get(name, {})
        if not isinstance(inner, dict):
            return
        holder[name] = dict(inner)  # the payload is the stored tree's own
        holder = holder[name]
    holder.setdefault(last, value)


def _checked(field: Field, given: tuple[str, ...]) -> tuple[str, ...]:
    if field.kind not in ("choices", "files") and len(given) > 1:
        raise BadInput(f'"{_named(field)}" takes one answer, not {len(given)}')
    match field.kind:
        case "choice" | "choices":
            return _chosen(field, given)
        case "number":
            if _number(given[0]) is None:
                raise BadInput(f'"{_named(field)}" takes a number')
            return (given[0].strip(),)
        case "file" | "files":
            if len(given) > MAX_FILES:
                raise BadInput(f'"{_named(field)}" takes at most {MAX_FILES} files')
            return given
        case _:
            return _written(field, given)


def _chosen(field: Field, given: tuple[str, ...]) -> tuple[str, ...]:
    offered = {choice.value for choice in field.choices}
    for value in given:
        if value not in offered:
            raise BadInput(f'"{_named(field)}" does not offer {value[:50]!r}')
    return tuple(dict.fromkeys(given))


def _written(field: Field, given: tuple[str, ...]) -> tuple[str, ...]:
    limit = TEXT_CHARS if field.kind == "text" else PARAGRAPH_CHARS
    written = _lines(given[0])
    if len(written) > limit:
        raise BadInput(f'"{_named(field)}" takes at most {limit} characters')
    return (written,)


def _named(field: Field) -> str:
    return field.label or field.id
