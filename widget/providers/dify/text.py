"""An answer's text: deltas of one or several models, thinking taken out, replacements in place."""

from __future__ import annotations

from widget.domain.events import RunEvent, TextDelta, TextReplaced
from widget.providers.dify.place import Shown
from widget.providers.thinking import ThinkSplitter

TAIL_CHARS = 40


class AnswerText:
    """``shown`` is what an earlier message shows already of the same answer: the platform's own
    message goes on after a form, ours is a new one."""

    def __init__(self, shown: Shown = Shown()) -> None:  # noqa: B008 - immutable
        self._shown = shown
        self._before = ""
        self._said: list[str] = []
        self._source = ""
        self._thinking = ThinkSplitter()

    def add(self, words: str, source: str = "") -> list[RunEvent]:
        """``source`` names the model: each may think before it speaks."""
        events: list[RunEvent] = []
        if source != self._source:
            events += self.release()
            self._start(self.whole(), source)
        return events + self._told(self._thinking.feed(words))

    def replace(self, words: str) -> list[RunEvent]:
        """The whole answer so far is to be this."""
        words = self._shown.rest_of(without_thinking(words))
        if words == self.whole():
            return []
        self._start(words, self._source)
        return [TextReplaced(words)]

    def complete(self, words: str) -> list[RunEvent]:
        """What the platform has stored has the last word, unless it is only behind."""
        stored = self._shown.rest_of(without_thinking(words))
        return [] if self.whole().startswith(stored) else self.replace(words)

    def release(self) -> list[RunEvent]:
        """What waited for the rest of a tag."""
        return self._told(self._thinking.finish())

    def shown(self) -> tuple[int, str]:
        """How many characters of the answer stand in our messages now, and the last of them."""
        whole = self.whole()
        return self._shown.chars + len(whole), (self._shown.tail + whole)[-TAIL_CHARS:]

    def whole(self) -> str:
        return self._before + "".join(self._said)

    def _start(self, before: str, source: str) -> None:
        self._before, self._said, self._source = before, [], source
        self._thinking = ThinkSplitter()

    def _told(self, events: list[RunEvent]) -> list[RunEvent]:
        """The splitter knows its own model's text alone."""
        for place, event in enumerate(events):
            if isinstance(event, TextDelta):
                self._said.append(event.text)
            elif isinstance(event, TextReplaced):
                self._said = [event.text]
                events[place] = TextReplaced(self.whole())
        return events


def without_thinking(text: str) -> str:
    splitter = ThinkSplitter()
    said = ""
    for event in (*splitter.feed(text), *splitter.finish()):
        if isinstance(event, TextDelta):
            said += event.text
        elif isinstance(event, TextReplaced):
            said = event.text
    return said
