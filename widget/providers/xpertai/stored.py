"""The end of an XpertAI run that cannot be streamed any more: its message, read from the thread."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamRejected
from widget.domain.events import RunCompleted, RunEvent, TextDelta, TextReplaced, TitleChanged
from widget.providers.paths import segment
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
        messages = self._finished(conversation, pauses_s) if conversation else []
        if not messages:
            raise UpstreamInterrupted("the run is over, and its message is not to be found")
        yield from self._missing([message.get("content") for message in messages])
        if thread.title:
            yield TitleChanged(thread.title)
        yield from self._waiting(conversation, messages[-1])
        yield from self._end(messages[-1])

    def _finished(self, conversation: str, pauses_s: Sequence[float]) -> list[dict[str, Any]]:
        """The row may be written a moment after the state of a run that went well."""
        messages = self._find(conversation)
        for pause_s in pauses_s:
            if not messages or not self._is_unfinished(messages[-1]):
                break
            time.sleep(pause_s)
            messages = self._find(conversation)
        return messages

    def _is_unfinished(self, message: dict[str, Any]) -> bool:
        return message.get("status") in UNFINISHED and self._state not in FAILED

    def _find(self, conversation: str) -> list[dict[str, Any]]:
        """The messages of this answer, oldest first: a run that took up what was said meanwhile
        has two, and a message that waited has a run of its own."""
        found = self._api.call(
            self._visitor,
            "POST",
            f"/conversations/{segment(conversation)}/messages/search",
            {"where": {"role": "ai"}, "order": {"createdAt": "DESC"}, "limit": 20},
        )
        items = found.get("items") if isinstance(found, dict) else None
        rows = [item for item in items or [] if isinstance(item, dict)]
        return [row for row in reversed(rows) if row.get("executionId") in self._reader.runs]

    def _missing(self, contents: list[Any]) -> Iterator[RunEvent]:
        for content in contents:
            for part in content if isinstance(content, list) else []:
                yield from self._reader.read_stored(part)
        whole = "\n\n".join(filter(None, (flatten(parts_of(one)) for one in contents)))
        if self._reader.skip:
            whole = whole[self._reader.skip :].lstrip("\n")
        shown = self._reader.shown_text()
        if shown is not None and whole.startswith(shown):
            if whole != shown:
                yield TextDelta(whole[len(shown) :])
        elif whole:
            yield TextReplaced(whole)

    def _waiting(self, conversation: str | None, message: dict[str, Any]) -> Iterator[RunEvent]:
        """What an interrupted run asked while nobody listened."""
        if self._state != "interrupted" or message.get("status") == "aborted":
            return
        if operation := pending_operation(self._api, self._visitor, conversation):
            yield from self._reader.read_waiting(operation)

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
        reason: Literal["tool", "stop"] = "tool" if self._reader.awaits_answer else "stop"
        yield RunCompleted(reason, own if isinstance(own, str) else self._reader.message)


class Conversation(Struct, frozen=True):
    """What the platform calls a conversation: the row behind a thread, under an id of its own."""

    id: str | None = None
    title: str = ""


def find_conversation(api: Api, visitor: str, thread: str) -> Conversation:
    """Asked by the thread; where that fails (500 in some builds), found by search."""
    try:
        found = api.call(visitor, "GET", f"/threads/{segment(thread)}")
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


def pending_operation(api: Api, visitor: str, conversation: str | None) -> dict[str, Any]:
    """What the conversation's interrupted run waits for; empty when it waits for nothing."""
    if not conversation:
        return {}
    found = api.call(visitor, "GET", f"/conversations/{segment(conversation)}")
    operation = found.get("operation") if isinstance(found, dict) else None
    return operation if isinstance(operation, dict) else {}


def chars_of(api: Api, visitor: str, conversation: str | None, message: str) -> int:
    """How much text a message holds; 0 where that cannot be told."""
    if not conversation:
        return 0
    asked = {"where": {"id": message}, "limit": 1}
    try:
        found = api.call(
            visitor, "POST", f"/conversations/{segment(conversation)}/messages/search", asked
        )
    except UpstreamError:
        return 0
    items = found.get("items") if isinstance(found, dict) else None
    rows = [item for item in items or [] if isinstance(item, dict) and item.get("id") == message]
    return len(flatten(parts_of(rows[0].get("content")))) if rows else 0
