"""A run followed from outside: after a form, after a broken stream, or after a restart of ours.

A flow can be taken up again, where the server is new enough. What was said in between is not said
again, so the stored answer has the last word; for the other kinds of app it is all there is.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from widget.domain.errors import (
    UpstreamError,
    UpstreamInterrupted,
    UpstreamRejected,
    UpstreamTimeout,
)
from widget.domain.events import RunCompleted, RunEvent
from widget.providers.base import UpstreamRef
from widget.providers.deltas import merged
from widget.providers.dify.api import Api
from widget.providers.dify.events import Reader
from widget.providers.dify.failures import run_failed
from widget.providers.dify.known import Known
from widget.providers.dify.payload import text_of
from widget.providers.dify.place import parse_place
from widget.providers.dify.sources import sources
from widget.providers.dify.stream import Listener
from widget.providers.paths import segment

if TYPE_CHECKING:
    from widget.providers.dify.provider import Dify

NO_PATH = (404, 405)
NOT_A_FLOW = 400


class Following:
    def __init__(
        self, dify: Dify, ref: UpstreamRef, *, locale: str = "en", known: Known | None = None
    ) -> None:
        self._dify = dify
        self._visitor = ref.visitor
        own = Known(
            locale=locale,
            conversation=ref.upstream_conversation or "",
            place=parse_place(ref.upstream_run),
            takes_forms=takes_forms(dify.api),
        )
        self._reader = Reader(dify.api, known or own)

    def events(self) -> Iterator[RunEvent]:
        """To the good end; raises ``UpstreamInterrupted`` where the answer cannot be had."""
        reader = self._reader
        if not reader.message:
            raise UpstreamInterrupted("the platform had not named the run yet")
        if reader.place.run:
            yield from self._follow(reader.place.run)
        if reader.is_closing:
            yield from self._complete()
        else:
            yield from self._wait_for_answer()

    def _follow(self, run: str) -> Iterator[RunEvent]:
        dify = self._dify
        query = {
            "user": self._visitor,
            "include_state_snapshot": "true",
            "continue_on_pause": "true",
        }
        listener = Listener(self._reader, dify.pace, dify.clock)
        try:
            path = f"/workflow/{segment(run)}/events"
            with dify.api.open("GET", path, query=query) as response:
                yield from merged(listener.batches(response))
        except UpstreamRejected as error:
            if error.status not in (NOT_A_FLOW, *NO_PATH):
                raise
        except (UpstreamInterrupted, UpstreamTimeout):
            return  # what is stored may still be had

    def _complete(self) -> Iterator[RunEvent]:
        """The stream has told the end; the stored answer tells whether it told everything."""
        reader = self._reader
        if reader.trouble is None and not reader.is_paused:
            with contextlib.suppress(UpstreamError):  # then what was heard stands
                yield from reader.text.complete(text_of(self._stored().get("answer")))
        yield from reader.release(is_good=reader.trouble is None)
        yield from reader.finish()

    def _wait_for_answer(self) -> Iterator[RunEvent]:
        reader = self._reader
        for pause_s in (0.0, *self._dify.pace.pauses_s):
            time.sleep(pause_s)
            row = self._stored()
            if row.get("status") == "error":
                raise run_failed(row.get("error"), key=self._dify.api.key)
            if answer := text_of(row.get("answer")):
                yield from reader.text.complete(answer)
                yield from sources(row.get("retriever_resources"))
                yield from reader.release(is_good=True)
                yield RunCompleted("stop", reader.message)
                return
        raise UpstreamInterrupted("the platform has stored no answer for the run")

    def _stored(self) -> dict[str, Any]:
        reader = self._reader
        return self._dify.account.stored(self._visitor, reader.conversation, reader.message)


def takes_forms(api: Api) -> Callable[[str], bool]:
    """Whether the server lets forms be answered here: 1.13 has forms, but no way to."""

    def ask(token: str) -> bool:
        try:
            api.call("GET", f"/form/human_input/{segment(token)}")
        except UpstreamRejected as error:
            return error.status not in NO_PATH
        except UpstreamError:
            return True
        return True

    return ask
