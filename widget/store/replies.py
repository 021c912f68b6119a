"""A visitor's reply as JSON: one of three shapes, each under its own name."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from widget.domain.inputs import ActionTaken, FormAnswered, Reply, ToolAnswered


class _Stored(Struct, frozen=True, omit_defaults=True):
    form: FormAnswered | None = None
    action: ActionTaken | None = None
    tools: tuple[ToolAnswered, ...] | None = None


_decoder = msgspec.json.Decoder(_Stored)


def encoded(reply: Reply | None) -> str:
    """Empty for none."""
    match reply:
        case None:
            return ""
        case FormAnswered():
            stored = _Stored(form=reply)
        case ActionTaken():
            stored = _Stored(action=reply)
        case _:
            stored = _Stored(tools=reply)
    return msgspec.json.encode(stored).decode()


def decoded(text: str) -> Reply | None:
    if not text:
        return None
    stored = _decoder.decode(text)
    return stored.form or stored.action or stored.tools
