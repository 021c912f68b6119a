"""The tree as data: for the reference page, the JSON Schema, the types and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from widget.domain.options.fields import CHINESE
from widget.domain.options.tree import Options


class Declared(Struct, frozen=True):
    """One leaf of the tree: its path as owners write it (``ui.theme.accent``), default, and help in
    English and Chinese."""

    path: str
    default: Any
    help: str
    help_zh: str
    schema: dict[str, Any]


def declared_options() -> tuple[Declared, ...]:
    """Every option there is, in the order of declaration: for the reference page and the tests."""
    schema = options_schema()
    return tuple(_leaves(schema, schema, ""))


def options_schema() -> dict[str, Any]:
    """The tree as JSON Schema with help texts: what ``/schema/options.json`` answers."""
    (reference,), parts = msgspec.json.schema_components((Options,), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chatdock options",
        **reference,
        "$defs": parts,
    }


def _leaves(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[Declared]:
    target = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if "properties" not in target:
        english, chinese = target.get("description", ""), target.get(CHINESE, "")
        yield Declared(path, target.get("default"), english, chinese, target)
        return
    for name, below in target["properties"].items():
        yield from _leaves(schema, below, f"{path}.{name}".strip("."))
