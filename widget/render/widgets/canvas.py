"""One drawing of one widget: who draws what, which field has which label, which form it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b

from markupsafe import Markup

from widget.render.widgets.actions import action_of
from widget.render.widgets.fields import name_of
from widget.render.widgets.nodes import Node
from widget.render.widgets.props import text
from widget.render.widgets.templates import macros

Painter = Callable[[Node, "Canvas"], Markup]
GROUPS = ("RadioGroup",)


class Canvas:
    """``prose`` collects what is cleaned on its own and put in last (``clean.py``)."""

    def __init__(
        self, root: Node, painters: Mapping[str, Painter], *, key: str, image_hosts: frozenset[str]
    ) -> None:
        self.root = root
        self.image_hosts = image_hosts
        self.prose: list[str] = []
        self._painters = painters
        self._key = "w" + blake2b(key.encode("utf-8", "replace"), digest_size=6).hexdigest()
        self._fields: dict[tuple[str | None, str], Node] = {}
        self._labels: dict[tuple[str | None, str], Node] = {}
        self._has_forms = False
        for node in root.walk():
            self._note(node)

    def draw(self, node: Node) -> Markup:
        """A component; one that we do not know shows what is in it."""
        paint = self._painters.get(node.type)
        return paint(node, self) if paint else self.inner(node)

    def inner(self, node: Node) -> Markup:
        return Markup("").join(self.draw(child) for child in node.children)

    def id_of(self, node: Node, part: str = "") -> str:
        """Unique in the page as long as the key of the widget is."""
        return "-".join(filter(None, (self._key, node.path.replace(".", "-"), part)))

    def form_of(self, node: Node) -> str:
        """The id of the form that a control outside of all forms belongs to; empty when it already
        stands in the form that it belongs to."""
        return self._outer_id if self._has_forms and node.form is None else ""

    def in_forms(self, inner: Markup) -> Markup:
        """The whole widget with the form for what stands outside of forms, if anything does."""
        if not any(_acts(node) for node in self.root.walk() if node.form is None):
            return inner
        if not self._has_forms:
            return self.form(self._outer_id, inner, None)
        return self.form(self._outer_id, Markup(""), None) + inner

    def form(self, id_: str, inner: Markup, submit: str | None) -> Markup:
        return macros("base").form(id_, inner, submit)

    def field_of_label(self, label: Node) -> Node | None:
        return self._fields.get((label.form, text(label.props.get("fieldName"))))

    def label_of_field(self, field: Node) -> Node | None:
        return self._labels.get((field.form, name_of(field)))

    @property
    def _outer_id(self) -> str:
        return f"{self._key}-f"

    def _note(self, node: Node) -> None:
        self._has_forms = self._has_forms or node.opens_form
        if name := name_of(node):
            self._fields.setdefault((node.form, name), node)
        if node.type == "Label":
            self._labels.setdefault((node.form, text(node.props.get("fieldName"))), node)


def _acts(node: Node) -> bool:
    """Whether a component needs a form around it: it is a field or sets something off."""
    if name_of(node):
        return True
    names = ("onClickAction", "onChangeAction", "confirm", "cancel")
    return any(action_of(node, name) for name in names)
