"""A platform's looks in our own classes: every class has its rule, and no rule is left over."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.render.widgets.every import every_look
from tests.render.widgets.trees import GALLERY
from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Action, Choice, Field, Form
from widget.paths import STATIC
from widget.render.widgets import looks
from widget.render.widgets.form import form_html
from widget.render.widgets.tree import widget_html

SHEET = (STATIC / "css" / "widgets.css").read_text(encoding="utf-8")
CLASS = re.compile(r"\.(w-[a-z0-9-]+)")
# The usual look needs no rule.
BARE = {"w-items", "w-size-md", "w-transition"}


def names(html: str) -> set[str]:
    found = re.findall(r'class="([^"]*)"', html)
    return {name for value in found for name in value.split() if name.startswith("w-")}


def given() -> set[str]:
    form = Form(
        text="x",
        fields=(
            Field("a", "A", "choice", (Choice("a", "A", "b"),), is_required=False, help="h"),
            Field("b", "B"),
        ),
        actions=(Action("a", "A", "primary"), Action("b", "B"), Action("c", "C", "danger")),
        may_skip=True,
    )
    parts = [
        InputRequestPart("p", form),
        InputRequestPart("p", form, "answered", "a", {"a": ("a",), "b": ("x",)}),
    ]
    return set().union(
        *(names(widget_html(tree)) for tree in GALLERY.values()),
        *(names(widget_html(tree, allowed_image_hosts=["our.example"])) for tree in every_look()),
        *(names(form_html(part)) for part in parts),
    )


def test_every_class_has_a_rule() -> None:
    assert given() - set(CLASS.findall(SHEET)) == BARE


def test_every_rule_has_a_class() -> None:
    assert set(CLASS.findall(SHEET)) - given() == set()


def test_sheet_holds_no_colour_of_its_own() -> None:
    """Roles only: what a site chose, moved until it can be read."""
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", SHEET) == []


@pytest.mark.parametrize(
    ("colour", "tone"),
    [
        ("danger", "danger"),
        ("red-100", "danger"),
        ("#f00", "danger"),
        ("#ff0000ff", "danger"),
        ("rgb(220, 20, 60)", "danger"),
        ("rgba(0 128 0 / 50%)", "success"),
        ("#FFA500", "warning"),
        ("#1d63d6", "info"),
        ("#8a3ffc", "discovery"),
        ("pink", "discovery"),
        ("gray-500", "muted"),
        ("#888", "muted"),
        ("#000", ""),
        ("#ffffff", ""),
        ("primary", ""),
        ("emphasis", ""),
        ({"light": "#f00", "dark": "#0f0"}, "danger"),
        ({"dark": "#0f0"}, ""),
        ("url(https://evil.example)", ""),
        ("var(--x)", ""),
        ("red" * 100, ""),
        (7, ""),
        (None, ""),
    ],
)
def test_colour_goes_to_the_nearest_tone(colour: Any, tone: str) -> None:
    assert looks.tone_of(colour) == tone


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "w-g-0"),
        (2, "w-g-8"),
        (2.4, "w-g-8"),
        ("10px", "w-g-8"),
        ("1rem", "w-g-16"),
        ("2em", "w-g-32"),
        ("3", "w-g-12"),
        (1e9, "w-g-48"),
        (-5, "w-g-0"),
        ("calc(1px)", ""),
        ("10vh", ""),
        (True, ""),
        (None, ""),
        ({"x": 1}, ""),
    ],
)
def test_length_goes_to_the_nearest_step(value: Any, name: str) -> None:
    assert looks.space("w-g", value) == name


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (2, "w-p-8"),
        ({"x": 2}, "w-px-8"),
        ({"y": 2}, "w-pt-8 w-pb-8"),
        ({"top": 1, "y": 2}, "w-pt-4 w-pb-8"),
        ({"left": 3}, "w-px-12"),
        ({}, ""),
    ],
)
def test_padding_by_sides(value: Any, names: str) -> None:
    assert looks.padding(value) == names


@pytest.mark.parametrize(
    ("value", "grows"), [(1, True), ("1", True), ("auto", True), (0, False), ("0 1", False)]
)
def test_flex_grows_or_not(value: Any, grows: bool) -> None:
    assert ("w-grow" in looks.block({"flex": value})) is grows
