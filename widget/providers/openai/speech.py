"""Text and thinking of one answer, put together from pieces that may be cut anywhere."""

from __future__ import annotations

from widget.domain.events import ReasoningDelta, RunEvent
from widget.providers.surrogates import Mender
from widget.providers.thinking import ThinkSplitter


class Speech:
    """``say`` and ``think`` the pieces in order; ``release`` gives what waited for the rest of a
    tag or a character."""

    def __init__(self) -> None:
        self._thinking = ThinkSplitter()
        self._text = Mender()
        self._thought = Mender()
        self.has_halves = False
        self.has_text = False

    def say(self, text: str, events: list[RunEvent]) -> None:
        self.has_text = True
        if self.has_halves:
            text = self._text.feed(text)
        if text:
            events += self._thinking.feed(text)

    def think(self, thought: str, events: list[RunEvent]) -> None:
        self._thinking.settle()
        if self.has_halves:
            thought = self._thought.feed(thought)
        if thought:
            events.append(ReasoningDelta(thought))

    def release(self) -> list[RunEvent]:
        """Part of the text also of a bad end."""
        rest = self._text.finish()
        events = self._thinking.feed(rest) if rest else []
        return events + self._thinking.finish()
