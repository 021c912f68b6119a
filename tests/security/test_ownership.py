"""Another visitor's rows, and another site's, look exactly as if they were not there.

Every command and form that names a row is asked twice: with the victim's id and with one that was
never given out. Whoever can tell the two answers apart has found something out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
import pytest

from tests.serving import Frame, Frames, Server, servers
from widget.domain.conversations import new_id
from widget.web import wire

SITES = """
[[sites]]
key = "{}"
limits = {{visitor_per_minute = 0, address_per_minute = 0}}
ui.chatBot.feedback.isNeedFeedback = true
provider = {{kind = "demo", delay_ms = 0}}
"""
WORDS = "The victim's own words"
ROWS = ("before", "conversation", "message", "run")


@dataclass(frozen=True)
class Ids:
    """Of one exchange. ``message`` is the answer, ``question`` what was asked."""

    conversation: str
    question: str
    message: str
    run: str


NOBODYS = Ids("cnv_none", "msg_none", "msg_nothing", "run_none")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    for start in servers(tmp_path_factory.mktemp("ownership")):
        yield start(SITES.format("acme") + SITES.format("other"))


@dataclass(frozen=True)
class Victim:
    visitor: str
    token: str
    ids: Ids


@pytest.fixture
def victim(server: Server, connect: Frames) -> Victim:
    visitor = new_id("vis")
    token = server.token("acme", visitor, key_hash=visitor)
    return Victim(visitor, token, exchange(connect(server), token, WORDS))


def exchange(frame: Frame, token: str, text: str) -> Ids:
    frame.hello(token, epoch="")
    sent = frame.ask(text)
    ended = frame.until("run.ended")
    return Ids(sent["conversation"], sent["message"], ended["message"], ended["run"])


Made = Callable[[Ids, Ids], dict[str, Any]]

# From the ids that are tried and the attacker's own: every command with the row ids that it names.
COMMANDS: dict[str, Made] = {
    "hello": lambda their, own: {"token": "x", "conversation": their.conversation},
    "message.send": lambda their, own: {"conversation": their.conversation, "text": "x"},
    "message.retry": lambda their, own: {"message": their.message},
    "message.edit": lambda their, own: {"message": their.question, "text": "x"},
    "run.stop": lambda their, own: {"run": their.run},
    "feedback.give": lambda their, own: {"message": their.message, "verdict": "like"},
    "input.answer": lambda their, own: {"message": their.message, "part": 0},
    "tool.result": lambda their, own: {"message": their.message, "id": "call"},
    "conversation.open": lambda their, own: {"conversation": their.conversation},
    "conversation.list": lambda their, own: {"before": their.conversation},
    "conversation.rename": lambda their, own: {"conversation": their.conversation, "title": "x"},
    "conversation.delete": lambda their, own: {"conversation": their.conversation},
    "history.before": lambda their, own: {
        "conversation": their.conversation,
        "message": own.message,
    },
}
MORE: tuple[tuple[str, Made], ...] = (
    ("message.retry", lambda their, own: {"message": their.question}),
    ("message.edit", lambda their, own: {"message": their.message, "text": "x"}),
    ("feedback.give", lambda their, own: {"message": their.question, "verdict": None}),
    ("input.answer", lambda their, own: {"message": their.message, "part": 1, "action": "cancel"}),
    ("tool.result", lambda their, own: {"message": their.message, "id": "page", "is_error": True}),
    (
        "history.before",
        lambda their, own: {"conversation": own.conversation, "message": their.message},
    ),
)


def test_every_command_that_names_a_row_is_here() -> None:
    naming = {
        command.__struct_config__.tag: {
            field.name for field in msgspec.structs.fields(command) if field.name in ROWS
        }
        for command in get_args(wire.Command)
    }

    assert {tag for tag, rows in naming.items() if rows} == set(COMMANDS)
    for tag, rows in naming.items():
        if rows:
            assert rows <= set(COMMANDS[tag](NOBODYS, NOBODYS)), tag


@pytest.mark.parametrize(("type_", "made"), [*COMMANDS.items(), *MORE])
@pytest.mark.parametrize("site", ["acme", "other"])
def test_command_tells_nothing_of_others(
    server: Server, connect: Frames, victim: Victim, *, site: str, type_: str, made: Made
) -> None:
    """From the other site even with the victim's own name in the token."""
    name = victim.visitor if site == "other" else new_id("vis")
    attacker = connect(server, site)
    own = exchange(attacker, server.token(site, name), "My own words")
    before = shown(connect(server), victim)

    answers = [answer(attacker, type_, made(their, own)) for their in (victim.ids, NOBODYS)]

    assert answers[0] == answers[1]
    assert '"error"' in answers[0]
    assert not any(WORDS in frame for frame in attacker.seen)
    assert shown(connect(server), victim) == before


def answer(frame: Frame, type_: str, fields: dict[str, Any]) -> str:
    if type_ in ("message.send", "message.edit"):
        fields = {**fields, "client_message_id": "cm-the-same"}
    frame.send(type_, **fields)
    frame.until("error")
    return frame.seen[-1]


def shown(frame: Frame, victim: Victim) -> Any:
    """The victim's conversation as a page that opens now gets it."""
    frame.hello(victim.token, conversation=victim.ids.conversation)
    found = frame.until("conversation")["conversation"]
    return {name: value for name, value in found.items() if name not in ("epoch", "seq")}


@pytest.mark.parametrize("site", ["acme", "other"])
def test_hello_shows_nothing_of_others(
    server: Server, connect: Frames, victim: Victim, site: str
) -> None:
    """Nor does it follow them: an attacker who names the victim's place sees his own."""
    epoch = connect(server).hello(victim.token, conversation=victim.ids.conversation)["epoch"]
    name = victim.visitor if site == "other" else new_id("vis")
    attacker = connect(server, site)

    ready = attacker.hello(
        server.token(site, name), conversation=victim.ids.conversation, epoch=epoch, seq=0
    )
    exchange_more(connect(server), victim)
    attacker.send("ping")
    attacker.until("pong")

    assert ready["conversation"] is None
    assert [json.loads(frame)["type"] for frame in attacker.seen] == [
        "ready",
        "conversation",
        "pong",
    ]


def exchange_more(frame: Frame, victim: Victim) -> None:
    frame.hello(victim.token, conversation=victim.ids.conversation)
    frame.ask("More of the victim's", victim.ids.conversation)
    if not any('"type":"run.ended"' in one for one in frame.seen):  # it may overtake the ask
        frame.until("run.ended")


FORMS: tuple[Callable[[Ids], tuple[str, dict[str, str]]], ...] = (
    lambda ids: ("messages", {"conversation": ids.conversation, "text": "x"}),
    lambda ids: (f"messages/{ids.message}/retry", {}),
    lambda ids: (f"messages/{ids.message}/feedback", {"verdict": "like"}),
    lambda ids: (f"messages/{ids.message}/parts/0/answer", {"action": "cancel", "f.a": "b"}),
    lambda ids: (f"runs/{ids.run}/stop", {}),
    lambda ids: (f"runs/{ids.run}/follow", {"conversation": ids.conversation}),
    lambda ids: ("conversations", {"conversation": ids.conversation}),
    lambda ids: ("conversations/list", {"conversation": ids.conversation}),
    lambda ids: (f"conversations/{ids.conversation}/open", {}),
    lambda ids: (f"conversations/{ids.conversation}/delete", {}),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("site", ["acme", "other"])
def test_form_tells_nothing_of_others(
    server: Server,
    connect: Frames,
    victim: Victim,
    *,
    site: str,
    form: Callable[[Ids], tuple[str, dict[str, str]]],
) -> None:
    token = server.token(site, victim.visitor if site == "other" else new_id("vis"))
    before = shown(connect(server), victim)

    pages = [post(server, site, token, *form(ids)) for ids in (victim.ids, NOBODYS)]

    assert pages[0] == pages[1]
    assert WORDS not in pages[0][1]
    assert shown(connect(server), victim) == before


def post(
    server: Server, site: str, token: str, path: str, fields: dict[str, str]
) -> tuple[int, str]:
    """The status, and the page without what is new in each: token, nonce, ids and the form's own
    address."""
    body = urlencode({**fields, "token": token}).encode()
    answer = server.ask("POST", f"/frame/{site}/{path}?page=chat&lang=en", body)
    text = re.sub(r"nonce=\"[^\"]*\"|cm_[\w-]+", "", answer.body.decode())
    return answer.status, re.sub(r"[\w-]{60,}\.[\w-]{43}", "", text)
