"""Texts, badges, icons and pictures."""

from __future__ import annotations

import re
from urllib.parse import unquote

from markupsafe import Markup

from widget.render.markdown import render
from widget.render.widgets import looks
from widget.render.widgets.canvas import GROUPS, Canvas
from widget.render.widgets.icons import path_of
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import choice, flag, host, number, text, web_address
from widget.render.widgets.templates import macros

TONES = ("secondary", "success", "danger", "warning", "info", "discovery")
_FITS = ("cover", "contain", "fill", "scale-down", "none")
_PLACES = (
    *("top left", "top", "top right", "left", "center", "right"),
    *("bottom left", "bottom", "bottom right"),
)
_markup = macros("words")
_base = macros("base")


def plain(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    sizes = {
        "Text": ("w-text", ("xs", "sm", "md", "lg", "xl"), "md"),
        "Title": ("w-title", ("sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "5xl"), "md"),
        "Caption": ("w-caption", ("sm", "md", "lg"), "md"),
    }
    name, allowed, default = sizes[node.type]
    classes = looks.joined(
        name,
        looks.of(name, own.get("size"), allowed, default),
        looks.words(own),
        "w-italic" if flag(own.get("italic")) else "",
        "w-struck" if flag(own.get("lineThrough")) else "",
    )
    words = text(own.get("value"))
    is_cut = "w-truncate" in classes or "w-lines" in classes
    draw = _markup.title if node.type == "Title" else _markup.text
    return draw(classes, words, words if is_cut else "")


def markdown(node: Node, canvas: Canvas) -> Markup:
    """The document of our own renderer, which has cleaned it."""
    canvas.prose.append(render(text(node.props.get("value"))))
    return _base.prose(len(canvas.prose) - 1)


def badge(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    classes = looks.joined(
        "w-badge",
        f"w-t-{choice(own.get('color'), TONES, 'secondary')}",
        f"w-{choice(own.get('variant'), ('solid', 'soft', 'outline'), 'soft')}",
        looks.of("w-badge", own.get("size"), ("sm", "md", "lg"), "sm"),
        "w-pill" if flag(own.get("pill")) else "",
    )
    return _markup.badge(classes, text(own.get("label")))


def icon(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    sizes = ("xs", "sm", "md", "lg", "xl", "2xl", "3xl")
    name = text(own.get("name"))
    classes = looks.joined(
        looks.of("w-icon", own.get("size"), sizes, "md"),
        looks.tone("w-c", own.get("color")),
        "w-filled" if name.endswith("-filled") else "",
    )
    return _base.icon(name, classes) if path_of(name) else Markup("")


def label(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    classes = looks.joined(
        "w-label",
        looks.of("w-text", own.get("size"), ("xs", "sm", "md", "lg", "xl"), "sm"),
        looks.words(own),
    )
    field = canvas.field_of_label(node)
    is_tied = field is not None and field.type not in GROUPS
    target = canvas.id_of(field, "field") if field is not None and is_tied else ""
    return _markup.label(classes, canvas.id_of(node), target, text(own.get("value")))


def image(node: Node, canvas: Canvas) -> Markup:
    """A picture from elsewhere does not load by itself: it is a link that names it."""
    own = node.props
    address, alt = web_address(own.get("src")), text(own.get("alt"))
    at = host(address)
    if address and at in canvas.image_hosts:
        return _own_image(node, address, alt)
    if not address and not alt:
        return Markup("")
    classes = looks.joined("w-picture", looks.radius(own.get("radius")))
    return _markup.picture(classes, address, alt or _file_name(address), at)


def _own_image(node: Node, address: str, alt: str) -> Markup:
    own = node.props
    classes = looks.joined(
        "w-image",
        looks.of("w-fit", own.get("fit"), _FITS, "cover"),
        looks.of("w-at", own.get("position"), _PLACES).replace(" ", "-"),
        "w-framed" if flag(own.get("frame")) else "",
        "w-flush" if flag(own.get("flush")) else "",
        looks.background(own.get("background")),
        looks.block(own),
    )
    width, height = (number(own.get(name, own.get("size"))) for name in ("width", "height"))
    return _markup.image(classes, address, alt, _whole(width), _whole(height))


def _whole(size: float | None) -> int | None:
    return min(int(size), 2_000) if size and size >= 1 else None


def _file_name(address: str) -> str:
    path = re.split(r"[?#]", address)[0].rstrip("/").partition("://")[2]
    return unquote(path.partition("/")[2].rpartition("/")[2])[:100]
