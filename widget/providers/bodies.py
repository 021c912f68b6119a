"""Response bodies as they arrive: a chunked decoder that does one thing per packet."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping

import httpx

from widget.domain.errors import UpstreamError, UpstreamInterrupted, UpstreamProtocolError
from widget.providers.network import Stream

_EMPTY_CHUNKED_BODY = b"0\r\n\r\n"
_DRAIN_S = 0.25
_ERROR_BYTES = 16 * 1024
MAX_LINE_BYTES = 4096


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
        self._longest_wait_s = float("inf")
        stream = response.extensions.get("network_stream")
        self._stream = stream if isinstance(stream, Stream) and _is_plain(response) else None

    def __iter__(self) -> Iterator[bytes]:
        if self._stream is None:
            return self._response.iter_bytes()
        return self._chunked(self._stream)

    def wait_at_most(self, seconds: float) -> None:
        """Less patience from now on: what matters has come."""
        self._longest_wait_s = seconds

    def drain(self) -> None:
        """Takes the rest if it is here, so that the connection serves the next run too."""
        if self._stream is None:
            return
        ends_at = time.monotonic() + _DRAIN_S
        with contextlib.suppress(UpstreamError):
            while not self._decoder.is_done and time.monotonic() < ends_at:
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
            if self._decoder.is_broken:
                raise UpstreamProtocolError("the answer's chunked coding is broken")
        self._hand_back(stream)

    def _receive(self, stream: Stream, wait_s: float) -> bytes:
        packet = stream.receive(min(wait_s, self._longest_wait_s))
        if not packet:
            raise UpstreamInterrupted("the connection closed in the middle of the answer")
        return packet

    def _hand_back(self, stream: Stream) -> None:
        """httpcore still waits for a body: given an empty one, it keeps the connection."""
        if self._decoder.is_done and not self._decoder.has_rest:
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
        self.is_broken = False

    @property
    def has_rest(self) -> bool:
        """Whether bytes came after the end, so that the connection cannot be trusted."""
        return bool(self._held)

    def feed(self, packet: bytes) -> bytes:
        """The payload in this packet; chunks that came together are joined."""
        if not self._held and not self._missing and not self._in_trailer:
            # Nearly every packet of a running answer is exactly one chunk.
            line_end = packet.find(b"\r\n")
            size = _size(packet[:line_end]) if 0 < line_end < 17 else 0
            if size > 0 and len(packet) == line_end + size + 4:
                return packet[line_end + 2 : -2]
        return self._feed_slowly(self._held + packet)

    def _feed_slowly(self, data: bytes) -> bytes:
        payload = []
        at = 0
        while at < len(data) and not self.is_done and not self.is_broken:
            if self._missing:
                piece = data[at : at + self._missing]
                payload.append(piece[: max(self._missing - 2, 0)])
                self._missing -= len(piece)
                at += len(piece)
                continue
            line_end = data.find(b"\r\n", at)
            if line_end < 0:
                self.is_broken = len(data) - at > MAX_LINE_BYTES
                break
            self._read_line(data[at:line_end])
            at = line_end + 2
        self._held = data[at:]
        return b"".join(payload)

    def _read_line(self, line: bytes) -> None:
        """A chunk's size, or a line of the trailer. A chunk's own line end counts as part of it."""
        if self._in_trailer:
            self.is_done = not line
            return
        size = _size(line)
        self._missing = size + 2 if size else 0
        self._in_trailer = not size
        self.is_broken = size < 0


def _size(line: bytes) -> int:
    """The size in a chunk's first line; negative when it is none."""
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError:
        return -1
