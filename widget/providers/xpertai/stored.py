"""The end of an XpertAI run that cannot be streamed any more: its message, read from the thread."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from widget.domain.errors import UpstreamInterrupted, UpstreamRejected
from widget.domain.events import RunCompleted, RunEvent, TextDelta, TextReplaced, TitleChanged
from widget.providers.xpertai.api import Api
from widget.providers.xpertai.events import CANCELLED, Reader
from widget.providers.xpertai.text import flatten, parts_of

UNFINISHED = frozenset({"thinking", "reasoning", "answering"})
FAILED = frozenset({"error", "timeout"})


class StoredAnswer:
    """What is missing of one answer; ``state`` is that of its run, which is over."""

    def __init__(self, api: Api, visitor: str, reader: Reader, state: str) -> None:
        self._api = api
        self._visitor = visitor
        self._reader = reader
        self._state = state

    def events(self, pauses_s: Sequence[float]) -> Iterator[RunEvent]:
        thread = find_conversation(self._api, self._visitor, self._reader.thread)
        conversation = self._reader.conversation or thread.id
        message = self._finished(conversation, pauses_s) if conversation else None
        if message is None:
            raise UpstreamInterrupted("the run is over, and its message is not to be found")
        yield from self._missing(message.get("content"))
        if thread.title:
            yield TitleChanged(thread.title)
        yield from self._end(message)

    def _finished(self, conversation: str, pauses_s: Sequence[float]) -> dict[str, Any] | None:
        """The row may be written a moment after the state of a run that went well."""
        message = self._find(conversation)
        for pause_s in pauses_s:
            if not self._is_unfinished(message):
                break
            time.sleep(pause_s)
            message = self._find(conversation)
        return message

    def _is_unfinished(self, message: dict[str, Any] | None) -> bool:
        is_failed = self._state in FAILED
        return message is not None and message.get("status") in UNFINISHED and not is_failed

    def _find(self, conversation: str) -> dict[str, Any] | None:
        found = self._api.call(
            self._visitor,
            "POST",
            f"/conversations/{conversation}/messages/search",
            {"where": {"role": "ai"}, "order": {"createdAt": "DESC"}, "limit": 20},
        )
        items = found.get("items") if isinstance(found, dict) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and item.get("executionId") == self._reader.run:
                return item
        return None

    def _missing(self, content: Any) -> Iterator[RunEvent]:
        for part in content if isinstance(content, list) else []:
            yield from self._reader.read_stored(part)
        whole, shown = flatten(parts_of(content)), self._reader.shown_text()
        if shown is not None and whole.startswith(shown):
            if whole != shown:
                yield TextDelta(whole[len(shown) :])
        elif whole:
            yield TextReplaced(whole)

    def _end(self, message: dict[str, Any]) -> Iterator[RunEvent]:
        if message.get("status") == "aborted":
            raise UpstreamInterrupted(CANCELLED)
        if self._is_unfinished(message):
            raise UpstreamInterrupted("the run is over, but its message was never finished")
        if self._state in FAILED or message.get("status") == "error" or message.get("error"):
            self._reader.note_trouble(message.get("error") or "the run failed", "message")
        if self._reader.trouble:
            raise self._reader.trouble
        own = message.get("id")
        yield RunCompleted(upstream_message=own if isinstance(own, str) else self._reader.message)


class Conversation(Struct, frozen=True):
    """What the platform calls a conversation: the row behind a thread, under an id of its own."""

    id: str | None = None
    title: str = ""


def find_conversation(api: Api, visitor: str, thread: str) -> Conversation:
    """Asked by the thread; where that fails (500 in some builds), found by search."""
    try:
        found = api.call(visitor, "GET", f"/threads/{thread}")
        row = found.get("metadata") if isinstance(found, dict) else None
    except UpstreamRejected as error:
        if error.status not in (404, 500):
            raise
        asked = {"where": {"threadId": thread}, "limit": 1}
        found = api.call(visitor, "POST", "/conversations/search", asked)
        row = next(iter(found.get("items") or []), None) if isinstance(found, dict) else None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return Conversation()
    return Conversation(row["id"], row["title"] if isinstance(row.get("title"), str) else "")
