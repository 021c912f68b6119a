"""Dify behind the whole server: a form is answered, a killed process's answer finishes, a stop
arrives, and nothing of the flow's innards reaches a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from tests.fakes.dify.platform import Dify as Platform
from tests.fakes.dify.stage import PROMPT
from tests.fakes.dify.wire import KEY
from tests.providers.dify.kit import FLOW
from tests.serving import Frame, Frames, Server
from widget.domain.transcript import ShownConversation

StartServer = Callable[..., Server]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(mode=FLOW, ping_s=0.1) as started:
        yield started


def sites(platform: Platform) -> str:
    return f"""
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.provider]
kind = "dify"
base_url = "{platform.upstream.url}"
api_key = "{KEY}"
"""


def shown(frame: Frame, token: str, conversation: str) -> ShownConversation:
    """The conversation as a page that opens now would get it."""
    frame.hello(token, conversation=conversation)
    whole = frame.until("conversation")["conversation"]
    return msgspec.convert(whole, ShownConversation)


def wait_for_word(frame: Frame, word: str) -> None:
    while not any(word in seen for seen in frame.seen):
        frame.receive()


def test_form_is_answered_in_the_chat(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(sites(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("form")
    frame.until("run.ended")
    asked = shown(connect(server), token, accepted["conversation"]).messages[-1]
    (part,) = [n for n, part in enumerate(asked.parts) if part.kind == "input_request"]

    values = {"reason": ["Too small"], "size": ["S"]}
    frame.send("input.answer", message=asked.id, part=part, action="yes", values=values)
    frame.until("run.ended")

    last = shown(connect(server), token, accepted["conversation"]).messages[-1]
    assert [part.html for part in last.parts] == ["<p>You chose yes. Done.</p>"]
    stage = platform.only_run().stage
    assert not any(stage.form_token in seen for seen in frame.seen)


def test_nothing_of_the_flow_reaches_a_frame(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(sites(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("nodes")
    frame.until("run.ended")

    assert any("Look up the tariff" in seen for seen in frame.seen)
    for secret in (PROMPT, "no key x", KEY):
        assert not any(secret in seen for seen in frame.seen)


@pytest.mark.parametrize("mode", ["chat", FLOW])
def test_answer_of_a_killed_server_finishes(
    platform: Platform, start_server: StartServer, connect: Frames, mode: str
) -> None:
    platform.behaviour.mode = mode  # type: ignore[assignment]
    server = start_server(sites(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("gated")
    wait_for_word(frame, "Half")

    server.kill()
    platform.gate("go").set()
    platform.only_run().wait_over()
    server.start()

    again = connect(server)
    if shown(again, token, accepted["conversation"]).run:
        again.until("run.ended")
    answer = shown(connect(server), token, accepted["conversation"]).messages[-1]
    assert (answer.state, [part.html for part in answer.parts]) == ("done", ["<p>Half whole</p>"])
    assert len(platform.chats()) == 1


def test_stop_reaches_the_platform(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(sites(platform))
    frame = connect(server)
    frame.hello(server.token())
    frame.ask("stall")
    run = frame.until("run.started")["run"]
    wait_for_word(frame, "Half")

    frame.send("run.stop", run=run)

    assert frame.until("run.ended")["state"] == "stopped"
    platform.only_run().wait_over()
    assert platform.only_run().status == "stopped"


def test_doctor_speaks_of_the_app(platform: Platform, start_server: StartServer) -> None:
    told = start_server(sites(platform)).command("doctor", "acme")

    assert f"{platform.base_url} answers and takes the key, of a chatflow." in told
    assert "The app answers." in told
    assert KEY not in told
