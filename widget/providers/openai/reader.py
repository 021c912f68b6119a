"""What the readers of both APIs share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec
import structlog

from widget.domain.errors import Failure, UpstreamError, UpstreamRejected
from widget.domain.events import RunEvent, Usage
from widget.providers.openai.citations import Citations
from widget.providers.openai.failures import Refusals
from widget.providers.openai.records import Records
from widget.providers.openai.speech import Speech
from widget.providers.sse import Record

log = structlog.get_logger(__name__)
_Shape = TypeVar("_Shape")


class AnswerReader(ABC, Generic[_Shape]):
    """One answer: ``read`` each batch of records, then ``release`` and ``finish`` after a good end
    of the body, or ``abandon`` after a bad one."""

    decoder: msgspec.json.Decoder[Any]

    def __init__(self, refusals: Refusals, locale: str = "en") -> None:
        self._refusals = refusals
        self._locale = locale
        self._records: Records[_Shape] = Records(self.decoder)
        self._speech = Speech()
        self._citations = Citations()
        self._tools: set[str] = set()
        self.is_done = False

    @property
    @abstractmethod
    def is_finished(self) -> bool:
        """The model has ended; at most usage and the end mark are still to come."""

    @abstractmethod
    def finish(self) -> list[RunEvent]:
        """Usage and the end; raises when it was no good end."""

    @abstractmethod
    def _take(self, record: _Shape, data: bytes, events: list[RunEvent]) -> None:
        """Adds what one record tells."""

    def read(self, records: list[Record]) -> Iterator[list[RunEvent]]:
        """Yields what the records tell; trouble is raised after the text that came before it."""
        events: list[RunEvent] = []
        try:
            for record in records:
                data = record.data
                if data[:1] == b"[" and data.strip() == b"[DONE]":
                    self.is_done = True
                if self.is_done:
                    break
                self._read_one(data, events)
        except UpstreamError:
            yield events
            raise
        yield events

    def read_whole(self, body: bytes) -> Iterator[list[RunEvent]]:
        """A host that answers JSON where a stream was asked."""
        self._records.be_strict()
        yield from self.read([Record(body)])

    def release(self) -> list[RunEvent]:
        """What waited for the rest of a tag or a character: part of the text also of a bad end."""
        return self._speech.release()

    def abandon(self) -> list[RunEvent]:
        """The same for an answer that ends badly; what was being worked on has failed."""
        return self.release()

    def _read_one(self, data: bytes, events: list[RunEvent]) -> None:
        record = self._records.decode(data)
        if record is not None:
            self._speech.has_halves = self._records.has_halves
            self._take(record, data, events)

    def _refuse_tools(self) -> None:
        """Names alone are logged: arguments are the model's words. Without a word of text beside
        the call nothing would be left of the answer, so it fails and says why."""
        if not self._tools:
            return
        names = ", ".join(sorted(self._tools))
        log.warning("tool calls were not forwarded", tools=sorted(self._tools))
        if not self._speech.has_text:
            raise UpstreamRejected(
                f"the model only called {names}, and nobody here runs it: "
                "take its definition out of the platform's or the site's settings",
                status=200,
                failure=Failure.CONFIG,
            )


def cut_by_filter() -> UpstreamRejected:
    return UpstreamRejected("cut by the content filter", status=200, failure=Failure.CONTENT)


def usage_of(row: Any, *names: str) -> list[RunEvent]:
    """Input, output and total tokens under the names that an API has for them."""
    numbers = [row.get(name) for name in names] if isinstance(row, dict) else []
    known = [number if isinstance(number, int) else None for number in numbers]
    return [Usage(*known)] if any(number is not None for number in known) else []
