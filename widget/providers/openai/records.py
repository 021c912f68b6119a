"""JSON of a stream's records, read with the patience that real hosts need."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
import structlog

from widget.domain.errors import UpstreamProtocolError
from widget.providers.surrogates import decode_leniently

MAX_BROKEN = 3

log = structlog.get_logger(__name__)
_Shape = TypeVar("_Shape")


class Records(Generic[_Shape]):
    """Decodes records of one stream; a broken one is passed over, several fail the run."""

    def __init__(self, decoder: msgspec.json.Decoder[_Shape]) -> None:
        self._decode = decoder.decode
        self._shape = decoder.type
        self._broken = 0
        self.has_halves = False

    def decode(self, data: bytes) -> _Shape | None:
        """The record, or None for one that is passed over."""
        try:
            return self._decode(data)
        except msgspec.ValidationError as error:
            self._skip(data, error)
        except msgspec.DecodeError as error:
            return self._decode_halves(data, error)
        return None

    def be_strict(self) -> None:
        """From now on the first broken record fails."""
        self._broken = MAX_BROKEN - 1

    def _decode_halves(self, data: bytes, error: msgspec.DecodeError) -> _Shape | None:
        """What strict JSON refuses may only be a character cut in two."""
        try:
            shaped = msgspec.convert(decode_leniently(data), self._shape)
        except msgspec.DecodeError:
            self._skip(data, error)
            return None
        self.has_halves = True
        return shaped

    def _skip(self, data: bytes, error: msgspec.DecodeError) -> None:
        """The text of a broken record stays out of the log."""
        if isinstance(error, msgspec.ValidationError) and not data.lstrip().startswith(b"{"):
            return
        self._broken += 1
        log.warning("a record from the platform cannot be read", bytes=len(data))
        if self._broken >= MAX_BROKEN:
            raise UpstreamProtocolError("the platform's answer cannot be understood")
