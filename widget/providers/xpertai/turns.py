"""One turn as runs of XpertAI: asked, tried again, answered in the middle, or handed over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, Literal

import httpx

from widget.domain.errors import (
    Failure,
    NotOffered,
    UpstreamBusy,
    UpstreamError,
    UpstreamProtocolError,
    UpstreamRejected,
)
from widget.domain.events import RunCompleted, RunEvent, RunStarted
from widget.providers.base import Turn
from widget.providers.paths import segment
from widget.providers.xpertai import files
from widget.providers.xpertai.api import QUICK, Api
from widget.providers.xpertai.asking import follow_up, question, source_of, waiting_id
from widget.providers.xpertai.assistant import Assistant
from widget.providers.xpertai.follow_ups import FollowUps, Waiting, pending
from widget.providers.xpertai.interrupts import decision
from widget.providers.xpertai.settings import XpertAISettings
from widget.providers.xpertai.stored import chars_of, find_conversation, pending_operation
from widget.providers.xpertai.stream import ALIVE, NotStarted, Pace, RunStream

BUSY_AGAIN_S = 5.0
_SAYS_BUSY = re.compile(r"\bis (?:busy|(?:already |still )?running)\b", re.I)
_TAKEN_FOR_BUSY = frozenset({Failure.CONFIG, Failure.UNKNOWN})


class Turns:
    """Shared by all visitors of a site."""

    def __init__(
        self,
        api: Api,
        assistant: Assistant,
        settings: XpertAISettings,
        *,
        clock: Callable[[], float],
        pace: Pace,
    ) -> None:
        self._api = api
        self._assistant = assistant
        self._settings = settings
        self._clock = clock
        self._pace = pace
        self._waiting = Waiting()

    def stream(self, visitor: str, thread: str, lang: str = "", skip: int = 0) -> RunStream:
        return RunStream(
            self._api,
            visitor,
            thread,
            key=self._settings.api_key,
            clock=self._clock,
            pace=self._pace,
            lang=lang,
            skip=skip,
        )

    def running(self, visitor: str, thread: str, *, timeout: httpx.Timeout = QUICK) -> str | None:
        """The run that is under way in a thread."""
        path = f"/threads/{segment(thread)}/runs?limit=5"
        runs = self._api.call(visitor, "GET", path, timeout=timeout)
        alive = [run for run in runs or [] if isinstance(run, dict) and run.get("status") in ALIVE]
        return str(alive[0]["run_id"]) if alive else None

    # -- a question

    def ask(self, turn: Turn) -> Generator[RunEvent, None, None]:
        thread = turn.upstream_conversation or self._new_thread(turn.visitor)
        yield RunStarted(thread)
        try:
            yield from self._ask_in(turn, thread)
        except NotStarted as refused:
            if not turn.upstream_conversation or not self._is_empty(turn.visitor, thread):
                raise refused.error from None
            # The thread is gone, or never held a run: nothing is lost by a new one.
            thread = self._new_thread(turn.visitor)
            yield RunStarted(thread)
            yield from self._surely(self._play(turn, thread, self._question(turn)))

    def _ask_in(self, turn: Turn, thread: str) -> Iterator[RunEvent]:
        """A retry as the platform has it where it can be one; else the question once more."""
        source = source_of(turn) if turn.kind == "retry" else {}
        if source:
            try:
                yield from self._play(turn, thread, {"action": "retry", "source": source})
                return
            except NotStarted as refused:
                if isinstance(refused.error, UpstreamBusy):
                    raise
                # nothing to go back to, as after a run that failed before its first step
        yield from self._play(turn, thread, self._question(turn))

    def _question(self, turn: Turn, client_message: str = "") -> dict[str, Any]:
        """Files of this question only: those of earlier ones are the platform's already."""
        described = [
            files.described(
                one,
                one.upstream or files.upload(self._api, one, turn.visitor, self._pace.pauses_s),
            )
            for one in turn.attachments
        ]
        return question(turn.text, described, client_message=client_message)

    def _new_thread(self, visitor: str) -> str:
        asked = {"assistant_id": self._assistant.id()}
        created = self._api.call(visitor, "POST", "/threads", asked)
        thread = created.get("thread_id") if isinstance(created, dict) else None
        if not isinstance(thread, str):
            raise UpstreamProtocolError("POST /threads named no thread_id")
        return thread

    def _is_empty(self, visitor: str, thread: str) -> bool:
        """Whether the thread is gone or holds no run: for some builds an unknown one is empty."""
        try:
            return not self._api.call(visitor, "GET", f"/threads/{segment(thread)}/runs?limit=1")
        except UpstreamRejected as error:
            return error.failure is Failure.NOT_FOUND

    # -- an answer to what a run waits for

    def answer(self, turn: Turn) -> Iterator[RunEvent]:
        """The run goes on in the message that it has begun; what stands there is shown already."""
        thread, target = turn.upstream_conversation, source_of(turn)
        if not thread or not target:
            raise UpstreamRejected("the platform's message that asked is not known", status=404)
        yield RunStarted(thread, turn.target_run)
        conversation = find_conversation(self._api, turn.visitor, thread).id
        asked = {"action": "resume", "target": target, **self._decision(turn, conversation)}
        skip = chars_of(self._api, turn.visitor, conversation, target["aiMessageId"])
        stream = self.stream(turn.visitor, thread, turn.locale, skip)
        if turn.target_run:
            yield stream.place_before(turn.target_run)
        yield from self._surely(self._play(turn, thread, asked, stream))

    def _decision(self, turn: Turn, conversation: str | None) -> dict[str, Any]:
        """Results of the page's tools need no look at what was asked."""
        if isinstance(turn.reply, tuple):
            return decision(turn.reply, {})
        operation = pending_operation(self._api, turn.visitor, conversation)
        return decision(turn.reply, operation)

    # -- a message sent meanwhile

    def follow_up(self, turn: Turn) -> Iterator[RunEvent]:
        """Nothing comes of it here: the run that is being read takes it up. Unless that has just
        ended, and the message would wait for ever: then it is a question like any other."""
        thread, mode = turn.upstream_conversation, self._settings.follow_up
        if not mode or not thread:
            raise NotOffered("this site takes no message while an answer is being written")
        asked = self._question(turn, waiting_id(thread, turn.text))
        is_kept = self._hand_over(turn, thread, asked, mode)
        if is_kept and not self._is_left_over(turn, thread):
            return
        if is_kept or not self._waiting.keep(thread, asked):
            yield RunStarted(thread)
            yield from self._surely(self._play(turn, thread, asked))

    def _hand_over(
        self, turn: Turn, thread: str, asked: dict[str, Any], mode: Literal["queue", "steer"]
    ) -> bool:
        """Whether the platform keeps it. A run that cannot be steered any more has a queue."""
        modes: list[Literal["queue", "steer"]] = ["queue"] if mode == "queue" else [mode, "queue"]
        for one in modes:
            body = self._body(turn, follow_up(one, asked, turn.target_run))
            try:
                self.stream(turn.visitor, thread).hand_over(body, _languages(turn))
            except NotStarted:
                continue
            return True
        return False

    def _is_left_over(self, turn: Turn, thread: str) -> bool:
        """Whether the run ended without its reader's having seen this message wait."""
        if self.running(turn.visitor, thread):
            return False
        conversation = find_conversation(self._api, turn.visitor, thread).id
        for pause_s in self._pace.pauses_s:
            waiting = pending(self._api, turn.visitor, conversation)
            if turn.text not in [row.get("content") for row in waiting]:
                return False
            time.sleep(pause_s)
        return not self.running(turn.visitor, thread)

    # -- runs

    def _play(
        self, turn: Turn, thread: str, asked: dict[str, Any], stream: RunStream | None = None
    ) -> Iterator[RunEvent]:
        """A run, and after it one for each message that was sent meanwhile, as one answer."""
        stream = stream or self.stream(turn.visitor, thread, turn.locale)
        follow_ups = FollowUps(self._api, turn.visitor, self._waiting, thread, turn.text)
        self._waiting.begin(thread)
        try:
            end = yield from _all_but_end(self._when_free(turn, thread, asked, stream))
            while asked_meanwhile := self._next(follow_ups, stream, end):
                events = self._when_free(turn, thread, asked_meanwhile, stream)
                end = yield from _all_but_end(self._surely(events))
            yield end
        finally:
            self._waiting.leave(thread)

    def _next(
        self, follow_ups: FollowUps, stream: RunStream, end: RunCompleted
    ) -> dict[str, Any] | None:
        """A run that waits for an answer takes up nothing else."""
        if not self._settings.follow_up or end.reason == "tool":
            return None
        return follow_ups.next(stream.conversation, stream.runs)

    def _when_free(
        self, turn: Turn, thread: str, asked: dict[str, Any], stream: RunStream
    ) -> Iterator[RunEvent]:
        """Where another run is under way in the thread (one that we stopped reading, say), it is
        waited for; raises ``NotStarted``."""
        body, headers = self._body(turn, asked), _languages(turn)
        was_busy = False
        for pause_s in self._pace.pauses_s:
            try:
                yield from stream.start(body, headers)
                return
            except NotStarted as refused:
                is_busy = self._is_busy(turn.visitor, thread, refused.error)
                if not is_busy and not was_busy:
                    raise
                was_busy = is_busy  # one that has ended just now is worth another try
                time.sleep(pause_s)
        detail = "the thread is busy with another run"
        raise NotStarted(UpstreamBusy(detail, retry_after_s=BUSY_AGAIN_S))

    def _is_busy(self, visitor: str, thread: str, error: UpstreamError) -> bool:
        """The platform has no code for it that every build sends, so the runs are looked at. One
        that has ended since then is no reason to fail."""
        if isinstance(error, UpstreamRejected) and error.status == 409:
            return True
        if _SAYS_BUSY.search(error.detail):
            return True
        if error.failure not in _TAKEN_FOR_BUSY:
            return False
        try:
            return self.running(visitor, thread) is not None
        except UpstreamError:
            return False

    def _body(self, turn: Turn, asked: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"assistant_id": self._assistant.id(), "input": asked}
        if facts := turn.facts:
            body["context"] = {"env": facts}
        return body

    def _surely(self, events: Iterator[RunEvent]) -> Iterator[RunEvent]:
        try:
            yield from events
        except NotStarted as refused:
            raise refused.error from None


def _languages(turn: Turn) -> dict[str, str]:
    return {"Language": turn.locale, "Accept-Language": turn.locale}


def _all_but_end(events: Iterator[RunEvent]) -> Generator[RunEvent, None, RunCompleted]:
    """The run's events; returns its end, which may not be the answer's."""
    end = RunCompleted()
    for event in events:
        if isinstance(event, RunCompleted):
            end = event
        else:
            yield event
    return end
