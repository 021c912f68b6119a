"""Charts: the same numbers as a drawing and as a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.render.widgets.reading import Read, read
from tests.render.widgets.trees import Tree
from widget.render.widgets.chart import MAX_ROWS, MAX_SERIES
from widget.render.widgets.tree import widget_html

DATA = [{"m": "Jan", "a": 2, "b": 4}, {"m": "Feb", "a": 6, "b": -2}]


def chart(*series: Tree, data: Any = DATA, **own: Any) -> Read:
    return read(
        widget_html({"type": "Chart", "xAxis": "m", "data": data, "series": [*series], **own})
    )


def one(kind: str, key: str = "a", **own: Any) -> Tree:
    return {"type": kind, "dataKey": key, **own}


def bars(html: Read) -> list[tuple[float, float]]:
    """Top and height of each."""
    return [
        (float(bar.attributes["y"]), float(bar.attributes["height"])) for bar in html.tags("rect")
    ]


def cells(html: Read) -> list[str]:
    return [one.text for one in html.elements if one.tag in ("th", "td")]


def test_numbers_stand_in_a_table() -> None:
    html = chart(one("bar", label="Shop"), one("line", "b"))

    assert html.flaws == []
    assert cells(html) == ["", "Shop", "b", "Jan", "2", "4", "Feb", "6", "-2"]


def test_drawing_is_named_by_its_series() -> None:
    html = chart(one("bar", label="Shop"), one("line", "b"))

    assert html.tags("svg")[0].attributes["aria-label"] == "Shop, b"


def test_bars_are_as_high_as_their_values() -> None:
    assert bars(chart(one("bar"))) == [(109.3, 50.7), (8.0, 152.0)]


def test_stacked_bars_stand_on_each_other_and_losses_hang_from_zero() -> None:
    html = chart(one("bar", stack="s"), one("bar", "b", stack="s"))
    (first, second, upper, lower) = bars(html)

    assert round(upper[0] + upper[1], 1) == first[0]  # on the first
    assert round(second[0] + second[1], 1) == lower[0]  # both at zero


def test_bars_side_by_side_share_their_place() -> None:
    html = chart(one("bar"), one("bar", "b"))
    lefts = [float(bar.attributes["x"]) for bar in html.tags("rect")]

    assert len(set(lefts)) == 4


@pytest.mark.parametrize(("curve", "points"), [("linear", 2), ("natural", 2), ("stepAfter", 4)])
def test_line_goes_straight_or_in_steps(curve: str, points: int) -> None:
    (line,) = chart(one("line", curveType=curve)).tags("polyline")

    assert len(line.attributes["points"].split()) == points


def test_area_is_closed_along_what_it_stands_on() -> None:
    html = chart(one("area", stack="s"), one("area", "b", stack="s"))
    first, second = (area.attributes["points"].split() for area in html.tags("polygon"))

    assert first[:1] == second[3:]


def test_missing_value_is_a_gap() -> None:
    data = [{"m": "Jan"}, {"m": "Feb", "a": 1}, {"m": "Mar", "a": "many"}]
    html = chart(one("bar"), one("line"), one("line", "none"), data=data)

    assert (len(html.tags("rect")), len(html.tags("polyline"))) == (1, 1)
    assert cells(html)[4:8] == ["Jan", "", "", ""]


@pytest.mark.parametrize(
    ("axis", "names"),
    [
        ("m", ["Jan", "Feb"]),
        ({"dataKey": "m", "labels": {"Jan": "January, the first of all"}}, ["January, …", "Feb"]),
        ({"dataKey": "m", "hide": True}, []),
        (None, ["", ""]),
    ],
)
def test_names_stand_under_the_rows(axis: Any, names: list[str]) -> None:
    html = chart(one("bar"), xAxis=axis)

    assert [one.text for one in html.tags("text")] == names


def test_of_many_names_some_stand() -> None:
    html = chart(one("line"), data=[{"m": str(row), "a": row} for row in range(30)])

    assert [one.text for one in html.tags("text")] == ["0", "5", "10", "15", "20", "25"]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([2, 6], ["0", "2", "4", "6"]),
        ([0, 0], ["0", "0.5", "1"]),
        ([-30, 70], ["-50", "0", "50", "100"]),
        ([0.001, 0.002], ["0", "0.0005", "0.001", "0.0015", "0.002"]),
        ([1e18, 1], ["0", "5e+14", "1e+15"]),
        ([5e-324], ["0", "0.5", "1"]),
    ],
)
def test_scale_has_round_numbers(values: list[float], ticks: list[str]) -> None:
    html = chart(one("bar"), data=[{"a": value} for value in values], showYAxis=True)

    said = [t.text for t in html.tags("text") if t.attributes["class"] == "w-tick-name"]
    assert said == ticks


@pytest.mark.parametrize(
    ("height", "drawn"),
    [(None, 180), (120, 120), ("200px", 200), (5, 80), (9_999, 320), ("100%", 180)],
)
def test_drawing_is_as_high_as_wanted_within_bounds(height: Any, drawn: float) -> None:
    (svg,) = chart(one("bar"), height=height).tags("svg")

    assert svg.attributes["viewbox"] == f"0 0 320.0 {drawn:.1f}"


def test_numbers_at_the_side_have_the_room_they_need() -> None:
    lefts = []
    for value in (1, 9_000_000):
        html = chart(one("bar"), data=[{"a": value}], showYAxis=True)
        lefts.append(float(html.tags("rect")[0].attributes["x"]))

    assert lefts[0] + 30 < lefts[1]


@pytest.mark.parametrize(
    ("series", "wanted", "shown"),
    [(1, None, 0), (1, True, 1), (2, None, 2), (2, False, 0)],
)
def test_legend_tells_series_apart(series: int, wanted: Any, shown: int) -> None:
    html = chart(*(one("bar") for _ in range(series)), showLegend=wanted)

    assert len(html.tags("i")) == shown


@pytest.mark.parametrize(("wanted", "tips"), [(None, ["Jan a: 2", "Feb a: 6"]), (False, [])])
def test_bar_tells_its_value(wanted: Any, tips: list[str]) -> None:
    assert [one.text for one in chart(one("bar"), showTooltip=wanted).tags("title")] == tips


def test_colour_is_the_series_own_or_that_of_its_place() -> None:
    html = chart(one("line", color="red-500"), one("line", "b"))

    assert [line.attributes["class"] for line in html.tags("polyline")] == [
        "w-line w-s-danger",
        "w-line w-s-1",
    ]


@pytest.mark.parametrize(
    "own",
    [
        {"data": []},
        {"data": "x"},
        {"series": []},
        {"series": "x"},
        {"series": [{"type": "pie", "dataKey": "a"}, {"type": "bar"}, 7]},
    ],
)
def test_chart_of_nothing_is_nothing(own: Tree) -> None:
    tree = {"type": "Chart", "xAxis": "m", "data": DATA, "series": [one("bar")], **own}

    assert widget_html(tree) == '<div class="w-root"></div>'


def test_large_chart_is_bounded() -> None:
    keys = [f"k{number}" for number in range(100)]
    data = [dict.fromkeys(keys, row) for row in range(10_000)]
    html = chart(*(one("bar", key) for key in keys), data=data)

    assert len(html.tags("rect")) == MAX_ROWS * MAX_SERIES


def test_extreme_values_are_drawn_within_the_drawing() -> None:
    data = [{"a": 1e308, "b": 1e308}, {"a": -1e308, "b": 10**400}]
    series = [one("bar", "a", stack="s"), one("bar", "b", stack="s"), one("area"), one("line", "b")]
    html = chart(*series, data=data)

    points = " ".join(one.attributes.get("points", "") for one in html.elements).split()
    numbers = [*sum(bars(html), ()), *(float(point.partition(",")[2]) for point in points)]
    assert len(numbers) > 8
    assert all(0 <= number <= 180 for number in numbers)
