"""Characters that a platform cut in two: what counts text in UTF-16, as JavaScript does, may send
the halves of an emoji in two pieces, each as an escape that strict JSON readers refuse."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def decode_leniently(data: bytes) -> Any:
    """Plain values of JSON that may hold half characters; raises ``msgspec.DecodeError``."""
    try:
        return json.loads(data)
    except ValueError as error:
        raise msgspec.DecodeError(str(error)) from None


class Mender:
    """Puts the halves together again. Feed every piece of one text, in order."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """The text with whole characters only; a first half waits for the second."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return _joined(text[:-1] if self._half else text)

    def finish(self) -> str:
        """What stands for a half that stayed alone."""
        half, self._half = self._half, ""
        return _joined(half)


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
