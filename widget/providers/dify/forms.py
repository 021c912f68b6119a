"""Forms by which a flow asks a person: shown as an input request, answered with the token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from widget.domain.errors import BadInput
from widget.domain.inputs import Action, Choice, Field, FieldKind, Form, FormAnswered
from widget.providers.dify.payload import text_of
from widget.providers.dify.place import AskedForm

_PLACE = re.compile(r"\{\{#\$output\.[^#{}]+#\}\}")
_KINDS: dict[Any, FieldKind] = {
    "paragraph": "paragraph",
    "select": "choice",
    "file": "file",
    "file-list": "files",
}
_PRIMARY = ("primary", "accent")
FileRow = Callable[[str], dict[str, str]]


def form_of(data: Mapping[str, Any]) -> Form:
    """The form of a ``human_input_required`` event. Its text has places for the fields, which stand
    below it here."""
    defaults = data.get("resolved_default_values")
    resolved = defaults if isinstance(defaults, dict) else {}
    return Form(
        title=text_of(data.get("node_title")),
        text=_PLACE.sub("", text_of(data.get("form_content"))).strip(),
        fields=tuple(_field(row, resolved) for row in _fields(data)),
        actions=tuple(_actions(data)),
    )


def asked_form(data: Mapping[str, Any], token: str) -> AskedForm:
    """What must be known of the form when its answer comes."""
    rows = _fields(data)
    return AskedForm(
        token,
        file=tuple(_name(row) for row in rows if row.get("type") == "file"),
        files=tuple(_name(row) for row in rows if row.get("type") == "file-list"),
    )


def answer_of(reply: FormAnswered, asked: AskedForm, file_row: FileRow) -> dict[str, Any]:
    """What the platform takes; ``file_row`` makes its reference of a file of ours."""
    if reply.is_skipped or not reply.action:
        raise BadInput("a form of this platform is answered by one of its buttons")
    inputs: dict[str, Any] = {}
    for name, values in reply.values.items():
        if name in asked.files:
            inputs[name] = [file_row(value) for value in values]
        elif name in asked.file:
            inputs[name] = file_row(values[0]) if values else None
        else:
            inputs[name] = values[0] if values else ""
    return {"inputs": inputs, "action": reply.action}


def _field(row: dict[str, Any], resolved: Mapping[str, Any]) -> Field:
    name = _name(row)
    kind = _KINDS.get(row.get("type"), "text")
    choices = tuple(_choices(row)) if kind == "choice" else ()
    default = () if kind in ("file", "files") else _default(row, resolved)
    return Field(name, name, kind, choices, default=default)


def _default(row: dict[str, Any], resolved: Mapping[str, Any]) -> tuple[str, ...]:
    """What the flow worked out, else the constant that stands in the form."""
    own = row.get("default")
    constant = own.get("value") if isinstance(own, dict) else own
    value = resolved.get(_name(row)) or constant
    return (str(value),) if isinstance(value, str | int | float) and value != "" else ()


def _choices(row: dict[str, Any]) -> list[Choice]:
    source = row.get("option_source")
    options = source.get("value") if isinstance(source, dict) else row.get("options")
    found = []
    for option in options if isinstance(options, list) else ():
        value = option.get("value") if isinstance(option, dict) else option
        label = option.get("label") if isinstance(option, dict) else option
        if isinstance(value, str) and value:
            found.append(Choice(value, text_of(label) or value))
    return found


def _actions(data: Mapping[str, Any]) -> list[Action]:
    found = []
    for row in _rows(data.get("actions")):
        if id_ := text_of(row.get("id")):
            style: Literal["primary", "secondary"] = (
                "primary" if row.get("button_style") in _PRIMARY else "secondary"
            )
            found.append(Action(id_, text_of(row.get("title")) or id_, style))
    return found


def _fields(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for row in _rows(data.get("inputs")) if _name(row)]


def _name(row: dict[str, Any]) -> str:
    return text_of(row.get("output_variable_name"))


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
