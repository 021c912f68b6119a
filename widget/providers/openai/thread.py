"""What a model is told of the conversation: as much as fits, the question last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from widget.domain.conversations import AttachmentPart, Message, TextPart
from widget.providers.base import Attachment, Turn
from widget.providers.openai.files import accepted, is_text, note_of, text_of
from widget.providers.openai.settings import OpenAISettings

_ROLES = {"visitor": "user", "assistant": "assistant"}
_MB = 1024 * 1024


class Row(Struct, frozen=True):
    """One message as models know them. ``files`` are those that are no text."""

    role: str
    text: str
    files: tuple[Attachment, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.files


class Thread:
    """The rows of one question, which can be made shorter when the host asks for that."""

    def __init__(self, settings: OpenAISettings, turn: Turn) -> None:
        self._turn = turn
        self._chars = settings.history_chars
        self._turns = settings.history_turns
        self._bytes = settings.history_files_mb * _MB
        self._accept = accepted(settings)

    def rows(self, history: Sequence[Message]) -> list[Row]:
        return alternating([*self._history(history), self._question()])

    def shorten(self) -> bool:
        """Leaves earlier files out and halves the history; False when there is none of either."""
        size = sum(len(row.text) for row in self._history(self._turn.history))
        self._chars = size // 2
        return self.drop_earlier_files() or size > 0

    def drop_earlier_files(self) -> bool:
        """False when none had been sent along."""
        had_files = any(row.files for row in self._history(self._turn.history))
        self._bytes = 0
        return had_files

    def _question(self) -> Row:
        files = [f for f in self._turn.attachments if self._is_usable(f)]
        lost = [note_of(f.name) for f in self._turn.attachments if f not in files]
        texts = [text_of(file) for file in files if is_text(file)]
        return Row(
            "user",
            "\n\n".join(filter(None, [self._turn.text, *texts, *lost])),
            tuple(file for file in files if not is_text(file)),
        )

    def _history(self, history: Sequence[Message]) -> list[Row]:
        """The newest whole messages within all limits, beginning with a question."""
        rows: list[Row] = []
        room = _Room(self._chars, self._bytes)
        turns = 0
        for message in reversed(history):
            row = self._row(message, room)
            turns += row.role == "user"
            if room.chars < 0 or turns > self._turns:
                break
            if not row.is_empty:
                rows.insert(0, row)
        while rows and rows[0].role != "user":
            rows.pop(0)
        return rows

    def _row(self, message: Message, room: _Room) -> Row:
        """Text and files alone: thinking in the history makes some hosts refuse it."""
        texts = [part.text for part in message.parts if isinstance(part, TextPart)]
        text = "\n\n".join(texts).strip()
        room.chars -= len(text)
        files: list[Attachment] = []
        for part in message.parts:
            if isinstance(part, AttachmentPart):
                words, file = self._earlier(part, room)
                text = f"{text}\n\n{words}".strip()
                files += [file] if file else []
        return Row(_ROLES[message.role], text, tuple(files))

    def _earlier(self, part: AttachmentPart, room: _Room) -> tuple[str, Attachment | None]:
        """What is said in the text for an earlier file, and the file itself where it still fits."""
        file = self._turn.earlier_attachments.get(part.id)
        if file is None or not self._is_usable(file) or file.size > room.bytes:
            return note_of(part.name), None
        room.bytes -= file.size
        if not is_text(file):
            return "", file
        words = text_of(file)
        if len(words) > room.chars:
            return note_of(part.name), None
        room.chars -= len(words)
        return words, None

    def _is_usable(self, file: Attachment) -> bool:
        """Settings may have changed since the file came, and files may be deleted."""
        return file.content_type in self._accept and file.path.is_file()


class _Room:
    """What may still be sent along, newest first."""

    def __init__(self, chars: int, size: int) -> None:
        self.chars = chars
        self.bytes = size


def alternating(rows: Iterable[Row]) -> list[Row]:
    """Joins neighbours of one role (a question that got no answer): some models insist on turns."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and last.role == row.role:
            text = "\n\n".join(filter(None, (last.text, row.text)))
            joined[-1] = Row(row.role, text, last.files + row.files)
        else:
            joined.append(row)
    return joined
