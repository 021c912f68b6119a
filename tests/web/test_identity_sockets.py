"""Sockets of those whom the owner vouches for: no longer open than the owner's word stands."""

from __future__ import annotations

import json
from typing import Any

from tests.serving import Frames, Server
from tests.signing import user_token
from tests.web.talk import joined, whole


def signed_in(server: Server, token: str, **asked: Any) -> dict[str, Any]:
    answer = server.ask(
        "POST",
        "/frame/acme/token",
        json.dumps({"token": token, **asked}).encode(),
        {"Content-Type": "application/json"},
    )
    assert answer.status == 200, answer.body
    made: dict[str, Any] = answer.json
    return made


def test_socket_closes_when_the_user_token_ends(server: Server, connect: Frames) -> None:
    soon = user_token(server, "soon", ends_in_s=-56)
    made = signed_in(server, server.token(), user_token=soon)
    frame = joined(server, connect, made["token"])

    assert frame.close_code() == (4401, "identity_ended")
    again = connect(server)
    again.send("hello", token=made["token"])
    assert again.close_code() == (4401, "identity_ended")


def test_token_that_the_socket_gives_ends_with_the_user_token(
    server: Server, connect: Frames
) -> None:
    made = signed_in(server, server.token(), user_token=user_token(server, "tom", ends_in_s=100))
    frame = joined(server, connect, made["token"])
    frame.send("token.renew")

    given = frame.until("token")

    assert 90 <= given["expires_in_s"] <= 100
    assert server.tokens.read(given["token"]).identity == (
        server.tokens.read(made["token"]).identity
    )


def test_conversation_and_its_running_answer_go_on_at_the_same_place(
    server: Server, connect: Frames
) -> None:
    token = server.token()
    frame = joined(server, connect, token)
    accepted = frame.ask("Where is my order 2046?")
    frame.until("run.started")
    seq = max(json.loads(one)["seq"] for one in frame.numbered() if one[0] == "{")
    signed = user_token(server, "goes-on")
    made = signed_in(server, token, user_token=signed, conversation=accepted["conversation"])
    assert made["stays"] is True

    person = connect(server)
    place = {"conversation": accepted["conversation"], "epoch": accepted["epoch"], "seq": seq}
    ready = person.hello(made["token"], **place)

    assert (ready["conversation"], ready["seq"]) == (accepted["conversation"], seq)
    assert person.until("run.ended")["state"] == "done"


def test_anonymous_socket_lets_the_conversation_go(server: Server, connect: Frames) -> None:
    token = server.token()
    frame = joined(server, connect, token)
    accepted = frame.ask("Thanks")
    elsewhere = joined(server, connect, server.token())
    signed_in(
        server,
        token,
        user_token=user_token(server, "handed"),
        conversation=accepted["conversation"],
    )

    assert frame.close_code() == (4401, "unauthorized")
    back = joined(server, connect, token, conversation=accepted["conversation"])
    assert whole(back).id == ""
    elsewhere.send("ping")
    elsewhere.until("pong")
