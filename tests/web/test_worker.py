"""The process: how it stops, what it keeps, who takes over, and how many it holds."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec
import pytest

from tests.serving import DEMO_SITE, ROOT, Frame, Frames, Server, wait_until
from tests.web.bare import BareSocket, read_until
from tests.web.conftest import Model
from widget.domain.transcript import ShownConversation
from widget.web.worker import ChatdockWorker

Start = Callable[..., Server]


@pytest.fixture
def sockets() -> Iterator[list[BareSocket]]:
    """A list whose sockets are closed at the end."""
    opened: list[BareSocket] = []
    yield opened
    for one in opened:
        one.tcp.close()


def answering(server: Server, connect: Frames, token: str) -> tuple[Frame, str]:
    """A frame whose answer has begun and waits for the platform; and its conversation."""
    frame = connect(server)
    frame.hello(token, epoch="")
    conversation = frame.ask("one two three")["conversation"]
    frame.until("part")
    wait_until(lambda: frame.receive() and "two" in frame.seen[-1], "the answer to begin")
    return frame, conversation


def latest(server: Server, connect: Frames, token: str) -> ShownConversation:
    frame = connect(server)
    frame.hello(token)
    return msgspec.convert(frame.until("conversation")["conversation"], ShownConversation)


def reasons(server: Server) -> list[str]:
    try:
        found: list[str] = server.get("/readyz").json["reasons"]
    except OSError:
        return ["gone"]
    return found


def test_stop_tells_the_frames_and_ends(start_server: Start, connect: Frames) -> None:
    server = start_server()
    frames = [connect(server) for _ in range(3)]
    for frame in frames:
        frame.hello(server.token())

    server.terminate()

    assert [frame.close_code() for frame in frames] == [(1012, "restart")] * 3
    assert ['"restart"' in frame.seen[-1] for frame in frames] == [True] * 3
    assert server.wait() == 0


def test_stop_says_nothing_of_connections_that_were_idle(start_server: Start) -> None:
    server = start_server()
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(64).startswith(b"HTTP/1.1 200")

        server.terminate()
        assert server.wait() == 0

    assert "Traceback" not in server.log.read_text()


def test_stop_lets_a_running_answer_end(start_server: Start, connect: Frames, model: Model) -> None:
    server = start_server(model.site, drain_limit_s="20")
    token = server.token()
    frame, _ = answering(server, connect, token)

    server.terminate()
    frame.close_code()
    wait_until(lambda: reasons(server) == ["the process is stopping"], "the server not to be ready")
    late = connect(server)
    refused = late.close_code()
    model.go.set()
    assert server.wait() == 0
    server.start()
    shown = latest(server, connect, token)

    assert refused[0] == 1012
    assert [message.state for message in shown.messages] == ["done", "done"]
    assert shown.messages[1].parts[0].html == "<p>one two three</p>"


def test_stop_without_sockets_lets_a_running_answer_end(
    start_server: Start, connect: Frames, model: Model
) -> None:
    """gunicorn's own worker kills it 0.7 s after the signal when no connection is open."""
    server = start_server(model.site, drain_limit_s="20")
    token = server.token()
    frame, _ = answering(server, connect, token)
    frame.close()
    wait_until(lambda: b"chatdock_sockets 0.0" in server.get("/metrics").body)

    server.terminate()
    wait_until(lambda: reasons(server) == ["the process is stopping"])
    stopped_at = time.monotonic()
    wait_until(lambda: time.monotonic() - stopped_at > 1.5)
    model.go.set()

    assert server.wait() == 0
    server.start()
    assert latest(server, connect, token).messages[1].state == "done"


def test_stop_ends_within_its_limit_and_keeps_what_was_written(
    start_server: Start, connect: Frames, model: Model
) -> None:
    server = start_server(model.site, drain_limit_s="1")
    token = server.token()
    answering(server, connect, token)

    began_at = time.monotonic()
    server.terminate()
    status = server.wait()
    took_s = time.monotonic() - began_at
    server.start()
    answer = latest(server, connect, token).messages[1]

    assert status == 0
    assert took_s < 10
    assert answer.state == "interrupted"
    assert (answer.parts[0].html or "").startswith("<p>one two")


def test_interrupt_key_does_not_wait_for_answers(
    start_server: Start, connect: Frames, model: Model
) -> None:
    server = start_server(model.site, drain_limit_s="600")
    frame, _ = answering(server, connect, server.token())
    assert server.process is not None

    began_at = time.monotonic()
    os.killpg(server.process.pid, signal.SIGINT)
    assert frame.close_code()[0] == 1012
    server.wait()

    assert time.monotonic() - began_at < 15


def test_killed_worker_is_replaced(start_server: Start, connect: Frames, model: Model) -> None:
    server = start_server(model.site)
    token = server.token()
    frame, conversation = answering(server, connect, token)
    old = server.worker()

    os.kill(old, signal.SIGKILL)
    assert frame.close_code()[0] in (1005, 1006)
    wait_until(lambda: _worker_of(server) not in (None, old), "another worker")
    wait_until(lambda: reasons(server) == [])
    shown = latest(server, connect, token)

    assert shown.id == conversation
    assert shown.messages[0].parts[0].text == "one two three"


def test_worker_ends_with_its_parent(start_server: Start) -> None:
    server = start_server()
    worker = server.worker()
    assert server.process is not None

    server.process.kill()
    server.wait()

    wait_until(lambda: not _lives(worker), "the worker to end")


def test_worker_refuses_a_process_that_was_patched_too_late() -> None:
    worker = ChatdockWorker.__new__(ChatdockWorker)

    with pytest.raises(RuntimeError, match="start with `chatdock serve`"):
        worker.patch()


def test_app_file_serves_with_defaults(start_server: Start) -> None:
    server = start_server(program=(str(ROOT / "app.py"),))

    assert server.get("/healthz").json == {"status": "ok"}


def test_new_worker_waits_for_the_old_one(
    start_server: Start, connect: Frames, model: Model
) -> None:
    """With a journal in memory two at once would tear a conversation apart."""
    server = start_server(model.site, drain_limit_s="20")
    token = server.token()
    frame, _ = answering(server, connect, token)
    assert server.process is not None

    server.process.send_signal(signal.SIGHUP)
    assert frame.close_code()[0] == 1012
    wait_until(lambda: "waiting for its end" in server.log.read_text(), "the new one to wait")
    assert reasons(server) == ["the process is stopping"]
    model.go.set()
    wait_until(lambda: reasons(server) == [], "the new one to be ready")

    assert [one.state for one in latest(server, connect, token).messages] == ["done", "done"]


def test_thousand_sockets_leave_room_for_plain_requests(
    server: Server, sockets: list[BareSocket]
) -> None:
    tokens = [server.token() for _ in range(1_100)]
    for token in tokens:
        sockets.append(BareSocket(server, token))
        if len(sockets) % 50 == 0:
            read_until(sockets[-50:], lambda one: one.texts)

    began_at = time.monotonic()
    page = server.get("/healthz")
    took_s = time.monotonic() - began_at

    assert all('"type":"ready"' in one.texts[0] for one in sockets)
    assert page.status == 200
    assert took_s < 2
    assert b"chatdock_sockets 1100.0\n" in server.get("/metrics").body


def test_thousand_sockets_are_all_told_of_a_restart(
    start_server: Start, sockets: list[BareSocket]
) -> None:
    server = start_server()
    for _ in range(1_050):
        sockets.append(BareSocket(server, server.token()))
        if len(sockets) % 50 == 0:
            read_until(sockets[-50:], lambda one: one.texts)

    server.terminate()
    read_until(sockets, lambda one: one.code)

    assert {one.code for one in sockets} == {1012}
    assert {one.texts[-1] for one in sockets} == {'{"type":"restart"}'}
    assert server.wait() == 0


def test_browser_that_reads_nothing_holds_up_nobody(
    start_server: Start, connect: Frames, model: Model, sockets: list[BareSocket]
) -> None:
    """Its answer is finished and stored, another tab sees all of it, and it is let go itself."""
    server = start_server(model.site)
    token = server.token()
    frame = connect(server)
    frame.hello(token, epoch="")
    conversation = frame.ask("now then")["conversation"]
    frame.until("run.ended")
    words = "now " + "word " * 1_500
    for _ in range(10):
        frame.ask(words, conversation)
        frame.until("run.ended")
    slow = BareSocket(server, token)
    sockets.append(slow)
    slow.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    read_until([slow], lambda one: one.texts)

    for _ in range(45):  # some 7 MB that it asks for and does not read
        slow.send(json.dumps({"type": "conversation.open", "conversation": conversation}))
    wait_until(lambda: b"chatdock_sockets 1.0" in server.get("/metrics").body, "it to be let go")

    frame.ask(words, conversation)
    assert frame.until("run.ended")["state"] == "done"


def test_more_sockets_than_connections_leave_room(
    start_server: Start, sockets: list[BareSocket]
) -> None:
    server = start_server(DEMO_SITE, worker_connections="40")
    for _ in range(38):
        sockets.append(BareSocket(server, server.token()))
        read_until(sockets[-1:], lambda one: one.texts)

    one_more = BareSocket(server, server.token())
    sockets.append(one_more)
    with pytest.raises(AssertionError, match="503"):
        read_until([one_more], lambda one: one.texts)

    assert server.get("/healthz").status == 200


def _worker_of(server: Server) -> int | None:
    with suppress(IndexError):
        return server.worker()
    return None


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
