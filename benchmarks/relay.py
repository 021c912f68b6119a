"""What the relay costs: CPU per upstream delta, added delay, wire bytes, share of merged deltas.

``python -m benchmarks.relay [--quick | --headline]``; without either all rows, which are kept in
``results``. Upstream and clients share this process, so that both ends of a delay are read from one
clock; the server is a process of its own and its CPU time is read from the kernel. ``straight``
rows are the same client reading the upstream without a relay.

Each client asks again when its answer is complete, and the first questions are spread over the time
that an answer takes: so a row is the steady state, with as many answers beginning and ending in
each second as that many streams have, not five hundred visitors who press Enter in one second.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from html import unescape
from pathlib import Path
from re import sub
from time import monotonic

from benchmarks.answers import KINDS, LANGS, answer
from benchmarks.platforms import PLATFORMS
from benchmarks.server import Server, free_port, serving
from benchmarks.sockets import SocketClient
from benchmarks.upstream import Stream, Upstream, UpstreamProtocol

SITE = """
[[sites]]
key = "{name}"
name = "Bench"
origins = []
[sites.limits]
visitor_per_minute = 0
address_per_minute = 0
site_per_minute = 0
site_per_day = 0
[sites.provider]
{settings}
"""

WINDOW_S = 12.0


@dataclass
class Load:
    """One row: ``streams`` answers at once, ``pace`` deltas a second each."""

    kind: str
    lang: str
    tokens: int
    chars: int
    streams: int
    pace: int
    platform: str = "openai"


@dataclass
class Row:
    load: Load
    cpu_us_per_delta: float
    frames_per_delta: float
    merged_share: float
    wire_ratio: float
    p50_ms: float
    p99_ms: float
    straight_p99_ms: float
    unfinished: int


@dataclass
class Window:
    """The time that is measured: everything runs before it, and goes on after it."""

    begins_at: float
    ends_at: float
    cpu_s: float = 0.0
    deltas: int = 0

    def holds(self, moment: float) -> bool:
        return self.begins_at <= moment < self.ends_at


@dataclass
class Reader:
    """What one client has seen of one answer."""

    number: int
    seen: int = 0
    frames: int = 0
    wire_bytes: int = 0
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    is_done: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, payload: bytes, size: int) -> None:
        if payload[:1] == b"[":
            self.frames += 1
            self.wire_bytes += size
            patch = json.loads(payload)
            self.seen += _visible(patch[2] if len(patch) == 3 else sub(r"<[^>]*>", "", patch[3]))
            self.arrivals.append((monotonic(), self.seen))
        elif b'"type":"run.ended"' in payload:
            self.is_done = b'"state":"done"' in payload
            self.done.set()


def _visible(text: str) -> int:
    return len("".join(unescape(text).split()))


def delays_ms(stream: Stream, reader: Reader, window: Window) -> list[float]:
    """From the sending of each delta in the window to the first frame that shows its end."""
    found, at = [], 0
    for moment, seen in reader.arrivals:
        while at < len(stream.ends) and stream.ends[at] <= seen:
            if window.holds(stream.sent_at[at]):
                found.append((moment - stream.sent_at[at]) * 1000)
            at += 1
    return found


class Bench:
    """The upstream and one server; rows run one after the other on fresh conversations."""

    def __init__(self, server: Server, upstream: Upstream, upstream_port: int) -> None:
        self.server, self.upstream, self.upstream_port = server, upstream, upstream_port
        self.platform = ""
        self.clients: list[SocketClient] = []
        self.current: list[Reader] = []
        self.readers: list[Reader] = []
        self.asked = 0

    async def connect(self, platform: str, count: int) -> None:
        """Sockets stay open from row to row, as far as they are on the same site."""
        if platform != self.platform:
            for client in self.clients:
                client.close()
            self.platform, self.clients, self.current = platform, [], []
        while len(self.clients) < count:
            self.clients.append(await self._client(len(self.clients)))

    async def _client(self, at: int) -> SocketClient:
        loop = asyncio.get_running_loop()
        self.current.append(Reader(-1))
        token = await loop.run_in_executor(None, self.server.token, self.platform)

        def take(payload: bytes, size: int) -> None:
            self.current[at].take(payload, size)

        client = SocketClient(
            self.server.host, f"/frame/{self.platform}/socket", self.server.origin, take
        )
        return await client.open(self.server.port, token)

    async def row(self, load: Load) -> Row:
        await self.connect(load.platform, load.streams)
        self.readers = []
        lasts_s = len(answer(load.kind, load.lang, load.tokens)) / load.chars / load.pace
        now = monotonic()
        window = Window(now + lasts_s, now + lasts_s + WINDOW_S)
        asking = [
            asyncio.create_task(self._ask_on(load, at, now + lasts_s * at / load.streams, window))
            for at in range(load.streams)
        ]
        await self._measure(window)
        unfinished = await self._last_answers(asking, lasts_s)
        straight = await self._straight(load)
        return self._figures(load, window, straight, unfinished)

    async def _ask_on(self, load: Load, at: int, begins_at: float, window: Window) -> None:
        """One visitor: asks, reads to the end, asks again, until the window is over."""
        await asyncio.sleep(begins_at - monotonic())
        while monotonic() < window.ends_at:
            reader = Reader(self.asked)
            self.asked += 1
            self.current[at] = reader
            self.readers.append(reader)
            self.clients[at].send({"type": "conversation.new"})
            self.clients[at].send(
                {
                    "type": "message.send",
                    "client_message_id": f"bench-{reader.number:08}",
                    "text": _question(load, reader.number),
                }
            )
            await reader.done.wait()

    async def _measure(self, window: Window) -> None:
        await asyncio.sleep(window.begins_at - monotonic())
        cpu, before = self.server.cpu_s(), self.upstream.deltas_sent()
        await asyncio.sleep(window.ends_at - monotonic())
        window.cpu_s = self.server.cpu_s() - cpu
        window.deltas = self.upstream.deltas_sent() - before

    async def _last_answers(self, asking: list[asyncio.Task[None]], lasts_s: float) -> int:
        """How many visitors did not see their last answer end in time."""
        _, waiting = await asyncio.wait(asking, timeout=2 * lasts_s + 30)
        for task in waiting:
            task.cancel()
        return len(waiting)

    async def _straight(self, load: Load) -> list[float]:
        """The same pace without a relay, a tenth of the streams; a short answer is enough."""
        load = replace(load, tokens=min(load.tokens, 200))
        numbers = range(self.asked, self.asked + max(1, load.streams // 10))
        self.asked = numbers.stop
        found = await asyncio.gather(*(self._read_straight(load, number) for number in numbers))
        return [delay for delays in found for delay in delays]

    async def _read_straight(self, load: Load, number: int) -> list[float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        body = json.dumps({"messages": [{"content": _question(load, number)}]}).encode()
        writer.write(b"POST /openai/v1 HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        delays: list[float] = []
        await reader.readuntil(b"\r\n\r\n")
        stream = self.upstream.streams[number]
        while size := int((await reader.readline()) or b"0", 16):
            record = await reader.readexactly(size + 2)
            if b'"content"' in record:
                delays.append((monotonic() - stream.sent_at[len(delays)]) * 1000)
        writer.close()
        return delays

    def _figures(self, load: Load, window: Window, straight: list[float], unfinished: int) -> Row:
        text = answer(load.kind, load.lang, load.tokens)
        delays = sorted(
            delay
            for reader in self.readers
            for delay in delays_ms(self.upstream.streams[reader.number], reader, window)
        )
        whole = [reader for reader in self.readers if reader.is_done]
        frames = sum(window.holds(moment) for r in self.readers for moment, _ in r.arrivals)
        return Row(
            load=load,
            cpu_us_per_delta=window.cpu_s / max(1, window.deltas) * 1e6,
            frames_per_delta=frames / max(1, window.deltas),
            merged_share=max(0.0, 1 - frames / max(1, window.deltas)),
            wire_ratio=sum(r.wire_bytes for r in whole) / (len(text.encode()) * len(whole)),
            p50_ms=_quantile(delays, 0.5),
            p99_ms=_quantile(delays, 0.99),
            straight_p99_ms=_quantile(sorted(straight), 0.99),
            unfinished=unfinished,
        )


def _question(load: Load, number: int) -> str:
    return f"bench {load.kind} {load.lang} {load.tokens} {load.chars} {load.pace} #{number}"


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


HEADLINE = [
    Load("prose", "zh", 600, 4, 500, 20),
    Load("prose", "en", 600, 12, 500, 20),
    Load("prose", "zh", 600, 4, 1000, 20),
]
HEAD = """\
| answer | load | CPU µs/delta | wire ÷ text | merged | p50 ms | p99 ms | straight p99 | lost |
|---|---|---|---|---|---|---|---|---|"""
QUICK = [
    Load("table", "en", 200, 4, 50, 20),
    *(Load("prose", "zh", 200, 4, 50, 20, name) for name in PLATFORMS),
]


def all_loads() -> list[Load]:
    rows = [
        Load(kind, lang, tokens, 12 if lang == "en" else 4, 20, 100)
        for kind in KINDS
        for lang in LANGS
        for tokens in (600, 3000)
    ]
    platforms = [
        Load("prose", "zh", 600, 4, 100, 20, name) for name in PLATFORMS if name != "openai"
    ]
    return [*HEADLINE, Load("prose", "zh", 600, 4, 100, 20), *platforms, *rows]


def _sites(upstream: str) -> str:
    """One site for each platform."""
    return "".join(
        SITE.format(name=name, settings=platform.settings.format(base=f"{upstream}/{name}"))
        for name, platform in PLATFORMS.items()
    )


def _print(row: Row) -> None:
    load = row.load
    name = (
        f"{load.platform}: {load.kind} {load.lang} {load.tokens} tokens, {load.chars} chars a delta"
    )
    print(
        f"| {name} | {load.streams} × {load.pace}/s | {row.cpu_us_per_delta:.1f} "
        f"| {row.wire_ratio:.2f} | {row.merged_share:.0%} | {row.p50_ms:.1f} | {row.p99_ms:.1f} "
        f"| {row.straight_p99_ms:.1f} | {row.unfinished} |",
        flush=True,
    )


async def measure(loads: Sequence[Load]) -> list[Row]:
    upstream, port = Upstream(), free_port()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: UpstreamProtocol(upstream), "127.0.0.1", port, backlog=2048
    )
    rows = []
    with serving(_sites(f"http://127.0.0.1:{port}")) as server:
        bench = Bench(server, upstream, port)
        for load in loads:
            rows.append(await bench.row(load))
            _print(rows[-1])
    listener.close()
    return rows


def main() -> None:
    gc.disable()  # a collection of the clients' own notes would be read as the server's delay
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65_536)), hard))
    print(HEAD, flush=True)
    if "--quick" in sys.argv or "--headline" in sys.argv:
        asyncio.run(measure(QUICK if "--quick" in sys.argv else HEADLINE))
        return
    rows = asyncio.run(measure(all_loads()))
    results = Path("benchmarks/results")
    results.mkdir(exist_ok=True)
    Path(results, "relay.json").write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
