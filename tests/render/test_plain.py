"""The words of an answer without its marks."""

from __future__ import annotations

import pytest

from widget.render.plain import plain_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Title\n\nOne **two**\nthree", "Title One two three"),
        ("- a\n- b\n\n> c", "a b c"),
        ("| a | b |\n|-|-|\n| 1 | 2 |", "a b 1 2"),
        ("[page](https://a.example) ![cat](https://a.example/c.png)", "page cat"),
        ("`a < b` &amp; <b>c</b>", "a < b & <b>c</b>"),
        ("a  \nb\n\n---\n\nc", "a b c"),
        ("**运费。**多少", "运费。多少"),
        ("so $x^2$\n\n> [!NOTE]\n> note[^1]\n\n[^1]: end", "so x^2 note1 ↩ end"),
        ("", ""),
    ],
)
def test_plain_text_has_the_words_and_no_marks(source: str, text: str) -> None:
    assert plain_text(source) == text
