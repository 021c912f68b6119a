"""XpertAI's widgets as components of ours.

A part ``{type: "Widget", widgets: [{name, config | messages, values?}]}`` (facts/xpertai.md §3.5)
holds surfaces of another toolkit, A2UI 0.8: ``messages`` list the components flat, each naming its
children, beside a data model that they are bound to; ``config`` is a surface that was put together
before. Nobody tells how an answer would go back to the platform, so what could be filled in or
pressed is shown switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from widget.render.widgets.props import items, props, text
from widget.render.widgets.spoken import spoken

Tree = dict[str, Any]

MAX_COMPONENTS = 500
MAX_DEPTH = 20
MAX_WIDGETS = 20
_TITLES = {"h1": "2xl", "h2": "xl", "h3": "lg", "h4": "md", "h5": "sm"}
_LITERALS = ("literalString", "literalNumber", "literalBoolean", "literalArray", "literal")
_VALUES = ("valueString", "valueNumber", "valueBoolean")
_SPREAD = {"spaceBetween": "between", "spaceAround": "around", "spaceEvenly": "evenly"}
_ICONS = {
    **dict.fromkeys(("accountCircle", "person"), "user"),
    **dict.fromkeys(("calendarToday", "event"), "calendar"),
    "call": "phone",
    "help": "circle-question",
    "locationOn": "map-pin",
    "refresh": "reload",
    "settings": "settings-slider",
}


def unwrapped(tree: Any) -> Any:
    """The tree of such a part; any other tree as it is."""
    if not isinstance(tree, dict) or tree.get("type") != "Widget":
        return tree
    widgets = items(tree.get("widgets"), MAX_WIDGETS)
    return {"type": "Basic", "children": [_drawn(widget) for widget in widgets]}


def _drawn(widget: Tree) -> Tree:
    """A widget that cannot be drawn is told by its words, and one without words by its name."""
    surface = Surface(widget)
    child = surface.tree()
    if child is None:
        lines = spoken({"config": widget.get("config"), "values": widget.get("values")})
        name = {"type": "Caption", "value": text(widget.get("name"))}
        return {"type": "Card", "children": lines} if lines else name
    return child if child["type"] == "Card" else {"type": "Card", "children": [child]}


class Surface:
    """Components by id, what they are bound to, and how much of them is still drawn."""

    def __init__(self, widget: Tree) -> None:
        config, messages = (
            props(widget.get("config")),
            items(widget.get("messages"), MAX_COMPONENTS),
        )
        self._components: dict[str, Tree] = {}
        # Messages write their own; what was given is not written to.
        self._data: Any = {} if messages else config.get("dataModel")
        self._root: Any = config.get("componentTree") or config.get("rootComponentId")
        self._left = MAX_COMPONENTS
        self._take(config.get("components"))
        for message in messages:
            self._read(message)

    def tree(self) -> Tree | None:
        return self._node(self._root, "", 0)

    def value(self, given: Any, place: str) -> Any:
        """What a property is: its literal, or what stands at its path in the data."""
        if not isinstance(given, dict):
            return given
        path = given.get("path")
        found = self._at(_joined(place, path)) if isinstance(path, str) else None
        if found is not None:
            return found
        return next((given[name] for name in _LITERALS if name in given), None)

    def inner(self, own: Tree, place: str, depth: int) -> list[Tree]:
        """The children of a component, wherever it names them."""
        found = (self._node(ref, at, depth + 1) for ref, at in self._children(own, place))
        return [child for child in found if child is not None]

    def _node(self, ref: Any, place: str, depth: int) -> Tree | None:
        kind, own = self._component(ref)
        if not kind or depth > MAX_DEPTH or self._left <= 0:
            return None
        self._left -= 1
        draw = _DRAWN.get(kind, _box)
        return draw(self, own, place, depth)

    def _component(self, ref: Any) -> tuple[str, Tree]:
        """Kind and properties of a component, whether named, put together or just as it came."""
        found = props(self._components.get(ref) if isinstance(ref, str) else ref)
        if "component" in found:
            kind, own = next(iter(props(found["component"]).items()), ("", {}))
            return text(kind), props(own)
        return text(found.get("type")), props(found.get("properties"))

    def _children(self, own: Tree, place: str) -> Iterator[tuple[Any, str]]:
        children = own.get("children")
        listed = children if isinstance(children, list) else props(children).get("explicitList")
        named = [own.get(name) for name in ("child", "entryPointChild", "contentChild")]
        tabs = [tab.get("child") for tab in items(own.get("tabItems"), MAX_COMPONENTS)]
        for ref in (*(listed if isinstance(listed, list) else ()), *named, *tabs):
            yield ref, place
        template = props(props(children).get("template"))
        at = _joined(place, text(template.get("dataBinding")))
        for key in _keys(self._at(at)) if template else ():
            yield template.get("componentId"), f"{at}/{key}"

    def _read(self, message: Tree) -> None:
        begun, update = props(message.get("beginRendering")), props(message.get("dataModelUpdate"))
        self._root = begun.get("root") or self._root
        self._take(props(message.get("surfaceUpdate")).get("components"))
        if update:
            self._put(text(update.get("path")), _contents(update.get("contents")))

    def _take(self, components: Any) -> None:
        listed = list(components.values()) if isinstance(components, dict) else components
        for component in items(listed, MAX_COMPONENTS):
            self._components[text(component.get("id"))] = component

    def _put(self, path: str, contents: Tree) -> None:
        at = self._data
        for name in filter(None, path.split("/")[:MAX_DEPTH]):
            at = at.setdefault(name, {}) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at.update(contents)

    def _at(self, path: str) -> Any:
        found = self._data
        for name in filter(None, path.split("/")):
            if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                found = props(found).get(name)
        return found


def _joined(place: str, path: str) -> str:
    """A path that begins at the root stands for itself."""
    return path if path.startswith("/") else f"{place}/{path.removeprefix('.')}"


def _keys(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(number) for number in range(min(len(value), MAX_COMPONENTS))]
    return list(props(value))[:MAX_COMPONENTS]


def _contents(entries: Any, depth: int = 0) -> Tree:
    """A list of keys and typed values as an object."""
    found: Tree = {}
    for entry in items(entries, MAX_COMPONENTS) if depth < MAX_DEPTH else ():
        key = text(entry.get("key"))
        if isinstance(entry.get("valueMap"), list):
            found[key] = _contents(entry["valueMap"], depth + 1)
        else:
            found[key] = next((entry[name] for name in _VALUES if name in entry), None)
    return found


# What each component becomes


def _box(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    is_row = own.get("direction") == "horizontal"
    return _laid_out("Row" if is_row else "Col", surface, own, place, depth)


def _row(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    return _laid_out("Row", surface, own, place, depth)


def _laid_out(kind: str, surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    spread = own.get("distribution")
    return {
        "type": kind,
        "gap": 2,
        "align": own.get("alignment") or ("center" if kind == "Row" else "stretch"),
        "justify": _SPREAD.get(spread, spread) if isinstance(spread, str) else None,
        "children": surface.inner(own, place, depth),
    }


def _card(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    children = surface.inner(own, place, depth)
    if depth == 0:
        return {"type": "Card", "children": children}
    return {"type": "Box", "border": 1, "radius": "lg", "padding": 3, "children": children}


def _tabs(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    """One under the other, each under its title."""
    children: list[Tree] = []
    for tab in items(own.get("tabItems"), MAX_COMPONENTS):
        children.append(_said("Title", surface.value(tab.get("title"), place), size="sm"))
        children += surface.inner({"child": tab.get("child")}, place, depth)
    return {"type": "Col", "gap": 2, "children": children}


def _text(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    said, hint = surface.value(own.get("text"), place), own.get("usageHint")
    if isinstance(hint, str) and hint in _TITLES:
        return _said("Title", said, size=_TITLES[hint])
    return _said("Caption" if hint == "caption" else "Markdown", said)


def _image(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    """Also films and sounds: a link that names them."""
    alt = own.get("description") or own.get("altText")
    return {
        "type": "Image",
        "src": surface.value(own.get("url"), place),
        "alt": surface.value(alt, place),
    }


def _icon(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    name = text(surface.value(own.get("name"), place))
    return {"type": "Icon", "name": _ICONS.get(name, name)}


def _divider(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    return {"type": "Divider"}


def _button(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    """Its label is what it holds."""
    label = " ".join(_words(surface.inner(own, place, depth)))
    return {"type": "Button", "label": label, "disabled": True}


def _field(surface: Surface, own: Tree, place: str, depth: int) -> Tree:
    """A label and what is filled in."""
    bound = next((own[name] for name in ("text", "value", "selections") if name in own), None)
    value = surface.value(bound, place)
    chosen = value if isinstance(value, list) else [value]
    labels = {
        text(option.get("value")): text(surface.value(option.get("label"), place))
        for option in items(own.get("options"), MAX_COMPONENTS)
    }
    said = ", ".join(filter(None, (labels.get(text(one)) or _plain(one) for one in chosen)))
    label = surface.value(own.get("label"), place)
    return {"type": "Col", "children": [_said("Caption", label), _said("Text", said)]}


def _plain(value: Any) -> str:
    return ("✓" if value else "–") if isinstance(value, bool) else text(value)


def _said(kind: str, value: Any, **more: str) -> Tree:
    return {"type": kind, "value": text(value), **more}


def _words(children: list[Tree]) -> Iterator[str]:
    for child in children:
        if said := text(child.get("value")):
            yield said
        yield from _words(items(child.get("children"), MAX_COMPONENTS))


_DRAWN: dict[str, Callable[[Surface, Tree, str, int], Tree]] = {
    "Row": _row,
    "Card": _card,
    "Tabs": _tabs,
    "Text": _text,
    "Image": _image,
    "Video": _image,
    "AudioPlayer": _image,
    "Icon": _icon,
    "Divider": _divider,
    "Button": _button,
    "TextField": _field,
    "CheckBox": _field,
    "DateTimeInput": _field,
    "MultipleChoice": _field,
    "Slider": _field,
}
