"""Characters cut in two are whole again, and nothing that cannot be stored gets through."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.providers.surrogates import Mender, decode_leniently


def _mend(pieces: list[str]) -> str:
    mender = Mender()
    return "".join(mender.feed(piece) for piece in pieces) + mender.finish()


@given(st.text(alphabet="a运🎉\U0001f469\u200d"))
def test_text_cut_anywhere_in_utf_16_is_whole_again(text: str) -> None:
    units = text.encode("utf-16-le")
    halves = [units[n : n + 2] for n in range(0, len(units), 2)]

    assert _mend([half.decode("utf-16-le", "surrogatepass") for half in halves]) == text


def test_half_waits_for_its_other_half() -> None:
    mender = Mender()

    assert mender.feed("so \ud83c") == "so "
    assert mender.feed("") == ""
    assert mender.feed("\udf89!") == "🎉!"


@pytest.mark.parametrize("pieces", [["a\ud83c"], ["\udf89a"], ["\ud83c", "a"], ["\udf89\ud83c"]])
def test_half_that_stays_alone_becomes_a_replacement(pieces: list[str]) -> None:
    mended = _mend(pieces)

    assert "\ufffd" in mended
    assert mended.encode()


def test_lenient_json_takes_halves_and_refuses_nonsense() -> None:
    assert decode_leniently(rb'{"a": "\ud83c"}') == {"a": "\ud83c"}
    with pytest.raises(msgspec.DecodeError):
        decode_leniently(b'{"a": ')
    with pytest.raises(msgspec.DecodeError):
        decode_leniently(b'{"a": "\xff"}')
