"""XpertAI's widgets: surfaces of another toolkit, shown to be read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.render.widgets.reading import Read, read
from widget.render.widgets.surfaces import MAX_COMPONENTS, unwrapped
from widget.render.widgets.tree import widget_html


def says(value: str) -> dict[str, Any]:
    return {"literalString": value}


def component(id_: str, kind: str, **own: Any) -> dict[str, Any]:
    return {"id": id_, "component": {kind: own}}


BOOKING = [
    {"beginRendering": {"surfaceId": "s", "root": "card"}},
    {
        "surfaceUpdate": {
            "surfaceId": "s",
            "components": [
                component("card", "Card", child="all"),
                component(
                    "all",
                    "Column",
                    children={"explicitList": ["title", "row", "list", "name", "send", "gone"]},
                ),
                component("title", "Text", text=says("Your table"), usageHint="h2"),
                component(
                    "row",
                    "Row",
                    children={"explicitList": ["icon", "where"]},
                    distribution="spaceBetween",
                ),
                component("icon", "Icon", name=says("locationOn")),
                component("where", "Text", text={"path": "/place/name"}),
                component(
                    "list",
                    "List",
                    children={"template": {"componentId": "dish", "dataBinding": "/dishes"}},
                ),
                component("dish", "Text", text={"path": "name"}, usageHint="caption"),
                component("name", "TextField", label=says("Name"), text={"path": "/guest"}),
                component("send", "Button", child="label", action={"name": "book"}),
                component("label", "Text", text=says("Book it")),
            ],
        }
    },
    {
        "dataModelUpdate": {
            "surfaceId": "s",
            "contents": [
                {"key": "guest", "valueString": "Ada"},
                {
                    "key": "dishes",
                    "valueMap": [
                        {"key": "a", "valueMap": [{"key": "name", "valueString": "Soup"}]},
                        {"key": "b", "valueMap": [{"key": "name", "valueString": "Pie"}]},
                    ],
                },
            ],
        }
    },
    {
        "dataModelUpdate": {
            "path": "/place",
            "contents": [{"key": "name", "valueString": "Harbour **West**"}],
        }
    },
]


def part(**widget: Any) -> dict[str, Any]:
    return {"type": "Widget", "category": "Tool", "widgets": [{"name": "booking", **widget}]}


def drawn(**widget: Any) -> Read:
    return read(widget_html(part(**widget)))


def flat(kind: str, **own: Any) -> Any:
    """One component, drawn alone."""
    tree = {"id": "x", "type": kind, "properties": own}
    (card,) = unwrapped(part(config={"componentTree": tree}))["children"]
    return card["children"][0]


def test_messages_are_put_together() -> None:
    html = drawn(messages=BOOKING)

    assert html.flaws == []
    assert html.text == "Your tableHarbour WestSoupPieNameAdaBook it"
    assert [one.text for one in html.tags("h3")] == ["Your table"]
    assert html.tags("strong")[0].text == "West"


def test_nothing_can_be_set_off() -> None:
    html = drawn(messages=BOOKING)

    assert html.tags("form") == []
    assert html.button("Book it").attributes == {
        "class": "w-button w-t-secondary w-outline",
        "type": "button",
        "disabled": "",
    }


def test_surface_that_was_put_together_before_is_shown() -> None:
    text = {"id": "t", "type": "Text", "properties": {"text": says("Hello")}}
    row = {"id": "r", "type": "Row", "properties": {"children": [text, text]}}

    assert drawn(config={"componentTree": row}).text == "HelloHello"


def test_components_of_a_config_are_put_together() -> None:
    components = {"t": component("t", "Text", text=says("Hello"))}

    assert drawn(config={"rootComponentId": "t", "components": components}).text == "Hello"


@pytest.mark.parametrize(
    ("kind", "own", "tree"),
    [
        ("Text", {"text": says("x"), "usageHint": "h1"}, ("Title", {"value": "x", "size": "2xl"})),
        ("Text", {"text": "x", "usageHint": "caption"}, ("Caption", {"value": "x"})),
        ("Text", {"text": says("x"), "usageHint": ["h1"]}, ("Markdown", {"value": "x"})),
        ("Text", {"text": {"path": "/none", **says("else")}}, ("Markdown", {"value": "else"})),
        ("Text", {"text": {}}, ("Markdown", {"value": ""})),
        ("Image", {"url": says("u"), "altText": says("a")}, ("Image", {"src": "u", "alt": "a"})),
        ("Video", {"url": says("u")}, ("Image", {"src": "u", "alt": None})),
        ("Icon", {"name": says("call")}, ("Icon", {"name": "phone"})),
        ("Icon", {"name": says("mail")}, ("Icon", {"name": "mail"})),
        ("Divider", {}, ("Divider", {})),
        ("Button", {}, ("Button", {"label": "", "disabled": True})),
    ],
)
def test_component(kind: str, own: dict[str, Any], tree: tuple[str, dict[str, Any]]) -> None:
    assert flat(kind, **own) == {"type": tree[0], **tree[1]}


def test_button_is_called_by_all_the_words_in_it() -> None:
    def node(kind: str, **own: Any) -> dict[str, Any]:
        return {"type": kind, "properties": own}

    row = node("Row", children=[node("Icon", name="mail"), node("Text", text="Send it")])

    assert flat("Button", child=row)["label"] == "Send it"


OPTIONS = [{"label": says("Small"), "value": "s"}, {"label": says("Large"), "value": "l"}]


@pytest.mark.parametrize(
    ("kind", "own", "said"),
    [
        ("CheckBox", {"value": {"literalBoolean": True}}, "✓"),
        ("CheckBox", {"value": {"literalBoolean": False}}, "–"),
        ("DateTimeInput", {"value": says("2026-11-20")}, "2026-11-20"),
        ("Slider", {"value": {"literalNumber": 4}}, "4"),
        (
            "MultipleChoice",
            {"selections": {"literalArray": ["s", "x"]}, "options": OPTIONS},
            "Small, x",
        ),
        ("MultipleChoice", {"options": OPTIONS}, ""),
    ],
)
def test_field_tells_what_is_filled_in(kind: str, own: dict[str, Any], said: str) -> None:
    label, value = flat(kind, label=says("Size"), **own)["children"]

    assert (label["value"], value["value"]) == ("Size", said)


def test_rows_lie_and_cards_in_cards_are_boxes() -> None:
    text = {"type": "Text", "properties": {"text": "x"}}
    inner = {"type": "Card", "properties": {"child": text}}

    assert flat("List", direction="horizontal", children=[inner])["type"] == "Row"
    assert flat("Column", children=[inner])["children"][0]["border"] == 1


def test_tabs_stand_under_their_titles_and_windows_are_open() -> None:
    def text(words: str) -> dict[str, Any]:
        return {"type": "Text", "properties": {"text": words}}

    tabs = {
        "type": "Tabs",
        "properties": {"tabItems": [{"title": says("One"), "child": text("first")}]},
    }
    modal = {
        "type": "Modal",
        "properties": {"entryPointChild": tabs, "contentChild": text("inside")},
    }

    assert drawn(config={"componentTree": modal}).text == "Onefirstinside"


def test_paths_lead_through_lists() -> None:
    data = {"rows": [{"n": "a"}, {"n": "b"}]}
    template = {"template": {"componentId": "t", "dataBinding": "/rows"}}
    components = [
        component("l", "List", children=template),
        component("t", "Row", children={"explicitList": ["n", "all", "far"]}),
        component("n", "Text", text={"path": "n"}),
        component("all", "Text", text={"path": "./n"}),
        component("far", "Text", text={"path": "/rows/7/n"}),
    ]
    config = {"rootComponentId": "l", "components": components, "dataModel": data}

    assert drawn(config=config).text == "aabb"


def test_path_of_a_dot_is_the_place_itself() -> None:
    template = {"template": {"componentId": "t", "dataBinding": "/rows"}}
    components = [
        component("l", "List", children=template),
        component("t", "Text", text={"path": "."}),
    ]
    config = {"rootComponentId": "l", "components": components, "dataModel": {"rows": ["a", "b"]}}

    assert drawn(config=config).text == "ab"


def test_widget_that_shows_nothing_is_told_by_its_name() -> None:
    shapes: list[dict[str, Any]] = [
        *({}, {"config": 7}, {"messages": [7, {}]}, {"config": {"componentTree": {}}}),
    ]
    for widget in shapes:
        assert drawn(**widget).text == "booking"


def test_surface_that_holds_itself_ends() -> None:
    twice = {"explicitList": ["a", "a"]}
    components = [component("a", "Column", children=twice)]
    tree = unwrapped(part(config={"rootComponentId": "a", "components": components}))

    assert str(tree).count("'Col'") <= MAX_COMPONENTS


@pytest.mark.parametrize(
    "update",
    [
        {"path": "/guest/deeper/still", "contents": [{"key": "x", "valueString": "y"}]},
        {"path": "/" * 9_999, "contents": [{"key": 7}]},
        {"contents": {"key": "x"}},
        {"contents": [{"key": "x", "valueMap": 7}]},
    ],
)
def test_broken_data_is_left_out(update: dict[str, Any]) -> None:
    html = drawn(messages=[*BOOKING, {"dataModelUpdate": update}])

    assert html.text == "Your tableHarbour WestSoupPieNameAdaBook it"


def test_widget_that_cannot_be_drawn_is_told_by_its_words() -> None:
    config: dict[str, object] = {
        "title": "Order A7",
        "components": [{"id": "b", "component": {"Button": {"label": "Track", "n": 1}}}],
    }

    html = widget_html({"type": "Widget", "widgets": [{"name": "OrderCard", "config": config}]})

    assert [text for text in ("Order A7", "Track", "OrderCard") if text in html] == [
        "Order A7",
        "Track",
    ]


def test_words_too_deep_to_be_found_are_left() -> None:
    config: dict[str, object] = {"text": "far down"}
    for _ in range(50):
        config = {"child": config}

    html = widget_html({"type": "Widget", "widgets": [{"name": "Deep", "config": config}]})

    assert "far down" not in html
    assert "Deep" in html
