"""Memory of an idle open socket: 10,000 of them in one process, each past its ``hello``.

``python -m benchmarks.idle [--quick]``.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from benchmarks.server import Server, serving
from benchmarks.sockets import SocketClient

SITE = """
[[sites]]
key = "bench"
name = "Bench"
origins = []
[sites.limits]
address_per_minute = 0
sockets_per_visitor = 0
[sites.provider]
kind = "demo"
"""
WARM_UP = 200


async def _open(server: Server, token: str, count: int) -> list[SocketClient]:
    ready = 0

    def take(payload: bytes, size: int) -> None:
        nonlocal ready
        ready += b'"type":"ready"' in payload

    clients = []
    for _ in range(count):
        client = SocketClient(server.host, "/frame/bench/socket", server.origin, take)
        clients.append(await client.open(server.port, token))
    while ready < count:
        await asyncio.sleep(0.05)
    return clients


async def measure(count: int) -> dict[str, float]:
    with serving(SITE) as server:
        token = server.token()
        clients = await _open(server, token, WARM_UP)
        before = server.memory_kb()
        clients += await _open(server, token, count)
        after = server.memory_kb()
        cpu = server.cpu_s()
        await asyncio.sleep(10)
        idle_cpu = server.cpu_s() - cpu
        alive = sum(not client.closed.done() for client in clients)
    return {
        "sockets": count,
        "kb_per_socket": (after - before) / count,
        "idle_cpu_share": idle_cpu / 10,
        "closed": len(clients) - alive,
    }


def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65_536)), hard))
    figures = asyncio.run(measure(500 if "--quick" in sys.argv else 10_000))
    print("| sockets | KB a socket | CPU while idle | closed |\n|---|---|---|---|")
    print(
        f"| {figures['sockets']:.0f} | {figures['kb_per_socket']:.1f} "
        f"| {figures['idle_cpu_share']:.1%} | {figures['closed']:.0f} |"
    )
    results = Path("benchmarks/results")
    results.mkdir(exist_ok=True)
    Path(results, "idle.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
