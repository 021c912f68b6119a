"""The way to a platform when it is barred: what failures are called, and proxies."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.fakes.proxies import Proxy
from tests.fakes.upstream import (
    Asked,
    Die,
    Raw,
    Reply,
    Stall,
    Step,
    Upstream,
)
from widget.domain.errors import (
    BadInput,
    UpstreamError,
    UpstreamInterrupted,
    UpstreamProtocolError,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from widget.providers.bodies import stream_bytes
from widget.providers.http import Patience, check_proxy, make_client

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


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        ([Stall()], UpstreamTimeout, "nothing came for 0.3 s"),
        ([b"hello", Stall()], UpstreamTimeout, "nothing came for 0.2 s"),
        ([b"hello", Die()], UpstreamInterrupted, "closed in the middle"),
        ([b"hello", Raw(b"nonsense\r\n")], UpstreamProtocolError, "chunked coding is broken"),
    ],
)
def test_trouble_in_the_body_has_a_name(
    upstream: Upstream, replies: list[Reply], script: list[Step], kind: type, words: str
) -> None:
    replies.append(_chunks(*script))

    with make_client(patience=QUICK) as client, pytest.raises(UpstreamError, match=words) as caught:
        _read(client, upstream.url)

    assert type(caught.value) is kind


@pytest.mark.parametrize("framing", ["length", "close"])
def test_trouble_in_a_body_without_chunks_has_a_name(
    upstream: Upstream, replies: list[Reply], framing: str
) -> None:
    headers = {"Content-Length": "50"} if framing == "length" else {}
    replies.append(Reply(200, headers, [b"hello", Die(is_reset=True)], framing="close"))

    with make_client(patience=QUICK) as client, pytest.raises(UpstreamInterrupted):
        _read(client, upstream.url)


def test_head_that_never_comes_is_a_timeout(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, make_client(patience=QUICK) as client:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UpstreamTimeout, match="did not answer in time"):
            _read(client, url)


def test_head_that_breaks_off_is_an_interruption(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        with pytest.raises(UpstreamInterrupted, match="broke the connection"):
            _read(client, f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join(10)


def test_host_that_does_not_accept_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        for _ in range(3):  # fills what the system accepts by itself
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        client = stack.enter_context(make_client(patience=Patience(connect_s=0.3)))
        with pytest.raises(UpstreamUnreachable, match="took too long to accept"):
            _read(client, f"http://127.0.0.1:{full.getsockname()[1]}")


def test_header_that_http_does_not_allow_is_never_sent(
    upstream: Upstream, client: httpx.Client
) -> None:
    with pytest.raises(UpstreamProtocolError):
        client.get(upstream.url, headers={"X-Note": "a\nb"})

    assert upstream.requests == []


def test_response_may_be_closed_twice(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(_chunks(b"hello"))

    with client.stream("POST", upstream.url) as response:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream.close()


def test_answer_that_is_no_http_is_a_broken_connection(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_dribble, args=(listener, b"SSH-2.0-x\r\n\r\n", b""))
        thread.start()
        with pytest.raises(UpstreamError):
            _read(client, f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join(10)


def test_nobody_there_is_unreachable_and_names_the_host(client: httpx.Client) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UpstreamUnreachable, match=f"cannot connect to {host}"):
            _read(client, f"http://{host}/secret/path")


def test_connection_that_fails_takes_no_place_for_good() -> None:
    with make_client(patience=QUICK, max_streams=1) as client:
        for _ in range(3):
            with pytest.raises(UpstreamUnreachable):
                _read(client, "http://127.0.0.1:9")


def test_unknown_name_is_unreachable(client: httpx.Client) -> None:
    with pytest.raises(UpstreamUnreachable, match=r"cannot connect to no-such-host\.invalid"):
        _read(client, "http://no-such-host.invalid/")


def test_scheme_that_is_not_the_hosts_is_unreachable(
    upstream: Upstream, replies: list[Reply]
) -> None:
    """A plain-http port asked for TLS: what a mistyped scheme looks like."""
    replies.append(_chunks(b"x"))
    with make_client(patience=QUICK) as client, pytest.raises(UpstreamUnreachable):
        _read(client, upstream.url.replace("http:", "https:"))


def test_redirect_is_not_followed(
    upstream: Upstream, replies: list[Reply], client: httpx.Client
) -> None:
    replies.append(Reply(307, {"Location": upstream.url + "/elsewhere"}, framing="length"))

    assert client.post(upstream.url).status_code == 307
    assert len(upstream.requests) == 1


def test_proxy_of_the_environment_is_not_used(
    upstream: Upstream,
    replies: list[Reply],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replies.append(_chunks(b"hello"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    with make_client() as client:
        assert _read(client, upstream.url) == b"hello"


@pytest.mark.parametrize("login", [{}, {"user": "me", "password": "pa:ss"}])
@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_proxy_carries_every_run(
    upstream: Upstream, replies: list[Reply], kind: str, login: dict[str, Any]
) -> None:
    replies.append(_chunks(b"one ", b"two"))
    with Proxy(kind, **login) as proxy, make_client(proxy.url) as client:
        assert _read(client, upstream.url) == b"one two"
        assert _read(client, upstream.url) == b"one two"

    assert proxy.passed == [upstream.url.removeprefix("http://")]


def test_proxy_that_refuses_is_named(upstream: Upstream, replies: list[Reply]) -> None:
    replies.append(_chunks(b"hello"))
    with Proxy("socks5", user="me", password="right") as proxy:
        wrong = proxy.url.replace("right", "wrong")
        with make_client(wrong) as client, pytest.raises(UpstreamUnreachable, match="proxy") as it:
            _read(client, upstream.url)
    assert "wrong" not in str(it.value)


def test_proxy_that_is_not_there_is_unreachable(upstream: Upstream, replies: list[Reply]) -> None:
    replies.append(_chunks(b"hello"))
    with make_client("socks5://127.0.0.1:9") as client, pytest.raises(UpstreamUnreachable):
        _read(client, upstream.url)


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:8080", "socks5://u:p@proxy:1080"])
def test_good_proxy_is_taken(proxy: str) -> None:
    check_proxy(proxy)


@pytest.mark.parametrize(
    "proxy", ["proxy:8080", "https://proxy:1", "http://proxy", "http://:80", "http://p:x", "socks"]
)
def test_bad_proxy_is_refused_with_the_form_to_use(proxy: str) -> None:
    with pytest.raises(BadInput, match="http://host:port or socks5://host:port"):
        check_proxy(proxy)
