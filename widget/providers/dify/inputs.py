"""The app's input variables: what it asks for, and the values that a site has for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from widget.domain.errors import Misconfigured

_YES = ("true", "1", "yes")


class Variable(Struct, frozen=True):
    """A row of ``user_input_form``; ``kind`` is the platform's (text-input, number, select, …)."""

    name: str
    label: str
    kind: str
    is_required: bool
    default: Any = None


def parse_form(rows: Any) -> tuple[Variable, ...]:
    """Each row is an object with one key, the kind."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        for kind, field in row.items() if isinstance(row, dict) else ():
            if isinstance(field, dict) and isinstance(field.get("variable"), str):
                found.append(_variable(kind, field))
    return tuple(found)


def _variable(kind: str, field: dict[str, Any]) -> Variable:
    name, label = field["variable"], field.get("label")
    return Variable(
        name=name,
        label=label if isinstance(label, str) else name,
        kind=kind,
        is_required=field.get("required") is True,
        default=field.get("default"),
    )


def gather(
    form: Iterable[Variable], own: Mapping[str, Any], facts: Mapping[str, str]
) -> dict[str, Any]:
    """The ``inputs`` of a question: what is known of this visitor and page, else the site's value,
    else the form's. Nothing that the form does not name; raises ``Misconfigured``."""
    values: dict[str, Any] = {}
    for variable in form:
        value = _first(facts.get(variable.name), own.get(variable.name), variable.default)
        if value is not None:
            values[variable.name] = _typed(variable.kind, value)
    if missing := missing_names(form, values):
        raise Misconfigured(missing_words(missing))
    return values


def missing_names(form: Iterable[Variable], values: Mapping[str, Any]) -> list[str]:
    return [v.name for v in form if v.is_required and _first(values.get(v.name)) is None]


def missing_words(names: Iterable[str]) -> str:
    listed = list(names)
    settings = " and ".join(f"provider.inputs.{name}" for name in listed)
    return (
        f"the Dify app requires a value for {', '.join(listed)}: set {settings}, sign it into the "
        "user token, or make it optional in the app"
    )


def fill(text: str, values: Mapping[str, Any]) -> str:
    """An opening statement with its ``{{name}}`` filled in; one without a value leaves nothing."""
    pieces = text.split("{{")
    filled = pieces[:1]
    for piece in pieces[1:]:
        name, closing, rest = piece.partition("}}")
        filled.append(str(values.get(name.strip(), "")) + rest if closing else "{{" + piece)
    return "".join(filled)


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "")), None)


def _typed(kind: str, value: Any) -> Any:
    """What is known is text; the platform is strict about numbers and boxes."""
    if not isinstance(value, str):
        return value
    if kind == "checkbox":
        return value.lower() in _YES
    if kind != "number":
        return value
    try:
        return float(value) if "." in value or "e" in value.lower() else int(value)
    except ValueError:
        return value
