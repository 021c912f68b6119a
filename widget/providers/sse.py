"""Server-sent events: bytes as they arrive → records, without waiting for more than is needed.

A line break is never part of a longer UTF-8 sequence, so splitting happens on bytes and a character
cut in two by the network is whole again before anyone decodes it. ``Record.data`` stays bytes:
that is what a JSON decoder wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from widget.domain.errors import UpstreamProtocolError

# The last event of a Responses stream repeats every picture of the answer.
MAX_RECORD_BYTES = 24 * 1024 * 1024
_MARK = b"\xef\xbb\xbf"


class Record(Struct, frozen=True):
    """One event. ``event`` is empty when it was not named, ``id`` None when it had none."""

    data: bytes
    event: str = ""
    id: str | None = None


def batches(chunks: Iterable[bytes]) -> Iterator[list[Record]]:
    """The records of each network chunk together, so that what has arrived can be merged."""
    parser = Parser()
    for chunk in chunks:
        if records := parser.feed(chunk):
            yield records
    if records := parser.finish():
        yield records


class Parser:
    """Incremental: feed chunks cut anywhere, get the records that are complete."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._is_first = True
        self._ends_in_cr = False

    def feed(self, chunk: bytes) -> list[Record]:
        if not self._held and chunk.startswith(b"data: {") and chunk.endswith(b"}\n\n"):
            # Nearly every packet of a running answer: whole records, plain line ends.
            if chunk.find(b"\n") == len(chunk) - 2:
                return [Record(chunk[6:-2])]
            if b"\r" not in chunk:
                return _parse_blocks(chunk[:-2])
        return self._feed_slowly(chunk)

    def finish(self) -> list[Record]:
        """What was left without its blank line; some servers end that way."""
        rest = b"".join(self._held)
        self._held = []
        return _parse_blocks(self._without_mark(rest))

    def _feed_slowly(self, chunk: bytes) -> list[Record]:
        chunk = self._with_plain_line_ends(chunk)
        last = self._held[-1][-1:] if self._held else b""
        self._hold(chunk)
        if b"\n\n" not in last + chunk:
            return []  # joined for every line, a long event of short ones would take minutes
        complete, _, rest = b"".join(self._held).rpartition(b"\n\n")
        self._held = [rest] if rest else []
        self._held_bytes = len(rest)
        return _parse_blocks(self._without_mark(complete))

    def _without_mark(self, text: bytes) -> bytes:
        """Without the byte-order mark that a stream may begin with."""
        text = text.removeprefix(_MARK) if self._is_first else text
        self._is_first = False
        return text

    def _hold(self, chunk: bytes) -> None:
        if chunk:
            self._held.append(chunk)
            self._held_bytes += len(chunk)
        if self._held_bytes > MAX_RECORD_BYTES:
            raise UpstreamProtocolError(f"an event is longer than {MAX_RECORD_BYTES} bytes")

    def _with_plain_line_ends(self, chunk: bytes) -> bytes:
        """LF for CRLF and CR; a CRLF cut in two by the network is still one line end."""
        if self._ends_in_cr and chunk:
            self._ends_in_cr = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" in chunk:
            self._ends_in_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk


def _parse_blocks(text: bytes) -> list[Record]:
    records = []
    for block in text.split(b"\n\n"):
        if block.startswith(b"data: ") and b"\n" not in block:
            records.append(Record(block[6:]))
        elif record := _parse_block(block):
            records.append(record)
    return records


def _parse_block(block: bytes) -> Record | None:
    """One event from its lines; None for comments and keep-alives."""
    data: list[bytes] = []
    event, id_ = "", None
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name == b"event":
            event = value.decode(errors="replace")
        elif name == b"id":
            id_ = value.decode(errors="replace")
    return Record(b"\n".join(data), event, id_) if data else None
