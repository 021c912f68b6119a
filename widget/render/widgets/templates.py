"""The markup, which stands in ``templates/widgets``: one file of macros per kind of component.

An environment of its own: drawing happens in runs, where there is no web framework. What a macro
is given is escaped unless it was drawn here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from widget.paths import TEMPLATES
from widget.render.widgets.icons import path_of


class Macros(Protocol):
    """A file of macros. What they return is drawn, so it is not escaped again."""

    def __getattr__(self, name: str) -> Callable[..., Markup]: ...


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES / "widgets"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.globals["icon_path"] = path_of


def macros(name: str) -> Macros:
    """The macros of a file, to be called by their names."""
    return cast(Macros, _environment.get_template(f"{name}.html").module)
