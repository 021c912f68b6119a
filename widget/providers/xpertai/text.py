"""An answer's text from XpertAI's parts, merged as the platform itself merges them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

KNOWN_PARTS = 50


class Tail(Struct, frozen=True, omit_defaults=True):
    """What a later process must know of the text so far, to go on without a seam.

    ``parts`` are the ids of the text parts in order ("" for one without), ``source`` who wrote the
    last one, ``end`` its last character.
    """

    parts: tuple[str, ...] = ()
    source: str = ""
    end: str = ""
    is_after_component: bool = False

    def before_another(self) -> Tail:
        """As another message of the same answer finds it: it begins a paragraph."""
        return Tail(end=self.end, is_after_component=True)


class TextPart(Struct):
    id: str
    source: str
    is_after_component: bool
    pieces: list[str] = field(default_factory=list)

    def text(self) -> str:
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


class AnswerText:
    """Feed parts in the order of arrival; get what is to be appended to the shown text.

    A part with an id grows wherever it stands, also behind a later one; then appending is no longer
    enough: ``is_displaced`` is set, and ``whole()`` is the text to show. After a join the parts
    before it are known by id alone (``is_partial``), and the whole has to come from the platform.
    """

    def __init__(self, tail: Tail | None = None) -> None:
        tail = tail or Tail()
        self.is_partial = bool(tail.parts or tail.end)
        self.is_displaced = False
        self._parts = [TextPart(id_, "", False) for id_ in tail.parts]
        self._by_id = {part.id: part for part in self._parts if part.id}
        self._is_after_component = tail.is_after_component
        self._end = tail.end
        self._begins_at = 0
        if self._parts:
            self._parts[-1].source = tail.source

    def tail(self) -> Tail:
        parts = self._parts[self._begins_at :][-KNOWN_PARTS:]
        source = parts[-1].source if parts else ""
        return Tail(tuple(part.id for part in parts), source, self._end, self._is_after_component)

    def add(self, text: str, *, part_id: str = "", source: str = "") -> str:
        """What to append for this piece; empty when it belongs further up."""
        last = self._parts[-1] if self._parts else None
        part = self._by_id.get(part_id) if part_id else None
        if part is None and last and not part_id and self._continues(last, source):
            part = last
        if part is None:
            return self._open(text, part_id, source)
        part.pieces.append(text)
        if part is last:
            return self._shown(text)
        self.is_displaced = True
        return ""

    def note_component(self) -> None:
        """A step or widget stands here: text of another part after it is a paragraph of its own."""
        self._is_after_component = True

    def note_message(self) -> None:
        """Another message of the platform goes on: it knows no part of those before it."""
        self._by_id.clear()
        self._begins_at = len(self._parts)
        self.note_component()

    def whole(self) -> str:
        return flatten([(part.text(), part.is_after_component) for part in self._parts])

    def _continues(self, last: TextPart, source: str) -> bool:
        return not last.id and last.source == source and not self._is_after_component

    def _open(self, text: str, part_id: str, source: str) -> str:
        is_after_component = self._is_after_component
        gap = separator(self._end, text, is_after_component=is_after_component)
        kept = text if is_after_component else gap + text
        part = TextPart(part_id, source, is_after_component, [kept])
        self._parts.append(part)
        if part_id:
            self._by_id[part_id] = part
        self._is_after_component = False
        return self._shown(gap + text)

    def _shown(self, text: str) -> str:
        self._end = (self._end + text)[-1:]
        return text


def separator(before: str, text: str, *, is_after_component: bool) -> str:
    """What the platform puts between two text parts."""
    if not before or not text or text[0].isspace():
        return ""
    if is_after_component:
        return "\n\n"
    return "" if before[-1:].isspace() else "\n"


def flatten(parts: Sequence[tuple[str, bool]]) -> str:
    """One text from the parts of a message, each with whether a component stands before it."""
    whole = ""
    for text, is_after_component in parts:
        whole += separator(whole, text, is_after_component=is_after_component) + text
    return whole


def parts_of(content: object) -> list[tuple[str, bool]]:
    """The text parts of a stored message's ``content`` (a string, or parts of every kind)."""
    if isinstance(content, str):
        return [(content, False)]
    found: list[tuple[str, bool]] = []
    is_after_component = False
    for part in content if isinstance(content, list) else []:
        if isinstance(part, str):
            part = {"type": "text", "text": part}
        if not isinstance(part, dict):
            continue
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            found.append((part["text"], is_after_component))
            is_after_component = False
        elif part.get("type") == "component":
            is_after_component = True
    return found
