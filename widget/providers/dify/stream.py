"""One stream of Dify read to its end, whichever of its ends that is.

Versions close in different orders, and some lose the last event. So the first sign of the end
starts a short grace in which the rest may come, and then the answer counts as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
from msgspec import Struct

from widget.domain.errors import UpstreamInterrupted, UpstreamTimeout
from widget.domain.events import RunEvent
from widget.providers.bodies import ByteStream, stream_bytes
from widget.providers.dify.events import Reader
from widget.providers.sse import Parser


class Pace(Struct, frozen=True):
    """``grace_s``: for what belongs to an end that has begun. ``doubt_s``: after so long without a
    word in a conversation that was to go on, the platform is asked whether it knows it.
    ``begin_s``: the first word. ``alive_s``: between signs of life while a long step runs.
    ``after_s``: for title and suggestions. ``retry_s``: before a question is asked again.
    ``pauses_s``: between looks at what may be there a moment later."""

    grace_s: float = 1.5
    doubt_s: float = 20.0
    begin_s: float = 120.0
    alive_s: float = 25.0
    after_s: float = 4.0
    retry_s: float = 1.0
    pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)


class Listener:
    """Reads one response. ``doubt`` is called once when a conversation stays silent; it raises when
    nothing is to be waited for."""

    def __init__(
        self,
        reader: Reader,
        pace: Pace,
        clock: Callable[[], float],
        doubt: Callable[[], None] | None = None,
    ) -> None:
        self._reader = reader
        self._pace = pace
        self._clock = clock
        self._doubt = doubt
        self._began_at = self._told_at = clock()
        self._ends_at = float("inf")

    def batches(self, response: httpx.Response) -> Iterator[list[RunEvent]]:
        """The events of each packet. By the answer's own type: what was asked for says little."""
        if "json" in response.headers.get("Content-Type", ""):
            yield self._reader.read_whole(response.read())
            return
        body, parser = stream_bytes(response), Parser()
        try:
            for chunk in body:
                yield self._hear(parser, chunk)
                if self._reader.is_done:
                    body.drain()
                    return
                if self._is_over(body):
                    return
            yield self._reader.read(parser.finish())
            self._question_silence()
        except (UpstreamTimeout, UpstreamInterrupted):
            if not self._reader.is_closing:
                self._question_silence()
                raise

    def _hear(self, parser: Parser, chunk: bytes) -> list[RunEvent]:
        records = parser.feed(chunk)
        events = self._reader.read(records) if records else []
        now = self._clock()
        if not self._reader.has_begun:
            self._judge_silence(now - self._began_at)
        if not events and now - self._told_at >= self._pace.alive_s:
            events = [self._reader.started()]
        if events:
            self._told_at = now
        return events

    def _is_over(self, body: ByteStream) -> bool:
        """Whether the grace is over; pings alone would go on for minutes."""
        if not self._reader.is_closing:
            return False
        now = self._clock()
        if self._ends_at == float("inf"):
            self._ends_at = now + self._pace.grace_s
            body.wait_at_most(self._pace.grace_s)
        return now >= self._ends_at

    def _judge_silence(self, silent_s: float) -> None:
        """Nothing but pings so far: an unknown conversation would never come to more."""
        if silent_s >= self._pace.doubt_s:
            self._question_silence()
        if silent_s >= self._pace.begin_s:
            raise UpstreamTimeout(f"the app said nothing for {silent_s:.0f} s")

    def _question_silence(self) -> None:
        doubt, self._doubt = self._doubt, None
        if doubt and not self._reader.has_begun:
            doubt()
