"""What a step did, for the owner alone: inputs, outputs, errors, code."""

from __future__ import annotations

from typing import Any

import msgspec

from widget.providers.xpertai.failures import without_keys

DETAIL_CHARS = 4_000
_NAMED = ("input", "code", "output", "error")
# What the platform remembers of people stays there.
_PRIVATE = frozenset({"memory"})


def detail_of(data: dict[str, Any], key: str) -> str:
    if data.get("type") in _PRIVATE:
        return ""
    told = [data["message"]] if isinstance(data.get("message"), str) else []
    inner = data.get("data")
    program = inner if data.get("type") == "program" and isinstance(inner, dict) else {}
    for name in _NAMED:
        value = data.get(name) or program.get(name)
        if value:
            told.append(f"{name}: {_text(value)}")
    return without_keys("\n".join(told), key)[:DETAIL_CHARS]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
