"""``<think>`` in the text: what is thinking and what is answer, however the pieces are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from widget.domain.events import ReasoningDelta, RunEvent, TextDelta, TextReplaced
from widget.providers.thinking import ThinkSplitter


def _split(pieces: list[str]) -> tuple[str, str]:
    """Thinking and answer as they stand at the end."""
    splitter = ThinkSplitter()
    events: list[RunEvent] = [event for piece in pieces for event in splitter.feed(piece)]
    thinking = answer = ""
    for event in events + splitter.finish():
        match event:
            case ReasoningDelta(text):
                thinking += text
            case TextDelta(text):
                answer += text
            case TextReplaced(text):
                answer = text
            case _:
                raise AssertionError(event)
    return thinking, answer


def _cut(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        ("<think>a</think>b", "a", "b"),
        ("\n <think>\n\na\n</think>\n\nb <i>\n", "a\n", "b <i>\n"),
        ("<think></think>b", "", "b"),
        ("<think>a", "a", ""),
        ("<think>a</thin", "a</thin", ""),
        ("<think>a<b</think>c </think>", "a<b", "c </think>"),
        ("a\n</think>\n\nb", "a\n", "b"),
        ("a</think>\nb", "a", "b"),
        ("</think>b", "", "b"),
        ("a\n\nb\n</think>c\n</think>\nd", "a\n\nb\n", "c\n</think>\nd"),
        ("the tag </think> closes", "", "the tag </think> closes"),
        ("a</think>", "", "a</think>"),
        ("Use `<think>` and `</think>`.", "", "Use `<think>` and `</think>`."),
        ("1 < 2 </", "", "1 < 2 </"),
        ("<thin", "", "<thin"),
        ("<thinking>a", "", "<thinking>a"),
        ("", "", ""),
    ],
)
def test_tags_part_thinking_and_answer(text: str, thinking: str, answer: str) -> None:
    assert _split([text]) == (thinking, answer)
    assert _split(list(text)) == (thinking, answer)


@example(parts=["a", "</think>"], cuts=[1, 1])  # a piece without a character is no line's edge
@given(
    st.lists(st.sampled_from(["<think>", "</think>", "a", "\n", "<", "</th", " ", "`"])),
    st.lists(st.integers(0, 60)),
)
def test_cuts_change_nothing(parts: list[str], cuts: list[int]) -> None:
    text = "".join(parts)

    assert _split(_cut(text, cuts)) == _split([text])


def test_thinking_in_a_field_of_its_own_settles_that_tags_are_text() -> None:
    splitter = ThinkSplitter()
    splitter.settle()

    events = splitter.feed("\n\n<think> is a tag\n</think>\n")

    assert events == [TextDelta("<think> is a tag\n</think>\n")]


def test_settling_loses_nothing_that_was_held_back() -> None:
    splitter = ThinkSplitter()
    events = splitter.feed("a </thi")
    splitter.settle()
    events += splitter.feed("nk")

    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "a </think"
