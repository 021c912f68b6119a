"""What a chat-completions host is sent: system prompt, as much history as fits, the question.

The host keeps nothing, so the conversation travels with every question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from widget.domain.conversations import Message, TextPart
from widget.providers.base import Turn
from widget.providers.openai.settings import OpenAISettings

_ROLES = {"visitor": "user", "assistant": "assistant"}
_Row = dict[str, str]


class Request:
    """The body of one run, made shorter or plainer when the host asks for that."""

    def __init__(self, settings: OpenAISettings, turn: Turn, *, asks_usage: bool) -> None:
        self._settings = settings
        self._turn = turn
        self._budget = settings.history_chars
        self.asks_usage = asks_usage

    def body(self) -> dict[str, Any]:
        settings = self._settings
        fields: dict[str, Any] = {
            "model": settings.model,
            "messages": self._messages(),
            "stream": True,
            "stream_options": {"include_usage": True} if self.asks_usage else None,
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            **settings.extra_body,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def shorten(self) -> bool:
        """Halves the history; False when there is none left to leave out."""
        size = sum(len(row["content"]) for row in self._history())
        self._budget = size // 2
        return size > 0

    def _messages(self) -> list[_Row]:
        system = self._settings.system_prompt.strip()
        first = [{"role": "system", "content": system}] if system else []
        question = {"role": "user", "content": self._turn.text}
        return first + _alternating([*self._history(), question])

    def _history(self) -> list[_Row]:
        """The newest whole messages within both limits, beginning with a question."""
        rows: list[_Row] = []
        chars = turns = 0
        for message in reversed(self._turn.history):
            row = _row(message)
            chars += len(row["content"])
            turns += row["role"] == "user"
            if chars > self._budget or turns > self._settings.history_turns:
                break
            if row["content"]:
                rows.insert(0, row)
        while rows and rows[0]["role"] != "user":
            rows.pop(0)
        return rows


def _row(message: Message) -> _Row:
    """Text alone: thinking in the history makes some hosts refuse it."""
    texts = [part.text for part in message.parts if isinstance(part, TextPart)]
    return {"role": _ROLES[message.role], "content": "\n\n".join(texts).strip()}


def _alternating(rows: Iterable[_Row]) -> list[_Row]:
    """Joins neighbours of one role (a question that got no answer): some models insist on turns."""
    joined: list[_Row] = []
    for row in rows:
        if joined and joined[-1]["role"] == row["role"]:
            joined[-1] = {**row, "content": f"{joined[-1]['content']}\n\n{row['content']}"}
        else:
            joined.append(row)
    return joined
