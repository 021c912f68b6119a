"""The one way to a platform: streams, and connections that serve many."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.fakes.upstream import (
    Asked,
    Die,
    Raw,
    Reply,
    Stall,
    Step,
    Until,
    Upstream,
    Wait,
    json_reply,
)
from widget.domain.errors import (
    UpstreamBusy,
    UpstreamProtocolError,
)
from widget.providers.bodies import error_text, stream_bytes
from widget.providers.http import Patience, make_client
from widget.providers.transport import MOST_WHOLE_BYTES, Transport

QUICK = Patience(connect_s=1, first_byte_s=0.3, between_bytes_s=0.2, free_connection_s=0.2)


@pytest.fixture
def replies() -> list[Reply]:
    """What the upstream answers, one after the other; the last one again and again."""
    return []


@pytest.fixture
def upstream(replies: list[Reply]) -> Iterator[Upstream]:
    def answer(asked: Asked) -> Reply:
        return replies.pop(0) if len(replies) > 1 else replies[0]

    with Upstream(answer) as started:
        yield started


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with make_client() as made:
        yield made


def _read(client: httpx.Client, url: str) -> bytes:
    with client.stream("POST", url, json={}) as response:
        return b"".join(stream_bytes(response))


def _chunks(*steps: Step) -> Reply:
    return Reply(200, {"Content-Type": "text/event-stream"}, steps)


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_body_is_read_in_every_framing(
    upstream: Upstream, replies: list[Reply], client: httpx.Client, framing: str
) -> None:
    replies.append(Reply(200, {}, [b"one ", b"two"], framing=framing))

    assert _read(client, upstream.url) == b"one two"


@pytest.mark.parametrize("framing", ["chunked", "close"])
@pytest.mark.parametrize("status", [200, 500])
def test_whole_body_without_an_end_is_not_waited_for(
    upstream: Upstream, replies: list[Reply], client: httpx.Client, framing: str, status: int
) -> None:
    """Held in memory, it would take all that there is."""
    piece = b" " * 1024 * 1024
    pieces = MOST_WHOLE_BYTES // len(piece) + 1
    kind = {"Content-Type": "application/json"}
    replies.append(Reply(status, kind, [piece] * pieces, framing=framing))

    with (
        client.stream("GET", upstream.url) as response,
        pytest.raises(UpstreamProtocolError, match="longer than"),
    ):
        response.read()


def test_whole_body_that_unpacks_to_too_much_is_not_read(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    """We ask for plain bodies; some answer packed ones all the same."""
    packed = gzip.compress(bytes(2 * MOST_WHOLE_BYTES))
    replies.append(Reply(200, {"Content-Encoding": "gzip"}, [packed], framing="length"))

    with (
        client.stream("GET", upstream.url) as response,
        pytest.raises(UpstreamProtocolError, match="longer than"),
    ):
        response.read()


def test_whole_body_is_read_once(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    body = b"x" * 1_000_000
    replies.append(Reply(200, {}, [body], framing="length"))

    with client.stream("GET", upstream.url) as response:
        assert (response.read(), response.read(), response.content) == (body, body, body)


def test_bytes_come_when_they_come(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    first, second = threading.Event(), threading.Event()
    replies.append(_chunks(b"one", Until(first), b"two", Until(second), b"three"))

    with client.stream("POST", upstream.url) as response:
        body = iter(stream_bytes(response))
        assert next(body) == b"one"
        first.set()
        assert next(body) == b"two"
        second.set()
        assert next(body) == b"three"
        assert list(body) == []


def test_compressed_body_is_unpacked(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    """We ask for none, and some gateways pack all the same."""
    import gzip  # noqa: PLC0415 - for this test alone

    packed = gzip.compress(b"hello " * 100)
    headers = {"Content-Encoding": "gzip"}
    replies.append(Reply(200, headers, [packed[:20], packed[20:]]))

    assert _read(client, upstream.url) == b"hello " * 100
    assert upstream.requests[0].headers["accept-encoding"] == "identity"


def test_head_that_comes_in_pieces_is_no_trouble(replies: list[Reply]) -> None:
    """Informational answers, and a body that begins in the packet of the head."""
    wire = (
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_dribble, args=(listener, wire, b"lo\r\n0\r\n\r\n"))
        thread.start()
        with make_client() as client:
            assert _read(client, f"http://127.0.0.1:{listener.getsockname()[1]}") == b"hello"
        thread.join(10)


def _dribble(listener: socket.socket, start: bytes, rest: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked = b""
        while not asked.endswith(b"{}"):
            asked += connection.recv(65536)
        for byte in start:
            connection.sendall(bytes([byte]))
        connection.sendall(rest)
        connection.recv(1)


def test_connection_serves_one_run_after_the_other(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(_chunks(b"hello"))

    for _ in range(3):
        assert _read(client, upstream.url) == b"hello"
    assert {asked.connection for asked in upstream.requests} == {1}


def test_connection_is_kept_when_the_end_mark_comes_before_the_end(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(_chunks(b"hello", b"[DONE]", Raw(b"")))

    for _ in range(2):
        with client.stream("POST", upstream.url) as response:
            body = stream_bytes(response)
            for chunk in body:
                if chunk.endswith(b"[DONE]"):
                    body.drain()
                    break
    assert {asked.connection for asked in upstream.requests} == {1}


def test_connection_whose_platform_says_too_much_is_not_used_again(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    """What comes after the end would be taken for the head of the next answer."""
    replies += [_chunks(b"hello", Raw(b"0\r\n\r\nHTTP/1.1 200 Forged\r\n\r\n")), _chunks(b"again")]

    assert _read(client, upstream.url) == b"hello"
    assert _read(client, upstream.url) == b"again"
    assert [asked.connection for asked in upstream.requests] == [1, 2]


def test_platform_that_never_ends_is_not_drained_forever(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    more: list[Step] = [Wait(0.05), b"more"]
    replies.append(_chunks(b"[DONE]", *more * 100))
    began = time.monotonic()

    with client.stream("POST", upstream.url) as response:
        body = stream_bytes(response)
        assert next(iter(body)) == b"[DONE]"
        body.drain()

    assert time.monotonic() - began < 2


def test_connection_left_in_mid_answer_is_closed_and_seen_to_be(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies += [_chunks(b"hello", Stall()), _chunks(b"again")]

    with client.stream("POST", upstream.url) as response:
        assert next(iter(stream_bytes(response))) == b"hello"

    assert upstream.requests[0].gone.wait(5)
    assert _read(client, upstream.url) == b"again"
    assert [asked.connection for asked in upstream.requests] == [1, 2]


def test_connection_that_the_platform_closed_is_not_used_again(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies += [_chunks(b"hello"), _chunks(b"again")]
    _read(client, upstream.url)

    upstream.hang_up()

    assert _read(client, upstream.url) == b"again"


def test_connections_are_counted_and_given_back(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(_chunks(b"hello", Stall()))
    with make_client(patience=QUICK, max_streams=2) as narrow, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(narrow.stream("POST", upstream.url))

        with pytest.raises(UpstreamBusy, match="all 2 connections"):
            narrow.post(upstream.url)

        stack.close()
        stack.enter_context(narrow.stream("POST", upstream.url))


def test_many_streams_at_once_are_all_served(upstream: Upstream, replies: list[Reply]) -> None:
    """More than httpx's own limit of 100."""
    replies.append(_chunks(b"hello", Stall()))
    with make_client(patience=QUICK) as client, ExitStack() as stack:
        opened = [stack.enter_context(client.stream("POST", upstream.url)) for _ in range(120)]

        assert {next(iter(stream_bytes(response))) for response in opened} == {b"hello"}


def test_error_text_is_capped_and_survives_a_broken_body(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies += [_chunks(b"x" * 40_000), _chunks(b"half", Die())]

    with client.stream("POST", upstream.url) as response:
        assert error_text(response) == "x" * 16_384
    with client.stream("POST", upstream.url) as response:
        assert error_text(response) == "half"


def test_whole_json_is_read_as_usual(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(json_reply(200, {"a": "\r\n\r\n" * 10}))

    assert client.get(upstream.url).json() == {"a": "\r\n\r\n" * 10}
    assert isinstance(client._transport, Transport)
