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


class PageOnly(Struct, frozen=True):
    """An option that is a function of the page's: it can be set there alone and never leaves it.
    ``type`` is TypeScript's."""

    path: str
    type: str
    help: str
    help_zh: str


# Names and meaning are Coze's.
PAGE_ONLY = (
    PageOnly(
        "ui.chatBot.onBeforeShow",
        "() => unknown",
        "Called before the chat opens, and waited for; false keeps it closed.",
        "打开聊天前调用，并等待其结果；返回 false 则不打开。",
    ),
    PageOnly(
        "ui.chatBot.onShow",
        "() => unknown",
        "Called when the chat has opened.",
        "聊天打开后调用。",
    ),
    PageOnly(
        "ui.chatBot.onBeforeHide",
        "() => unknown",
        "Called before the chat closes, and waited for; false keeps it open.",
        "关闭聊天前调用，并等待其结果；返回 false 则不关闭。",
    ),
    PageOnly(
        "ui.chatBot.onHide",
        "() => unknown",
        "Called when the chat has closed.",
        "聊天关闭后调用。",
    ),
)


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
