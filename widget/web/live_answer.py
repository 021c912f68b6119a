"""A running answer as HTML that only ever grows: for visitors without JavaScript.

Finished blocks are written as they close; what is still open waits. So the page never has to take
back a word, which HTML cannot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from flask import get_template_attribute
from markupsafe import Markup

from widget.domain.sites import Caller
from widget.domain.transcript import ShownMessage
from widget.runs import follow, opening
from widget.runs.engine import Engine
from widget.web.door import Door
from widget.web.lifecycle import Lifecycle
from widget.web.message_view import Block, MessageView, blocks_of
from widget.web.sockets import Sockets

PACE_S = 0.2
HEARTBEAT_S = 10.0
LIMIT_S = 900.0
FLUSH = "<!-- more -->"
HERE = "<i id=arrived hidden></i>"
HOLE = "\0"
GROWING = ("text", "reasoning")


class LiveAnswer:
    """``pieces`` must have ended before ``message`` and ``suggestions`` say how it went."""

    def __init__(
        self,
        engine: Engine,
        lifecycle: Lifecycle,
        caller: Caller,
        *,
        sockets: Sockets,
        conversation: str,
        answer: str,
        door: Door,
    ) -> None:
        self.id = answer
        self._door = door
        self._conversation = conversation
        self._engine = engine
        self._lifecycle = lifecycle
        self._caller = caller
        self._sockets = sockets
        self._last: ShownMessage | None = None

    def pieces(self) -> Iterator[Markup]:
        """First the mark that all before it has arrived, then block after block."""
        yield _piece(HERE)
        writer = _Writer()
        with self._sockets.page(self._caller):
            for shown, still_grows in self._looks():
                self._last = shown
                yield _piece(writer.write(blocks_of(shown, self._door), has_ended=not still_grows))

    def message(self) -> MessageView:
        assert self._last is not None  # noqa: S101 - ``pieces`` looks at least once
        return MessageView(self._last, self._caller.lang)

    def suggestions(self) -> tuple[str, ...]:
        return opening.show(self._engine, self._caller, self._conversation).suggestions

    def _looks(self) -> Iterator[tuple[ShownMessage, bool]]:
        """The answer's finished blocks, again whenever there may be more, until it has ended."""
        something = threading.Event()
        _, follower = follow.whole(self._engine, self._caller, self._conversation, something.set)
        ends_at = time.monotonic() + LIMIT_S
        try:
            while True:
                something.clear()
                if follower is not None:
                    follow.frames(follower)
                shown, still_grows = opening.finished_parts(self._engine, self._caller, self.id)
                yield shown, still_grows
                if not still_grows or self._lifecycle.is_stopping or time.monotonic() > ends_at:
                    return
                something.wait(HEARTBEAT_S)
                time.sleep(PACE_S)
        finally:
            if follower is not None:
                follower.close()


class _Writer:
    """Remembers what was written, and writes the rest."""

    def __init__(self) -> None:
        self._done = 0
        self._written: str | None = None
        self._end = ""

    def write(self, blocks: list[Block], *, has_ended: bool) -> str:
        out = ""
        for place, block in enumerate(blocks[self._done :], start=self._done + 1):
            is_last = place == len(blocks) and not has_ended
            if block.kind in GROWING:
                out += self._grow(block)
            elif not is_last:
                out += _markup(block)
            if is_last:
                break
            out += self._end
            self._done, self._written, self._end = place, None, ""
        return out

    def _grow(self, block: Block) -> str:
        begin = ""
        if self._written is None:
            begin, self._end = _frame_of(block)
            self._written = ""
        html = str(block.html)
        if not html.startswith(self._written):
            return begin  # a finished block was replaced (a link defined later): it stays as it was
        begin += html[len(self._written) :]
        self._written = html
        return begin


def _frame_of(block: Block) -> tuple[str, str]:
    """The macro's markup around a block's own HTML."""
    begin, _, end = _markup(block.holding(HOLE)).partition(HOLE)
    return begin, end


def _markup(block: Block) -> str:
    return str(get_template_attribute("_parts.html", "block")(block))


def _piece(html: str) -> Markup:
    return Markup(html + FLUSH)  # noqa: S704 - made by our templates and the renderer
