"""The kefu contract, call by call, against a running server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.serving import PATIENCE_S, Answer, Server, wait_until
from tests.web.kefu_client import Client, kefu_site, refusal

StartServer = Callable[..., Server]

HELLO = "Hello, and welcome! What can I do for you today?"
ID = re.compile(r"conv_[\w-]{22}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("kefu"), kefu_site(), drain_limit_s="1")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def client(server: Server, request: pytest.FixtureRequest) -> Client:
    """A person of the test's own."""
    return Client(server).named(request.node.nodeid[-100:])


def words(messages: list[Any]) -> list[str]:
    return [message["content"] for message in messages]


# -- the three calls


def test_conversation_is_made(client: Client) -> None:
    answer = client.post("createConversation")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"code", "message", "data", "timestamp"}
    assert (answer.json["code"], answer.json["message"]) == (0, "success")
    assert abs(answer.json["timestamp"] - time.time()) < 60
    data = answer.json["data"]
    assert set(data) == {"conversation_id", "name", "created_at"}
    assert data["name"] == "智能客服会话"
    assert ID.fullmatch(data["conversation_id"])
    assert MOMENT.fullmatch(data["created_at"])


def test_question_is_answered(client: Client) -> None:
    conversation = client.begin()

    answer = client.post("chat", message="hello", conversation_id=conversation)

    data = answer.json["data"]
    assert answer.status == 200
    assert (answer.json["code"], answer.json["message"]) == (0, "success")
    assert data == {
        "conversation_id": conversation,
        "reply": HELLO,
        "message_id": data["message_id"],
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 0, "completion_tokens": 10, "total_tokens": 10},
        "usage_known": False,
    }
    assert data["message_id"].startswith("msg_")


def test_history_is_given_oldest_first(client: Client) -> None:
    conversation = client.begin()
    answered = client.ask("hello", conversation_id=conversation)

    data = client.history(conversation)

    question, answer = data["messages"]
    assert (data["total"], data["limit"], data["offset"]) == (2, 20, 0)
    assert set(question) == {"id", "role", "content", "created_at"}
    assert (question["role"], question["content"]) == ("user", "hello")
    assert (answer["role"], answer["content"]) == ("assistant", HELLO)
    assert answer["id"] == answered["message_id"] != question["id"]
    assert MOMENT.fullmatch(question["created_at"])


def test_new_conversation_has_no_history(client: Client) -> None:
    assert client.history(client.begin()) == {
        "messages": [],
        "total": 0,
        "limit": 20,
        "offset": 0,
    }


@pytest.mark.parametrize("nothing", [{}, {"conversation_id": ""}, {"conversation_id": None}])
def test_first_question_begins_a_conversation(client: Client, nothing: dict[str, Any]) -> None:
    first = client.ask("hello", **nothing)
    second = client.ask("thanks", conversation_id=first["conversation_id"])

    assert ID.fullmatch(first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert client.history(first["conversation_id"])["total"] == 4


# -- pages of history


@pytest.fixture(scope="module")
def talked(server: Server) -> tuple[Client, str]:
    """Three questions with their answers."""
    client = Client(server).named("talker")
    conversation = client.begin()
    for number in range(3):
        client.ask(f"hello {number}", conversation_id=conversation)
    return client, conversation


@pytest.mark.parametrize(
    ("asked", "found", "limit", "offset"),
    [
        ({"limit": 2}, ["hello 0", HELLO], 2, 0),
        ({"limit": "2", "offset": "2"}, ["hello 1", HELLO], 2, 2),
        ({"limit": 2, "offset": 5}, [HELLO], 2, 5),
        ({"limit": 2, "offset": 6}, [], 2, 6),
        ({"limit": 0}, ["hello 0"], 1, 0),
        ({"limit": 3, "order": "desc"}, [HELLO, "hello 2", HELLO], 3, 0),
        ({"limit": 2, "offset": 1, "order": "desc"}, ["hello 2", HELLO], 2, 1),
        ({"limit": 1, "order": "asc"}, ["hello 0"], 1, 0),
    ],
)
def test_history_is_given_in_pages(
    talked: tuple[Client, str], asked: dict[str, Any], found: list[str], limit: int, offset: int
) -> None:
    client, conversation = talked

    data = client.history(conversation, **asked)

    assert words(data["messages"]) == found
    assert (data["limit"], data["offset"], data["total"]) == (limit, offset, 6)


@pytest.mark.parametrize(("asked", "limit"), [({"limit": 1_000}, 100), ({"limit": ""}, 20)])
def test_odd_limits_are_brought_into_range(
    talked: tuple[Client, str], asked: dict[str, Any], limit: int
) -> None:
    client, conversation = talked

    data = client.history(conversation, **asked)

    assert (data["limit"], len(data["messages"])) == (limit, 6)


# -- how it may be asked


@pytest.mark.parametrize(
    "spelling",
    ["getHistory", "gethistory", "GETHISTORY", "getHistory/", "gethistory/", "GetHistory/"],
)
def test_spelling_and_slash_do_not_matter(client: Client, spelling: str) -> None:
    conversation = client.begin()

    assert client.post(spelling, conversation_id=conversation).json["code"] == 0


def test_path_without_site_means_the_only_one(server: Server) -> None:
    for path in ("/api/kefu/createConversation", "/api/kefu/createconversation/"):
        answer = server.ask("POST", path, b'{"user_id": "u"}', {"Content-Type": "application/json"})

        assert answer.json["code"] == 0


def test_form_is_taken(client: Client) -> None:
    begun = client.post_form("createConversation").json["data"]["conversation_id"]

    answer = client.post_form("chat", message="hello", conversation_id=begun, stream="0")

    assert answer.json["data"]["reply"] == HELLO
    page = client.post_form("getHistory", conversation_id=begun, limit="1", offset="1")
    assert words(page.json["data"]["messages"]) == [HELLO]


def test_form_of_several_parts_is_taken(client: Client) -> None:
    body = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**client.fields, "message": "hello"}.items()
    )
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}

    answer = client.send("chat", f"{body}--edge--\r\n".encode(), kind)

    assert answer.json["data"]["reply"] == HELLO


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/octet-stream", ""]
)
def test_json_is_taken_under_any_name(server: Server, kind: str) -> None:
    body = b' {"user_id": "u", "message": "hello"}'

    answer = Client(server).send("chat", body, {"Content-Type": kind})

    assert answer.json["data"]["reply"] == HELLO


def test_member_may_be_a_number(server: Server) -> None:
    """As a database of the owner's counts them; the same as text is the same member."""
    conversation = Client(server, fields={"user_id": 17}).begin()

    assert Client(server).named("17").history(conversation)["total"] == 0


def test_fields_that_nobody_knows_do_no_harm(client: Client) -> None:
    assert client.ask("hello", token="x", scene=1)["reply"] == HELLO


@pytest.mark.parametrize("off", [False, 0, "0", "false", "", None])
def test_stream_is_off_in_every_spelling(client: Client, off: Any) -> None:
    assert client.ask("hello", stream=off)["reply"] == HELLO


@pytest.mark.parametrize("on", [True, 1, "1", "true"])
def test_stream_is_on_in_every_spelling(client: Client, on: Any) -> None:
    answer = client.post("chat", message="hello", stream=on)

    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"


# -- what is refused


@pytest.mark.parametrize(
    ("call", "fields", "names"),
    [
        ("chat", {}, "message"),
        ("chat", {"message": None}, "message"),
        ("chat", {"message": ""}, "message"),
        ("chat", {"message": " \n\t "}, "message"),
        ("chat", {"message": 5}, "message"),
        ("chat", {"message": "x", "stream": "yes"}, "stream"),
        ("chat", {"message": "x", "conversation_id": []}, "conversation_id"),
        ("chat", {"message": "x", "client_msg_id": "short"}, "client_msg_id"),
        ("chat", {"message": "x", "wait_s": -1}, "wait_s"),
        ("getHistory", {}, "conversation_id"),
        ("getHistory", {"conversation_id": "c", "limit": -1}, "limit"),
        ("getHistory", {"conversation_id": "c", "limit": "-1"}, "limit"),
        ("getHistory", {"conversation_id": "c", "limit": "many"}, "limit"),
        ("getHistory", {"conversation_id": "c", "offset": -1}, "offset"),
        ("getHistory", {"conversation_id": "c", "offset": 1.5}, "offset"),
        ("getHistory", {"conversation_id": "c", "order": "up"}, "order"),
        ("createConversation", {"user_id": {}}, "user_id"),
        ("createConversation", {"user_id": "u" * 201}, "user_id"),
    ],
)
def test_field_that_cannot_be_used_is_named(
    client: Client, call: str, fields: dict[str, Any], names: str
) -> None:
    answer = client.post(call, **fields)

    assert refusal(answer) == (400, 400, "bad_input")
    assert names in answer.json["message"]
    assert (answer.json["data"], answer.json["retryable"]) == (None, False)


def test_too_long_a_message_is_named(client: Client) -> None:
    answer = client.post("chat", message="x" * 8_001)

    assert refusal(answer) == (400, 400, "message_too_long")
    assert "8001" in answer.json["message"]
    assert "message" in answer.json["message"]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"\xff", b'{"message": "\xff"}', b'{"x":' + b"[" * 100_000]
)
def test_body_that_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    answer = client.send("chat", body, {"Content-Type": "application/json"})

    assert refusal(answer) == (400, 400, "bad_input")


def test_too_large_a_body_is_refused(client: Client) -> None:
    """Before it has arrived: who sends on is hung up on."""
    line = HTTPConnection("127.0.0.1", client.server.port, timeout=PATIENCE_S)
    line.putrequest("POST", "/sites/acme/api/kefu/chat")
    line.putheader("Content-Length", "600000")
    line.endheaders()

    answer = line.getresponse()

    told = Answer(answer.status, dict(answer.headers), answer.read())
    assert refusal(told) == (413, 413, "too_large")
    line.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("call", ["chat", "gethistory/"])
def test_only_post_is_taken(client: Client, method: str, call: str) -> None:
    answer = client.send(call, None, {}, method)

    assert refusal(answer) == (405, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_call_is_refused_in_the_envelope(client: Client, method: str) -> None:
    assert refusal(client.send("rate", None, {}, method)) == (404, 404, "not_found")


@pytest.mark.parametrize(
    "id_", ["conv_", "conv_none", "cnv_none", "x", "0", "conv_" + "A" * 22, "é", "x" * 200]
)
def test_unknown_conversation_is_refused(client: Client, id_: str) -> None:
    for answer in (
        client.post("chat", message="hello", conversation_id=id_),
        client.post("chat", message="hello", conversation_id=id_, stream=True),
        client.post("getHistory", conversation_id=id_),
    ):
        assert refusal(answer) == (404, 404, "conversation_not_found")


def test_history_needs_a_conversation(client: Client) -> None:
    answer = client.post("getHistory", conversation_id="")

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_id_of_the_store_opens_nothing(client: Client) -> None:
    """The contract's ids are one to one with ours, and still no other spelling of them is taken."""
    ours = client.begin().replace("conv_", "cnv_")

    answer = client.post("getHistory", conversation_id=ours)

    assert refusal(answer) == (404, 404, "conversation_not_found")


def test_somebody_elses_conversation_is_like_an_unknown_one(client: Client) -> None:
    theirs = client.named("somebody else").begin()

    for call, more in (("chat", {"message": "hello"}), ("getHistory", {})):
        foreign = client.post(call, conversation_id=theirs, **more).json
        unknown = client.post(call, conversation_id="conv_none", **more).json

        assert {**foreign, "timestamp": 0} == {**unknown, "timestamp": 0}
        assert foreign["error"] == "conversation_not_found"


# -- once, and one after the other


def test_message_sent_again_is_answered_with_the_first_answer(client: Client) -> None:
    first = client.ask("hello", client_msg_id="5f0c-first")
    again = client.ask("hello", client_msg_id="5f0c-first")

    assert again == first
    assert client.history(first["conversation_id"])["total"] == 2


def test_message_sent_again_is_streamed_again(client: Client) -> None:
    first = client.ask("hello", client_msg_id="5f0c-other")

    frames = client.streamed("hello", client_msg_id="5f0c-other")

    assert [frame["event"] for frame in frames] == ["start", "delta", "end"]
    assert frames[1]["text"] == first["reply"]
    assert frames[2] == {"event": "end", **first}


def test_empty_client_msg_id_is_none(client: Client) -> None:
    first, second = client.ask("hello", client_msg_id=""), client.ask("hello", client_msg_id=None)

    assert first["conversation_id"] != second["conversation_id"]


def test_second_message_while_one_is_answered_is_refused(client: Client) -> None:
    with client.stream("stall") as stream:
        conversation = stream.next()["conversation_id"]

        answer = client.post("chat", message="hello", conversation_id=conversation)

    assert refusal(answer) == (409, 409, "busy")
    assert answer.json["retryable"] is True


def test_slow_answer_is_told_where_it_will_stand(start_server: StartServer) -> None:
    client = Client(start_server(kefu_site(delay_ms=150)))

    answer = client.post("chat", message="hello", wait_s=1)

    assert refusal(answer) == (504, 504, "timeout")
    data = answer.json["data"]
    assert set(data) == {"conversation_id", "message_id"}
    assert client.said(data["conversation_id"]) == [("user", "hello")]
    wait_until(lambda: client.history(data["conversation_id"])["total"] == 2)
    found = client.history(data["conversation_id"])["messages"]
    assert words(found) == ["hello", HELLO]
    assert found[1]["id"] == data["message_id"]
