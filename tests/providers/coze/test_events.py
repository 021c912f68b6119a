"""Coze's streams as bytes, read without any network: whole, and cut at every place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.providers.openai.kit import Heard
from widget.domain.errors import UpstreamProtocolError
from widget.domain.events import RunCompleted, RunEvent, RunStarted, Step, Suggestions, Usage
from widget.providers.coze.events import Reader
from widget.providers.coze.leftovers import Leftovers
from widget.providers.coze.texts import ENGLISH
from widget.providers.coze.unfinished import MOST, Unfinished
from widget.providers.sse import Parser, batches

STREAMS = Path(__file__).parents[2] / "fixtures/upstream/coze"
WEATHER = "上海今天 21 度 🌤。"


def read(*chunks: bytes) -> list[RunEvent]:
    reader, events = Reader(ENGLISH), []
    for records in batches(chunks):
        events += reader.read(records)
    return events + reader.finish()


def stream(name: str) -> bytes:
    return (STREAMS / f"{name}.sse").read_bytes()


@pytest.mark.parametrize("name", ["chat", "flow", "studio"])
def test_stream_of_each_dialect_is_read(name: str) -> None:
    events = read(stream(name))

    assert Heard(events).text == WEATHER
    assert events[0] == RunStarted("7300000000000000000", "7300000000000000001")
    assert events[-2:] == [Usage(614, 19, 633), RunCompleted("stop", "7300000000000000013")]


def test_recorded_run_with_a_tool_is_read_in_order() -> None:
    events = read(stream("chat"))

    assert [type(e).__name__ for e in events] == [
        "RunStarted",
        "Step",
        "Step",
        "ReasoningDelta",
        "TextDelta",
        "TextDelta",
        "Suggestions",
        "Usage",
        "RunCompleted",
    ]
    assert events[2] == Step("7300000000000000011", "天气", "done", '{"city":"上海"}\n→ {"t":21}')
    assert events[6] == Suggestions(("明天呢?",))


@pytest.mark.parametrize("name", ["chat", "flow", "studio"])
def test_cut_at_any_byte_it_reads_the_same(name: str) -> None:
    whole = stream(name)
    expected = read(whole)

    for at in range(1, len(whole), 7):
        assert read(whole[:at], whole[at:]) == expected


@pytest.mark.parametrize(
    "data", ["[]", '"completed"', "7", '{"status":', "not JSON at all", "null"]
)
def test_chat_events_that_are_no_objects_fail_the_run_when_repeated(data: str) -> None:
    record = f"event:conversation.chat.completed\ndata:{data}\n\n".encode()

    with pytest.raises(UpstreamProtocolError):
        read(record, record)


def test_bottomless_json_fails_only_its_record() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    odd = b'event:conversation.message.delta\ndata:{"x":%s}\n\n' % deep

    assert Heard(read(odd, stream("chat"))).text == WEATHER


def test_endless_words_of_a_refusal_cost_little() -> None:
    """Every dash begins another search for a token."""
    reader = Reader(ENGLISH)
    words = "eyJ-" * 1_000_000
    began = time.process_time()

    reader.fail({"code": 4009, "msg": words}, "error event")

    assert time.process_time() - began < 0.5
    assert len(str(reader.trouble)) <= 400


def test_surplus_types_fail_only_their_record() -> None:
    odd = b'event:conversation.message.delta\ndata:{"id":"1","content":["x"]}\n\n'

    assert Heard(read(odd, stream("chat"))).text == WEATHER


@pytest.mark.parametrize(
    ("chunks", "envelope"),
    [
        ([b'{"code":', b"1}"], {"code": 1}),
        ([b'\n {\n"code":1\n}\n'], {"code": 1}),
        ([b"data:1\n\n", b'{"code":1}'], {"code": 1}),
        ([b"data:1\n\n{", b'"code":1}'], {"code": 1}),
        ([b'data:1\r\n\r\n{"code":1}'], {"code": 1}),
        ([b"data:1\n\n"], None),
        ([b"data:1\n\n[1]"], None),
        ([b"data:1\n\n" + b"[" * 9000], None),
        ([], None),
    ],
)
def test_what_is_left_of_a_stream_is_an_envelope_or_nothing(
    chunks: list[bytes], envelope: object
) -> None:
    left = Leftovers(chunks)

    assert list(left) == chunks
    assert left.envelope() == envelope


def test_endless_line_is_not_kept() -> None:
    left = Leftovers([b"data:1\n\n", *[b"x" * 10_000] * 5])

    assert sum(map(len, left)) > 50_000
    assert left.envelope() is None


def test_only_the_latest_runs_are_remembered() -> None:
    unfinished = Unfinished()
    for n in range(MOST + 1):
        unfinished.note(str(n), f"run {n}")

    assert (unfinished.take("0"), unfinished.take("1"), unfinished.take("1")) == (
        None,
        "run 1",
        None,
    )


def test_parser_drops_the_end_that_has_no_data() -> None:
    """Why the end of a Studio's stream cannot be waited for."""
    assert Parser().feed(b"event: conversation.stream.done\n\n") == []
