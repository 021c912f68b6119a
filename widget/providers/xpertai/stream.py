"""One XpertAI run over as many connections as it takes.

A run belongs to the platform: it goes on when we stop reading. So every way of losing the stream
ends in the same question, what state the run is in, and then in a join or in reading its message.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from msgspec import Struct

from widget.domain.errors import (
    Failure,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import Cursor, RunCompleted, RunEvent, RunStarted
from widget.providers.base import Secret
from widget.providers.bodies import stream_bytes
from widget.providers.deltas import merged
from widget.providers.paths import segment
from widget.providers.sse import Parser
from widget.providers.xpertai.api import Api
from widget.providers.xpertai.events import Reader
from widget.providers.xpertai.failures import in_band
from widget.providers.xpertai.place import Place, place_in
from widget.providers.xpertai.stored import StoredAnswer

ALIVE = frozenset({"running", "pending"})
LOOKS_AT_LIVING = 20
PASSING = frozenset({Failure.UPSTREAM_DOWN, Failure.TIMEOUT, Failure.BUSY})
_RUN = re.compile(r"/runs/(?!stream\b)([^/?#]+)(?:/stream)?/?$")


class Pace(Struct, frozen=True):
    """``quiet_s``: after so long without news, the platform is asked whether the run lives;
    after ``silent_s`` it is given up. ``pauses_s`` lie between tries of what may work a moment
    later, as after the platform's restart."""

    quiet_s: float = 25.0
    silent_s: float = 300.0
    pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)

    def until_written(self, *, is_alive: bool) -> tuple[float, ...]:
        """Pauses between looks at a message; that of a living run may take its time."""
        return self.pauses_s + self.pauses_s[-1:] * (LOOKS_AT_LIVING if is_alive else 0)


class NotStarted(Exception):
    """The platform refused before the run began, so asking otherwise asks nothing twice."""

    def __init__(self, error: UpstreamError) -> None:
        super().__init__(error.detail)
        self.error = error


class RunStream:
    """One run of one visitor, started or taken up again."""

    def __init__(
        self,
        api: Api,
        visitor: str,
        thread: str,
        *,
        key: Secret,
        clock: Callable[[], float],
        pace: Pace,
        lang: str = "",
        skip: int = 0,
    ) -> None:
        self._api = api
        self._visitor = visitor
        self._thread = thread
        self._key = key
        self._clock = clock
        self._pace = pace
        self._lang = lang
        self._reader = self._new_reader()
        self._reader.skip = skip

    @property
    def runs(self) -> tuple[str, ...]:
        """Those that wrote the answer so far."""
        return self._reader.runs

    @property
    def conversation(self) -> str | None:
        return self._reader.conversation

    def start(self, body: dict[str, Any], headers: dict[str, str]) -> Iterator[RunEvent]:
        """A run to its end, a new one or one that was interrupted; raises ``NotStarted``. After
        an earlier one it goes on with the same answer."""
        reader = self._reader
        reader.begin_run()
        try:
            yield from self._ask(body, headers)
        except (UpstreamInterrupted, UpstreamTimeout):
            if reader.run is None:
                raise
        if reader.ending == "error_frame" and not reader.has_begun:
            raise NotStarted(in_band(reader.said, where="runs/stream"))
        if reader.run is None and reader.ending != "complete":
            raise reader.trouble or UpstreamInterrupted(reader.said or "the stream ended early")
        yield from self._finish()

    def hand_over(self, body: dict[str, Any], headers: dict[str, str]) -> None:
        """A message for the run under way: the platform keeps it and streams nothing; raises
        ``NotStarted`` where it does not."""
        list(self._ask(body, headers))
        if self._reader.ending == "error_frame":
            raise NotStarted(in_band(self._reader.said, where="runs/stream"))

    def resume(self, run: str, place: Place | None) -> Iterator[RunEvent]:
        """What comes after ``place``; without one all of it, as a replacement of what is there."""
        self._reader = self._new_reader(place=place_in(place, run), replaces=place is None)
        self._reader.run = run
        yield from self._go_on()

    def place_before(self, run: str) -> Cursor:
        """Where an interrupted run stands before it goes on, for a process that is to join it."""
        place = Place("", runs=(run,), skip=self._reader.skip, lang=self._lang)
        return Cursor(place.encode())

    def _new_reader(self, *, place: Place | None = None, replaces: bool = False) -> Reader:
        return Reader(
            self._thread,
            place=place,
            replaces=replaces,
            lang=self._lang,
            key=self._key,
            clock=self._clock,
        )

    def _ask(self, body: dict[str, Any], headers: dict[str, str]) -> Iterator[RunEvent]:
        path = f"/threads/{segment(self._thread)}/runs/stream"
        try:
            with self._api.open(self._visitor, "POST", path, body, headers=headers) as response:
                if named := _RUN.search(response.headers.get("Content-Location", "")):
                    self._reader.run = named[1]
                    yield RunStarted(self._thread, named[1])
                yield from merged(self._batches(response))
        except UpstreamRejected as error:
            if error.failure in (Failure.NOT_FOUND, Failure.CONFIG) or error.status == 500:
                raise NotStarted(error) from None
            raise

    def _batches(self, response: httpx.Response) -> Iterator[list[RunEvent]]:
        """Events per packet. Keep-alives of a run that is over would go on for ever: so ask."""
        reader, parser = self._reader, Parser()
        heard_at = asked_at = self._clock()
        items = reader.items
        for chunk in stream_bytes(response):
            if records := parser.feed(chunk):
                yield reader.read(records)
            if reader.ending:
                return
            if reader.items > items:
                heard_at = asked_at = self._clock()
                items = reader.items
            elif self._clock() - asked_at >= self._pace.quiet_s:
                asked_at = self._clock()
                if not self._is_worth_waiting(asked_at - heard_at):
                    return
                # a sign of life, for those who watch over silence
                yield [RunStarted(self._thread, reader.run, reader.message)]
        yield reader.read(parser.finish())

    def _is_worth_waiting(self, silent_s: float) -> bool:
        """A run that died may be called running for ever, its stream be kept alive for ever."""
        if silent_s >= self._pace.silent_s:
            self._reader.give_up(UpstreamTimeout(f"the run said nothing for {silent_s:.0f} s"))
            return False
        if self._reader.run is None:
            return True
        try:
            return self._state() in ALIVE
        except UpstreamError:
            return True  # nothing learned; the stream itself still has its time-out

    def _finish(self) -> Iterator[RunEvent]:
        reader = self._reader
        if reader.ending not in ("complete", "failed") or reader.is_unsure:
            yield from self._go_on()
            return
        if reader.trouble:
            raise reader.trouble
        yield RunCompleted("tool" if reader.awaits_answer else "stop", reader.message)

    def _go_on(self) -> Iterator[RunEvent]:
        """Joins the run for as long as it lives and says something new; else reads its message."""
        tries = 0
        while (state := self._state_in_time()) in ALIVE and not self._reader.is_unsure:
            if tries > len(self._pace.pauses_s):
                raise UpstreamInterrupted("the run is alive but its stream gives nothing")
            if tries:
                time.sleep(self._pace.pauses_s[tries - 1])
            self._prepare_join()
            items = self._reader.items
            yield from self._join()
            if self._reader.ending in ("complete", "failed"):
                yield from self._finish()
                return
            tries = tries + 1 if self._reader.items == items else 0
        if state is None:
            raise UpstreamInterrupted("the platform does not know the run any more")
        stored = StoredAnswer(self._api, self._visitor, self._reader, state)
        yield from stored.events(self._pace.until_written(is_alive=state in ALIVE))

    def _prepare_join(self) -> None:
        """A platform that cannot replay from our cursor is asked for all of it again, unless this
        run is not all that the answer holds."""
        reader = self._reader
        if reader.ending == "resync" and (len(reader.runs) > 1 or reader.skip):
            reader.wants_whole = True
        elif reader.ending == "resync":
            run, self._reader = reader.run, self._new_reader(replaces=True)
            self._reader.run = run
        self._reader.ending = None

    @property
    def _run_path(self) -> str:
        return f"/threads/{segment(self._thread)}/runs/{segment(self._reader.run or '')}"

    def _join(self) -> Iterator[RunEvent]:
        path = f"{self._run_path}/stream"
        headers = {"Last-Event-ID": self._reader.at} if self._reader.at else {}
        try:
            with self._api.open(self._visitor, "GET", path, headers=headers) as response:
                yield from merged(self._batches(response))
        except UpstreamError as error:
            if error.failure not in PASSING:
                raise
            # the caller asks for the run's state again

    def _state_in_time(self) -> str | None:
        """Asked until it is answered, since nothing has been lost yet."""
        for pause_s in self._pace.pauses_s:
            try:
                return self._state()
            except UpstreamError as error:
                if error.failure not in PASSING:
                    raise
            time.sleep(pause_s)
        return self._state()

    def _state(self) -> str | None:
        """The run's status; None when the platform does not know it."""
        try:
            run = self._api.call(self._visitor, "GET", self._run_path)
        except UpstreamRejected as error:
            if error.failure is Failure.NOT_FOUND:
                return None
            raise
        return str(run.get("status")) if isinstance(run, dict) else None
