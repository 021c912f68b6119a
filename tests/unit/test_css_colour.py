from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.css_colour import parse_css_colour


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("#f0a", "#ff00aa"),
        ("#F0A8", "#ff00aa"),
        (" #0F172a ", "#0f172a"),
        ("#0f172acc", "#0f172a"),
        ("rgb(15, 23, 42)", "#0f172a"),
        ("rgb(15 23 42)", "#0f172a"),
        ("rgba(15,23,42,.5)", "#0f172a"),
        ("rgb(15 23 42 / 50%)", "#0f172a"),
        ("rgb(100%, 0%, 50.2%)", "#ff0080"),
        ("rgb(300, -5, 0)", "#ff0000"),
        ("hsl(0, 100%, 50%)", "#ff0000"),
        ("hsl(120deg 100% 25%)", "#008000"),
        ("hsl(0.5turn 100 50)", "#00ffff"),
        ("hsl(200grad 100% 50%)", "#00ffff"),
        ("hsla(3.14159rad, 100%, 50%, 1)", "#00ffff"),
        ("hsl(-120, 200%, 50%)", "#0000ff"),
    ],
)
def test_colour_of_a_style_sheet_is_read(written: str, meant: str) -> None:
    assert parse_css_colour(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "red",
        "#12",
        "#12345",
        "rgb()",
        "rgb(1, 2)",
        "rgb(a, b, c)",
        "rgb(1deg, 2, 3)",
        "hsl(1%, 2%, 3%)",
        "hsl(1, 2deg, 3%)",
        "oklch(0.7 0.1 20)",
        "var(--brand)",
        "#fff; color: red",
        "rgb(1, 2, 3) url(x)",
        "rgb(٣, 2, 3)",
    ],
)
def test_anything_else_is_none(written: str) -> None:
    assert parse_css_colour(written) is None


@given(st.integers(0, 0xFFFFFF))
def test_every_way_to_write_a_colour_means_the_same(number: int) -> None:
    red, green, blue = number >> 16, number >> 8 & 0xFF, number & 0xFF
    wanted = f"#{number:06x}"

    assert parse_css_colour(wanted.upper()) == wanted
    assert parse_css_colour(f"rgb({red} {green} {blue})") == wanted


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    found = parse_css_colour(text)

    assert found is None or len(found) == 7
