"""The line that a list shows of a text in which something was found."""

from __future__ import annotations

import pytest

from widget.domain.excerpts import BEFORE, LONGEST, excerpt

LONG = "We send parcels every day of the week, and every parcel arrives within three days. " * 9


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Your order is on its way.", ["ORDER"], "Your order is on its way."),
        ("运费是多少?", ["运费"], "运费是多少?"),
        ("Über den Preis", ["über"], "Über den Preis"),
        ("## Costs\n\n- **Postage** is `free`\n- [terms](https://a.example/x)", ["terms"],
         "Costs Postage is free terms"),
        ("> quoted\n\n| a | b |\n|---|---|\n| one | two |", ["two"], "quoted a b one two"),
        ("```python\nprint(1)\n```", ["print"], "print(1)"),
        ("See [here](https://shop.example/lamps)", ["lamps"],
         "…[here](https://shop.example/lamps)"),
        ("![a lamp](x.png)", ["lamp"], "a lamp"),
        ("neither", ["nor"], ""),
        ("", ["x"], ""),
        ("a.c", ["a.c"], "a.c"),
        ("abc", ["a.c"], ""),
    ],
)  # fmt: skip
def test_excerpt_is_read_and_not_written(text: str, words: list[str], shown: str) -> None:
    assert excerpt(text, words) == shown


def test_excerpt_of_a_long_text_begins_a_little_before_the_hit() -> None:
    shown = excerpt(LONG + "The needle." + LONG, ["needle", "absent"])

    assert shown.startswith("…within three days. The needle.We send parcels")
    assert shown.endswith("…")
    assert len(shown) <= LONGEST + 2


def test_excerpt_without_gaps_between_words() -> None:
    shown = excerpt("灯" * 100 + "针" + "灯" * 10, ["针"])

    assert shown == "…" + "灯" * BEFORE + "针" + "灯" * 10


def test_excerpt_stands_around_the_first_of_the_words() -> None:
    assert excerpt(f"first {LONG} second", ["second", "FIRST"]).startswith("first We send")
