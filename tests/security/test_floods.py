"""One rude client must not take the server from the others."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.serving import PATIENCE_S, Server
from tests.web.bare import BareSocket, read_until
from widget.web import body
from widget.web.session import HELLO_LIMIT_S

SOON_S = 2.0
SOCKETS = 8  # of one visitor: more are refused
PINGS = b"\x89\x80\x00\x00\x00\x00" * 2_000


@contextmanager
def flood(tcp: socket.socket, data: bytes) -> Iterator[None]:
    """Sends ``data`` again and again without a pause, and takes whatever is answered."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            tcp.sendall(data)

    def take() -> None:
        while tcp.recv(1 << 20):
            pass

    threads = [threading.Thread(target=_until_closed, args=(one,)) for one in (send, take)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        tcp.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(PATIENCE_S)


def _until_closed(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except OSError:
        return


def cpu_s(server: Server) -> float:
    """What the worker has used so far: a busy machine does not change it."""
    fields = Path(f"/proc/{server.worker()}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slowest_s(server: Server) -> float:
    """How long the slowest of a few plain requests takes, beside what else goes on."""
    waits = []
    for _ in range(10):
        began = time.monotonic()
        assert server.get("/healthz").status == 200
        waits.append(time.monotonic() - began)
        time.sleep(0.05)
    return max(waits)


@pytest.fixture
def tcp(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as opened:
        yield opened


def test_requests_without_a_pause_leave_the_others_their_turn(
    server: Server, tcp: socket.socket
) -> None:
    request = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()

    with flood(tcp, request * 500):
        assert slowest_s(server) < SOON_S


@pytest.mark.parametrize("says_hello", [True, False])
def test_pings_without_a_pause_leave_the_others_their_turn(
    server: Server, says_hello: bool
) -> None:
    """Also of many sockets at once, since anybody may open them."""
    with ExitStack() as stack:
        token = server.token() if says_hello else ""
        sockets = [BareSocket(server, token) for _ in range(SOCKETS)]
        for one in sockets:
            stack.enter_context(one.tcp)
        read_until(sockets, lambda one: one.texts if says_hello else one.is_open)
        for one in sockets:
            stack.enter_context(flood(one.tcp, PINGS))

        assert slowest_s(server) < SOON_S


def test_socket_that_talks_on_without_hello_is_closed_in_time(server: Server) -> None:
    sock = BareSocket(server, "")
    with sock.tcp:
        read_until([sock], lambda one: one.is_open)

        assert lifetime_s(sock) < 2 * HELLO_LIMIT_S


def lifetime_s(sock: BareSocket) -> float:
    """How long it lives while it sends pings all the time."""
    began = time.monotonic()
    with suppress(OSError):
        while time.monotonic() - began < PATIENCE_S:
            sock.tcp.sendall(PINGS[:600])
            time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("field", ["f.", "f.a", "attachment", "tags"])
def test_form_of_very_many_fields_leaves_the_others_their_turn(server: Server, field: str) -> None:
    """Anybody may send one: its token is in it, so it is read before its sender is known."""
    body = f"{field}=&".encode() * (500_000 // (len(field) + 2))
    before = cpu_s(server)

    server.ask("POST", "/frame/acme/messages/msg_x/parts/0/answer?page=chat", body)

    assert cpu_s(server) - before < SOON_S


def test_body_that_does_not_come_ends_the_connection(server: Server) -> None:
    """Whether somebody reads it or not: its rest must never be taken for the next request."""
    host = f"Host: 127.0.0.1:{server.port}"
    form = f"{host}\r\nContent-Type: application/x-www-form-urlencoded"
    began = time.monotonic()
    read = ask(
        server, f"POST /frame/acme/messages HTTP/1.1\r\n{form}\r\nContent-Length: 9\r\n\r\nt="
    )
    unread = ask(server, f"GET /healthz HTTP/1.1\r\n{host}\r\nContent-Length: 9\r\n\r\n")

    answers = [everything(one) for one in (read, unread)]

    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 400", b"HTTP/1.1 200"]
    assert [answer.count(b"HTTP/1.1") for answer in answers] == [1, 1]
    assert body.LIMIT_S - 1 < time.monotonic() - began < body.LIMIT_S + 5


def ask(server: Server, request: str) -> socket.socket:
    tcp = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
    tcp.sendall(request.encode())
    return tcp


def everything(tcp: socket.socket) -> bytes:
    """All that comes until the server closes."""
    with tcp:
        return b"".join(iter(lambda: tcp.recv(65_536), b""))
