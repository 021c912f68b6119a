"""What an agent asks the visitor for in the middle of its work, and what comes back.

Every platform's way of asking (a question with options, a form, a confirmation, a button of a
widget, a call into the host page) is one of these, so that runs, wire and frame know one language.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

FieldKind = Literal["text", "paragraph", "number", "choice", "choices", "file", "files"]


class Choice(Struct, frozen=True):
    value: str
    label: str
    description: str = ""


class Field(Struct, frozen=True):
    """One question. ``choice`` takes one of ``choices``, ``choices`` any number of them."""

    id: str
    label: str
    kind: FieldKind = "text"
    choices: tuple[Choice, ...] = ()
    is_required: bool = True
    default: tuple[str, ...] = ()
    help: str = ""


class Action(Struct, frozen=True):
    """A button that ends the form."""

    id: str
    label: str
    style: Literal["primary", "secondary", "danger"] = "secondary"


class Form(Struct, frozen=True):
    """``text`` is the platform's Markdown. Without ``actions`` the frame brings a submit button of
    its own; ``may_skip`` adds one that answers nothing."""

    title: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()
    actions: tuple[Action, ...] = ()
    may_skip: bool = False


Values = dict[str, tuple[str, ...]]


class FormAnswered(Struct, frozen=True):
    """``request`` is the id of the ``InputRequested``; ``values`` by field id. Attachment ids
    stand for files."""

    request: str
    action: str = ""
    values: Values = {}
    is_skipped: bool = False


class ToolAnswered(Struct, frozen=True):
    """What the host page returned for one ``ClientToolCalled``; a failure's ``result`` is text."""

    call: str
    name: str
    result: Any = None
    is_error: bool = False


class ActionTaken(Struct, frozen=True):
    """A control of a widget was used. ``payload`` is the widget's own, taken from the stored tree,
    with the fields of the form around it merged in. ``is_quiet``: the widget wants no answer to it,
    only itself changed."""

    widget: str
    type: str
    payload: dict[str, Any] = {}
    is_quiet: bool = False


Reply = FormAnswered | ActionTaken | tuple[ToolAnswered, ...]
