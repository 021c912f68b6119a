"""What a host is sent: system prompt, as much of the conversation as fits, the question."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from widget.providers.base import Attachment, Turn
from widget.providers.openai.files import data_url, is_image
from widget.providers.openai.settings import OpenAISettings
from widget.providers.openai.thread import Row, Thread

_Fields = dict[str, Any]


class Request(ABC):
    """The body of one run, made shorter or plainer when the host asks for that."""

    def __init__(self, settings: OpenAISettings, turn: Turn, *, asks_usage: bool) -> None:
        self._settings = settings
        self._turn = turn
        self._thread = Thread(settings, turn)
        self.asks_usage = asks_usage
        self.has_files = False

    @abstractmethod
    def body(self) -> _Fields: ...

    def shorten(self) -> bool:
        """False when there is nothing left to leave out."""
        return self._thread.shorten()

    def drop_earlier_files(self) -> bool:
        """False when none had been sent along."""
        return self._thread.drop_earlier_files()

    def forget_previous(self) -> bool:
        """Sends the conversation from now on; False when that was done anyway."""
        return False

    def _system(self) -> list[_Fields]:
        system = self._settings.system_prompt.strip()
        return [{"role": "system", "content": system}] if system else []

    def _rows(self, history: Any) -> list[Row]:
        rows = self._thread.rows(history)
        self.has_files = any(row.files for row in rows)
        return rows

    def _with_extra(self, fields: _Fields) -> _Fields:
        """With the owner's own fields; null takes one out."""
        whole = {**fields, **self._settings.extra_body}
        return {name: value for name, value in whole.items() if value is not None}


class ChatRequest(Request):
    """Chat completions: the host keeps nothing, so the conversation travels with every question."""

    def body(self) -> _Fields:
        settings = self._settings
        return self._with_extra(
            {
                "model": settings.model,
                "messages": self._messages(),
                "stream": True,
                "stream_options": {"include_usage": True} if self.asks_usage else None,
                "temperature": settings.temperature,
                "max_tokens": settings.max_tokens,
            }
        )

    def _messages(self) -> list[_Fields]:
        rows = self._rows(self._turn.history)
        return self._system() + [{"role": row.role, "content": _chat_content(row)} for row in rows]


class ResponsesRequest(Request):
    """The Responses API: as above, or going on from the last response that the host kept.

    The system prompt is a message of the input, not ``instructions``: Model Studio ignores that
    field and xAI refuses it, while every host takes the message.
    """

    def __init__(self, settings: OpenAISettings, turn: Turn, *, asks_usage: bool) -> None:
        super().__init__(settings, turn, asks_usage=asks_usage)
        self._previous: str | None = None
        self._unsent = turn.history
        if settings.history == "kept":
            self._find_previous()

    def body(self) -> _Fields:
        settings = self._settings
        return self._with_extra(
            {
                "model": settings.model,
                "input": self._input(),
                "previous_response_id": self._previous,
                "stream": True,
                "temperature": settings.temperature,
                "max_output_tokens": settings.max_tokens,
            }
        )

    def _input(self) -> list[_Fields]:
        # A conversation that the host keeps has it from its beginning.
        first = [] if self._previous else self._system()
        rows = self._rows(self._unsent)
        return first + [{"role": row.role, "content": _input_content(row)} for row in rows]

    def forget_previous(self) -> bool:
        had_previous = self._previous is not None
        self._previous, self._unsent = None, self._turn.history
        return had_previous

    def _find_previous(self) -> None:
        """The last answer of this thread that the host gave a name; what came after it (a question
        whose answer failed) is sent. A retry or an edit so goes on from before what it replaces."""
        for position in reversed(range(len(self._turn.history))):
            message = self._turn.history[position]
            if message.role == "assistant" and message.upstream_message:
                self._previous = message.upstream_message
                self._unsent = self._turn.history[position + 1 :]
                return


def _chat_content(row: Row) -> str | list[_Fields]:
    """Plain text where there is nothing else: some hosts know no parts."""
    if not row.files:
        return row.text
    text = [{"type": "text", "text": row.text}] if row.text else []
    return [*(_chat_part(file) for file in row.files), *text]


def _chat_part(file: Attachment) -> _Fields:
    if is_image(file):
        return {"type": "image_url", "image_url": {"url": data_url(file)}}
    return {"type": "file", "file": {"filename": file.name, "file_data": data_url(file)}}


def _input_content(row: Row) -> str | list[_Fields]:
    if not row.files:
        return row.text
    text = [{"type": "input_text", "text": row.text}] if row.text else []
    return [*(_input_part(file) for file in row.files), *text]


def _input_part(file: Attachment) -> _Fields:
    if is_image(file):
        return {"type": "input_image", "image_url": data_url(file), "detail": "auto"}
    return {"type": "input_file", "filename": file.name, "file_data": data_url(file)}
