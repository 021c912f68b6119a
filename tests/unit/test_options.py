from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from widget.domain.errors import BadInput
from widget.domain.options import (
    MOST_MISTAKES,
    Options,
    declared_options,
    differences,
    options_schema,
    overlay,
    overlay_what_fits,
    parse_options,
)


def at(path: str, value: Any) -> dict[str, Any]:
    """``at("ui.theme", 1)`` is ``{"ui": {"theme": 1}}``."""
    for name in reversed(path.split(".")):
        value = {name: value}
    tree: dict[str, Any] = value
    return tree


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("starter", [], "starter: is unknown; did you mean starters?"),
        ("ui.theme.acent", "#fff", "ui.theme.acent: is unknown; did you mean accent?"),
        ("ui.theme.accent", "red", "ui.theme.accent: must be a colour such as #3157e0, or empty"),
        (
            "ui.theme.accent",
            "#fff\n",
            "ui.theme.accent: must be a colour such as #3157e0, or empty",
        ),
        ("ui.theme.scheme", "x", "ui.theme.scheme: must be one of 'auto', 'dark', 'light'"),
        ("ui.theme.font", "a;b", "ui.theme.font: must be font names separated by commas"),
        ("ui.asstBtn.offsetX", "5", "ui.asstBtn.offsetX: must be a whole number, not text"),
        ("ui.asstBtn.offsetX", 401, "ui.asstBtn.offsetX: must be a whole number <= 400"),
        ("ui.asstBtn.isNeed", 1, "ui.asstBtn.isNeed: must be true or false, not a whole number"),
        ("ui", 3, "ui: must be a table, not a whole number"),
        ("greeting", "x" * 1001, "greeting: must be text of length <= 1000"),
        ("greeting", None, "greeting: must be text, not nothing"),
        ("starters", ["a"] * 9, "starters: must be a list of length <= 8"),
        (
            "ui.footer.linkvars.terms",
            {"text": "Terms", "link": "javascript:alert(1)"},
            "ui.footer.linkvars[...].link: must be an https://, http://, mailto: or tel: address,"
            " or empty",
        ),
        ("ui.footer.linkvars.terms", {}, "ui.footer.linkvars[...].text: is missing"),
        (
            "ui.footer.linkvars.a b",
            {"text": "x"},
            "ui.footer.linkvars: a name in it must be one word of letters, digits and _",
        ),
        (
            "ui.chatBot.feedback.feedbackPanel.tags",
            [{"label": "ok"}, {"label": ""}],
            "ui.chatBot.feedback.feedbackPanel.tags[1].label: must be text of length >= 1",
        ),
    ],
)
def test_a_wrong_option_is_named_with_path_and_rule(path: str, value: object, fault: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_options(at(path, value))

    assert str(caught.value) == fault


def test_a_fault_never_repeats_the_value() -> None:
    with pytest.raises(BadInput) as caught:
        parse_options(at("ui.theme.accent", "sk-secret"))

    assert "sk-secret" not in str(caught.value)


def test_what_differs_from_the_defaults_makes_the_options_again() -> None:
    tree = {
        "starters": ["a"],
        "ui": {
            "footer": {"linkvars": {"terms": {"text": "Terms", "link": "https://a.example"}}},
            "chatBot": {"feedback": {"feedbackPanel": {"tags": [{"label": "Wrong"}]}}},
        },
    }
    options = parse_options(tree)

    assert overlay(Options(), differences(options)) == options
    assert differences(Options()) == {}
    assert differences(overlay(options, at("starters", []))) == {"ui": differences(options)["ui"]}


def test_overlay_leaves_what_it_does_not_name_and_its_base_alone() -> None:
    base = parse_options({"greeting": "hi", "ui": {"theme": {"accent": "#123456"}}})

    changed = overlay(base, at("ui.theme.radius", "none"))

    assert changed.greeting == "hi"
    assert (changed.ui.theme.accent, changed.ui.theme.radius) == ("#123456", "none")
    assert base.ui.theme.radius == "medium"


def test_link_variables_are_replaced_as_one() -> None:
    base = parse_options(at("ui.footer.linkvars", {"a": {"text": "A"}}))

    changed = overlay(base, at("ui.footer.linkvars", {"b": {"text": "B"}}))

    assert list(changed.ui.footer.linkvars) == ["b"]


def test_every_declared_option_has_a_default_that_is_the_models_and_a_help_text() -> None:
    defaults = json.loads(msgspec.json.encode(Options()))
    for one in declared_options():
        value: Any = defaults
        for name in one.path.split("."):
            value = value[name]
        assert json.loads(msgspec.json.encode(one.default)) == value, one.path
        assert re.search(r"\w.*\.$", one.help), one.path


def test_declared_paths_are_the_trees_leaves() -> None:
    paths = [one.path for one in declared_options()]

    assert len(paths) == len(set(paths))
    assert "ui.chatBot.feedback.feedbackPanel.tags" in paths
    assert "ui.footer.linkvars" in paths
    assert not [path for path in paths if any(other.startswith(f"{path}.") for other in paths)]


def test_the_schema_is_json_and_closed() -> None:
    schema = json.loads(json.dumps(options_schema()))

    assert schema["$ref"] == "#/$defs/Options"
    models = [one for one in schema["$defs"].values() if one["type"] == "object"]
    assert all(one["additionalProperties"] is False for one in models)
    leaves = [one for model in models for one in model["properties"].values() if "$ref" not in one]
    assert [one for one in leaves if not one.get("description", "").endswith(".")] == []
    assert schema["$defs"]["Theme"]["properties"]["accent"]["description"].startswith("Colour")


def test_mistake_of_a_page_costs_it_that_option_and_no_other() -> None:
    footer = {"linkvars": {"help": {"text": "Help"}}}
    changes = {
        "ui": {
            "theme": {"accent": "red", "radius": "large"},
            "base": {"lang": "en", "size": 2},
            "footer": footer,
            "header": 3,
        }
    }

    options, refused = overlay_what_fits(Options(), changes)

    fitting = {"theme": {"radius": "large"}, "base": {"lang": "en"}, "footer": footer}
    assert options == parse_options({"ui": fitting})
    assert [line.partition(":")[0] for line in refused] == [
        "ui.theme.accent",
        "ui.base.size",
        "ui.header",
    ]


def test_page_with_many_mistakes_is_not_read_to_its_end() -> None:
    mistakes = {f"no_option_{number}": 1 for number in range(MOST_MISTAKES)}
    theme = {"theme": {"radius": "large"}}

    assert overlay_what_fits(Options(), {"ui": {**mistakes, **theme}})[0] == Options()
    some = dict(list(mistakes.items())[1:])
    assert overlay_what_fits(Options(), {"ui": {**some, **theme}})[0] == parse_options(
        {"ui": theme}
    )
