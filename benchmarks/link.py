"""A slow link: a TCP proxy that delays and limits the rate, connection set-up included.

The browser's own throttling reaches neither a cross-site frame nor a WebSocket, so the link itself
is slow. One ``Link`` is one visitor's access line: its rate is shared by all connections.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from threading import Event, Thread

CHUNK = 1460


@dataclass(frozen=True)
class Stalls:
    """How many of the segments get lost and come a while later, with all that is behind them."""

    share: float
    least_s: float
    most_s: float


class Line:
    """One direction: bytes leave one by one at ``rate`` bytes/s and arrive ``delay_s`` later."""

    def __init__(self, rate: float, delay_s: float, stalls: Stalls | None) -> None:
        self.rate, self.delay_s, self.stalls, self.is_free_at = rate, delay_s, stalls, 0.0
        self._chance = random.Random(7)

    def arrival(self, size: int) -> float:
        now = asyncio.get_running_loop().time()
        self.is_free_at = max(now, self.is_free_at) + size / self.rate
        if self.stalls and self._chance.random() < self.stalls.share:
            self.is_free_at += self._chance.uniform(self.stalls.least_s, self.stalls.most_s)
        return self.is_free_at + self.delay_s


class Link:
    """Listens on ``port`` and forwards to ``target``; ``with Link(...) as link``.

    ``round_trip_s`` is split evenly between the ways; ``bits_per_s`` holds for each way.
    """

    def __init__(
        self,
        target: int,
        *,
        round_trip_s: float = 0.15,
        bits_per_s: float = 1.6e6,
        stalls: Stalls | None = None,
    ) -> None:
        self.stalls = stalls
        self.target, self.round_trip_s, self.rate = target, round_trip_s, bits_per_s / 8
        self.port = 0
        self.received_bytes = 0
        self._is_up, self._loop = Event(), asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Link:
        self._thread.start()
        self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._is_up.set()
        self._loop.run_forever()
        self._loop.close()

    async def _cut(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._loop.stop()

    async def _listen(self) -> None:
        half = self.round_trip_s / 2
        self._up, self._down = (Line(self.rate, half, self.stalls) for _ in range(2))
        server = self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The kernel accepted at once; a real SYN and its answer take one round trip, so the first
        # byte of the visitor is let through that much later.
        await asyncio.sleep(self.round_trip_s)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        try:
            await asyncio.gather(
                self._carry(reader, far_writer, self._up, counts=False),
                self._carry(far_reader, writer, self._down, counts=True),
            )
        except asyncio.CancelledError:  # the link is cut
            for end in (writer, far_writer):
                end.transport.abort()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        line: Line,
        *,
        counts: bool,
    ) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        try:
            while data := await reader.read(CHUNK):
                last = line.arrival(len(data))
                self.received_bytes += len(data) if counts else 0
                loop.call_at(last, writer.write, data)
        except ConnectionError:
            pass
        # After the last bytes: what is due at the same moment comes in any order.
        loop.call_at(max(last, loop.time()) + 0.001, writer.close)
