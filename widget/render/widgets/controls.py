"""What a visitor can use: buttons and fields."""

from __future__ import annotations

import re

from markupsafe import Markup

from widget.render.widgets import looks
from widget.render.widgets.actions import PREFIX, action_of, loading_of
from widget.render.widgets.canvas import Canvas
from widget.render.widgets.fields import is_open, name_of, options_of
from widget.render.widgets.icons import path_of
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import Props, choice, flag, number, props, text
from widget.render.widgets.templates import macros

MAX_ROWS = 20
INPUT_TYPES = ("number", "email", "text", "password", "tel", "url")
_SIZES = ("3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl")
_TONES = (
    *("primary", "secondary", "info", "discovery"),
    *("success", "caution", "warning", "danger"),
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AUTOCOMPLETE = re.compile(r"[a-z][a-z0-9 -]{0,40}")
_markup = macros("controls")


def button(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    control, is_checked = _set_off(node)
    action = action_of(node, "onClickAction") or {}
    return _markup.button(
        {
            "control": control,
            "form": canvas.form_of(node),
            "classes": _button_classes(own),
            "label": text(own.get("label")),
            "spoken": _icon_words(own),
            "icon_start": text(own.get("iconStart")),
            "icon_end": text(own.get("iconEnd")),
            "is_disabled": flag(own.get("disabled")) or not control,
            "is_checked": is_checked,
            "loading": loading_of(action, "onClickAction"),
            "handler": "client" if action.get("handler") == "client" else "",
        }
    )


def entry(node: Node, canvas: Canvas) -> Markup:
    """``Input`` and ``Textarea``."""
    own = node.props
    rows = number(own.get("rows"))
    if not name_of(node):
        return Markup("")
    shown = _field(node, canvas, own) | {
        "type": choice(own.get("inputType"), INPUT_TYPES, "text"),
        "value": text(own.get("defaultValue")),
        "rows": max(1, min(int(rows), MAX_ROWS)) if rows is not None else 3,
    }
    return (_markup.textarea if node.type == "Textarea" else _markup.entry)(shown)


def editable(node: Node, canvas: Canvas) -> Markup:
    """A text that the visitor may change in its place."""
    own = {**props(node.props.get("editable")), "size": node.props.get("size")}
    value, lines = text(node.props.get("value")), number(node.props.get("minLines"))
    shown = _field(node, canvas, own) | {"type": "text", "value": value}
    shown["classes"] = looks.joined("w-field w-editable", looks.words(node.props))
    if "\n" in value or (lines is not None and lines > 1):
        return _markup.textarea({**shown, "rows": max(2, min(int(lines or 3), MAX_ROWS))})
    return _markup.entry(shown)


def select(node: Node, canvas: Canvas) -> Markup:
    own, chosen = node.props, text(node.props.get("defaultValue"))
    if not name_of(node):
        return Markup("")
    shown = _field(node, canvas, own) | {
        "options": [
            {
                "value": text(option.get("value")),
                "label": _option_label(option),
                "is_chosen": text(option.get("value")) == chosen and bool(chosen),
                "is_disabled": not is_open(option),
            }
            for option in options_of(node)
        ],
        "can_be_empty": flag(own.get("clearable")) or not chosen,
    }
    return _markup.select(shown)


def date(node: Node, canvas: Canvas) -> Markup:
    own = node.props
    if not name_of(node):
        return Markup("")
    shown = _field(node, canvas, own) | {
        "value": _day(own.get("defaultValue")),
        "min": _day(own.get("min")),
        "max": _day(own.get("max")),
    }
    return _markup.date(shown)


def checkbox(node: Node, canvas: Canvas) -> Markup:
    own, label = node.props, text(node.props.get("label"))
    if not name_of(node):
        return Markup("")
    shown = _field(node, canvas, own) | {
        "text": label,
        "is_chosen": flag(own.get("defaultChecked")),
    }
    if label:
        shown["aria_label"] = ""
    return _markup.checkbox(shown)


def radio_group(node: Node, canvas: Canvas) -> Markup:
    own, chosen = node.props, text(node.props.get("defaultValue"))
    if not name_of(node):
        return Markup("")
    label = canvas.label_of_field(node)
    shown = _field(node, canvas, {**own, "placeholder": own.get("ariaLabel")}) | {
        "options": [
            {
                "value": text(option.get("value")),
                "label": _option_label(option),
                "is_chosen": text(option.get("value")) == chosen and bool(chosen),
                "is_disabled": not is_open(option) or flag(own.get("disabled")),
            }
            for option in options_of(node)
        ],
        "labelled": canvas.id_of(label) if label else "",
        "is_row": own.get("direction") == "row",
    }
    return _markup.radio_group(shown)


def _set_off(node: Node) -> tuple[str, bool]:
    """The control of a button, and whether the fields are checked first: its form's when it is a
    submit button in a form that does something, else its own."""
    if flag(node.props.get("submit")) and node.submit:
        return node.submit, True
    own = node.control("onClickAction") if action_of(node, "onClickAction") else ""
    return own, False


def _icon_words(own: Props) -> str:
    """What a button of nothing but an icon is called by those who do not see it."""
    names = (text(own.get(place)) for place in ("iconStart", "iconEnd"))
    return next((_spoken(name.partition(":")[2] or name) for name in names if path_of(name)), "")


def _button_classes(own: Props) -> str:
    is_primary = own.get("style") == "primary"
    tone = choice(own.get("color"), _TONES, "primary" if is_primary else "secondary")
    variant = "solid" if is_primary else "outline"
    return looks.joined(
        "w-button",
        f"w-t-{tone}",
        f"w-{choice(own.get('variant'), ('solid', 'soft', 'outline', 'ghost'), variant)}",
        _control_classes(own),
        looks.of("w-icons", own.get("iconSize"), ("sm", "md", "lg", "xl", "2xl")),
        "w-uniform" if flag(own.get("uniform")) else "",
    )


def _control_classes(own: Props) -> str:
    return looks.joined(
        looks.of("w-control", own.get("size"), _SIZES),
        "w-pill" if flag(own.get("pill")) else "",
        "w-block" if flag(own.get("block")) else "",
    )


def _field(node: Node, canvas: Canvas, own: Props) -> dict[str, object]:
    """What every field's markup needs. A field without a label is named by its placeholder or, at
    worst, by its own name."""
    name, placeholder = name_of(node), text(own.get("placeholder"))
    change = action_of(node, "onChangeAction")
    complete = text(own.get("autoComplete"))
    return {
        "id": canvas.id_of(node, "field"),
        "name": PREFIX + name,
        "form": canvas.form_of(node),
        "aria_label": "" if canvas.label_of_field(node) else placeholder or _spoken(name),
        "placeholder": placeholder,
        "pattern": text(own.get("pattern"))[:200],
        "autocomplete": complete if _AUTOCOMPLETE.fullmatch(complete) else "off",
        "classes": looks.joined(
            "w-field",
            f"w-{choice(own.get('variant'), ('soft', 'outline', 'ghost'), 'outline')}",
            _control_classes(own),
        ),
        "is_required": flag(own.get("required")),
        "is_disabled": flag(own.get("disabled")),
        "change": node.control("onChangeAction") if change else "",
        "loading": loading_of(change, "onChangeAction") if change else "",
        "handler": "client" if change and change.get("handler") == "client" else "",
    }


def _option_label(option: Props) -> str:
    label, more = text(option.get("label")), text(option.get("description"))
    return " – ".join(filter(None, (label or text(option.get("value")), more)))


def _spoken(name: str) -> str:
    return re.sub(r"[_.-]+", " ", name.rpartition(".")[2]).strip() or name


def _day(value: object) -> str:
    """The day of an ISO date-time."""
    found = _DAY.match(text(value))
    return found[0] if found else ""
