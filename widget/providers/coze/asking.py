"""One turn at Coze, over as many tries as it takes.

A run goes on at the platform when its stream is lost, so a lost answer is fetched from there; only
what never began is asked again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from widget.domain.errors import (
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
)
from widget.domain.events import Notice, RunCompleted, RunEvent, RunStarted
from widget.providers.base import Turn
from widget.providers.bodies import stream_bytes
from widget.providers.coze.api import AT_ONCE, Api, Ask
from widget.providers.coze.events import Reader
from widget.providers.coze.failures import DECLINED, NOT_CANCELLABLE, code_of
from widget.providers.coze.leftovers import Leftovers
from widget.providers.coze.mending import Mending
from widget.providers.coze.pace import Pace
from widget.providers.coze.parsing import as_object
from widget.providers.coze.request import Request
from widget.providers.coze.settings import CozeSettings
from widget.providers.coze.stored import StoredRun
from widget.providers.coze.texts import texts
from widget.providers.coze.unfinished import Unfinished
from widget.providers.deltas import merged
from widget.providers.sse import batches


class Asking:
    """``unfinished`` is the provider's own, shared by all its turns."""

    def __init__(
        self, api: Api, settings: CozeSettings, turn: Turn, pace: Pace, unfinished: Unfinished
    ) -> None:
        self._api = api
        self._settings = settings
        self._turn = turn
        self._pace = pace
        self._unfinished = unfinished
        self._texts = texts(turn.locale)
        self._request = Request(settings, turn, api.streaming)
        self._mending = Mending(
            self._request,
            pace,
            end_other_run=self._end_other_run,
            renew_token=api.renewal(turn.visitor),
        )

    def events(self) -> Iterator[RunEvent]:
        has_spoken = False
        while True:
            try:
                for event in self._attempt():
                    has_spoken = has_spoken or not isinstance(event, RunStarted)
                    yield event
                return
            except UpstreamError as error:
                if code_of(error) == DECLINED:
                    yield Notice("info", self._texts.declined)
                    yield RunCompleted()
                    return
                if has_spoken or not self._mending.mend(error):
                    raise

    def _attempt(self) -> Iterator[RunEvent]:
        if self._request.needs_conversation:
            self._request.conversation = self._new_conversation()
        reader = Reader(self._texts, key=self._api.key)
        if self._request.conversation:
            reader.conversation = self._request.conversation
            yield RunStarted(self._request.conversation)
        try:
            yield from merged(self._read(reader))
        except (UpstreamInterrupted, UpstreamTimeout) as lost:
            yield from self._recover(reader, lost)

    def _new_conversation(self) -> str:
        made = as_object(self._api.call(self._turn.visitor, self._request.creation()))
        id_ = made.get("id")
        if not isinstance(id_, str | int) or not id_:
            raise UpstreamProtocolError("POST /v1/conversation/create named no id")
        return str(id_)

    def _read(self, reader: Reader) -> Iterator[list[RunEvent]]:
        with self._api.stream(self._turn.visitor, self._request.ask()) as response:
            reader.log_id = response.headers.get("X-Tt-Logid")
            body = stream_bytes(response)
            left = Leftovers(body)
            for records in batches(left):
                events = reader.read(records)
                self._note(reader)
                yield events
                if reader.ending:
                    body.drain()
                    break
            else:
                self._note_leftovers(reader, left)
        yield from self._finished(reader)

    def _finished(self, reader: Reader) -> Iterator[list[RunEvent]]:
        try:
            yield reader.finish()
        except UpstreamError:
            if reader.ending:
                yield reader.release()
            raise

    def _note(self, reader: Reader) -> None:
        if not reader.chat or not reader.conversation:
            return
        self._request.note_begun()
        if reader.ending:
            self._unfinished.take(reader.conversation)
        else:
            self._unfinished.note(reader.conversation, reader.chat)

    def _note_leftovers(self, reader: Reader, left: Leftovers) -> None:
        envelope = left.envelope()
        if envelope is not None and not reader.ending:
            reader.fail(envelope, "in place of the stream's end")

    def _recover(self, reader: Reader, lost: UpstreamError) -> Iterator[RunEvent]:
        """What the stream would still have brought; the loss itself when that cannot be had."""
        if reader.ending or self._settings.is_flow or not reader.chat or not reader.conversation:
            yield from reader.release()
            raise lost
        stored = StoredRun(
            self._api, self._turn.visitor, reader.conversation, reader.chat, self._pace
        )
        try:
            chat = stored.wait(time.sleep)
            messages = stored.messages()
        except UpstreamError:
            yield from reader.release()
            raise lost from None
        self._unfinished.take(reader.conversation)
        yield from reader.read_stored(messages, chat)
        for events in self._finished(reader):
            yield from events

    # -- mending

    def _end_other_run(self) -> None:
        """A run that was stopped or lost here may still hold the conversation."""
        conversation = self._request.conversation
        if run := self._unfinished.take(conversation):
            with contextlib.suppress(UpstreamError):
                cancel_run(self._api, self._turn.visitor, conversation, run)


def cancel_run(api: Api, visitor: str, conversation: str, run: str) -> None:
    """Flips the run's status; its stream goes on until the connection is closed."""
    body = {"conversation_id": conversation, "chat_id": run}
    try:
        api.call(visitor, Ask("POST", "/v3/chat/cancel", body, timeout=AT_ONCE))
    except UpstreamError as error:
        if code_of(error) not in NOT_CANCELLABLE:
            raise
