"""Event streams and held answers of the real process: their ends, and what proxies make of them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.serving import Frames, Server, wait_until


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def ask(server: Server, path: str, token: str, *, version: str = "1.1") -> socket.socket:
    """A bare connection on which a line was asked for, from an empty screen."""
    bare = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    body = json.dumps({"type": "hello", "token": token, "epoch": ""})
    lines = (
        f"POST /frame/acme/{path} HTTP/{version}",
        f"Host: 127.0.0.1:{server.port}",
        f"Content-Length: {len(body)}",
    )
    bare.sendall("\r\n".join((*lines, "", body)).encode())
    return bare


def read_until(bare: socket.socket, text: bytes) -> bytes:
    data = b""
    while text not in data:
        more = bare.recv(65_536)
        assert more, data
        data += more
    return data


def held(server: Server) -> bytes:
    figures = server.get("/metrics").body
    return next(line for line in figures.splitlines() if line.startswith(b"chatdock_sockets "))


@pytest.mark.parametrize("path", ["events", "poll?wait"])
def test_browser_that_hangs_up_is_noticed_soon(server: Server, path: str) -> None:
    with ask(server, path, server.token()):
        wait_until(lambda: held(server) == b"chatdock_sockets 1.0")
    gone_at = time.monotonic()

    wait_until(lambda: held(server) == b"chatdock_sockets 0.0")
    assert time.monotonic() - gone_at < 5


def test_stop_ends_what_is_held(
    start_server: Callable[..., Server], opened: ExitStack, connect: Frames
) -> None:
    server = start_server()
    stream = opened.enter_context(ask(server, "events", server.token()))
    poll = opened.enter_context(ask(server, "poll?wait", server.token()))
    read_until(stream, b'"ready"')
    wait_until(lambda: held(server) == b"chatdock_sockets 2.0")
    asked_at = time.monotonic()

    server.terminate()

    assert b'{"type":"restart"}' in read_until(stream, b'"code":1012')
    assert b'{"type":"restart"}' in read_until(poll, b'"code":1012')
    assert server.wait() == 0
    assert time.monotonic() - asked_at < 10
    assert "Traceback" not in server.log.read_text()


def test_proxy_of_the_old_protocol_gets_bytes_without_chunks(server: Server) -> None:
    """nginx speaks HTTP/1.0 to us unless it is told otherwise."""
    with ask(server, "events", server.token(), version="1.0") as bare:
        data = read_until(bare, b"\n\n")

    head, _, text = data.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert json.loads(text.removeprefix(b"data: "))["type"] == "ready"


def test_stream_and_socket_tell_the_same(server: Server, connect: Frames) -> None:
    """One visitor, one conversation, two lines: frame for frame."""
    token = server.token()
    frame = connect(server)
    frame.hello(token, epoch="")
    accepted = frame.ask("Where is my order 2046?")
    frame.until("run.ended")
    place = {"conversation": accepted["conversation"], "epoch": accepted["epoch"], "seq": 0}
    hello = json.dumps({"type": "hello", "token": token, **place}).encode()

    answer = server.ask("POST", "/frame/acme/poll", hello)
    streamed = server.begin("POST", "/frame/acme/events", hello)

    told = frame.numbered()
    seqs = [seq_of(event) for event in answer.json["events"][1:]]
    assert seqs[: len(told)] == [*range(1, len(told) + 1)]
    pieces = streamed.body.decode().split("\n\n")[1 : len(told) + 1]
    assert pieces == [f"data: {one}" for one in told]


def seq_of(event: object) -> int:
    return int(event[0] if isinstance(event, list) else event["seq"])  # type: ignore[index]
