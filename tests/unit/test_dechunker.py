"""Chunked transfer coding: the payload, however packets and chunks are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.providers.bodies import MAX_LINE_BYTES, Dechunker


def _encode(pieces: list[bytes]) -> bytes:
    chunks = [b"%X;name=value\r\n%s\r\n" % (len(p), p) for p in pieces if p]
    return b"".join(chunks) + b"0\r\nTrailer: yes\r\n\r\n"


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 2000)))
def test_payload_does_not_depend_on_the_cuts(pieces: list[bytes], cuts: list[int]) -> None:
    wire = _encode(pieces)
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    decoder = Dechunker()

    payload = [decoder.feed(wire[a:b]) for a, b in itertools.pairwise(edges)]

    assert b"".join(payload) == b"".join(pieces)
    assert (decoder.is_done, decoder.is_broken, decoder.has_rest) == (True, False, False)


def test_each_packet_gives_what_it_holds() -> None:
    decoder = Dechunker()

    assert decoder.feed(b"5\r\nhello\r\n") == b"hello"
    assert decoder.feed(b"3\r\nab") == b"ab"
    assert decoder.feed(b"c\r\n1\r\nd\r\n") == b"cd"
    assert not decoder.is_done


@pytest.mark.parametrize("line", [b"zz", b"-5", b"", b"5 5", b"0x"])
def test_broken_size_is_noticed_after_the_payload_before_it(line: bytes) -> None:
    decoder = Dechunker()

    assert decoder.feed(b"2\r\nhi\r\n" + line + b"\r\nmore") == b"hi"
    assert decoder.is_broken


def test_size_line_without_an_end_is_broken() -> None:
    decoder = Dechunker()

    assert decoder.feed(b"1" * (MAX_LINE_BYTES + 1)) == b""
    assert decoder.is_broken


def test_bytes_after_the_end_are_noticed() -> None:
    decoder = Dechunker()
    decoder.feed(b"0\r\n\r\nHTTP/1.1 200")

    assert decoder.is_done
    assert decoder.has_rest
