"""What a stream leaves behind that is no record: an error body in its middle or its place.

The platform breaks off a stream with a plain JSON envelope, without a line end; a parser of events
sees nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from widget.providers.coze.parsing import parse

MOST_BYTES = 16 * 1024


class Leftovers:
    """Iterate to get the chunks as they are; ``envelope`` then tells what was left."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._held = b""

    def __iter__(self) -> Iterator[bytes]:
        is_body = None
        for chunk in self._chunks:
            if is_body is None:
                is_body = chunk.lstrip().startswith(b"{")
            if is_body:
                self._held = (self._held + chunk)[:MOST_BYTES]
            elif chunk.endswith(b"\n"):
                self._held = b""
            else:
                self._held = (self._held + chunk).rpartition(b"\n")[2][:MOST_BYTES]
            yield chunk

    def envelope(self) -> dict[str, Any] | None:
        found = parse(self._held)
        return found if isinstance(found, dict) else None
