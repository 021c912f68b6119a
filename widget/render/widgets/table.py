"""Tables: rows and cells of components."""

from __future__ import annotations

from markupsafe import Markup

from widget.render.widgets import looks
from widget.render.widgets.canvas import Canvas
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import flag, number
from widget.render.widgets.templates import macros

MAX_SPAN = 50
_VALIGN = ("start", "center", "end", "top", "middle", "bottom", "baseline")
_markup = macros("table")


def table(node: Node, canvas: Canvas) -> Markup:
    """Rows whose cells are all headers stand at the head."""
    head = [row for row in node.children if _is_head(row)]
    head = head if node.children[: len(head)] == head else []
    body = node.children[len(head) :]
    return _markup.table([canvas.draw(row) for row in head], [canvas.draw(row) for row in body])


def row(node: Node, canvas: Canvas) -> Markup:
    is_head = _is_head(node)
    cells = [
        _cell(child, canvas, is_head=is_head)
        if child.type == "Table.Cell"
        else _markup.cell("", canvas.draw(child), is_head, None, None)
        for child in node.children
    ]
    return _markup.row(cells)


def cell(node: Node, canvas: Canvas) -> Markup:
    """A cell outside of a row is what is in it."""
    return canvas.inner(node)


def _cell(node: Node, canvas: Canvas, *, is_head: bool) -> Markup:
    own = node.props
    classes = looks.joined(
        looks.of("w-text", own.get("align"), looks.TEXT_ALIGN),
        looks.of("w-v", own.get("vAlign"), _VALIGN),
        looks.of("w-wide", own.get("colSize"), ("xs", "sm", "md", "lg", "xl")),
        looks.padding(own.get("padding")),
    )
    spans = (_span(own.get("colSpan")), _span(own.get("rowSpan")))
    return _markup.cell(classes, canvas.inner(node), is_head, *spans)


def _is_head(node: Node) -> bool:
    return node.type == "Table.Row" and flag(node.props.get("header"))


def _span(value: object) -> int | None:
    found = number(value)
    return min(int(found), MAX_SPAN) if found is not None and found >= 2 else None
