"""XpertAI behind the whole server: a killed process's answer finishes, and a stop arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from tests.fakes.xpertai.platform import ASSISTANT, GENERAL_KEY
from tests.fakes.xpertai.platform import XpertAI as Platform
from tests.fakes.xpertai.rules import Dialect
from tests.serving import Frame, Frames, Server
from widget.domain.transcript import ShownConversation

StartServer = Callable[..., Server]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform(keep_alive_s=0.1, gate_limit_s=60) as started:
        yield started


def sites(platform: Platform) -> str:
    return f"""
[[sites]]
key = "acme"
name = "Acme"
origins = ["https://www.acme.example"]
[sites.provider]
kind = "xpertai"
base_url = "{platform.base_url}"
api_key = "{GENERAL_KEY}"
assistant_id = "{ASSISTANT}"
"""


def shown(frame: Frame, token: str, conversation: str) -> ShownConversation:
    """The conversation as a page that opens now would get it."""
    frame.hello(token, conversation=conversation)
    whole = frame.until("conversation")["conversation"]
    return msgspec.convert(whole, ShownConversation)


def wait_for_word(frame: Frame, word: str) -> None:
    while not any(word in seen for seen in frame.seen):
        frame.receive()


@pytest.mark.parametrize("dialect", ["aug", "late"])
def test_answer_of_a_killed_server_is_joined_and_finishes(
    platform: Platform, start_server: StartServer, connect: Frames, dialect: Dialect
) -> None:
    platform.behaviour.dialect = dialect
    server = start_server(sites(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("gated")
    wait_for_word(frame, "Half")
    platform.behaviour.gate_opened_by_join = "go"

    server.kill()
    server.start()

    again = connect(server)
    if shown(again, token, accepted["conversation"]).run:
        again.until("run.ended")
    answer = shown(connect(server), token, accepted["conversation"]).messages[-1]
    assert (answer.state, [part.html for part in answer.parts]) == ("done", ["<p>Half whole</p>"])
    assert len(platform.asked("POST", "/runs/stream")) == 1


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
    assert platform.only_run().status == "interrupted"


def test_confirmation_is_given_and_the_run_goes_on(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(sites(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("confirm")
    asked = frame.until("run.ended")["message"]

    values = {"parameter.0.order": ["B8"], "parameter.0.count": ["3"]}
    frame.send("input.answer", message=asked, part=1, action="confirm", values=values)
    frame.until("run.ended")

    answer = shown(connect(server), token, accepted["conversation"]).messages[-1]
    assert [part.html for part in answer.parts] == ["<p>All done.</p>"]
    (sent,) = [one.json["input"] for one in platform.asked("POST", "/runs/stream")[1:]]
    assert sent["decision"] == {"type": "confirm"}
    assert sent["patch"]["toolCalls"][0]["args"] == {"order": "B8", "count": 3}


def test_message_sent_meanwhile_is_answered_in_the_same_answer(
    platform: Platform, start_server: StartServer, connect: Frames
) -> None:
    server = start_server(sites(platform))
    token = server.token()
    frame = connect(server)
    frame.hello(token)
    accepted = frame.ask("gated")
    wait_for_word(frame, "Half")

    frame.ask("And returns?", accepted["conversation"])
    platform.wait_for(lambda: platform.only_thread().pending() != [])
    platform.gate("go").set()
    frame.until("run.ended")

    messages = shown(connect(server), token, accepted["conversation"]).messages
    told = [[part.html for part in one.parts] for one in messages if one.role == "assistant"]
    assert told == [["<p>Half whole</p><p>And returns?</p>"]]


def test_doctor_speaks_of_the_key(platform: Platform, start_server: StartServer) -> None:
    told = start_server(sites(platform)).command("doctor", "acme")

    assert f"The key sees 2 assistant(s): Shop ({ASSISTANT})" in told
    assert "Note: the key is a general one" in told
    assert GENERAL_KEY not in told
