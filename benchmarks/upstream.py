"""The upstream of the relay benchmark: a bare server on asyncio that speaks for every platform.

The first piece of a path names the platform, and the question chooses the answer: ``bench <kind>
<lang> <tokens> <chars> <per second>``. The moment that each delta was sent is kept
(``Stream.sent_at``), so that the client can tell what the relay adds.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from time import monotonic

from benchmarks.answers import answer, deltas
from benchmarks.platforms import PLATFORMS, Platform

QUESTION = re.compile(rb"bench (\w+) (\w+) (\d+) (\d+) (\d+) #(\d+)")
PATH = re.compile(rb"\w+ /(\w+)(/[^ ?]*)")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


@dataclass
class Stream:
    """One answer being sent. ``ends`` counts the characters but white space after each delta: what
    stands on a screen can be compared with it."""

    sent_at: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Script:
    """An answer in chunks as they go out; each delta's with the text length that it reaches."""

    opening: bytes
    deltas: list[tuple[bytes, int]]
    closing: bytes


@dataclass
class Upstream:
    """All streams by the number that the question carries."""

    streams: dict[int, Stream] = field(default_factory=dict)
    _scripts: dict[tuple[str, str, str, int, int], Script] = field(default_factory=dict)

    def script(self, platform: Platform, kind: str, lang: str, tokens: int, chars: int) -> Script:
        key = (platform.name, kind, lang, tokens, chars)
        if key not in self._scripts:
            self._scripts[key] = _script(platform, answer(kind, lang, tokens), chars)
        return self._scripts[key]

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
        length = LENGTH.search(head)
        if not mark or (length and len(body) < int(length[1])):
            return
        self.buffer = b""
        asked = PATH.match(head)
        assert asked
        platform = PLATFORMS[asked[1].decode()]
        # The last match: earlier questions of the conversation may stand in the history.
        if questions := QUESTION.findall(body):
            self._answer(platform, *questions[-1])
        else:
            reply = json.dumps(platform.reply(asked[2].decode())).encode()
            self.transport.write(REPLY % (len(reply), reply))

    def _answer(
        self,
        platform: Platform,
        kind: bytes,
        lang: bytes,
        tokens: bytes,
        chars: bytes,
        pace: bytes,
        number: bytes,
    ) -> None:
        script = self.upstream.script(
            platform, kind.decode(), lang.decode(), int(tokens), int(chars)
        )
        stream = self.upstream.streams[int(number)] = Stream()
        self.transport.write(HEAD + script.opening)
        self._send(stream, script, 0, self.loop.time(), 1 / int(pace))

    def _send(self, stream: Stream, script: Script, i: int, due: float, gap: float) -> None:
        if self.transport.is_closing():
            return
        if i == len(script.deltas):
            self.transport.write(script.closing)
            return
        chunk, end = script.deltas[i]
        stream.sent_at.append(monotonic())
        stream.ends.append(end)
        self.transport.write(chunk)
        self.loop.call_at(due + gap, self._send, stream, script, i + 1, due + gap, gap)


def _script(platform: Platform, text: str, chars: int) -> Script:
    records, end = [], 0
    for delta in deltas(text, chars):
        end += len("".join(delta.split()))
        records.append((_chunk(platform.delta(delta)), end))
    closing = _chunk(platform.closing(text)) + b"0\r\n\r\n"
    return Script(_chunk(platform.opening()), records, closing)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
