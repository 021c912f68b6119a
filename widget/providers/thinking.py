"""Thinking that a model writes into its answer between ``<think>`` and ``</think>``.

The tags may be cut across pieces, and some servers swallow the opening one. Only a tag where a
model puts it counts: the opening one at the very start, a lone closing one at a line's edge, so
that an answer which talks about the tags stays as it is.
"""

from __future__ import annotations

from enum import Enum, auto

from widget.domain.events import ReasoningDelta, RunEvent, TextDelta, TextReplaced

OPEN = "<think>"
CLOSE = "</think>"


class _State(Enum):
    START = auto()  # nothing but blanks so far
    OPENED = auto()  # between the opening tag and the first thought
    THINKING = auto()
    GAP = auto()  # between the closing tag and the answer's first character
    UNSURE = auto()  # answer text, unless a lone closing tag says that it was thinking
    ANSWER = auto()


class ThinkSplitter:
    """Feed the pieces of ``content`` in order; ``finish`` gives what was held back."""

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._said: list[str] = []

    def feed(self, text: str) -> list[RunEvent]:
        if not self._held:
            if self._state is _State.ANSWER:
                return [TextDelta(text)]
            if self._state is _State.UNSURE and text and "<" not in text:
                self._said.append(text)
                return [TextDelta(text)]
        return self._feed_slowly(text, is_last=False)

    def finish(self) -> list[RunEvent]:
        return self._feed_slowly("", is_last=True)

    def settle(self) -> None:
        """Thinking came in a field of its own, so tags in the text are just text."""
        if self._state in (_State.START, _State.UNSURE):
            self._state = _State.GAP if self._state is _State.START else _State.ANSWER

    def _feed_slowly(self, text: str, *, is_last: bool) -> list[RunEvent]:
        text, self._held = self._held + text, ""
        events: list[RunEvent] = []
        while text:
            before = self._state, text
            text = self._step(text, events, is_last=is_last)
            if (self._state, text) == before:
                break
        self._held = text
        return events

    def _step(self, text: str, events: list[RunEvent], *, is_last: bool) -> str:
        """Uses up what can be used in this state; returns the rest."""
        match self._state:
            case _State.START:
                return self._start(text, is_last=is_last)
            case _State.OPENED:
                rest = text.lstrip("\n")
                self._state = _State.THINKING if rest else _State.OPENED
                return rest
            case _State.THINKING:
                return self._think(text, events, is_last=is_last)
            case _State.GAP:
                rest = text.lstrip()
                self._state = _State.ANSWER if rest else _State.GAP
                return rest
            case _State.UNSURE:
                return self._doubt(text, events, is_last=is_last)
            case _:
                events.append(TextDelta(text))
                return ""

    def _start(self, text: str, *, is_last: bool) -> str:
        words = text.lstrip()
        if words.startswith(OPEN):
            self._state = _State.OPENED
            return words[len(OPEN) :]
        if is_last or not OPEN.startswith(words):
            self._state = _State.UNSURE
        return text

    def _think(self, text: str, events: list[RunEvent], *, is_last: bool) -> str:
        thought, found, rest = text.partition(CLOSE)
        if not found and not is_last:
            thought, rest = _without_partial(text)
        if thought:
            events.append(ReasoningDelta(thought))
        if found:
            self._state = _State.GAP
        return rest

    def _doubt(self, text: str, events: list[RunEvent], *, is_last: bool) -> str:
        before, found, rest = text.partition(CLOSE)
        if not found:
            sure, rest = (text, "") if is_last else _without_partial(text)
            self._say(sure, events)
        elif self._is_at_edge(before, rest):
            self._unsay(before, events)
        elif rest or is_last:
            self._say(before + found, events)
        else:
            return text  # the next character decides
        return rest

    def _is_at_edge(self, before: str, after: str) -> bool:
        so_far = before or (self._said[-1] if self._said else "")
        return not so_far or so_far.endswith("\n") or after.startswith("\n")

    def _unsay(self, before: str, events: list[RunEvent]) -> None:
        """What was taken for the answer was thinking."""
        if self._said:
            events.append(TextReplaced(""))
        if thought := "".join([*self._said, before]):
            events.append(ReasoningDelta(thought))
        self._said = []
        self._state = _State.GAP

    def _say(self, text: str, events: list[RunEvent]) -> None:
        if text:
            self._said.append(text)
            events.append(TextDelta(text))


def _without_partial(text: str) -> tuple[str, str]:
    """The text, and its end where that may be the beginning of a closing tag."""
    for size in range(min(len(CLOSE) - 1, len(text)), 0, -1):
        if CLOSE.startswith(text[-size:]):
            return text[:-size], text[-size:]
    return text, ""
