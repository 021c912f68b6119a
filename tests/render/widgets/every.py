"""Trees that together hold each closed value and each step of each scale once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.render.widgets.trees import Tree, text
from widget.render.widgets import looks

SIZES = ("3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "5xl")
TONES = (*("primary", "secondary", "success", "caution", "danger", "warning", "info", "discovery"),)
COLORS = ("secondary", "red-100", "green-100", "orange-100", "blue-100", "purple-100")


def every_look() -> Iterator[Tree]:
    for size in SIZES:
        yield from sized(size)
    for space in (step / 4 for step in looks.SPACES):
        yield {"type": "Row", "gap": space, "padding": space, "margin": space}
        yield {"type": "Col", "gap": space, "padding": {"x": space, "y": space}}
    for length in (*looks.SIZES, "50%", "100%"):
        yield {"type": "Col", "width": length, "height": length, "maxWidth": length}
    yield from placed()
    yield from coloured()
    yield from worded()
    yield from pictured()
    yield {"type": "Box", "radius": "none", "border": 1, "flex": 1, "wrap": "wrap"}
    yield {"type": "Box", "radius": "full", "border": {"x": 1, "y": 1}}
    yield {"type": "Divider", "size": 2, "flush": True}
    yield {"type": "Button", "label": "x", "block": True, "pill": True, "variant": "ghost"}


def sized(size: str) -> Iterator[Tree]:
    for name in ("Text", "Title", "Caption"):
        yield {"type": name, "value": "x", "size": size}
    yield {"type": "Icon", "name": "star-filled", "size": size}
    yield {"type": "Badge", "label": "x", "size": size}
    yield {"type": "Card", "size": size}
    yield {"type": "Button", "label": "x", "size": size, "iconSize": size, "uniform": True}
    yield {"type": "Input", "name": "x", "size": size, "variant": "soft"}
    yield {"type": "Box", "radius": size}
    yield {"type": "Table", "children": [row(colSize=size)]}


def placed() -> Iterator[Tree]:
    for value in (*looks.ALIGN, *looks.JUSTIFY):
        yield {"type": "Row", "align": value, "justify": value}
        yield text("x", textAlign=value)
        yield {"type": "Table", "children": [row(align=value, vAlign=value)]}
    for value in ("top", "middle", "bottom"):
        yield {"type": "Table", "children": [row(vAlign=value)]}


def worded() -> Iterator[Tree]:
    for weight in looks.WEIGHTS:
        yield text("x", weight=weight, italic=True, lineThrough=True)
    for lines in range(1, looks.MAX_LINES + 1):
        yield text("x", maxLines=lines)


def coloured() -> Iterator[Tree]:
    for color in COLORS:
        yield text("x", color=color)
        yield {"type": "Box", "background": color}
        yield chart(color)
    for tone in TONES:
        yield {"type": "Button", "label": "x", "color": tone}
        yield {"type": "Badge", "label": "x", "color": tone, "variant": "solid"}


def pictured() -> Iterator[Tree]:
    for fit in ("cover", "contain", "fill", "scale-down", "none"):
        yield picture(fit=fit, frame=True, flush=True)
    for side in ("left", "center", "right"):
        yield from (picture(position=f"{up} {side}") for up in ("top", "bottom"))
    for side in ("left", "center", "right", "top", "bottom"):
        yield picture(position=side)


def row(**own: Any) -> Tree:
    return {"type": "Table.Row", "children": [{"type": "Table.Cell", **own}]}


def chart(color: str) -> Tree:
    keys = "abcdef"
    return {
        "type": "Chart",
        "xAxis": "x",
        "data": [dict.fromkeys(keys, 1) | {"x": "x"}],
        "series": [
            {"type": "line", "dataKey": "a", "color": color},
            *({"type": "area", "dataKey": key} for key in keys[1:]),
            *({"type": "bar", "dataKey": key} for key in keys[:2]),
        ],
    }


def picture(**own: Any) -> Tree:
    return {"type": "Image", "src": "https://our.example/a.png", **own}
