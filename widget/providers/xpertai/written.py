"""The answer's text on its way to the screen: half characters mended, late pieces put in place."""

from __future__ import annotations

from collections.abc import Callable

from widget.domain.events import ReasoningDelta, RunEvent, TextDelta, TextReplaced
from widget.providers.surrogates import Mender
from widget.providers.xpertai.text import AnswerText, Tail

REPLACE_S = 0.5


class Written:
    """``replaces``: what is read may be shown already, so the text comes as a replacement first.

    ``has_halves`` is set once the platform has cut a character in two: only then texts are mended.
    """

    def __init__(self, tail: Tail | None, *, replaces: bool, clock: Callable[[], float]) -> None:
        self._text = AnswerText(tail)
        self._is_behind = replaces
        self._may_replace_at = 0.0
        self._clock = clock
        self.has_halves = False
        self._menders: dict[str, Mender] = {}
        self._waiting: dict[str, tuple[str, str] | None] = {}
        self._thought: str | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether the text can only be had whole from the platform."""
        return self._text.is_partial and self._text.is_displaced

    @property
    def is_complete(self) -> bool:
        """Whether the events given so far show all that was read."""
        return not (self._is_behind or self.is_unsure or self._waiting)

    def tail(self) -> Tail:
        return self._text.tail()

    def shown(self) -> str | None:
        """What the events given so far amount to; None when its beginning is not known here."""
        return None if self._text.is_partial or self._is_behind else self._text.whole()

    def begin_paragraph(self) -> None:
        """A step or a widget stands here."""
        self._text.note_component()
        self._thought = None

    def begin_message(self) -> None:
        """Another message of the platform goes on with the answer."""
        self._text.note_message()
        self._thought = None

    def add(self, events: list[RunEvent], text: str, part_id: str = "", source: str = "") -> None:
        if self.has_halves:
            text = self._mended(f"text {part_id}", text, (part_id, source))
        if text:
            self._show(events, text, part_id, source)

    def think(self, events: list[RunEvent], text: str, part_id: str) -> None:
        """A thought of its own begins a paragraph: the platform keeps it apart by its id."""
        if self.has_halves:
            text = self._mended(f"thought {part_id}", text, None)
        if not text:
            return
        gap = "\n\n" if self._thought not in (None, part_id) else ""
        self._thought = part_id
        events.append(ReasoningDelta(gap + text))

    def catch_up(self, events: list[RunEvent], *, is_over: bool) -> None:
        """The whole text in place of what is shown, not too often while it still grows."""
        if is_over:
            self._finish_halves(events)
        if not self._is_behind or not (is_over or self._clock() >= self._may_replace_at):
            return
        if text := self._text.whole():
            self._is_behind = False
            self._may_replace_at = self._clock() + REPLACE_S
            events.append(TextReplaced(text))

    def _show(self, events: list[RunEvent], text: str, part_id: str, source: str) -> None:
        self._thought = None
        shown = self._text.add(text, part_id=part_id, source=source)
        if self._text.is_displaced and not self._text.is_partial:
            self._text.is_displaced = False
            self._is_behind = True
        if shown and not self._is_behind:
            events.append(TextDelta(shown))

    def _mended(self, key: str, text: str, goes_to: tuple[str, str] | None) -> str:
        """Halves put together; one at the end waits for the other."""
        if "\ud800" <= text[-1:] <= "\udbff":
            self._waiting[key] = goes_to
        else:
            self._waiting.pop(key, None)
        return self._menders.setdefault(key, Mender()).feed(text)

    def _finish_halves(self, events: list[RunEvent]) -> None:
        for key, goes_to in self._waiting.items():
            if goes_to:
                self._show(events, self._menders[key].finish(), *goes_to)
        self._waiting.clear()
