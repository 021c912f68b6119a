"""Input that no browser of ours sends: refused in the usual way, never a failure of the server."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator

import pytest

from tests.serving import Frames, Server

SOON_S = 2.0
NESTED = ("[" * 400_000, '{"a":' * 100_000, '{"ui":' + "[" * 5_000)
HALVES = (
    r'{"ui":{"chatBot":{"title":"\ud800"}}}',
    r'{"ui":{"footer":{"expressionText":"\udc00"}}}',
)
ODD = ("NaN", '{"ui":{"base":{"zIndex":' + "9" * 1_400 + "}}}", '{"__proto__":{"ui":1}}', "\0", '"')


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("text", [*HALVES, *ODD, "[" * 1_500, '{"ui":' * 250])
def test_page_is_shown_without_options_that_make_no_sense(server: Server, text: str) -> None:
    page = server.get(f"/frame/acme?o={packed(text)}", Referer="https://www.acme.example/page")

    assert page.status == 200
    assert "the page's options were left out" in page.body.decode()


def test_many_wrong_options_cost_little(server: Server) -> None:
    """Anybody may send them; each one takes a moment to be put into words."""
    wrong = json.dumps({"ui": {f"n{number}": 1 for number in range(2_000)}})
    most = json.dumps({"ui": {"theme": {f"n{number}": 1 for number in range(60)}}})
    began = time.monotonic()

    server.ask("POST", "/frame/acme/look", wrong.encode())
    server.get(f"/frame/acme?o={packed(most)}", Referer="https://www.acme.example/page")

    assert time.monotonic() - began < SOON_S


def test_look_that_is_too_long_is_refused(server: Server) -> None:
    answer = server.ask("POST", "/frame/acme/look", b" " * 40_000 + b"{}")

    assert (answer.status, answer.json["error"]["code"]) == (422, "bad_input")


@pytest.mark.parametrize("text", [*NESTED, *HALVES, *ODD])
def test_look_that_makes_no_sense_is_refused(server: Server, text: str) -> None:
    answer = server.ask("POST", "/frame/acme/look", text.encode())

    assert (answer.status, answer.json["error"]["code"]) == (422, "bad_input")


@pytest.mark.parametrize("text", [*NESTED, *HALVES, *ODD, '{"token": "\0"}', '{"token": "\udcff"}'])
def test_token_question_that_makes_no_sense_is_refused(server: Server, text: str) -> None:
    answer = server.ask("POST", "/frame/acme/token", text.encode("utf-8", "surrogateescape"))

    assert (answer.status, answer.json["error"]["code"]) == (422, "bad_input")


NESTED_COMMANDS = [
    '{"type":"tool.result","id":"x","result":' + "[" * 60_000,
    '{"type":"input.answer","message":"m","request":"r","answer":' + '{"a":' * 10_000,
]


@pytest.mark.parametrize("frame", NESTED_COMMANDS)
def test_command_that_nests_without_end_is_answered(
    server: Server, connect: Frames, frame: str
) -> None:
    opened = connect(server)
    opened.hello(server.token())

    opened.send_raw(frame)

    assert opened.until("error")["code"] == "bad_input"
    opened.send("ping")
    opened.until("pong")


def test_result_that_nests_too_deep_is_refused(server: Server, connect: Frames) -> None:
    """As deep as it can be read, and deeper than it could be stored."""
    opened = connect(server)
    opened.hello(server.token())
    nested = "[" * 600 + "]" * 600

    opened.send_raw(f'{{"type":"tool.result","message":"msg_x","id":"x","result":{nested}}}')

    refused = opened.until("error")
    assert (refused["code"], refused["ref"]) == ("bad_input", "tool.result")


def test_first_frame_that_nests_without_end_is_no_hello(server: Server, connect: Frames) -> None:
    opened = connect(server)

    opened.send_raw(NESTED_COMMANDS[0])

    assert opened.close_code()[0] == 4401


@pytest.fixture(autouse=True)
def _nothing_fails(server: Server) -> Iterator[None]:
    """Whatever was sent, the server logged no failure of its own."""
    yield
    entries = [line for line in server.log.read_text().splitlines() if line.startswith("{")]
    assert [line for line in entries if json.loads(line)["level"] == "error"] == []
