"""An answer as it grows: its parts in order, what stands on screen, and what is still to be stored.

The hot path runs through ``add``: one text delta in, its patches out, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from widget.domain.conversations import Part, ReasoningPart, RemovedPart, TextPart
from widget.domain.transcript import PartChanged, ShownPart, body
from widget.render.stream import MarkdownStream
from widget.runs.clean import clean
from widget.runs.settled import settled
from widget.runs.shown import plain, rendered, shown_part, shown_text
from widget.runs.storable import storable
from widget.store.parts import PartRow, row_of

TextKind = Literal["text", "reasoning"]


class GrowingText:
    """A text or reasoning part. ``chunks`` is its text in pieces, joined only to be stored."""

    __slots__ = ("_html", "chunks", "is_dirty", "kind", "stream")

    def __init__(self, kind: TextKind, text: str = "") -> None:
        self.kind = kind
        self.is_dirty = True
        self.restart(text)

    def restart(self, text: str) -> None:
        """The whole part is this text now, and open."""
        self.chunks = [text] if text else []
        self.stream: MarkdownStream | None = MarkdownStream()
        self._html = ""
        if text:
            self.stream.feed(text)

    def close(self, markup: str) -> None:
        self._html = markup
        self.stream = None

    def text(self) -> str:
        return "".join(self.chunks)

    def whole(self) -> Part:
        text = self.text()
        return TextPart(text) if self.kind == "text" else ReasoningPart(text)

    def melt(self, chunks: int) -> str:
        """The first pieces as one, which they are from now on: joined once, not at each save."""
        if chunks > 1:
            self.chunks[:chunks] = ["".join(self.chunks[:chunks])]
        return self.chunks[0] if chunks else ""

    def shown(self) -> ShownPart:
        return shown_text(self.kind, self.stream.html() if self.stream else self._html)

    def finished(self) -> ShownPart:
        """With the closed blocks only."""
        return shown_text(self.kind, self.stream.closed_html() if self.stream else self._html)


class FixedPart:
    """Any other part; it changes as a whole."""

    __slots__ = ("is_dirty", "part", "row")

    def __init__(self, position: int, part: Part) -> None:
        self.is_dirty = True
        self.part = part
        self.row = row_of(position, part)

    def whole(self) -> Part:
        return self.part

    def shown(self) -> ShownPart:
        return shown_part(self.part)

    finished = shown


class Answer:
    """``emit`` takes the body of every event for the journal.

    A *mark* says how far the platform's cursor reaches: once there is one, only what came before it
    is stored, so that text and cursor in a checkpoint always belong together and a join neither
    repeats nor skips a word.
    """

    def __init__(
        self, message: str, emit: Callable[[str], object], parts: Iterable[Part] = ()
    ) -> None:
        self.message = message
        self._emit = emit
        self._parts: list[GrowingText | FixedPart] = []
        self._open: GrowingText | None = None
        self._known: dict[tuple[str, str], int] = {}
        self._marked_parts: int | None = None
        self._marked_chunks = 0
        for part in parts:
            self._restore(part)

    def add(self, kind: TextKind, text: str) -> None:
        """Appends to the open part of this kind, or opens one."""
        text = clean(text)
        if not text:
            return
        part = self._open
        if part is None or part.kind != kind:
            part = self._open_text(kind)
        part.chunks.append(text)
        part.is_dirty = True
        assert part.stream is not None  # noqa: S101 - what is open has a stream
        for patch in part.stream.feed(text):
            self._emit(body(patch))

    def put(self, part: Part) -> None:
        """Adds a part, or replaces the one of the same kind and id where it stands."""
        part = storable(part)
        key = _key(part)
        position = self._known.get(key) if key else None
        if position is None:
            self.close()
            position = len(self._parts)
            self._parts.append(FixedPart(position, part))
            if key:
                self._known[key] = position
        else:
            known = self._parts[position]
            if isinstance(known, FixedPart) and known.part == part:
                return
            self._parts[position] = FixedPart(position, part)
        self.say(position)

    def remove(self, part_id: str) -> None:
        """Takes the part with this id away; its place stays, so that the others keep theirs."""
        for key in [key for key in self._known if key[1] == part_id]:
            position = self._known.pop(key)
            self._parts[position] = FixedPart(position, RemovedPart())
            self.say(position)

    def settle(self) -> None:
        """Nobody waits for an answer to what is asked here any more."""
        for position, known in enumerate(self._parts):
            part = settled(known.part) if isinstance(known, FixedPart) else None
            if part is not None:
                self._parts[position] = FixedPart(position, part)
                self.say(position)

    def replace_text(self, text: str) -> None:
        """The whole answer text is to be this: the last text part takes it, the others empty."""
        text = clean(text)
        texts = [
            part for part in self._parts if isinstance(part, GrowingText) and part.kind == "text"
        ]
        if "".join(part.text() for part in texts) == text:
            return  # most platforms only repeat what they have streamed
        positions = [self._parts.index(part) for part in texts]
        if not positions:
            self.add("text", text)
            return
        if self._open and self._open is not self._parts[positions[-1]]:
            self.close()
        for position in positions[:-1]:
            self._restart(position, "")
            self.close()
        self._restart(positions[-1], text)
        if positions[-1] + 1 < len(self._parts):
            self.close()  # what is open is always the last part: later text comes after the others

    def close(self) -> None:
        """Finishes the open text: from here on it is what one rendering of the whole would be."""
        part = self._open
        if part is None or part.stream is None:
            return
        for patch in part.stream.finish():
            self._emit(body(patch))
        part.close(part.stream.html())
        self._open = None

    def close_plainly(self) -> None:
        """Closes a text that the renderer failed on, as it was written."""
        part = self._open
        if part is None:
            return
        self._open = None
        part.close(plain(part.text()))
        self.say(self._parts.index(part))

    def announce_open(self) -> None:
        """Tells frames that hold the stored text what the open part stands at now."""
        if self._open is not None:
            self.say(len(self._parts) - 1)

    def shown(self) -> tuple[ShownPart, ...]:
        return tuple(part.shown() for part in self._parts)

    def finished(self) -> tuple[ShownPart, ...]:
        """What will not change any more, for pages without JavaScript."""
        return tuple(part.finished() for part in self._parts)

    def mark(self) -> None:
        """What is here now is what the cursor covers."""
        self._marked_parts = len(self._parts)
        last = self._parts[-1] if self._parts else None
        self._marked_chunks = len(last.chunks) if isinstance(last, GrowingText) else 0

    def take_changes(self) -> list[PartRow]:
        """The parts to store now: those changed since the last call, up to the mark."""
        end = len(self._parts) if self._marked_parts is None else self._marked_parts
        return [
            self._take(position, part)
            for position, part in enumerate(self._parts[:end])
            if part.is_dirty
        ]

    def put_back(self, rows: Iterable[PartRow]) -> None:
        """These were taken but not stored."""
        for row in rows:
            self._parts[row.position].is_dirty = True

    def rows(self) -> list[PartRow]:
        """Every part whole."""
        return [_row(position, part) for position, part in enumerate(self._parts)]

    def parts(self) -> tuple[Part, ...]:
        """What it consists of at this moment, for readers who are shown no HTML."""
        return tuple(part.whole() for part in self._parts)

    def _open_text(self, kind: TextKind) -> GrowingText:
        self.close()
        part = self._open = GrowingText(kind)
        self._parts.append(part)
        self.say(len(self._parts) - 1)
        return part

    def _restart(self, position: int, text: str) -> None:
        part = self._parts[position]
        assert isinstance(part, GrowingText)  # noqa: S101 - the callers chose it as a text
        part.restart(text)
        part.is_dirty = True
        self._open = part
        self.say(position)

    def say(self, position: int) -> None:
        """Tells the frames what stands here now."""
        self._emit(body(PartChanged(self.message, position, self._parts[position].shown())))

    def _take(self, position: int, part: GrowingText | FixedPart) -> PartRow:
        part.is_dirty = False
        if isinstance(part, FixedPart):
            return part.row
        chunks = len(part.chunks)
        if self._marked_parts == position + 1:
            chunks = min(self._marked_chunks, chunks)
            self._marked_chunks = min(chunks, 1)
            part.is_dirty = len(part.chunks) > chunks
        return PartRow(position, part.kind, part.melt(chunks))

    def _restore(self, part: Part) -> None:
        """Takes a stored part; the last one, if it is text, is open and grows on."""
        if self._open is not None:
            self._open.close(rendered(self._open.text()))
            self._open = None
        position = len(self._parts)
        if isinstance(part, TextPart | ReasoningPart):
            kind: TextKind = "text" if isinstance(part, TextPart) else "reasoning"
            self._open = GrowingText(kind, part.text)
            self._parts.append(self._open)
        else:
            self._parts.append(FixedPart(position, part))
            if key := _key(part):
                self._known[key] = position
        self._parts[-1].is_dirty = False


def _row(position: int, part: GrowingText | FixedPart) -> PartRow:
    if isinstance(part, FixedPart):
        return part.row
    return PartRow(position, part.kind, part.text())


def _key(part: Part) -> tuple[str, str] | None:
    identity = getattr(part, "id", None)
    return (type(part).__name__, identity) if identity else None
