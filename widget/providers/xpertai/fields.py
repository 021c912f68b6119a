"""Arguments of XpertAI's tools as fields of a form, and what comes back as arguments."""

from __future__ import annotations

from typing import Any

import msgspec

from widget.domain.inputs import Choice, Field, FieldKind
from widget.providers.xpertai.words import Words

CHOICES = 20
SHOWN_CHARS = 300
_NUMBERS = frozenset({"number", "integer", "float"})


def kind_of(about: dict[str, Any], value: Any) -> str:
    """The JSON type of an argument: as its schema has it, else as its value is."""
    kind = about.get("type")
    if isinstance(kind, str) and kind:
        return kind
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"


def argument_field(
    id_: str,
    label: str,
    about: dict[str, Any],
    value: Any,
    words: Words,
    *,
    is_required: bool = False,
    hint: str = "",
) -> Field:
    kind = kind_of(about, value)
    choices = _choices(kind, about.get("enum"), words)
    shown: FieldKind = "choice" if choices else "number" if kind in _NUMBERS else "text"
    default = () if value is None else (written(value),)
    return Field(id_, label, shown, choices, is_required, default, hint)


def is_editable(value: Any) -> bool:
    """What is a list or an object stays as it is: no field could hold it."""
    return not isinstance(value, list | dict)


def edited(
    args: dict[str, Any], kinds: dict[str, str], given: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    """The arguments with what a person wrote, each in its own type; ``given`` by the names that
    ``kinds`` has."""
    changed = dict(args)
    for name, values in given.items():
        text = values[0] if values else ""
        if text == "" and not args.get(name):
            continue  # an optional one that was left alone
        changed[name] = _typed(text, kinds[name])
    return changed


def _typed(text: str, kind: str) -> Any:
    """As JSON has it; a text that is none of its kind goes as text, for the platform to refuse."""
    if kind == "boolean" or kind in _NUMBERS:
        try:
            value = msgspec.json.decode(text.strip() or "null")
        except (msgspec.DecodeError, RecursionError):
            return text
        return text if isinstance(value, str | list | dict) else value
    return text


def written(value: Any) -> str:
    """A value as a field holds it."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def listed(args: dict[str, Any]) -> str:
    """Arguments for a person's eyes, as code, so that nothing in them is taken for Markdown."""
    shown = ((name, written(value)[:SHOWN_CHARS]) for name, value in args.items())
    return "\n".join(f"- {_code(name)}: {_code(value)}" for name, value in shown)


def dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def dict_in(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _choices(kind: str, options: Any, words: Words) -> tuple[Choice, ...]:
    if kind == "boolean":
        return (Choice("true", words.yes), Choice("false", words.no))
    offered = options if isinstance(options, list) else []
    return tuple(Choice(written(one), written(one)) for one in offered[:CHOICES])


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
