"""A visitor key that was replaced ends what was opened with it: no way in keeps it alive."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.serving import Frame, Frames, Server
from widget.store.database import Store
from widget.store.visitors import replace_key
from widget.web.tokens import key_hash


@pytest.fixture
def visitor(server: Server, connect: Frames) -> tuple[Frame, str, str]:
    """An open frame, its token and its key, all of a visitor whose key was replaced since."""
    name, key = server.tokens.new_visitor("acme")
    token = server.token(visitor=name, key_hash=key_hash(key))
    frame = connect(server)
    frame.hello(token)
    frame.ask("hello")
    replace(server, name)
    return frame, token, key


def replace(server: Server, visitor: str) -> None:
    """As two days ago: the old key had one day more."""
    data = server.folder / "data"
    secret = (data / "secret.key").read_text().strip().encode()
    store = Store(f"sqlite:///{data / 'chatdock.db'}", secret_key=secret)
    with store.begin() as tx:
        before = datetime.now(UTC) - timedelta(days=2)
        replace_key(tx, "acme", visitor, key_hash=key_hash(f"new key of {visitor}"), at=before)
    store.close()


def test_socket_does_not_renew_the_token(visitor: tuple[Frame, str, str]) -> None:
    frame, _, _ = visitor

    frame.send("token.renew")

    assert frame.close_code()[0] == 4401
    assert not any('"type":"token"' in seen for seen in frame.seen)


@pytest.mark.parametrize("lost", [True, False])
def test_neither_token_nor_key_renews_itself(
    server: Server, visitor: tuple[Frame, str, str], lost: bool
) -> None:
    _, token, key = visitor

    for question in ({"token": token}, {"visitor_key": key}, {"token": token, "visitor_key": key}):
        body = json.dumps({**question, "lost": lost}).encode()
        answer = server.ask("POST", "/frame/acme/token", body)
        assert (answer.status, answer.json["error"]["code"]) == (401, "unauthorized")


def test_cookie_opens_no_conversation(server: Server, visitor: tuple[Frame, str, str]) -> None:
    _, _, key = visitor

    page = server.ask("GET", "/chat/acme", headers={"Cookie": f"__Host-chatdock_acme={key}"})

    assert page.status == 200
    assert b'class="message question" data-id="msg_' not in page.body


def test_form_starts_a_new_visit(server: Server, visitor: tuple[Frame, str, str]) -> None:
    _, token, _ = visitor

    page = server.ask("POST", "/frame/acme/messages?page=chat", f"token={token}&text=lost".encode())

    assert page.status == 401
    assert b'class="message question" data-id="msg_' not in page.body
    assert b"lost</textarea>" in page.body
