"""Who gets a socket, who is turned away, and with which code."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from tests.factories import make_token
from tests.serving import DEMO_SITE, Frames, Server, wait_until
from widget.domain.sites import Limits
from widget.providers.demo.files import UPLOADS

STRICT_SITE = """
[[sites]]
key = "acme"
name = "Acme"
origins = []
[sites.limits]
visitor_per_minute = 2
address_per_minute = 3
sockets_per_visitor = 2
[sites.provider]
kind = "demo"
delay_ms = 0
"""


def handshake(server: Server, *headers: str, origin: str | None = "") -> socket.socket:
    """A bare socket that has asked for the upgrade; from our own origin unless another is named."""
    bare = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    lines = (
        "GET /frame/acme/socket HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        *([] if origin is None else [f"Origin: {origin or server.url}"]),
        *headers,
    )
    bare.sendall("\r\n".join((*lines, "", "")).encode())
    return bare


GOOD_KEY = ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")


@pytest.mark.parametrize(
    "origin", ["https://www.acme.example", "https://evil.example", "null", "http://localhost"]
)
def test_other_origin_is_refused(server: Server, origin: str) -> None:
    with handshake(server, *GOOD_KEY, origin=origin) as bare:
        assert bare.recv(4096).startswith(b"HTTP/1.1 403")


def test_missing_origin_is_refused(server: Server) -> None:
    with handshake(server, *GOOD_KEY, origin=None) as bare:
        assert bare.recv(4096).startswith(b"HTTP/1.1 403")


def test_hello_is_answered_with_what_is_offered(server: Server, connect: Frames) -> None:
    ready = connect(server).hello(server.token())

    assert ready == {
        "type": "ready",
        "version": 1,
        "conversation": None,
        "epoch": "",
        "seq": 0,
        "offered": {
            "retry": True,
            "edit": True,
            "feedback": False,
            "follow_up": False,
            "uploads": {
                "accept": list(UPLOADS.accept),
                "max_bytes": Limits().upload_mb * 1_000_000,
                "max_count": UPLOADS.max_count,
            },
        },
    }


def test_socket_without_hello_is_closed_after_ten_seconds(server: Server, connect: Frames) -> None:
    frame, began_at = connect(server), time.monotonic()

    code, reason = frame.close_code()

    assert (code, reason) == (4401, "unauthorized")
    assert 9 < time.monotonic() - began_at < 14


@pytest.mark.parametrize(
    "first", ['{"type":"ping"}', "nonsense", '{"type":"hello"}', b"\x00", '{"type":"hello","x":1}']
)
def test_nothing_is_served_before_hello(
    server: Server, connect: Frames, first: str | bytes
) -> None:
    frame = connect(server)

    frame.send_raw(first)

    assert frame.close_code() == (4401, "unauthorized")
    assert len(frame.seen) == 1, "the reason and nothing else"


@pytest.mark.parametrize("fault", ["forged", "expired", "other site", "generation"])
def test_bad_token_is_refused(server: Server, connect: Frames, fault: str) -> None:
    old = server.tokens
    old._clock = lambda: time.time() - 16 * 60
    tokens = {
        "forged": server.token()[:-3] + "abc",
        "expired": old.sign(make_token()),
        "other site": server.token("other"),
        "generation": server.token(generation=2),
    }
    frame = connect(server)

    frame.send("hello", token=tokens[fault], lang="zh-CN")

    assert frame.receive()["message"] == "会话已过期，请刷新页面。"
    assert frame.close_code() == (4401, "unauthorized")


def test_unknown_site_is_refused(server: Server, connect: Frames) -> None:
    frame = connect(server, "nobody")

    frame.send("hello", token=server.token("nobody"))

    assert frame.receive()["code"] == "not_found"
    assert frame.close_code() == (4401, "not_found")


def test_frames_that_cannot_be_read_are_answered_and_then_end_the_socket(
    server: Server, connect: Frames
) -> None:
    frame = connect(server)
    frame.hello(server.token())
    frame.until("conversation")

    answers = []
    for bad in ("{", '{"type":"nothing"}'):
        frame.send_raw(bad)
        answers.append(frame.receive()["code"])
    frame.send("ping")
    answers.append(frame.receive()["type"])
    frame.send_raw("[]")

    assert answers == ["bad_input", "bad_input", "pong"]
    assert frame.close_code()[0] == 4400


def test_large_frame_ends_the_socket(server: Server, connect: Frames) -> None:
    frame = connect(server)
    frame.hello(server.token())

    frame.send("message.send", client_message_id="cm-too-large", text="x" * 70_000)

    assert frame.close_code()[0] == 1009


def test_hello_is_said_once(server: Server, connect: Frames) -> None:
    frame = connect(server)
    frame.hello(server.token())

    frame.send("hello", token=server.token())

    assert frame.until("error")["ref"] == "hello"


def test_sockets_of_one_visitor_are_bounded(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    server = start_server(STRICT_SITE)
    token, other = server.token(), server.token()
    first, second = connect(server), connect(server)
    first.hello(token)
    second.hello(token)

    third = connect(server)
    third.send("hello", token=token)
    refusal = third.receive()
    assert third.close_code() == (4429, "30")
    assert (refusal["code"], refusal["retry_after_s"]) == ("rate_limited", 30)

    connect(server).hello(other)
    first.close()
    wait_until(lambda: "chatdock_sockets 2.0" in server.get("/metrics").body.decode())
    connect(server).hello(token)


def test_tries_of_one_address_are_bounded(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    server = start_server(STRICT_SITE)
    for _ in range(12):  # four for each message of the limit
        connect(server).hello(server.token())

    frame = connect(server)
    frame.send("hello", token=server.token())
    code, wait_s = frame.close_code()

    assert code == 4429
    assert 1 <= int(wait_s) <= 60


def test_limit_on_sending_leaves_the_socket_open(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    server = start_server(STRICT_SITE)
    frame = connect(server)
    frame.hello(server.token(), lang="en")
    for _ in range(2):
        frame.ask("hello")
        frame.until("run.ended")

    frame.send("message.send", client_message_id="cm-too-many", text="again")
    refusal = frame.until("error")

    assert (refusal["code"], refusal["ref"]) == ("rate_limited", "cm-too-many")
    assert 1 <= refusal["retry_after_s"] <= 60
    assert refusal["message"] == (
        f"That was a lot at once. Please try again in {refusal['retry_after_s']} s."
    )
    frame.send("ping")
    assert frame.until("pong")


def test_paused_site_closes_its_sockets_within_five_seconds(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    server = start_server(DEMO_SITE + DEMO_SITE.replace('"acme"', '"other"'))
    frame, other = connect(server), connect(server, "other")
    frame.hello(server.token())
    other.hello(server.token("other"))

    server.command("site", "acme", "pause")
    paused_at = time.monotonic()
    code = frame.close_code()

    assert time.monotonic() - paused_at < 5
    assert code == (4401, "site_paused")
    other.send("ping")
    assert other.until("pong")


def test_raised_generation_closes_sockets_within_five_seconds(
    start_server: Callable[..., Server], connect: Frames
) -> None:
    server = start_server()
    frame = connect(server)
    frame.hello(server.token())

    server.command("site", "acme", "rotate", "--now")
    rotated_at = time.monotonic()
    code = frame.close_code()

    assert time.monotonic() - rotated_at < 5
    assert code == (4401, "unauthorized")
    connect(server).hello(server.token(generation=2))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (GOOD_KEY, b"101"),
        (GOOD_KEY[:1], b"400"),
        (GOOD_KEY[1:], b"400"),
        (("Sec-WebSocket-Key: short", GOOD_KEY[1]), b"400"),
        ((GOOD_KEY[0], "Sec-WebSocket-Version: 8"), b"400"),
    ],
)
def test_handshake_is_checked(server: Server, headers: tuple[str, ...], status: bytes) -> None:
    with handshake(server, *headers) as bare:
        assert bare.recv(4096).split(b" ")[1] == status


def test_compression_is_never_agreed_to(server: Server) -> None:
    offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"

    with handshake(server, *GOOD_KEY, offer) as bare:
        answer = bare.recv(4096)

    assert answer.startswith(b"HTTP/1.1 101")
    assert b"permessage-deflate" not in answer


def test_plain_get_of_the_socket_is_no_page(server: Server) -> None:
    assert server.get("/frame/acme/socket").status in (400, 404, 405)


def test_silent_sockets_of_one_address_are_bounded(server: Server) -> None:
    silent = [handshake(server, *GOOD_KEY) for _ in range(100)]
    for bare in silent:
        assert bare.recv(4096).startswith(b"HTTP/1.1 101")

    with handshake(server, *GOOD_KEY) as one_more:
        refusal = one_more.recv(4096)
    for bare in silent:
        bare.close()

    assert refusal.startswith(b"HTTP/1.1 503")
    wait_until(lambda: _opens(server), "room again")


def _opens(server: Server) -> bool:
    with handshake(server, *GOOD_KEY) as bare:
        return bare.recv(4096).startswith(b"HTTP/1.1 101")
