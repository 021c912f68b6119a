"""An upstream of the relay benchmark: a bare chat-completions server on asyncio.

The question chooses the answer: ``bench <kind> <lang> <tokens> <chars> <per second>``. The
moment that each delta was sent is kept (``Stream.sent_at``), so that the client can tell what the
relay adds.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from time import monotonic

from benchmarks.answers import answer, deltas

QUESTION = re.compile(rb"bench (\w+) (\w+) (\d+) (\d+) (\d+) #(\d+)")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass
class Stream:
    """One answer being sent. ``ends`` counts the characters but white space after each delta: what
    stands on a screen can be compared with it."""

    sent_at: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


@dataclass
class Upstream:
    """All streams by the number that the question carries."""

    streams: dict[int, Stream] = field(default_factory=dict)
    _records: dict[tuple[str, str, int, int], list[tuple[bytes, int]]] = field(default_factory=dict)

    def records(self, kind: str, lang: str, tokens: int, chars: int) -> list[tuple[bytes, int]]:
        """The answer's chunks with the text length that each one reaches."""
        key = (kind, lang, tokens, chars)
        if key not in self._records:
            self._records[key] = _encode(answer(kind, lang, tokens), chars)
        return self._records[key]

    def deltas_sent(self) -> int:
        return sum(len(stream.sent_at) for stream in self.streams.values())


class UpstreamProtocol(asyncio.Protocol):
    """Reads one request, then sends its answer at the asked pace; keep-alive."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not mark or (length and len(body) < int(length[1])):
            return
        self.buffer = b""
        # The last match: earlier questions of the conversation may stand in the history.
        kind, lang, tokens, chars, pace, number = QUESTION.findall(body)[-1]
        records = self.upstream.records(kind.decode(), lang.decode(), int(tokens), int(chars))
        stream = self.upstream.streams[int(number)] = Stream()
        self.transport.write(HEAD)
        self._send(stream, records, 0, self.loop.time(), 1 / int(pace))

    def _send(
        self, stream: Stream, records: list[tuple[bytes, int]], i: int, due: float, gap: float
    ) -> None:
        if self.transport.is_closing():
            return
        if i == len(records):
            self.transport.write(
                _chunk(_record({}, "stop")) + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"
            )
            return
        chunk, end = records[i]
        stream.sent_at.append(monotonic())
        stream.ends.append(end)
        self.transport.write(chunk)
        self.loop.call_at(due + gap, self._send, stream, records, i + 1, due + gap, gap)


def _encode(text: str, chars: int) -> list[tuple[bytes, int]]:
    records, end = [], 0
    for delta in deltas(text, chars):
        end += len("".join(delta.split()))
        records.append((_chunk(_record({"content": delta}, None)), end))
    return records


def _record(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    record = {
        "id": "chatcmpl-bench0000000000000000000000",
        "object": "chat.completion.chunk",
        "created": 1790000000,
        "model": "bench",
        "choices": [choice],
    }
    return b"data: " + json.dumps(record, ensure_ascii=False).encode() + b"\n\n"


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
