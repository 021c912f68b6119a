"""Answers of the kefu door piece by piece, and what becomes of them when somebody leaves."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator

import pytest

from tests.serving import Server, wait_until
from tests.web.kefu_client import Client, events, kefu_site, refusal

StartServer = Callable[..., Server]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("kefu"), kefu_site(delay_ms=20), drain_limit_s="1")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def client(server: Server, request: pytest.FixtureRequest) -> Client:
    return Client(server).named(request.node.nodeid[-100:])


def test_answer_comes_piece_by_piece(client: Client) -> None:
    conversation = client.begin()

    frames = client.streamed("您好", conversation_id=conversation)

    deltas = frames[1:-1]
    assert events(frames) == ["start", *["delta"] * len(deltas), "end"]
    assert len(deltas) > 1
    assert {tuple(frame) for frame in deltas} == {("event", "text")}
    assert "".join(frame["text"] for frame in deltas) == frames[-1]["reply"]
    assert frames[0] == {
        "event": "start",
        "conversation_id": conversation,
        "message_id": frames[-1]["message_id"],
    }
    assert client.said(conversation) == [("user", "您好"), ("assistant", frames[-1]["reply"])]


def test_end_says_what_the_call_without_streaming_says(client: Client) -> None:
    streamed, whole = client.streamed("hello")[-1], client.ask("hello")

    own = ("conversation_id", "message_id")
    assert {**streamed, **dict.fromkeys(own)} == {"event": "end", **whole, **dict.fromkeys(own)}


def test_text_is_markdown_as_the_platform_wrote_it(client: Client) -> None:
    frames = client.streamed("a table please")

    text = "".join(frame.get("text", "") for frame in frames)
    assert "|:---|:---:|" in text
    assert "**Moth**" in text


def test_headers_keep_proxies_from_holding_it_back(client: Client) -> None:
    with client.stream("hello") as stream:
        headers = stream.response.headers

        assert stream.response.status == 200
        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Transfer-Encoding"] == "chunked"
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["Cache-Control"] == "no-store, no-transform"
        assert "Content-Encoding" not in headers


def test_frames_are_ascii_wherever_they_are_cut(client: Client) -> None:
    """So that a client needs no decoder for characters that came in halves."""
    with client.stream("您好") as stream:
        body = stream.response.read()

    assert body.isascii()
    assert body.endswith(b"\n\n")
    last = json.loads(body.split(b"\n\n")[-2].removeprefix(b"data: "))
    assert not last["reply"].isascii()


def test_first_pieces_come_before_the_last_are_written(client: Client) -> None:
    with client.stream("stall") as stream:
        assert stream.next()["event"] == "start"
        assert stream.next()["event"] == "delta"


def test_refusal_before_the_first_byte_is_a_plain_envelope(client: Client) -> None:
    for fields in ({"message": ""}, {"message": "x", "conversation_id": "conv_none"}):
        answer = client.post("chat", stream=True, **fields)

        assert answer.headers["Content-Type"] == "application/json"
        assert refusal(answer)[0] in (400, 404)


def test_failure_is_the_last_frame(client: Client) -> None:
    frames = client.streamed("fail timeout")

    assert events(frames)[0] == "start"
    error = frames[-1]
    assert (error["event"], error["code"], error["error"]) == ("error", 504, "upstream_timeout")
    assert (error["retryable"], error["data"]) == (True, None)
    assert error["message"]


def test_who_hangs_up_stops_nothing(client: Client) -> None:
    conversation = client.begin()
    with client.stream("hello", conversation_id=conversation) as stream:
        assert stream.next()["event"] == "start"

    wait_until(lambda: client.history(conversation)["total"] == 2)

    reply = client.said(conversation)[1][1]
    assert reply == "Hello, and welcome! What can I do for you today?"


def test_answer_goes_on_for_who_sends_it_again(client: Client) -> None:
    with client.stream("a table please", client_msg_id="a-long-one") as stream:
        start = stream.next()

    frames = client.streamed("a table please", client_msg_id="a-long-one")

    assert frames[0] == start
    assert "".join(frame.get("text", "") for frame in frames) == frames[-1]["reply"]


def test_stopping_server_ends_streams_with_a_word(start_server: StartServer) -> None:
    server = start_server(kefu_site(), drain_limit_s="1")
    client = Client(server)
    with client.stream("stall") as stream:
        start = stream.next()
        assert stream.next()["event"] == "delta"

        server.terminate()
        frames = list(stream)

    error = frames[-1]
    assert (error["event"], error["code"], error["error"]) == ("error", 503, "restarting")
    assert error["retryable"] is True
    assert server.wait() == 0
    server.start()
    said = client.said(start["conversation_id"])
    assert [role for role, _ in said] == ["user", "assistant"]


def test_stopping_server_lets_answers_end(start_server: StartServer) -> None:
    server = start_server(kefu_site(delay_ms=40), drain_limit_s="30")
    client = Client(server)
    with client.stream("hello") as stream:
        assert stream.next()["event"] == "start"

        server.terminate()
        frames = list(stream)

    assert frames[-1]["event"] == "end"
    assert frames[-1]["finish_reason"] == "stop"
    assert server.wait() == 0


def test_stopping_server_ends_waiting_with_a_word(start_server: StartServer) -> None:
    server = start_server(kefu_site(), drain_limit_s="1")
    client = Client(server)
    conversation = client.begin()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    body = {**client.fields, "message": "stall", "conversation_id": conversation}
    line.request("POST", "/sites/acme/api/kefu/chat", json.dumps(body))
    wait_until(lambda: client.history(conversation)["total"] == 1)

    server.terminate()
    answer = line.getresponse()

    assert (answer.status, answer.headers["Retry-After"]) == (503, "3")
    assert json.loads(answer.read())["error"] == "restarting"
    line.close()


def test_stopping_server_takes_no_new_question(start_server: StartServer) -> None:
    server = start_server(kefu_site(), drain_limit_s="5")
    client = Client(server)
    with client.stream("stall") as stream:
        stream.next()
        server.terminate()
        wait_until(lambda: server.get("/readyz").status == 503)

        for call, fields in (("chat", {"message": "hello"}), ("createConversation", {})):
            assert refusal(client.post(call, **fields)) == (503, 503, "restarting")
