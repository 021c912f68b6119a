"""Only what the stored tree holds can be set off, with the fields that belong to it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.render.widgets.trees import GALLERY, MAIL, ORDER, SHOPS, TASK, Tree, action, button
from widget.domain.errors import BadInput
from widget.domain.inputs import Choice, Field, FieldKind, Form
from widget.render.widgets.actions import (
    WidgetAction,
    checked_values,
    find_action,
    merged,
    posted,
)
from widget.render.widgets.fields import WidgetField
from widget.render.widgets.tree import widget_html

CONTROL = re.compile(r'(?:name="action" value|data-change)="([^"]*)"')


def found(tree: Tree, control: str) -> WidgetAction:
    action = find_action(tree, control)
    assert action is not None
    return action


def names(action: WidgetAction) -> list[str]:
    return [field.name for field in action.fields]


def with_action(**config: Any) -> Tree:
    return {"type": "Card", "children": [button("Go", onClickAction={"type": "go", **config})]}


@pytest.mark.parametrize("name", GALLERY)
def test_every_control_in_the_html_is_found_in_the_tree(name: str) -> None:
    controls = CONTROL.findall(widget_html(GALLERY[name]))

    assert [control for control in controls if find_action(GALLERY[name], control) is None] == []


def test_action_is_the_trees_own() -> None:
    assert found(SHOPS, "1.onClickAction") == WidgetAction(
        type="shop.open", payload={"shop": "Harbour"}, loading="self"
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, ("server", "self", True)),
        ({"handler": "client"}, ("client", "self", True)),
        ({"handler": "root"}, ("server", "self", True)),
        ({"streaming": False}, ("server", "self", False)),
        ({"loadingBehavior": "auto"}, ("server", "self", True)),
        ({"loadingBehavior": "none"}, ("server", "none", True)),
        ({"loadingBehavior": "container"}, ("server", "container", True)),
    ],
)
def test_settings_of_an_action_have_their_defaults(
    given: dict[str, Any], meant: tuple[str, str, bool]
) -> None:
    action = found(with_action(**given), "0.onClickAction")

    assert (action.handler, action.loading, action.is_streaming) == meant


def test_what_is_busy_by_itself_depends_on_the_control() -> None:
    assert found(ORDER, "confirm").loading == "container"
    assert found(ORDER, "cancel").loading == "self"
    assert found(TASK, "10.onChangeAction").loading == "none"


@pytest.mark.parametrize(
    "control",
    [
        "",
        "confirm.action",
        "0.onClickAction",
        "99.onClickAction",
        "2.onClickAction",
        "onClickAction",
        "children",
        "1.payload",
        "1.onSubmitAction",
        "1.onClickAction.payload",
        "-1.onClickAction",
        "1..onClickAction",
        "𝟙.onClickAction",
        "." * 5_000,
    ],
)
def test_nothing_else_is_found(control: str) -> None:
    assert find_action(ORDER, control) is None


@pytest.mark.parametrize(
    "config", [None, "go", [], {}, {"type": ""}, {"type": 0.5j}, {"type": ["go"]}, {"payload": {}}]
)
def test_broken_action_is_none(config: Any) -> None:
    tree = {"type": "Card", "children": [{"type": "Button", "onClickAction": config}]}

    assert find_action(tree, "0.onClickAction") is None


def test_what_is_switched_off_cannot_be_set_off() -> None:
    off = {"type": "Card", "children": [button("x", disabled=True, onClickAction=action("x"))]}

    assert find_action(off, "0.onClickAction") is None


@pytest.mark.parametrize("payload", [None, [], "text", 7])
def test_payload_that_is_no_object_is_empty(payload: Any) -> None:
    assert found(with_action(payload=payload), "0.onClickAction").payload == {}


# Fields


def test_fields_of_the_form_go_along() -> None:
    assert names(found(TASK, "confirm")) == [
        *("todo.title", "todo.details", "hours", "due", "owner", "urgency", "notify")
    ]
    assert names(found(MAIL, "0.onSubmitAction")) == ["subject", "body"]
    assert names(found(MAIL, "0.3.1.onClickAction")) == ["subject", "body"]


def test_fields_do_not_go_with_actions_outside_of_their_form() -> None:
    assert names(found(MAIL, "1.onClickAction")) == []


def test_field_outside_of_forms_goes_with_its_own_action_only() -> None:
    tree = {
        "type": "Card",
        "children": [
            {"type": "Checkbox", "name": "one", "onChangeAction": action("one")},
            {"type": "Checkbox", "name": "two", "onChangeAction": action("two")},
            button("x", onClickAction=action("x")),
        ],
    }

    assert names(found(tree, "0.onChangeAction")) == ["one"]
    assert names(found(tree, "1.onChangeAction")) == ["two"]
    assert names(found(tree, "2.onClickAction")) == []


def test_form_in_a_form_shares_its_fields_and_keeps_its_action() -> None:
    inner = {
        "type": "Form",
        "onSubmitAction": action("inner"),
        "children": [{"type": "Input", "name": "b"}],
    }
    tree = {
        "type": "Card",
        "asForm": True,
        "confirm": {"label": "OK", "action": action("outer")},
        "children": [{"type": "Input", "name": "a"}, inner],
    }

    assert names(found(tree, "1.onSubmitAction")) == ["a", "b"]
    assert found(tree, "1.onSubmitAction").type == "inner"
    assert names(found(tree, "confirm")) == ["a", "b"]


def test_posted_fields_are_told_from_what_else_is_posted() -> None:
    pairs = [("token", "t"), ("f.tag", "a"), ("action", "x"), ("f.tag", "b"), ("f.token", "mine")]

    assert posted(pairs) == {"tag": ("a", "b"), "token": ("mine",)}


def test_values_are_merged_by_name_and_kind() -> None:
    values = {
        "todo.title": ["Write"],
        "todo.details": [""],
        "hours": ["1.5"],
        "due": ["2026-11-20"],
        "owner": ["bob"],
        "urgency": ["high"],
        "notify": ["true"],
    }
    confirm = found(TASK, "confirm")

    assert merged(confirm.payload, values, confirm.fields) == {
        "id": 7,
        "todo": {"by": "me", "title": "Write", "details": ""},
        "hours": 1.5,
        "due": "2026-11-20T00:00:00.000Z",
        "owner": "bob",
        "urgency": "high",
        "notify": True,
    }


def test_payload_wins_a_clash_and_stays_as_it_is() -> None:
    fields = [
        WidgetField(name, "text", "0", "") for name in ("id", "todo", "todo.by", "id.more", "new")
    ]
    payload = {"id": 7, "todo": {"by": "me"}}
    values = {name: ["x"] for name in ("id", "todo", "todo.by", "id.more", "new")}

    assert merged(payload, values, fields) == {"id": 7, "todo": {"by": "me"}, "new": "x"}
    assert payload == {"id": 7, "todo": {"by": "me"}}


def test_unposted_fields_are_false_or_empty_or_left_out() -> None:
    confirm = found(TASK, "confirm")

    assert merged({}, {}, confirm.fields) == {
        "todo": {"title": "", "details": ""},
        "notify": False,
    }


def test_lines_of_a_posted_text_end_as_they_were_written() -> None:
    field = WidgetField("t", "text", "0", "")

    assert merged({}, {"t": ["one\r\ntwo"]}, [field]) == {"t": "one\ntwo"}


def test_what_is_no_field_of_the_tree_is_not_merged() -> None:
    assert merged({"a": 1}, {"b": ["x"], "a": ["y"]}) == {"a": 1}


@pytest.mark.parametrize(
    ("posted_text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        (" 007 ", 7),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", None),
        ("1e9999", None),
        ("", None),
        ("seven", None),
        ("NaN", None),
        ("Infinity", None),
        ("٣", None),
        ("1_000", None),
        ("9" * 41, None),
    ],
)
def test_number_is_a_number_or_left_out(posted_text: str, value: float | None) -> None:
    field = WidgetField("n", "number", "0", "")

    assert merged({}, {"n": [posted_text]}, [field]).get("n") == value


@pytest.mark.parametrize("value", ["", "eve", "mallory"])
def test_choice_that_was_not_offered_is_left_out(value: str) -> None:
    confirm = found(TASK, "confirm")

    assert "owner" not in merged({}, {"owner": [value]}, confirm.fields)


@pytest.mark.parametrize("value", ["", "tomorrow", "2026-11-20T00:00", "2026-11-20\n"])
def test_date_that_is_no_day_is_left_out(value: str) -> None:
    field = WidgetField("d", "date", "0", "")

    assert merged({}, {"d": [value]}, [field]) == {}


@pytest.mark.parametrize(
    "name", ["__proto__.x", "a.constructor", "a..b", ".a", ".".join("abcdefghi")]
)
def test_name_that_would_hurt_a_platform_is_left_out(name: str) -> None:
    assert merged({}, {name: ["x"]}, [WidgetField(name, "text", "0", "")]) == {}


# Answers to input requests


def asked(kind: FieldKind, **more: Any) -> Form:
    choices = (Choice("a", "A"), Choice("b", "B"))
    return Form(fields=(Field("f", "Size", kind, choices, **more),))


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", ["hello"], ("hello",)),
        ("paragraph", ["one\r\ntwo"], ("one\ntwo",)),
        ("number", [" 12.5 "], ("12.5",)),
        ("choice", ["a"], ("a",)),
        ("choices", ["b", "a", "b"], ("b", "a")),
        ("file", ["att_1"], ("att_1",)),
        ("files", ["att_1", "att_2"], ("att_1", "att_2")),
    ],
)
def test_good_answers_are_kept(kind: FieldKind, given: list[str], kept: tuple[str, ...]) -> None:
    assert checked_values(asked(kind), {"f": given, "unknown": ["x"]}) == {"f": kept}


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("text", [], '"Size" needs an answer'),
        ("text", ["  "], '"Size" needs an answer'),
        ("text", ["x" * 2_001], '"Size" takes at most 2000 characters'),
        ("paragraph", ["x" * 8_001], '"Size" takes at most 8000 characters'),
        ("text", ["a", "b"], '"Size" takes one answer, not 2'),
        ("number", ["many"], '"Size" takes a number'),
        ("choice", ["c"], "\"Size\" does not offer 'c'"),
        ("choices", ["a", "c"], "\"Size\" does not offer 'c'"),
        ("files", ["x"] * 21, '"Size" takes at most 20 files'),
    ],
)
def test_bad_answers_name_the_field(kind: FieldKind, given: list[str], words: str) -> None:
    with pytest.raises(BadInput) as raised:
        checked_values(asked(kind), {"f": given})

    assert str(raised.value) == words


def test_field_that_may_stay_empty_is_left_out() -> None:
    assert checked_values(asked("text", is_required=False), {"f": [""]}) == {}


def test_field_without_a_label_is_named_by_its_id() -> None:
    with pytest.raises(BadInput, match='"f" needs an answer'):
        checked_values(Form(fields=(Field("f", ""),)), {})
