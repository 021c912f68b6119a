"""Server-sent events out of bytes: the same records however the network cut them."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.errors import UpstreamProtocolError
from widget.providers.sse import MAX_RECORD_BYTES, Parser, Record, batches

STREAM = (
    "\ufeffdata: marked\n\n"
    ": a comment\n\n"
    'data: {"text": "运费 🎉"}\n\n'
    "event: step\nid: 7\ndata: first\ndata:second\n\n"
    "data: [DONE]\n\n\n\n"
    "retry: 10\nhello: world\nnothing\n\n"
    "data\n\n"
    "data:  two blanks\n\n"
).encode()
RECORDS = [
    Record(b"marked"),
    Record('{"text": "运费 🎉"}'.encode()),
    Record(b"first\nsecond", "step", "7"),
    Record(b"[DONE]"),
    Record(b""),
    Record(b" two blanks"),
]


def _parse(chunks: list[bytes]) -> list[Record]:
    return [record for batch in batches(chunks) for record in batch]


@given(st.lists(st.integers(0, len(STREAM))), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_records_do_not_depend_on_the_cuts(cuts: list[int], line_end: bytes) -> None:
    stream = STREAM.replace(b"\n", line_end)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(edges)]

    assert _parse(chunks) == RECORDS


def test_crlf_cut_in_two_is_one_line_end() -> None:
    assert _parse([b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n"]) == [Record(b"a\nb")]


def test_records_of_one_chunk_are_one_batch() -> None:
    chunks = [b'data: {"a": 1}\n\ndata: {"b": 2}\n\n', b'data: {"c": 3}\n\n']

    assert [len(batch) for batch in batches(chunks)] == [2, 1]


def test_named_record_beside_plain_ones_keeps_its_name() -> None:
    chunk = b'data: {"a": 1}\n\nevent: x\nid: 5\ndata: {"b": 2}\n\n'

    assert Parser().feed(chunk) == [Record(b'{"a": 1}'), Record(b'{"b": 2}', "x", "5")]


def test_line_ends_may_be_mixed() -> None:
    chunk = b'data: {"a": 1}\r\n\r\ndata: {"b": 2}\n\n'

    assert _parse([chunk]) == [Record(b'{"a": 1}'), Record(b'{"b": 2}')]


def test_last_record_needs_no_blank_line() -> None:
    assert _parse([b"data: a\n\ndata: b"]) == [Record(b"a"), Record(b"b")]


def test_nothing_comes_of_nothing() -> None:
    assert _parse([b"", b"\n\n", b": still here\n\n"]) == []


def test_event_without_an_end_is_refused() -> None:
    parser = Parser()
    parser.feed(b"data: ")

    with pytest.raises(UpstreamProtocolError, match="longer than"):
        parser.feed(b"x" * MAX_RECORD_BYTES)


def test_long_event_of_short_lines_costs_no_minutes() -> None:
    """Each line in a packet of its own: a platform that does this must not stop all others."""
    parser, lines = Parser(), 100_000
    began = time.process_time()
    for _ in range(lines):
        assert parser.feed(b"data: x\n") == []
    (record,) = parser.feed(b"\n")

    assert len(record.data) == 2 * lines - 1
    assert time.process_time() - began < 5
