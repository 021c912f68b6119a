"""One question, until it is answered or has failed.

A conversation that the platform has lost is begun anew, once; what passes by itself is asked again;
a stream that breaks is followed from outside where that can be done.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamTimeout
from widget.domain.events import RunEvent
from widget.providers.base import Turn, UpstreamRef
from widget.providers.deltas import merged
from widget.providers.dify.afterwards import Afterwards
from widget.providers.dify.app import Parameters
from widget.providers.dify.events import Reader
from widget.providers.dify.failures import GONE, Busy, Rejected, code_of, retries_of
from widget.providers.dify.following import Following, takes_forms
from widget.providers.dify.known import Known
from widget.providers.dify.request import question
from widget.providers.dify.stream import Listener

if TYPE_CHECKING:
    from widget.providers.dify.provider import Dify

# These say at once that they do not know a conversation; a flow may stay silent instead.
_QUICK_TO_TELL = ("chat", "agent-chat", "agent")
# A server that asks for more patience than this is busy; the visitor decides.
LONGEST_RETRY_PAUSE_S = 5.0


class Lost(Exception):
    """The platform does not know the conversation, and says so by saying nothing."""


class Asking:
    def __init__(self, dify: Dify, turn: Turn) -> None:
        self._dify = dify
        self._turn = turn
        self._mode = ""
        self._conversation = ""
        self._is_answered = False
        self._tries: Counter[str] = Counter()

    def events(self) -> Iterator[RunEvent]:
        dify, turn = self._dify, self._turn
        self._mode = dify.app.chat_mode()
        parameters = dify.app.parameters()
        body = question(
            turn,
            parameters,
            dify.settings.inputs,
            lambda file: dify.upload(file, visitor=turn.visitor),
        )
        self._conversation = self._usable(turn.upstream_conversation)
        reader = self._reader()
        while True:
            try:
                yield from self._attempt(body, reader)
                break
            except UpstreamError as error:
                if reader.has_begun:
                    yield from self._rescue(reader, error)
                    return
                self._prepare_another(error)
            except Lost:
                self._conversation = ""
            reader = self._reader()
        dify.recent.note(turn.visitor, reader.conversation)
        yield from self._finish(reader, parameters or Parameters())

    # -- the conversation

    def _usable(self, conversation: str | None) -> str:
        """The conversation to go on with, "" for a new one."""
        if not conversation or not _is_uuid(conversation):
            return ""
        visitor = self._turn.visitor
        if self._mode in _QUICK_TO_TELL or self._dify.recent.has(visitor, conversation):
            return conversation
        try:
            return conversation if self._dify.account.knows(visitor, conversation) else ""
        except UpstreamError:
            return conversation  # the silence is watched as well

    def _doubt(self) -> None:
        """Nothing has come for long: is the conversation still there?"""
        try:
            is_known = self._dify.account.knows(self._turn.visitor, self._conversation)
        except UpstreamError:
            is_known = False
        if not is_known:
            raise Lost

    # -- one attempt

    def _reader(self) -> Reader:
        known = Known(
            locale=self._turn.locale,
            mode=self._mode,
            conversation=self._conversation,
            takes_forms=takes_forms(self._dify.api),
        )
        return Reader(self._dify.api, known)

    def _attempt(self, body: dict[str, Any], reader: Reader) -> Iterator[RunEvent]:
        dify = self._dify
        may_hang = self._conversation and self._mode not in _QUICK_TO_TELL
        listener = Listener(reader, dify.pace, dify.clock, self._doubt if may_hang else None)
        asked = {**body, "conversation_id": self._conversation} if self._conversation else body
        with dify.api.open("POST", dify.api.chat_path, asked) as response:
            self._is_answered = True
            yield from merged(listener.batches(response))
        if not reader.is_closing:
            raise UpstreamInterrupted("the stream ended before the answer did")
        if reader.trouble and not reader.has_begun:
            raise reader.trouble

    def _prepare_another(self, error: UpstreamError) -> None:
        """Makes ready for asking again, or raises."""
        code = code_of(error)
        if self._conversation and code in GONE:
            self._conversation = ""
            return
        wished_s = error.retry_after_s or 0.0
        if self._tries[code] >= self._allowed(error) or wished_s > LONGEST_RETRY_PAUSE_S:
            raise error
        self._tries[code] += 1
        time.sleep(wished_s or self._jitter_s(self._tries[code]))

    def _allowed(self, error: UpstreamError) -> int:
        """How often this is asked again: by the code, where there is none by what it is."""
        match error:
            case Rejected() | Busy():
                return retries_of(error)
            case UpstreamInterrupted():
                return 0 if self._is_answered else 1  # a kept connection that was closed meanwhile
            case _:
                return 0

    def _jitter_s(self, tries: int) -> float:
        longest = self._dify.pace.retry_s * tries
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads retries, guards nothing

    # -- the end

    def _rescue(self, reader: Reader, error: UpstreamError) -> Iterator[RunEvent]:
        """The stream broke, the run may go on."""
        is_broken = isinstance(error, UpstreamInterrupted | UpstreamTimeout)
        if not is_broken or not reader.message:
            yield from reader.release(is_good=False)
            raise error
        yield from reader.text.release()
        ref = UpstreamRef(
            self._turn.visitor, reader.conversation, reader.place.encode(), cursor=None
        )
        try:
            yield from Following(self._dify, ref, locale=self._turn.locale).events()
        except UpstreamError:
            yield from reader.release(is_good=False)
            raise error from None

    def _finish(self, reader: Reader, told: Parameters) -> Iterator[RunEvent]:
        yield from reader.release(is_good=reader.is_closing and reader.trouble is None)
        *usage, completed = reader.finish()
        yield from usage
        if not reader.is_paused:
            yield from self._afterwards(reader, told)
        yield completed

    def _afterwards(self, reader: Reader, told: Parameters) -> list[RunEvent]:
        later = Afterwards(self._dify.api, self._turn.visitor)
        if told.suggests and reader.message:
            later.suggest(reader.message)
        if self._dify.settings.titles and reader.conversation and not self._conversation:
            later.name(reader.conversation)
        return later.events(self._dify.pace.after_s)


def _is_uuid(value: str) -> bool:
    """Any other id is another platform's, from before the site changed to this one."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True
