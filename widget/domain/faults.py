"""Turning plain values into a model, and what was wrong with them into a sentence.

msgspec says ``Object contains unknown field `acent` - at `$.ui.theme```; an owner reads
``ui.theme.acent: is unknown; did you mean accent?``. No value is ever repeated: it may be a secret.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import inspect

from widget.domain.errors import BadInput

Model = TypeVar("Model")

WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


def parse(tree: object, model: type[Model], *, at: str = "") -> Model:
    """``tree`` as a ``model``; raises ``BadInput`` that names the path (below ``at``) and rule."""
    try:
        return msgspec.convert(tree, model)
    except msgspec.ValidationError as error:
        raise BadInput(explain(str(error), model, at=at)) from None


def explain(message: str, model: type, *, at: str = "") -> str:
    """msgspec's message in an owner's words."""
    text, _, place = message.partition(" - at ")
    is_key = place.startswith("`key` in ")
    path = place.removeprefix("`key` in ").strip("`").removeprefix("$")
    node = _node(model, path)
    if named := re.search(r"(unknown|required) field `([^`]+)`", text):
        whole = join(at, f"{path}.{named[2]}")
        if named[1] == "required":
            return f"{whole}: is missing"
        return f"{whole}: is unknown{suggestion(named[2], _names(node))}"
    return f"{join(at, path)}: {'a name in it ' * is_key}{_fault(text, _keys(node, is_key))}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(names)}"


def join(at: str, path: str) -> str:
    return f"{at}.{path.lstrip('.')}".strip(".")


def _fault(text: str, node: inspect.Type | None) -> str:
    wanted = _extra(node).get("wanted")
    if wanted and "regex" in text:
        return f"must be {wanted}"
    core = _core(node)
    if text.startswith("Invalid enum value") and isinstance(core, inspect.LiteralType):
        return f"must be one of {', '.join(repr(value) for value in core.values)}"
    plain = re.sub(r"`([^`]+)`", _in_words, text)
    return plain.replace("Expected", "must be", 1).replace(", got", ", not")


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(WORDS.get(name, name) for name in types[1].split(" | "))


def _node(model: type, path: str) -> inspect.Type | None:
    """The declared type at ``path``, such as ``.ui.footer.linkvars[...].link``."""
    node: inspect.Type | None = _type_info(model)
    for name in re.findall(r"\.(\w+)|\[[^\[\]]*\]", path):
        node = _below(_core(node), name)
    return node


@functools.cache
def _type_info(model: type) -> inspect.Type:
    """Kept, since it takes milliseconds and pages may be wrong in many places."""
    return inspect.type_info(model)


def _below(node: inspect.Type | None, name: str) -> inspect.Type | None:
    match node:
        case inspect.StructType(fields=fields):
            return next((field.type for field in fields if field.encode_name == name), None)
        case inspect.VarTupleType(item_type=below) | inspect.ListType(item_type=below):
            return below
        case inspect.DictType(value_type=below):
            return below
        case _:
            return None


def _keys(node: inspect.Type | None, is_key: bool) -> inspect.Type | None:
    core = _core(node)
    return core.key_type if is_key and isinstance(core, inspect.DictType) else node


def _core(node: inspect.Type | None) -> inspect.Type | None:
    while isinstance(node, inspect.Metadata):
        node = node.type
    return node


def _extra(node: inspect.Type | None) -> dict[str, str]:
    return (node.extra or {}) if isinstance(node, inspect.Metadata) else {}


def _names(node: inspect.Type | None) -> list[str]:
    core = _core(node)
    return [one.encode_name for one in core.fields] if isinstance(core, inspect.StructType) else []
