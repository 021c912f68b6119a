"""Webhooks of a real server: what it sends, and that kills and slow receivers lose and hold up
nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.fakes.script import Reply
from tests.leaks import leaking_files, leaks
from tests.receiver import SECRET, Receiver, is_signed, receiving
from tests.serving import Frames, Server, wait_until
from widget.runs.webhooks_sender import MOST_OF_ONE_SITE

StartServer = Callable[..., Server]

SITE = """
[[sites]]
key = "{key}"
ui.chatBot.feedback.isNeedFeedback = true
[sites.provider]
kind = "demo"
delay_ms = 0
[[sites.webhooks]]
url = "{url}"
secret = "{secret}"
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def site(receiver: Receiver, key: str = "acme") -> str:
    return SITE.format(key=key, url=receiver.url, secret=SECRET)


def ask(server: Server, connect: Frames, key: str = "acme") -> Any:
    """Asks one question and waits for its answer; the frame and the answer's id."""
    frame = connect(server, key)
    frame.hello(server.token(key))
    frame.ask("Hello")
    return frame, frame.until("run.ended")["message"]


def states(server: Server) -> list[str]:
    with closing(sqlite3.connect(server.folder / "data" / "chatdock.db")) as database:
        rows = database.execute("SELECT state FROM webhook_deliveries ORDER BY rowid")
        return [state for (state,) in rows]


def test_a_conversation_is_told_of_from_its_start_to_its_verdict(
    start_server: StartServer, connect: Frames, receiver: Receiver
) -> None:
    server = start_server(site(receiver))
    frame, answer = ask(server, connect)
    receiver.wait_for(2)
    frame.send("feedback.give", message=answer, verdict="like")

    bodies = receiver.wait_for(3)
    wait_until(lambda: states(server) == ["delivered"] * 3)
    told = server.command("webhooks", "acme")
    server.stop()

    assert sorted(receiver.types()[:2]) == ["conversation.started", "message.finished"]
    assert bodies[2]["type"] == "feedback.given"
    assert bodies[2]["data"]["answer"]["id"] == answer
    assert bodies[2]["data"]["feedback"]["verdict"] == "like"
    assert all(is_signed(one) for one in receiver.requests)
    assert told.count("delivered: answered 204 (1 try)") == 3
    assert leaking_files(server.folder / "data", SECRET) == []
    assert leaks(server.log.read_bytes() + told.encode(), SECRET) == []


def test_a_server_that_dies_while_it_delivers_leaves_it_to_the_next(
    start_server: StartServer, connect: Frames, receiver: Receiver
) -> None:
    """Killed between the request and its answer: the receiver gets each again, by the same name."""
    receiver.hold()
    server = start_server(site(receiver))
    ask(server, connect)
    receiver.wait_for(2)

    server.kill()
    connect.close()
    receiver.let_go()
    server.start()
    receiver.wait_for(4)
    wait_until(lambda: states(server) == ["delivered"] * 2)

    names = [one.headers["webhook-id"] for one in receiver.requests]
    assert sorted(names[:2]) == sorted(names[2:])


def test_a_receiver_that_never_answers_holds_up_nobody(
    start_server: StartServer, connect: Frames, receiver: Receiver
) -> None:
    with receiving() as slow:
        slow.hold()
        server = start_server(site(slow, "slow") + site(receiver))
        for _ in range(3):
            ask(server, connect, "slow")
        slow.wait_for(MOST_OF_ONE_SITE)

        ask(server, connect)

        receiver.wait_for(2)
        wait_until(lambda: states(server).count("delivered") == 2)
        assert len(slow.requests) == MOST_OF_ONE_SITE


def test_what_failed_is_tried_again_and_sent_again_by_hand(
    start_server: StartServer, connect: Frames, receiver: Receiver
) -> None:
    receiver.next_answers = [Reply(status=500), Reply(status=410)]
    server = start_server(site(receiver))
    ask(server, connect)
    wait_until(lambda: sorted(states(server)) == ["failed", "waiting"])
    said = server.command("webhooks", "acme")
    doctor = server.attempt("doctor", "acme")

    (line,) = server.command("webhooks", "acme", "--failed").splitlines()
    name = line.split()[-1]
    again = server.command("webhooks", "acme", "--again", name)
    wait_until(lambda: states(server) == ["delivered"] * 2, "the retry after 5 s")

    host = receiver.upstream.url.removeprefix("http://")
    assert "given up after 1 try: answered 410: it wants no more of these" in line
    assert "(1 try): answered 500" in said
    assert again == f"{name}: goes to {host} again as soon as the server runs.\n"
    assert doctor.returncode == 1
    assert (
        f"WRONG Webhooks: {host}: 1 given up and 1 to be tried again in the last day."
        " `chatdock webhooks acme --failed` says why; --again ID sends one again." in doctor.stdout
    )
    assert f"ok    Webhooks: {host} takes what it is sent." in server.command("doctor", "acme")
    assert receiver.next_answers == []
