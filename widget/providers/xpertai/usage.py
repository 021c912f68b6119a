"""Tokens spent, in every spelling that XpertAI has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from widget.domain.events import Usage

_INPUT = ("inputTokens", "input_tokens", "promptTokens", "prompt_tokens")
_OUTPUT = ("outputTokens", "output_tokens", "completionTokens", "completion_tokens")
_TOTAL = ("totalTokens", "total_tokens", "tokens")


def usage_of(data: Mapping[str, Any]) -> Usage | None:
    """None where nothing is counted."""
    usage = Usage(_count(data, _INPUT), _count(data, _OUTPUT), _count(data, _TOTAL))
    return usage if usage != Usage() else None


def _count(data: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None
