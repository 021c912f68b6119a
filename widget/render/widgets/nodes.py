"""A platform's component tree as far as it makes sense: bounded, each component with its place.

The drawing and the actions read the same nodes, so that a control's path in the HTML always means
the component that the stored tree holds there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from widget.render.widgets.props import flag, props, text
from widget.render.widgets.surfaces import unwrapped

MAX_DEPTH = 24
MAX_NODES = 1_000
MAX_CHARS = 200_000


@dataclass(slots=True)
class Node:
    """One component.

    ``path`` leads here from the root by the places among the children. ``form`` is the path of the
    form whose fields go with an action from here, and ``submit`` the control that its submit
    buttons set off; both None outside of forms.
    """

    type: str
    props: dict[str, Any]
    path: str
    form: str | None = None
    submit: str | None = None
    children: list[Node] = field(default_factory=list)

    def control(self, prop: str) -> str:
        """What the HTML carries for an action of this component."""
        return f"{self.path}.{prop}" if self.path else prop

    @property
    def opens_form(self) -> bool:
        return self.form == self.path

    def walk(self) -> Iterator[Node]:
        """This component and all in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def grown(tree: Any) -> Node:
    """The nodes of a tree. What is too deep, too much or no component is left out."""
    return _Growth().node(unwrapped(tree), "", 0, None)


class _Growth:
    """Counts what is left, over the whole tree."""

    def __init__(self) -> None:
        self._nodes = MAX_NODES
        self._chars = MAX_CHARS

    def node(self, value: Any, path: str, depth: int, above: Node | None) -> Node:
        own = self._bounded(value)
        made = Node(text(own.get("type")), own, path)
        _place(made, above)
        for number, child in enumerate(_children(value)):
            if depth >= MAX_DEPTH or self._nodes <= 0 or self._chars <= 0:
                break
            if isinstance(child, dict | str):
                self._nodes -= 1
                place = f"{path}.{number}" if path else str(number)
                made.children.append(self.node(child, place, depth + 1, made))
        return made

    def _bounded(self, value: Any) -> dict[str, Any]:
        """A component's own values, its texts cut to what the whole widget may still hold."""
        if isinstance(value, str):
            value = {"type": "Text", "value": value}
        own = {name: item for name, item in props(value).items() if name != "children"}
        for name, item in own.items():
            if isinstance(item, str):
                own[name] = item[: max(0, self._chars)]
                self._chars -= len(item)
        return own


def _children(value: Any) -> list[Any]:
    """A single child may stand without its list (``Transition``)."""
    found = value.get("children") if isinstance(value, dict) else None
    if isinstance(found, list):
        return found
    return [found] if isinstance(found, dict | str) else []


def _place(node: Node, above: Node | None) -> None:
    """Forms do not nest: one inside another only has a submit action of its own."""
    node.form, node.submit = (above.form, above.submit) if above else (None, None)
    action = _form_action(node)
    if action is None:
        return
    if node.form is None:
        node.form = node.path
    if isinstance(action, dict):
        name = "onSubmitAction" if node.type == "Form" else "confirm"
        node.submit = node.control(name)


def _form_action(node: Node) -> Any:
    """What a form does when it is sent, ``False`` for nothing; None when this is no form."""
    if node.type == "Form":
        return node.props.get("onSubmitAction") or False
    if node.type == "Card" and flag(node.props.get("asForm")):
        return props(node.props.get("confirm")).get("action") or False
    return None
