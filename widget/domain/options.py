"""The one option tree: what a site's owner may set about look and texts.

Names, types and defaults are Coze's (``WebChatClient``), extended in the same spirit. Declared here
once; validation, the JSON Schema, the reference page and the loader's types come from it. An option
that changes nothing yet is not declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from widget.domain.errors import BadInput
from widget.domain.faults import parse

# The end of the text in Python and JavaScript alike; ``$`` lets a line break follow in Python.
END = r"(?![\s\S])"

MOST_MISTAKES = 20

Colour = Annotated[
    str,
    Meta(
        pattern=rf"^(#([0-9a-fA-F]{{3}}|[0-9a-fA-F]{{6}}))?{END}",
        extra={"wanted": "a colour such as #3157e0, or empty"},
    ),
]
Lang = Literal["", "zh-CN", "en"]
Offset = Annotated[int, Meta(ge=0, le=400)]
Line = Annotated[str, Meta(max_length=200)]
VariableName = Annotated[
    str,
    Meta(pattern=rf"^\w{{1,40}}{END}", extra={"wanted": "one word of letters, digits and _"}),
]


class _Options(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class Base(_Options, frozen=True):
    layout: Annotated[
        Literal["auto", "pc", "mobile"],
        Meta(description="Panel (pc), full sheet (mobile), or by the width of the window (auto)."),
    ] = "auto"
    lang: Annotated[
        Lang, Meta(description="Language; empty follows the page, then the browser.")
    ] = ""
    z_index: Annotated[
        int, Meta(ge=0, le=2147483647, description="Stacking order of launcher and panel.")
    ] = 2147483000


class AsstBtn(_Options, frozen=True):
    is_need: Annotated[bool, Meta(description="Show the launcher.")] = True
    position: Annotated[
        Literal["right", "left"], Meta(description="Side of the window for launcher and panel.")
    ] = "right"
    offset_x: Annotated[Offset, Meta(description="Pixels from that side.")] = 20
    offset_y: Annotated[Offset, Meta(description="Pixels from the bottom.")] = 20
    text: Annotated[
        str, Meta(max_length=40, description="Label beside the launcher's icon; empty shows none.")
    ] = ""


class Header(_Options, frozen=True):
    is_show: Annotated[bool, Meta(description="Show the title bar.")] = True
    is_need_close: Annotated[bool, Meta(description="Show the close button.")] = True


class LinkVar(_Options, frozen=True):
    text: Annotated[Line, Meta(description="Words shown in place of {{name}}.")]
    link: Annotated[
        str,
        Meta(
            max_length=500,
            pattern=rf"^((https?://|mailto:)\S+)?{END}",
            description="Where the words lead; empty makes them plain text.",
            extra={"wanted": "an https://, http:// or mailto: address, or empty"},
        ),
    ] = ""


class Footer(_Options, frozen=True):
    is_show: Annotated[bool, Meta(description="Show the line under the composer.")] = True
    expression_text: Annotated[
        str,
        Meta(
            max_length=300,
            description="Its text; {{name}} is replaced by linkvars. "
            "Empty says that answers are made by AI.",
        ),
    ] = ""
    linkvars: Annotated[
        dict[VariableName, LinkVar],
        Meta(max_length=20, description="name → {text, link}; without link plain text."),
    ] = field(default_factory=dict)


class FeedbackTag(_Options, frozen=True):
    label: Annotated[str, Meta(min_length=1, max_length=30, description="What is offered.")]
    is_need_detail: Annotated[bool, Meta(description="Choosing it opens the text box.")] = False


class FeedbackPanel(_Options, frozen=True):
    title: Annotated[Line, Meta(description="Title of the panel after a dislike.")] = ""
    placeholder: Annotated[Line, Meta(description="Hint in its text box.")] = ""
    tags: Annotated[
        tuple[FeedbackTag, ...],
        Meta(max_length=10, description="Reasons to choose from; isNeedDetail opens the text box."),
    ] = ()


class FeedbackOptions(_Options, frozen=True):
    is_need_feedback: Annotated[
        bool,
        Meta(description="Like and dislike under answers. A page may hide them, not add them."),
    ] = False
    feedback_panel: FeedbackPanel = field(default_factory=FeedbackPanel)


class ChatBot(_Options, frozen=True):
    title: Annotated[Line, Meta(description="Title; empty shows the site's name.")] = ""
    width: Annotated[int, Meta(ge=280, le=1200, description="Panel width in pixels.")] = 460
    height: Annotated[int, Meta(ge=320, le=1600, description="Panel height in pixels.")] = 700
    uploadable: Annotated[
        bool,
        Meta(
            description="Button that adds files, where the platform takes any. "
            "A page may hide it, not add it."
        ),
    ] = True
    is_need_add_new_conversation: Annotated[
        bool, Meta(description="Button that starts a new conversation.")
    ] = True
    is_need_function_call_message: Annotated[
        bool, Meta(description="Show the steps (tools, lookups) of an answer.")
    ] = True
    is_need_reasoning: Annotated[bool, Meta(description="Show the model's thinking.")] = False
    is_need_sources: Annotated[bool, Meta(description="Show the sources of an answer.")] = True
    feedback: FeedbackOptions = field(default_factory=FeedbackOptions)


class Composer(_Options, frozen=True):
    placeholder: Annotated[Line, Meta(description="Hint in the empty composer.")] = ""


class Theme(_Options, frozen=True):
    accent: Annotated[
        Colour, Meta(description="Colour of launcher, header and buttons (#rrggbb).")
    ] = ""
    surface: Annotated[Colour, Meta(description="Background of the chat in the light scheme.")] = ""
    scheme: Annotated[
        Literal["auto", "light", "dark"], Meta(description="Light, dark, or as the device says.")
    ] = "auto"
    radius: Annotated[
        Literal["none", "small", "medium", "large"], Meta(description="Roundness of corners.")
    ] = "medium"
    density: Annotated[
        Literal["compact", "normal", "spacious"], Meta(description="Room between things.")
    ] = "normal"
    font: Annotated[
        str,
        Meta(
            max_length=200,
            pattern=rf"^[\w ,'\"-]*{END}",
            extra={"wanted": "font names separated by commas"},
            description="Font families of the visitor's device, in order; nothing is downloaded.",
        ),
    ] = ""


class Ui(_Options, frozen=True):
    base: Base = field(default_factory=Base)
    asst_btn: AsstBtn = field(default_factory=AsstBtn)
    header: Header = field(default_factory=Header)
    footer: Footer = field(default_factory=Footer)
    chat_bot: ChatBot = field(default_factory=ChatBot)
    composer: Composer = field(default_factory=Composer)
    theme: Theme = field(default_factory=Theme)


class Options(_Options, frozen=True):
    greeting: Annotated[
        str, Meta(max_length=1000, description="First words of a new conversation (Markdown).")
    ] = ""
    starters: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...],
        Meta(max_length=8, description="Questions offered in a new conversation."),
    ] = ()
    ui: Ui = field(default_factory=Ui)


def parse_options(tree: dict[str, Any]) -> Options:
    """Options from plain values (TOML, JSON); raises ``BadInput`` that names path and rule."""
    return parse(tree, Options)


def overlay(options: Options, changes: dict[str, Any]) -> Options:
    """``options`` with a page's changes laid over; unknown or wrong ones raise ``BadInput``."""
    tree = msgspec.to_builtins(options)
    _merge(tree, changes)
    return parse_options(tree)


def overlay_what_fits(options: Options, changes: dict[str, Any]) -> tuple[Options, tuple[str, ...]]:
    """``options`` with every change laid over that can be, and what is wrong with the others: a
    mistake costs a page that option and no other. After many mistakes the rest is not looked at,
    because anybody may send them and each takes a while to put into words."""
    refused: list[str] = []
    for change in _single(changes, msgspec.to_builtins(options)):
        if len(refused) == MOST_MISTAKES:
            break
        try:
            options = overlay(options, change)
        except BadInput as error:
            refused.append(str(error))
    return options, tuple(refused)


def _single(changes: dict[str, Any], tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same changes, one leaf at a time."""
    for name, value in changes.items():
        inner = tree.get(name)
        if isinstance(value, dict) and isinstance(inner, dict) and name != "linkvars":
            yield from ({name: change} for change in _single(value, inner))
        else:
            yield {name: value}


def differences(options: Options) -> dict[str, Any]:
    """Only what differs from the defaults: what is stored, and what ``overlay`` puts back."""
    return _differences(msgspec.to_builtins(options), msgspec.to_builtins(Options()))


def _differences(tree: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        default = defaults[name]
        if isinstance(value, dict) and name != "linkvars":
            value = _differences(value, default)
            default = {}
        if value != default:
            found[name] = value
    return found


def _merge(tree: dict[str, Any], changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(tree.get(name), dict) and name != "linkvars":
            _merge(tree[name], value)
        else:
            tree[name] = value


class Declared(Struct, frozen=True):
    """One leaf of the tree: its path as owners write it (``ui.theme.accent``), default and help."""

    path: str
    default: Any
    help: str
    schema: dict[str, Any]


def declared_options() -> tuple[Declared, ...]:
    """Every option there is, in the order of declaration: for the reference page and the tests."""
    schema = options_schema()
    return tuple(_leaves(schema, schema, ""))


def options_schema() -> dict[str, Any]:
    """The tree as JSON Schema with help texts: what ``/schema/options.json`` answers."""
    (reference,), parts = msgspec.json.schema_components((Options,), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chatdock options",
        **reference,
        "$defs": parts,
    }


def _leaves(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[Declared]:
    target = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if "properties" not in target:
        yield Declared(path, target.get("default"), target.get("description", ""), target)
        return
    for name, below in target["properties"].items():
        yield from _leaves(schema, below, f"{path}.{name}".strip("."))
