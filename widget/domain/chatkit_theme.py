"""A theme as ChatKit's pages write it, in our words. Its fields are those of ``ThemeOption`` of
``@openai/chatkit`` 1.9.0.

ChatKit has one scheme at a time, so its surface is that scheme's. A theme may be half ChatKit's and
half ours, as when a page sets one after the other: what is said in our words counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from widget.domain.css_colour import parse_css_colour

RADII = {"pill": "large", "round": "medium", "soft": "small", "sharp": "none"}
SCHEMES = ("light", "dark")
OURS = frozenset({"accent", "surface", "darkSurface", "text", "darkText", "grey", "scheme"}) | {
    *("radius", "density", "font", "monoFont", "fontSize"),
}
TABLES = ("color", "typography")


class Converted(NamedTuple):
    """``left_out``: what has no counterpart here, such as fonts to download; ``faults``: what is
    not as ChatKit has it. Both name paths below the theme."""

    theme: dict[str, Any]
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def warnings(self, at: str) -> tuple[str, ...]:
        """What the owner of the theme at this path should know."""
        if not self.left_out:
            return ()
        return (f"{at}: without ChatKit's {', '.join(self.left_out)}, which we have not",)


def is_chatkit(theme: object) -> bool:
    if not isinstance(theme, dict):
        return theme in SCHEMES
    return bool({"colorScheme", *TABLES} & theme.keys()) or _is_theirs(theme)


def from_chatkit(theme: dict[str, Any] | str) -> Converted:
    if isinstance(theme, str):
        return Converted({"scheme": theme})
    made: dict[str, Any] = {}
    faults: list[str] = []
    fields = _fields(theme)
    for path, (ours, convert) in fields.items():
        value = _at(theme, path)
        if value is None:
            continue
        try:
            _put(made, ours, convert(value))
        except (KeyError, TypeError, ValueError, OverflowError):
            faults.append(f"{path}: is not what ChatKit takes there")
    left_out = (path for name in TABLES if name in theme for path in _leaves(theme[name], name))
    return Converted(
        _with_ours(made, theme),
        tuple(path for path in left_out if path not in fields),
        (*faults, *_unknown(theme)),
    )


def _is_theirs(theme: dict[str, Any]) -> bool:
    radius = theme.get("radius")
    return isinstance(radius, str) and radius in RADII


def _fields(theme: dict[str, Any]) -> dict[str, tuple[str, Callable[[Any], Any]]]:
    """ChatKit's path → ours, and how its value becomes ours. What our own tree checks goes as it
    is."""
    is_dark = theme.get("colorScheme") == "dark"
    return {
        "colorScheme": ("scheme", _as_it_is),
        "density": ("density", _as_it_is),
        "typography.baseSize": ("fontSize", _as_it_is),
        "typography.fontFamily": ("font", _as_it_is),
        "typography.fontFamilyMono": ("monoFont", _as_it_is),
        "color.grayscale.hue": ("grey.hue", _degrees),
        "color.grayscale.tint": ("grey.tint", _as_it_is),
        "color.accent.primary": ("accent", _colour),
        "color.surface.background": ("darkSurface" if is_dark else "surface", _colour),
        "color.surface.foreground": ("darkText" if is_dark else "text", _colour),
        **({"radius": ("radius", RADII.__getitem__)} if _is_theirs(theme) else {}),
    }


def _as_it_is(value: Any) -> Any:
    return value


def _degrees(value: Any) -> int:
    return int(round(value) % 360)


def _colour(value: Any) -> str:
    found = parse_css_colour(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError
    return found


def _with_ours(made: dict[str, Any], theme: dict[str, Any]) -> dict[str, Any]:
    own = {name: theme[name] for name in theme if name in OURS}
    if _is_theirs(theme):
        del own["radius"]
    return made | own


def _unknown(theme: dict[str, Any]) -> tuple[str, ...]:
    known = OURS | {"colorScheme", *TABLES}
    return tuple(f"{name}: is unknown" for name in theme if name not in known)


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(tree, dict):
            return None
        tree = tree.get(name)
    return tree


def _leaves(tree: Any, path: str) -> Iterator[str]:
    if not isinstance(tree, dict):
        yield path
        return
    for name, below in tree.items():
        yield from _leaves(below, f"{path}.{name}")


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *groups, leaf = path.split(".")
    for group in groups:
        tree = tree.setdefault(group, {})
    tree[leaf] = value
