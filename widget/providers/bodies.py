"""Response bodies as they arrive: a chunked decoder that does one thing per packet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import httpx

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.providers.network import Stream

_EMPTY_CHUNKED_BODY = b"0\r\n\r\n"
_DRAIN_S = 0.25
_ERROR_BYTES = 16 * 1024


def stream_bytes(response: httpx.Response) -> ByteStream:
    """The body's bytes, once per network packet, never waiting for more than came.

    The client's patience holds: the first bytes may take as long as the head, between later ones
    the shorter limit counts. Raises ``UpstreamError``.
    """
    return ByteStream(response)


def error_text(response: httpx.Response) -> str:
    """The start of a refusal's body, for the owner's log and never for visitors."""
    body = b""
    with contextlib.suppress(UpstreamError):
        for piece in response.iter_bytes():
            body += piece
            if len(body) >= _ERROR_BYTES:
                break
    return body[:_ERROR_BYTES].decode(errors="replace")


class ByteStream:
    """Iterate once. ``drain`` it when the platform's own end mark came before the body's end."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._decoder = Dechunker()
        stream = response.extensions.get("network_stream")
        self._stream = stream if isinstance(stream, Stream) and _is_plain(response) else None

    def __iter__(self) -> Iterator[bytes]:
        if self._stream is None:
            return self._response.iter_bytes()
        return self._chunked(self._stream)

    def drain(self) -> None:
        """Takes the rest if it is here, so that the connection serves the next run too."""
        if self._stream is None:
            return
        with contextlib.suppress(UpstreamError):
            while not self._decoder.is_done:
                self._decoder.feed(self._receive(self._stream, _DRAIN_S))
            self._hand_back(self._stream)

    def _chunked(self, stream: Stream) -> Iterator[bytes]:
        wait_s = self._response.extensions["first_byte_s"]
        between_bytes_s = self._response.extensions["between_bytes_s"]
        while not self._decoder.is_done:
            data = self._decoder.feed(self._receive(stream, wait_s))
            wait_s = between_bytes_s
            if data:
                yield data
        self._hand_back(stream)

    def _receive(self, stream: Stream, wait_s: float) -> bytes:
        packet = stream.receive(wait_s)
        if not packet:
            raise UpstreamInterrupted("the connection closed in the middle of the answer")
        return packet

    def _hand_back(self, stream: Stream) -> None:
        """httpcore still waits for a body: given an empty one, it keeps the connection."""
        if not self._decoder.has_rest and not self._response.is_closed:
            stream.put_back(_EMPTY_CHUNKED_BODY)
            self._response.read()


def _is_plain(response: httpx.Response) -> bool:
    headers: Mapping[str, str] = response.headers
    coding = headers.get("Transfer-Encoding", "").strip().lower()
    return coding == "chunked" and headers.get("Content-Encoding", "identity") == "identity"


class Dechunker:
    """HTTP/1.1 chunked transfer coding (RFC 9112 §7.1), packets in, payload out."""

    def __init__(self) -> None:
        self._held = b""
        self._missing = 0
        self._in_trailer = False
        self.is_done = False

    @property
    def has_rest(self) -> bool:
        """Whether bytes came after the end, so that the connection cannot be trusted."""
        return bool(self._held)

    def feed(self, packet: bytes) -> bytes:
        """The payload in this packet; chunks that came together are joined."""
        if not self._held and not self._missing and not self._in_trailer:
            # Nearly every packet of a running answer is exactly one chunk.
            line_end = packet.find(b"\r\n")
            if 0 < line_end < 17:
                size = _size(packet[:line_end])
                if size and len(packet) == line_end + size + 4:
                    return packet[line_end + 2 : -2]
        return self._feed_slowly(packet)

    def _feed_slowly(self, packet: bytes) -> bytes:
        self._held += packet
        payload = []
        while self._held and not self.is_done:
            piece = self._skip_trailer() if self._in_trailer else self._take()
            if piece is None:
                break
            payload.append(piece)
        return b"".join(payload)

    def _take(self) -> bytes | None:
        """The next piece of payload, b"" after a step without one, None when bytes are missing."""
        if self._missing:
            return self._take_payload()
        line, found, rest = self._held.partition(b"\r\n")
        if not found:
            if len(line) > 4096:
                raise UpstreamProtocolError("a chunk's size line does not end")
            return None
        size = _size(line)
        self._held = rest
        self._missing = size + 2 if size else 0
        self._in_trailer = not size
        return b""

    def _take_payload(self) -> bytes:
        """What is here of the current chunk, without the line end that closes it."""
        piece = self._held[: self._missing]
        self._held = self._held[len(piece) :]
        before = max(self._missing - 2, 0)
        self._missing -= len(piece)
        return piece[:before]

    def _skip_trailer(self) -> bytes | None:
        line, found, rest = self._held.partition(b"\r\n")
        if not found:
            return None
        self._held = rest
        self.is_done = not line
        return b""


def _size(line: bytes) -> int:
    try:
        size = int(line.partition(b";")[0], 16)
    except ValueError:
        size = -1
    if size < 0:
        raise UpstreamProtocolError("the answer's chunked coding is broken")
    return size
