"""Bars, areas and lines as a drawing of our own, with the same numbers as a table under it.

The drawing is 320 wide in its own units and scales with its place, so no length of a platform's
enters a style. Colours are ours: the series' tone where it names one, else its place in the row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from widget.render.widgets import looks
from widget.render.widgets.canvas import Canvas
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import Props, choice, flag, items, number, pixels, props, text
from widget.render.widgets.templates import macros

MAX_ROWS = 200
MAX_SERIES = 8
WIDTH = 320.0
HEIGHTS = (80.0, 180.0, 320.0)
_GREATEST, _SMALLEST = 1e15, 1e-9
_DIGIT = 6.0
_LABELS = 6
_LABEL_CHARS = 10
_STEPS = ("step", "stepBefore", "stepAfter")
_markup = macros("chart")


@dataclass(frozen=True)
class Series:
    """``values`` are by row of the data; ``bases`` is what each stands on when stacked."""

    kind: str
    label: str
    look: str
    stack: str
    is_stepped: bool
    values: tuple[float | None, ...]
    bases: tuple[float, ...]

    def top(self, row: int) -> float:
        return self.bases[row] + (self.values[row] or 0.0)


@dataclass
class Plot:
    """Where things stand, in the drawing's units."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float
    rows: int
    marks: list[dict[str, Any]] = field(default_factory=list)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    @property
    def slot(self) -> float:
        return (self.right - self.left) / max(1, self.rows)

    def middle(self, row: int) -> float:
        return round(self.left + (row + 0.5) * self.slot, 1)


def chart(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    rows = items(own.get("data"), MAX_ROWS)
    series = _series(own, rows)
    if not rows or not series:
        return Markup("")
    axis = own.get("xAxis")
    names = _names(axis, rows)
    is_named = not flag(props(axis).get("hide"))
    plot = _plot(own, series, len(rows), is_named=is_named)
    _draw(plot, series, names)
    shown = {
        "width": WIDTH,
        "height": plot.bottom + (20 if is_named else 6),
        "plot": plot,
        "ticks": _ticks(plot) if flag(own.get("showYAxis")) else [],
        "names": _spread(plot, names) if is_named else [],
        "series": [{"label": one.label, "look": one.look} for one in series],
        "has_legend": (own.get("showLegend") is not False and len(series) > 1)
        or flag(own.get("showLegend")),
        "has_tips": own.get("showTooltip") is not False,
        "about": ", ".join(one.label for one in series),
        "table": [
            (name, [_said(one.values[row]) for one in series]) for row, name in enumerate(names)
        ],
    }
    return _markup.chart(shown)


def _series(own: Props, rows: list[dict[str, Any]]) -> list[Series]:
    made: list[Series] = []
    for place, one in enumerate(items(own.get("series"), MAX_SERIES)):
        key, kind = text(one.get("dataKey")), choice(one.get("type"), ("bar", "area", "line"))
        if not key or not kind:
            continue
        stack = text(one.get("stack")) if kind != "line" else ""
        below = [old for old in made if stack and old.stack == stack and old.kind == kind]
        values = tuple(_value(row.get(key)) for row in rows)
        tone = looks.tone_of(one.get("color"))
        look = f"w-s-{tone}" if tone else f"w-s-{place % 6}"
        made.append(
            Series(
                kind=kind,
                label=text(one.get("label")) or key,
                look=look,
                stack=stack or f"\0{place}",
                is_stepped=one.get("curveType") in _STEPS,
                values=values,
                bases=tuple(_base(below, row, value) for row, value in enumerate(values)),
            )
        )
    return made


def _value(given: object) -> float | None:
    """What can be drawn; more would leave the range of floats when it is stacked."""
    found = number(given)
    return None if found is None else max(-_GREATEST, min(found, _GREATEST))


def _base(below: list[Series], row: int, value: float | None) -> float:
    """What a value stands on: gains are stacked upwards from zero, losses downwards."""
    is_loss = (value or 0.0) < 0
    return sum(old.values[row] or 0.0 for old in below if ((old.values[row] or 0.0) < 0) == is_loss)


def _names(axis: object, rows: list[dict[str, Any]]) -> list[str]:
    """What stands under each row of the data."""
    key = text(axis) or text(props(axis).get("dataKey"))
    labels = props(props(axis).get("labels"))
    found = [text(row.get(key)) for row in rows]
    return [text(labels.get(name)) or name for name in found]


def _plot(own: Props, series: list[Series], rows: int, *, is_named: bool) -> Plot:
    ends = [one.top(row) for one in series for row in range(rows)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if high - low < _SMALLEST:
        low, high = 0.0, 1.0
    step = _nice((high - low) / 4)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    least, usual, most = HEIGHTS
    height = max(least, min(pixels(own.get("height", own.get("size"))) or usual, most))
    bottom = height - (20 if is_named else 6)
    plot = Plot(4.0, 8.0, WIDTH - 4, bottom, low, high, rows)
    if flag(own.get("showYAxis")):
        plot.left = 12.0 + _DIGIT * max(len(words) for _, words in _ticks(plot))
    return plot


def _draw(plot: Plot, series: list[Series], names: list[str]) -> None:
    for one in (one for one in series if one.kind == "area"):
        _add_line(plot, one, is_filled=True)
    stacks = list(dict.fromkeys(one.stack for one in series if one.kind == "bar"))
    for one in (one for one in series if one.kind == "bar"):
        _add_bars(plot, one, stacks, names)
    for one in (one for one in series if one.kind == "line"):
        _add_line(plot, one, is_filled=False)


def _add_bars(plot: Plot, one: Series, stacks: list[str], names: list[str]) -> None:
    width = plot.slot * 0.7 / len(stacks)
    for row, value in enumerate(one.values):
        if value is None:
            continue
        ends = plot.y(one.bases[row]), plot.y(one.top(row))
        left = plot.left + plot.slot * (row + 0.15) + width * stacks.index(one.stack)
        plot.marks.append(
            {
                "kind": "bar",
                "look": one.look,
                "x": round(left, 1),
                "y": min(ends),
                "width": round(max(width - 1, 0.5), 1),
                "height": round(abs(ends[0] - ends[1]), 1),
                "tip": f"{names[row]} {one.label}: {_said(value)}".strip(),
            }
        )


def _add_line(plot: Plot, one: Series, *, is_filled: bool) -> None:
    rows = [row for row, value in enumerate(one.values) if value is not None]
    if not rows:
        return
    upper = _stepped if one.is_stepped else _straight
    points = upper(plot, [(row, one.top(row)) for row in rows])
    if is_filled:
        under = upper(plot, [(row, one.bases[row]) for row in rows])
        plot.marks.append(
            {"kind": "area", "look": one.look, "points": _written(points + under[::-1])}
        )
    plot.marks.append({"kind": "line", "look": one.look, "points": _written(points)})


def _straight(plot: Plot, ends: list[tuple[int, float]]) -> list[tuple[float, float]]:
    return [(plot.middle(row), plot.y(value)) for row, value in ends]


def _stepped(plot: Plot, ends: list[tuple[int, float]]) -> list[tuple[float, float]]:
    half = plot.slot / 2
    return [
        (round(plot.middle(row) + side * half, 1), plot.y(value))
        for row, value in ends
        for side in (-1, 1)
    ]


def _written(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _ticks(plot: Plot) -> list[tuple[float, str]]:
    step = _nice((plot.high - plot.low) / 4)
    count = min(12, round((plot.high - plot.low) / step))
    return [(plot.y(plot.low + n * step), _said(plot.low + n * step)) for n in range(count + 1)]


def _spread(plot: Plot, names: list[str]) -> list[tuple[float, str]]:
    """As many names as find room."""
    every = max(1, math.ceil(len(names) / _LABELS))
    return [
        (plot.middle(row), name if len(name) <= _LABEL_CHARS else f"{name[: _LABEL_CHARS - 1]}…")
        for row, name in enumerate(names)
        if row % every == 0
    ]


def _nice(step: float) -> float:
    """1, 2 or 5 times a power of ten, at least ``step``."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= step * 0.999)


def _said(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e12 else f"{value:,.4g}"
