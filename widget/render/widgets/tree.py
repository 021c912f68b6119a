"""A platform's widget as HTML of ours: the component table of facts/chatkit.md §7.

Every component is drawn by a macro in ``templates/widgets`` from values that were read as what
they should be (``props.py``), within bounds (``nodes.py``), with looks from a closed set
(``looks.py``). A tree that is broken shows what can be made out of it, and never raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from widget.render.widgets import chart, controls, layout, table, words
from widget.render.widgets.canvas import Canvas, Painter
from widget.render.widgets.clean import cleaned
from widget.render.widgets.fields import name_of
from widget.render.widgets.nodes import Node, grown
from widget.render.widgets.props import text


def _text(node: Node, canvas: Canvas) -> Any:
    return (controls.editable if name_of(node) else words.plain)(node, canvas)


PAINTERS: dict[str, Painter] = {
    "Card": layout.card,
    "ListView": layout.list_view,
    "ListViewItem": layout.list_item,
    "Basic": layout.basic,
    "Box": layout.box,
    "Row": layout.box,
    "Col": layout.box,
    "Form": layout.form,
    "Spacer": layout.spacer,
    "Divider": layout.divider,
    "Transition": layout.transition,
    "Text": _text,
    "Title": words.plain,
    "Caption": words.plain,
    "Markdown": words.markdown,
    "Badge": words.badge,
    "Icon": words.icon,
    "Image": words.image,
    "Label": words.label,
    "Button": controls.button,
    "Input": controls.entry,
    "Textarea": controls.entry,
    "Select": controls.select,
    "DatePicker": controls.date,
    "Checkbox": controls.checkbox,
    "RadioGroup": controls.radio_group,
    "Table": table.table,
    "Table.Row": table.row,
    "Table.Cell": table.cell,
    "Chart": chart.chart,
}


def widget_html(
    tree: dict[str, Any], *, allowed_image_hosts: Iterable[str] = (), key: str = ""
) -> str:
    """The HTML of a widget, clean and without the page's own texts (``door.py`` puts them in).

    ``key`` tells this widget from others in the page, so that labels find their own fields; give
    the part's id. Without it the tree itself does, and equal widgets share their ids.
    """
    root = grown(tree)
    canvas = Canvas(
        root, PAINTERS, key=key or _fingerprint(root), image_hosts=frozenset(allowed_image_hosts)
    )
    drawn = canvas.in_forms(canvas.draw(root))
    return cleaned(f'<div class="w-root">{drawn}</div>', canvas.prose)


def _fingerprint(root: Node) -> str:
    names = ("name", "value", "label", "fieldName")
    return "\n".join(
        " ".join((node.path, node.type, *(text(node.props.get(name)) for name in names)))
        for node in root.walk()
    )
