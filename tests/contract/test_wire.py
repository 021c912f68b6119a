"""The socket language is said three times: Python, JSDoc and docs/protocol.md. They agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from widget.domain import transcript
from widget.domain.errors import BadInput
from widget.web import wire

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs/protocol.md").read_text()
JSDOC = (ROOT / "static/frame/wire.js").read_text()

COMMANDS = get_args(wire.Command)
SOCKET_EVENTS = get_args(wire.ServerEvent)
NUMBERED_EVENTS = get_args(transcript.ConversationEvent)


def _tag(struct: type[Any]) -> str:
    return str(struct.__struct_config__.tag)


def _fields(struct: type[Any]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(struct)}


def _documented(section: str) -> dict[str, set[str]]:
    """``type`` → the names that its row's second cell gives, outside braces and brackets."""
    _, _, rest = PROTOCOL.partition(f"## {section}\n")
    text = re.split(r"\n## |\n### ", rest)[0]
    rows = re.findall(r"^\| `([a-z.]+)` \|([^|]*)", text, re.MULTILINE)
    named = {name: set(re.findall(r"`(\w+)`", _outer(cell))) for name, cell in rows}
    named.pop("type", None)  # the head of the table
    return named


def _outer(cell: str) -> str:
    flat = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}", "", cell)
    return flat.split(":")[0]


def _typedefs() -> dict[str, set[str]]:
    """``type`` value → property names of the JSDoc typedef that carries it."""
    found: dict[str, set[str]] = {}
    for block in JSDOC.split("@typedef {object} ")[1:]:
        block = block.split("@typedef")[0]
        properties = re.findall(r"@property \{(.*?)\} \[?(\w+)\]?", block)
        tag = next((kind.strip('"') for kind, name in properties if name == "type"), None)
        if tag:
            found[tag] = {name for _, name in properties} - {"type"}
    return found


@pytest.mark.parametrize(
    ("section", "structs"),
    [
        ("Client → server", COMMANDS),
        ("Server → client, about this socket", SOCKET_EVENTS),
        ("Server → client, about the conversation", NUMBERED_EVENTS),
    ],
)
def test_protocol_page_names_every_frame_and_field(
    section: str, structs: tuple[type[Any], ...]
) -> None:
    declared = {_tag(struct): _fields(struct) for struct in structs}

    assert _documented(section) == declared


def test_jsdoc_declares_the_same_commands() -> None:
    typedefs = _typedefs()

    for struct in COMMANDS:
        assert typedefs[_tag(struct)] == _fields(struct), _tag(struct)


def test_jsdoc_declares_the_same_events() -> None:
    typedefs = _typedefs()

    for struct in SOCKET_EVENTS:
        assert typedefs[_tag(struct)] == _fields(struct), _tag(struct)
    for struct in NUMBERED_EVENTS:
        assert typedefs[_tag(struct)] == _fields(struct) | {"seq"}, _tag(struct)


def test_jsdoc_declares_nothing_else() -> None:
    tags = {_tag(struct) for struct in (*COMMANDS, *SOCKET_EVENTS, *NUMBERED_EVENTS)}

    assert set(_typedefs()) == tags


@pytest.mark.parametrize("shown", [transcript.ShownPart, transcript.ShownMessage])
def test_jsdoc_declares_the_same_shown_things(shown: type[Any]) -> None:
    _, _, block = JSDOC.partition(f"@typedef {{object}} {shown.__name__}\n")

    names = re.findall(r"@property \{.*?\} \[?(\w+)\]?", block.split("@typedef")[0])

    assert set(names) == _fields(shown)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"hello",
        b"[]",
        b'{"type":"nonsense"}',
        b'{"type":"hello"}',
        b'{"type":"hello","token":1}',
        b'{"type":"hello","token":"t","extra":1}',
        b'{"type":"message.send","client_message_id":"short","text":"x"}',
        b'{"type":"message.send","client_message_id":"long-enough","attachments":["/"]}',
        b'{"type":"message.send","client_message_id":"long-enough","page":{"a b":"x"}}',
        b'{"type":"message.send","client_message_id":"long-enough","page":{"n":7}}',
        b'{"type":"message.send","client_message_id":"long-enough","label":{"mail":"a@b"}}',
        b'{"type":"feedback.give","message":"m","verdict":"meh"}',
        b'{"type":"hello","token":"\xff"}',
        b'{"type":"hello","token":"t","seq":-1}',
        b"[" * 5000,
    ],
)
def test_parse_refuses_what_is_not_listed(frame: bytes) -> None:
    with pytest.raises(BadInput):
        wire.parse(frame)


def test_parse_reads_a_listed_command() -> None:
    command = wire.parse(b'{"type":"message.send","client_message_id":"abcd-1234","text":"hi"}')

    assert command == wire.MessageSend(client_message_id="abcd-1234", text="hi")


def test_numbered_puts_the_number_first() -> None:
    patch = transcript.numbered(7, transcript.body(transcript.Append(2, 'a"b')))
    event = transcript.numbered(8, transcript.body(transcript.TitleChanged("t")))

    assert patch == '[7,2,"a\\"b"]'
    assert event == '{"seq":8,"type":"title","title":"t"}'
