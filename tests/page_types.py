"""Writes packages/types/chatdock.d.ts from what the code declares.

Run as ``python -m tests.page_types``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.page_api import CALLS, EVENTS, REFUSALS, Call
from widget.domain.options import PAGE_ONLY, options_schema

TYPES = Path(__file__).parents[1] / "packages/types/chatdock.d.ts"
OF_A_PAGE = ("ui", "userInfo")

HEAD = """\
// The page API: window.chatdock. Made from the code by scripts/fix; do not edit by hand.

"""

CALLING = """
/** The site that is meant, where a page has several; else the first. */
export interface Site {
  site?: string;
}

export interface SendOptions extends Site {
  /** false: the chat stays as it is. */
  open?: boolean;
  /** Begins a conversation of its own. */
  newConversation?: boolean;
}

export interface Sent {
  /** Its id, the one that webhooks tell. */
  message: string;
}

/** What your server signed for the visitor; null: nobody is signed in. */
export type UserToken = string | null;

"""

REFUSAL_HEAD = """\
/**
 * Why a question came to nothing: `code` is one of these, or one of the server's, such as
 * `run_active` or `rate_limited`.
 *
"""

REFUSAL = """\
 */
export interface Refusal extends Error {{
  code: {known} | (string & {{}});
}}

"""

TAIL = """
declare global {
  interface Window {
    chatdock: Chatdock;
  }
  var chatdock: Chatdock;
}
"""


def types() -> str:
    """The whole file."""
    return "".join(
        [HEAD, *_options(), CALLING, *_refusal(), *_events(), *_handler(), *_calls(), TAIL]
    )


def _refusal() -> list[str]:
    rows = [f" * - `{code}`: {why}\n" for code, why in REFUSALS.items()]
    known = " | ".join(json.dumps(code) for code in REFUSALS)
    return [REFUSAL_HEAD, *rows, REFUSAL.format(known=known)]


def _events() -> list[str]:
    rows = [f'  /** {one.help} */\n  "{one.name}": {one.detail};\n' for one in EVENTS]
    return ["export interface Events {\n", *rows, "}\n\n"]


def _handler() -> list[str]:
    return [
        "export type Handler<Name extends keyof Events> = (detail: Events[Name]) => unknown;\n\n",
    ]


def _calls() -> list[str]:
    return ["export interface Chatdock {\n", *(_call(one) for one in CALLS), "}\n"]


def _call(one: Call) -> str:
    generic = "<Name extends keyof Events>" if "Name" in one.takes else ""
    site = "" if "SendOptions" in one.takes else "site?: Site"
    given = ", ".join(part for part in (f'call: "{one.name}"', one.takes, site) if part)
    return f"  /** {one.help} */\n  {generic}({given}): Promise<{one.gives}>;\n"


def _options() -> Iterator[str]:
    schema = options_schema()
    yield "/** Every part may be left out; what is set stays until it is set again. */\n"
    yield "export interface Options {\n"
    fields = _resolved(schema, schema)["properties"]
    for name in OF_A_PAGE:
        yield from _field(schema, name, fields[name], depth=1, path=name)
    yield "}\n"


def _field(
    schema: dict[str, Any], name: str, node: dict[str, Any], *, depth: int, path: str
) -> Iterator[str]:
    target = _resolved(schema, node)
    indent = "  " * depth
    if "properties" not in target:
        if help_ := node.get("description", target.get("description")):
            yield f"{indent}/** {help_} */\n"
        extra = " | Element" if path == "ui.chatBot.el" else ""
        yield f"{indent}{name}?: {_type(schema, target)}{extra};\n"
        return
    yield f"{indent}{name}?: {{\n"
    for below, child in target["properties"].items():
        yield from _field(schema, below, child, depth=depth + 1, path=f"{path}.{below}")
    for one in PAGE_ONLY:
        if one.path.rpartition(".")[0] == path:
            leaf = one.path.rpartition(".")[2]
            yield f"{indent}  /** {one.help} */\n{indent}  {leaf}?: {one.type};\n"
    yield f"{indent}}};\n"


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: dict[str, Any] = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return found


def _type(schema: dict[str, Any], node: dict[str, Any]) -> str:
    node = _resolved(schema, node)
    if "enum" in node:
        return " | ".join(json.dumps(one) for one in node["enum"])
    match node.get("type"):
        case "array":
            inner = _type(schema, node["items"])
            return f"Array<{inner}>"
        case "object" if "properties" in node:
            required = node.get("required", ())
            fields = [
                f"{name}{'' if name in required else '?'}: {_type(schema, below)}"
                for name, below in node["properties"].items()
            ]
            return "{ " + "; ".join(fields) + " }"
        case "object":
            return f"Record<string, {_type(schema, node['additionalProperties'])}>"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case _:
            return "string"


if __name__ == "__main__":
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    TYPES.write_text(types())
