"""A ChatKit server behind the whole of ours: what a stop does, and what must not be told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.fakes.chatkit.platform import ChatKitHost
from tests.fakes.chatkit.scenarios import KEY
from tests.fakes.chatkit.wire import closed, delta, event, opened
from tests.fakes.script import Asked, Until
from tests.serving import Frame, Frames, Server

StartServer = Callable[..., Server]


@pytest.fixture
def server(host: ChatKitHost, start_server: StartServer) -> Server:
    return start_server(
        f"""
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.provider]
kind = "chatkit"
url = "{host.url}"
api_key = "{KEY}"
headers = {{ X-Tenant = "a-tenant-nobody-knows" }}
"""
    )


def stop_after_first_word(frame: Frame, question: str) -> None:
    frame.ask(question)
    run = frame.until("run.started")["run"]
    while not any("Hel" in seen or "Half" in seen for seen in frame.seen):
        frame.receive()
    frame.send("run.stop", run=run)
    assert frame.until("run.ended")["state"] == "stopped"


def asked(host: ChatKitHost) -> Asked:
    return host.upstream.wait_for_requests(1)[-1]


def test_stop_closes_the_connection(host: ChatKitHost, server: Server, connect: Frames) -> None:
    frame = connect(server)
    frame.hello(server.token())

    stop_after_first_word(frame, "stall")

    assert asked(host).gone.wait(5)


def test_stream_that_must_not_be_cancelled_is_read_on_after_a_stop(
    host: ChatKitHost, server: Server, connect: Frames
) -> None:
    go = threading.Event()
    options = event("stream_options", stream_options={"allow_cancel": False})
    host.play(options, opened("msg_a") + delta("msg_a", "Hel"), Until(go), closed("msg_a", "Hello"))
    frame = connect(server)
    frame.hello(server.token())

    stop_after_first_word(frame, "pay")

    go.set()
    assert asked(host).ended.wait(5)
    assert not asked(host).gone.is_set()


def test_refusal_with_our_credentials_in_it_is_told_to_nobody(
    host: ChatKitHost, server: Server, connect: Frames
) -> None:
    frame = connect(server)
    frame.hello(server.token())

    frame.ask("unauthorized")

    assert frame.until("run.ended")["failure"]["code"] == "auth"
    log = server.log.read_text()
    assert "is not known here" in log
    assert KEY not in log + "".join(frame.seen)
