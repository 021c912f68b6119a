"""The data of one record of XpertAI's stream as plain values."""

from __future__ import annotations

from typing import Any

import msgspec

from widget.domain.errors import UpstreamProtocolError
from widget.providers.surrogates import Mender, decode_leniently

_decode = msgspec.json.Decoder().decode


class Payloads:
    """``has_halves`` once the platform has cut a character in two."""

    def __init__(self) -> None:
        self.has_halves = False
        self._broken = 0

    def read(self, data: bytes) -> Any:
        """JSON, bare words as text, None for an item that is neither.

        One such item is skipped; a second one means that we misread the stream, and raises
        ``UpstreamProtocolError``.
        """
        try:
            return _decode(data)
        except msgspec.DecodeError:
            if data[:1] not in b'{["':
                return data.decode(errors="replace")
        try:
            payload = decode_leniently(data)
        except msgspec.DecodeError:
            self._broken += 1
            if self._broken > 1:
                raise UpstreamProtocolError("the stream holds items that are not JSON") from None
            return None
        self.has_halves = True
        return payload

    def whole(self, value: dict[str, Any]) -> dict[str, Any]:
        """Without half characters, which only running text can still make whole."""
        return {n: _whole(v) for n, v in value.items()} if self.has_halves else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        mender = Mender()
        return mender.feed(value) + mender.finish()
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {n: _whole(v) for n, v in value.items()} if isinstance(value, dict) else value
