"""An answer as it grows, and its end, for one who waits for it: the whole text, not patches.

Who asked is served by the process that writes the answer, so the live run is at hand. Where it is
not (a repeat that came to another process, a run that was taken over) the checkpoints tell.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import gevent
import msgspec
from msgspec import Struct

from widget.domain.conversations import Message, MessageState
from widget.domain.errors import Failure
from widget.domain.events import Usage
from widget.domain.sites import Caller
from widget.runs.event_parts import CUT_BY_LENGTH
from widget.runs.kefu_text import AddressOf, markdown_of
from widget.runs.live import LiveRun
from widget.runs.opened import Accepted
from widget.store.kefu import usage_of
from widget.store.messages import access_message

if TYPE_CHECKING:
    from widget.runs.engine import Engine

PACE_S = 0.1  # a phone draws no faster, and each look joins the whole text
POLL_S = 0.5

State = MessageState | Literal["left"]


class Written(Struct, frozen=True):
    """What there is of an answer. ``state`` left: this process ends, and the answer may go on in
    the next one. ``is_cut``: by the model's limit of length."""

    text: str
    state: State
    is_cut: bool = False
    failure: Failure | None = None
    usage: Usage = Usage()

    @property
    def is_over(self) -> bool:
        return self.state != "running"


class Answering:
    """One answer of the caller's. ``address_of`` has to give the same address each time."""

    def __init__(
        self, engine: Engine, caller: Caller, accepted: Accepted, *, address_of: AddressOf
    ) -> None:
        self._engine = engine
        self._caller = caller
        self._conversation = accepted.conversation
        self._message = accepted.answer
        self._address_of = address_of

    def end(self, limit_s: float) -> Written | None:
        """The whole answer; None when it is still being written after ``limit_s``."""
        ends_at = time.monotonic() + limit_s
        while (left_s := ends_at - time.monotonic()) > 0:
            if (live := self._live()) is not None:
                gevent.joinall([live.greenlet], timeout=left_s)
                continue
            written = self._stored()
            if written.is_over:
                return written
            time.sleep(min(POLL_S, left_s))
        return None

    def looks(self, patience_s: float) -> Iterator[Written]:
        """The text again whenever there may be more, at least every ``patience_s``, until it is
        over."""
        while True:
            if (live := self._live()) is not None:
                seen = live.appended
                yield Written(markdown_of(live.answer.parts(), self._address_of), "running")
                _wait(live, seen, patience_s)
                continue
            written = self._stored()
            yield written
            if written.is_over:
                return
            time.sleep(POLL_S)

    def _live(self) -> LiveRun | None:
        live = self._engine.live.get(self._conversation)
        return live if live is not None and live.answer.message == self._message else None

    def _stored(self) -> Written:
        with self._engine.store.read() as tx:
            message = access_message(tx, self._caller, self._message)
            usage = usage_of(tx, message.id)
        return Written(
            text=markdown_of(message.parts, self._address_of),
            state=self._state(message),
            is_cut=CUT_BY_LENGTH in message.parts,
            failure=message.failure,
            usage=msgspec.json.decode(usage, type=Usage),
        )

    def _state(self, message: Message) -> State:
        """A process that ends leaves what it did not finish."""
        is_unfinished = message.state in ("running", "interrupted")
        return "left" if is_unfinished and self._engine.is_draining else message.state


def _wait(live: LiveRun, seen: int, patience_s: float) -> None:
    """Until something was added, the run has ended, or patience has."""
    ends_at = time.monotonic() + patience_s
    while not gevent.joinall([live.greenlet], timeout=PACE_S):
        if live.appended != seen or time.monotonic() >= ends_at:
            return
