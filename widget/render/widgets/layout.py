"""Roots, boxes and what stands between."""

from __future__ import annotations

from markupsafe import Markup

from widget.render.widgets import looks
from widget.render.widgets.actions import action_of, loading_of
from widget.render.widgets.canvas import Canvas
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import Props, flag, number, props, text
from widget.render.widgets.templates import macros

MAX_LIMIT = 100
# How many items "auto" shows: about a phone's screen of them.
AUTO_LIMIT = 6
_markup = macros("layout")
_controls = macros("controls")


def card(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    classes = looks.joined(
        "w-card",
        looks.of("w-size", own.get("size"), ("sm", "md", "lg", "full"), "md"),
        looks.background(own.get("background")),
        looks.border(own.get("border")),
        looks.padding(own.get("padding")),
    )
    inner = _markup.card(
        classes,
        canvas.inner(node),
        status=_status(own),
        buttons=[found for name in ("cancel", "confirm") if (found := _ending(node, name, canvas))],
        is_collapsed=flag(own.get("collapsed")),
    )
    return _in_form(node, canvas, inner)


def list_view(node: Node, canvas: Canvas) -> Markup:
    items = [canvas.draw(child) for child in node.children]
    limit = _limit(node.props.get("limit"), len(items))
    return _markup.list_view(items[:limit], items[limit:], status=_status(node.props))


def list_item(node: Node, canvas: Canvas) -> Markup:
    classes = looks.joined(
        "w-row",
        looks.of("w-align", node.props.get("align"), looks.ALIGN, "center"),
        looks.space("w-g", node.props.get("gap", 3)),
    )
    action = action_of(node, "onClickAction")
    cover = _controls.cover(_button(node, "onClickAction", canvas)) if action else ""
    return _markup.list_item(classes, canvas.id_of(node), canvas.inner(node), cover)


def basic(node: Node, canvas: Canvas) -> Markup:
    is_row = node.props.get("direction") == "row"
    classes = looks.joined("w-basic", looks.box({"gap": 3, **node.props}, is_row=is_row))
    return _markup.box(classes, canvas.inner(node))


def box(node: Node, canvas: Canvas) -> Markup:
    is_row = node.type == "Row" or (
        node.type in ("Box", "Form") and node.props.get("direction") == "row"
    )
    classes = looks.box(_with_defaults(node), is_row=is_row)
    if is_row and _is_all_small(node):
        classes += " w-wrap"
    return _markup.box(classes, canvas.inner(node))


def form(node: Node, canvas: Canvas) -> Markup:
    """A form without a submit button gets ours, so that it can be sent by touch too."""
    drawn = box(node, canvas)
    if node.submit and not _can_submit(node):
        drawn += _controls.own_submit(_button(node, "onSubmitAction", canvas))
    return _in_form(node, canvas, drawn)


def spacer(node: Node, canvas: Canvas) -> Markup:
    return _markup.spacer(looks.space("w-p", node.props.get("minSize")))


def divider(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    thick = number(own.get("size"))
    classes = looks.joined(
        "w-divider",
        "w-thick" if thick is not None and thick > 1 else "",
        "w-flush" if flag(own.get("flush")) else "",
        looks.space("w-mt", own.get("spacing")),
        looks.space("w-mb", own.get("spacing")),
    )
    return _markup.divider(classes)


def transition(node: Node, canvas: Canvas) -> Markup:
    return _markup.box("w-transition", canvas.inner(node))


def _in_form(node: Node, canvas: Canvas, drawn: Markup) -> Markup:
    if not node.opens_form:
        return drawn
    return canvas.form(canvas.id_of(node, "form"), drawn, node.submit)


def _ending(node: Node, name: str, canvas: Canvas) -> dict[str, object] | None:
    """Confirm or cancel of a card; without an action it would do nothing and is left out."""
    if action_of(node, name) is None:
        return None
    made = _button(node, name, canvas)
    is_main = name == "confirm"
    return {
        **made,
        "label": text(props(node.props.get(name)).get("label")),
        "is_main": is_main,
        "classes": "w-button " + ("w-solid w-t-primary" if is_main else "w-outline"),
        "is_checked": is_main and flag(node.props.get("asForm")),
    }


def _button(node: Node, name: str, canvas: Canvas) -> dict[str, object]:
    action = action_of(node, name) or {}
    return {
        "control": node.control(name),
        "form": canvas.form_of(node),
        "loading": loading_of(action, name),
        "handler": "client" if action.get("handler") == "client" else "",
        "labelled": canvas.id_of(node),
    }


def _status(own: Props) -> dict[str, str] | None:
    """The favicon of a status is an outside picture and stays away."""
    status = props(own.get("status"))
    words = text(status.get("text"))
    return {"text": words, "icon": text(status.get("icon"))} if words else None


def _limit(value: object, count: int) -> int:
    if value == "auto":
        return AUTO_LIMIT
    found = number(value)
    return count if found is None else max(1, min(int(found), MAX_LIMIT))


def _with_defaults(node: Node) -> Props:
    """What stands in a row is centred, and the fields of a form keep apart."""
    defaults: dict[str, Props] = {"Row": {"align": "center"}, "Form": {"gap": 3}}
    return {**defaults.get(node.type, {}), **node.props}


def _is_all_small(node: Node) -> bool:
    """A row of nothing but buttons and badges breaks into lines where it is narrow."""
    return bool(node.children) and all(child.type in ("Button", "Badge") for child in node.children)


def _can_submit(node: Node) -> bool:
    return any(found.type == "Button" and flag(found.props.get("submit")) for found in node.walk())
