"""Frames without a socket: an event stream, held answers, and commands as posts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from flask.testing import FlaskClient
from gevent import socket as gsocket
from werkzeug.test import TestResponse

from tests.factories import make_conversation, make_site, make_token, make_visitor
from tests.serving import wait_until
from widget.domain.conversations import Conversation
from widget.domain.sites import Limits
from widget.domain.transcript import TitleChanged, body
from widget.store.conversations import add_conversation
from widget.store.database import Store
from widget.store.sites import save_site, set_paused
from widget.store.visitors import ensure_visitor
from widget.web import held_line, limits, lines
from widget.web.held_line import HeldLine, Peer
from widget.web.lifecycle import Phase
from widget.web.services import Services

OWN = {"Origin": "http://localhost"}


@pytest.fixture
def conversation(store: Store) -> Conversation:
    visitor = make_visitor()
    made = make_conversation(visitor)
    with store.begin() as tx:
        ensure_visitor(tx, visitor)
        add_conversation(tx, made)
    return made


@pytest.fixture
def token(own: Services, conversation: Conversation) -> str:
    return own.tokens.sign(make_token(visitor=conversation.visitor))


@pytest.fixture
def here(own: Services, conversation: Conversation, token: str) -> dict[str, Any]:
    """The hello of a frame on whose screen the conversation stands."""
    epoch, seq = own.engine.journal.position(conversation.id)
    return {"token": token, "conversation": conversation.id, "epoch": epoch, "seq": seq}


class Stream:
    """What an event stream has said so far."""

    def __init__(self, client: FlaskClient, **hello: Any) -> None:
        self.answer = client.post("/frame/acme/events", json=said(hello), headers=OWN)
        self._pieces = iter(self.answer.iter_encoded())

    def next(self) -> list[Any]:
        """The events of the next piece; text where it is none."""
        found = next(self._pieces).decode().split("\n\n")[:-1]
        return [json.loads(one[6:]) if one.startswith("data: ") else one for one in found]

    def rest(self) -> list[Any]:
        return [event for _ in iter(lambda: self._more(), None) for event in self._last]

    def _more(self) -> bool | None:
        try:
            self._last = self.next()
        except StopIteration:
            return None
        return True


@pytest.fixture
def stream(client: FlaskClient, here: dict[str, Any]) -> Iterator[Stream]:
    made = Stream(client, **here)
    yield made
    made.answer.close()


def said(hello: dict[str, Any]) -> dict[str, Any]:
    return {"type": "hello", **hello}


def poll(client: FlaskClient, *, is_held: bool = False, **hello: Any) -> TestResponse:
    path = "/frame/acme/poll?wait" if is_held else "/frame/acme/poll"
    return client.post(path, json=said(hello), headers=OWN)


def command(client: FlaskClient, token: str, *commands: Any, **more: Any) -> TestResponse:
    asked = {"token": token, "commands": commands, **more}
    return client.post("/frame/acme/commands", json=asked, headers=OWN)


def read(answer: TestResponse) -> Any:
    """What a complete answer says."""
    found = answer.json
    assert found is not None
    return found


def types(events: list[Any]) -> list[str]:
    return [event["type"] for event in events]


def change(own: Services, conversation: Conversation, title: str = "Other") -> None:
    own.engine.journal.append(conversation.id, body(TitleChanged(title)))
    own.pump.turn()


def close_of(code: int, reason: str) -> str:
    return f'event: close\ndata: {{"code":{code},"reason":"{reason}"}}'


# -- the event stream


def test_stream_says_that_nothing_may_keep_it_back(stream: Stream) -> None:
    headers = stream.answer.headers

    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-store, no-transform"
    assert headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in headers


def test_stream_begins_where_the_screen_stands(
    client: FlaskClient, own: Services, conversation: Conversation, here: dict[str, Any]
) -> None:
    for title in ("one", "two"):
        change(own, conversation, title)

    stream = Stream(client, **{**here, "seq": 1})

    ready, missed = stream.next()
    assert (ready["type"], ready["conversation"], ready["seq"]) == ("ready", conversation.id, 1)
    assert missed == {"seq": 2, "type": "title", "title": "two"}
    stream.answer.close()


def test_stream_of_a_screen_that_cannot_be_told_begins_with_the_whole(
    client: FlaskClient, conversation: Conversation, here: dict[str, Any]
) -> None:
    stream = Stream(client, **{**here, "epoch": "another life"})

    ready, whole = stream.next()
    assert ready["type"] == "ready"
    assert whole["conversation"]["id"] == conversation.id
    stream.answer.close()


def test_stream_brings_what_happens(
    stream: Stream, own: Services, conversation: Conversation
) -> None:
    assert types(stream.next()) == ["ready"]

    change(own, conversation, "one")
    change(own, conversation, "two")

    assert [event["title"] for event in stream.next()] == ["one", "two"]


def test_quiet_stream_says_that_it_lives(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "HEARTBEAT_S", 0.01)
    stream.next()

    assert [stream.next(), stream.next()] == [[":"], [":"]]


def test_stream_counts_as_a_socket_until_it_is_closed(stream: Stream, own: Services) -> None:
    assert len(own.sockets) == 1

    stream.answer.close()

    assert len(own.sockets) == 0


def test_paused_site_ends_its_streams(stream: Stream, own: Services, store: Store) -> None:
    stream.next()
    with store.begin() as tx:
        set_paused(tx, "acme", paused=True)
    own.sites._clock = lambda: time.monotonic() + 60
    own.sockets.sweep()

    error, goodbye = stream.rest()
    assert error["code"] == "site_paused"
    assert goodbye == close_of(4401, "site_paused")


def test_restart_tells_the_streams(stream: Stream, own: Services) -> None:
    stream.next()
    own.sockets.restart()

    assert stream.rest() == [{"type": "restart"}, close_of(1012, "restart")]


def test_stream_of_a_conversation_that_was_handed_over_ends(
    stream: Stream, own: Services, conversation: Conversation
) -> None:
    stream.next()
    own.sockets.let_go("acme", conversation.visitor, conversation.id)

    error, goodbye = stream.rest()
    assert (error["code"], goodbye) == ("unauthorized", close_of(4401, "unauthorized"))


def test_browser_that_takes_nothing_is_given_up(
    stream: Stream, own: Services, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_line, "MOST_KEPT", 500)
    stream.next()

    for _ in range(20):
        change(own, conversation, "much" * 10)

    assert stream.rest() == []


def test_stream_that_fell_too_far_behind_is_shown_the_conversation_whole(
    stream: Stream, own: Services, conversation: Conversation
) -> None:
    stream.next()

    for _ in range(5_000):
        own.engine.journal.append(conversation.id, body(TitleChanged("again")))
    own.pump.turn()
    gevent.sleep(0.05)

    (shown,) = stream.next()
    assert (shown["type"], shown["conversation"]["seq"]) == ("conversation", 5_000)


def test_stream_tells_every_change_of_the_list(
    stream: Stream, own: Services, conversation: Conversation
) -> None:
    """A socket tells one, and the next when the list was asked for again: on that socket."""
    stream.next()

    for _ in range(2):
        own.engine.listeners.tell("acme", conversation.visitor)
        assert types(stream.next()) == ["conversations.stale"]
    stream.answer.close()
    assert len(own.engine.listeners) == 0


# -- held answers


def test_first_poll_is_answered_at_once(client: FlaskClient, here: dict[str, Any]) -> None:
    answer = poll(client, **here)

    assert types(read(answer)["events"]) == ["ready"]
    assert read(answer)["close"] is None
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "no-store, no-transform"


def test_poll_brings_what_the_screen_has_missed(
    client: FlaskClient, own: Services, conversation: Conversation, here: dict[str, Any]
) -> None:
    change(own, conversation)

    for is_held in (False, True):
        answer = poll(client, is_held=is_held, **here)
        assert types(read(answer)["events"]) == ["ready", "title"]


def test_poll_of_a_stranger_stays_empty(client: FlaskClient, own: Services) -> None:
    token = own.tokens.sign(make_token())

    answer = poll(client, token=token)

    ready, shown = read(answer)["events"]
    assert (ready["conversation"], shown["conversation"]["messages"]) == (None, [])


class Held:
    """A poll that waits for its answer, in a thread of its own."""

    def __init__(self, client: FlaskClient, own: Services, here: dict[str, Any]) -> None:
        self.answer: Any = None
        self._thread = threading.Thread(target=self._ask, args=(client, here))
        self._thread.start()
        wait_until(lambda: len(own.sockets) == 1, "the poll to be held")

    def _ask(self, client: FlaskClient, here: dict[str, Any]) -> None:
        self.answer = read(poll(client, is_held=True, **here))

    def wait(self) -> Any:
        self._thread.join(20)
        return self.answer


def test_held_poll_is_answered_when_there_is_news(
    client: FlaskClient, own: Services, conversation: Conversation, here: dict[str, Any]
) -> None:
    held = Held(client, own, here)
    assert held.answer is None

    change(own, conversation)

    assert types(held.wait()["events"]) == ["ready", "title"]
    assert len(own.sockets) == 0


def test_poll_is_not_held_for_ever(
    client: FlaskClient, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HOLD_S", 0.02)

    answer = poll(client, is_held=True, **here)

    assert types(read(answer)["events"]) == ["ready"]


def test_restart_lets_held_polls_go(
    client: FlaskClient, own: Services, here: dict[str, Any]
) -> None:
    held = Held(client, own, here)

    own.sockets.restart()

    said = held.wait()
    assert types(said["events"])[-1] == "restart"
    assert said["close"] == {"code": 1012, "reason": "restart"}


# -- commands


def test_question_of_a_new_conversation_is_taken_once(client: FlaskClient, own: Services) -> None:
    token = own.tokens.sign(make_token())
    question = {"type": "message.send", "client_message_id": "cm-12345678", "text": "Hello"}

    (first,) = read(command(client, token, question))["events"]
    again = read(command(client, token, question, conversation=first.get("conversation")))

    assert (first["type"], first["client_message_id"]) == ("message.accepted", "cm-12345678")
    assert first["epoch"] == own.engine.journal.position(first["conversation"])[0]
    assert again["events"] == [{name: said for name, said in first.items() if name != "epoch"}]


def test_repeat_from_an_empty_screen_is_shown_the_whole(client: FlaskClient, own: Services) -> None:
    token = own.tokens.sign(make_token())
    question = {"type": "message.send", "client_message_id": "cm-12345678", "text": "Hello"}
    command(client, token, question)

    events = read(command(client, token, question))["events"]

    assert types(events) == ["message.accepted", "conversation"]


def test_commands_are_answered_in_order_as_on_a_socket(
    client: FlaskClient, token: str, conversation: Conversation
) -> None:
    answered = command(
        client,
        token,
        {"type": "ping"},
        {"type": "nonsense"},
        {"type": "hello", "token": token},
        {"type": "conversation.open", "conversation": conversation.id},
        {"type": "conversation.open", "conversation": "cnv_of-nobody"},
        {"type": "conversation.new"},
        lang="en",
    )
    answer = read(answered)

    pong, unread, hello, opened, missing, empty = answer["events"]
    assert pong == {"type": "pong"}
    assert (unread["code"], unread.get("ref")) == ("bad_input", None)
    assert (hello["code"], hello["ref"]) == ("bad_input", "hello")
    assert opened["conversation"]["id"] == conversation.id
    assert (missing["code"], missing["ref"]) == ("not_found", "conversation.open")
    assert empty["conversation"]["id"] == ""
    assert answer["close"] is None


def test_deleting_what_stands_on_the_screen_empties_it(
    client: FlaskClient, token: str, conversation: Conversation
) -> None:
    delete = {"type": "conversation.delete", "conversation": conversation.id}

    events = read(command(client, token, delete, conversation=conversation.id))["events"]

    assert types(events) == ["conversation", "conversations"]


def test_token_is_renewed_unless_the_visitors_key_was_replaced(
    client: FlaskClient, own: Services, conversation: Conversation
) -> None:
    stranger = own.tokens.sign(make_token())
    replaced = own.tokens.sign(make_token(visitor=conversation.visitor))

    good = read(command(client, stranger, {"type": "token.renew"}))
    gone = read(command(client, replaced, {"type": "token.renew"}))

    assert types(good["events"]) == ["token"]
    assert gone["close"] == {"code": 4401, "reason": "unauthorized"}


def test_refusals_are_in_the_language_of_the_page(client: FlaskClient, own: Services) -> None:
    token = own.tokens.sign(make_token())

    (error,) = read(command(client, token, {"type": "hello", "token": ""}, lang="zh-CN"))["events"]

    assert error["message"] == own.texts.say("zh-CN", "error.bad_input")


def test_nothing_is_followed_after_the_answer(
    client: FlaskClient, own: Services, token: str, conversation: Conversation
) -> None:
    command(client, token, {"type": "conversation.open", "conversation": conversation.id})

    assert own.engine.journal._logs[conversation.id].followers == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"{", 422),
        (b"\xff", 422),
        (b"[" * 50_000, 422),
        (b'{"token":"t","commands":[]}', 422),
        (b'{"token":"t","commands":[1],"more":1}', 422),
        (b'{"token":"t","commands":[' + b"1," * 20 + b"1]}", 422),
        (b'{"token":"t","commands":[1]}', 401),
        (b'{"token":"t","commands":["' + b"x" * 80_000 + b'"]}', 413),
    ],
)
def test_bodies_that_cannot_be_used(client: FlaskClient, asked: bytes, status: int) -> None:
    assert client.post("/frame/acme/commands", data=asked, headers=OWN).status_code == status


@pytest.mark.parametrize("body_", [b"", b"nonsense", b'{"type":"ping"}'])
def test_lines_begin_with_hello(client: FlaskClient, body_: bytes) -> None:
    for path in ("events", "poll"):
        answer = client.post(f"/frame/acme/{path}", data=body_, headers=OWN)
        assert answer.status_code == 401


# -- who is let in


EVERY = ("events", "poll", "commands")


def ask(client: FlaskClient, path: str, token: str, **headers: str) -> TestResponse:
    more = {"commands": [{"type": "ping"}]} if path == "commands" else {"type": "hello"}
    answer = client.post(f"/frame/acme/{path}", json={"token": token, **more}, headers=headers)
    answer.close()
    return answer


@pytest.mark.parametrize("path", EVERY)
def test_pages_of_elsewhere_are_refused(client: FlaskClient, token: str, path: str) -> None:
    tried = {
        "our own": ask(client, path, token, **OWN),
        "no browser": ask(client, path, token),
        "elsewhere": ask(client, path, token, Origin="https://evil.example"),
        "host page": ask(client, path, token, Origin="https://www.acme.example"),
        "without origin": ask(client, path, token, Origin="null"),
        "hidden": ask(client, path, token, **{**OWN, "Sec-Fetch-Site": "cross-site"}),
    }

    refused = dict.fromkeys(tried, 403) | {"our own": 200, "no browser": 200}
    assert {name: answer.status_code for name, answer in tried.items()} == refused


@pytest.mark.parametrize("path", EVERY)
def test_process_that_stops_sends_them_away(
    client: FlaskClient, own: Services, token: str, path: str
) -> None:
    own.lifecycle.phase = Phase.STOPPING

    answer = ask(client, path, token, **OWN)

    assert (answer.status_code, read(answer)["error"]["code"]) == (503, "restarting")


@pytest.mark.parametrize("path", ["events", "poll"])
def test_no_more_are_held_than_sockets_may_be_open(
    client: FlaskClient, own: Services, token: str, path: str
) -> None:
    own.sockets._most = 0

    assert ask(client, path, token, **OWN).status_code == 503


def strict(store: Store, **bounds: int) -> None:
    with store.begin() as tx:
        save_site(tx, make_site(limits=Limits(**bounds)), store.cipher)


@pytest.mark.parametrize("path", ["events", "poll"])
def test_lines_of_one_visitor_are_bounded(
    client: FlaskClient, store: Store, here: dict[str, Any], path: str
) -> None:
    strict(store, sockets_per_visitor=1)
    stream = Stream(client, **here)

    refused = ask(client, path, here["token"], **OWN)
    stream.answer.close()

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert read(refused)["error"]["code"] == "rate_limited"
    assert ask(client, path, here["token"], **OWN).status_code == 200


def test_tries_of_one_address_are_bounded_and_held_polls_are_no_tries(
    client: FlaskClient, store: Store, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HOLD_S", 0.0)
    strict(store, address_per_minute=1)

    held = [poll(client, is_held=True, **here).status_code for _ in range(6)]
    first = [poll(client, **here).status_code for _ in range(5)]

    assert (held, first) == ([200] * 6, [200, 200, 200, 200, 429])


def test_pace_of_one_visitor_is_bounded(
    client: FlaskClient, own: Services, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HOLD_S", 0.0)
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 3)
    token, ping = here["token"], {"type": "ping"}

    found = [
        command(client, token, ping).status_code,
        poll(client, is_held=True, **here).status_code,
        command(client, token, ping).status_code,
        command(client, token, ping).status_code,
        poll(client, is_held=True, **here).status_code,
        command(client, own.tokens.sign(make_token()), ping).status_code,
    ]

    assert found == [200, 200, 200, 429, 429, 200]


def test_fault_of_ours_leaves_no_line_behind(
    client: FlaskClient, own: Services, here: dict[str, Any], store: Store
) -> None:
    store.close()

    poll(client, **{**here, "epoch": None})

    assert len(own.sockets) == 0


# -- the browser at the other end


@pytest.fixture
def ends() -> Iterator[tuple[Any, Any]]:
    ours, theirs = gsocket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_browser_that_hung_up_is_noticed(ends: tuple[Any, Any]) -> None:
    ours, theirs = ends
    line = HeldLine(Peer({"gunicorn.socket": ours}))
    line.hasten()
    theirs.sendall(b"the next request")
    gevent.sleep(0)
    line.hasten()
    assert line.goodbye is None
    assert ours.recv(100) == b"the next request"

    theirs.close()
    line.hasten()

    assert line.goodbye is not None
    assert line.goodbye.code == 1006


def test_socket_that_is_gone_counts_as_hung_up(ends: tuple[Any, Any]) -> None:
    ours, _ = ends
    ours.close()

    assert Peer({"gunicorn.socket": ours}).is_gone()


def test_browser_that_does_not_take_what_it_is_given_is_cut_off(
    ends: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ends
    line = HeldLine(Peer({"gunicorn.socket": ours}))

    with line.writing():
        line.hasten()
        assert line.goodbye is None
        monkeypatch.setattr(held_line, "STALL_S", -1.0)
        line.hasten()

    assert line.goodbye is not None
    assert theirs.recv(10) == b""


def test_line_says_nothing_after_its_goodbye() -> None:
    line = HeldLine(Peer({}))
    line.send(["one"])
    line.close(1012, "restart")
    line.close(4401, "unauthorized")
    line.send(["two"])
    line.ping()

    assert (line.take(), line.goodbye and line.goodbye.code) == (["one"], 1012)
