"""Widgets as HTML: what each component becomes, and what broken trees come to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.render.widgets.reading import Read, read
from tests.render.widgets.trees import GALLERY, MAIL, ORDER, SHOPS, TASK, Tree, action, button, text
from widget.render.widgets.actions import find_action, merged
from widget.render.widgets.nodes import MAX_DEPTH, MAX_NODES, grown
from widget.render.widgets.tree import widget_html


def drawn(tree: Any, **options: Any) -> Read:
    return read(widget_html(tree, **options))


def card(*children: Any, **more: Any) -> Tree:
    return {"type": "Card", "children": list(children), **more}


# Structure


@pytest.mark.parametrize("name", GALLERY)
def test_widget_is_well_formed(name: str) -> None:
    html = drawn(GALLERY[name])

    assert html.flaws == []
    assert html.duplicates("id") == []


@pytest.mark.parametrize("name", GALLERY)
def test_every_label_leads_to_a_field(name: str) -> None:
    html = drawn(GALLERY[name])
    ids = set(html.values("id"))

    for attribute in ("for", "form", "aria-labelledby", "aria-describedby"):
        assert set(html.values(attribute)) - ids == set()


@pytest.mark.parametrize("name", GALLERY)
def test_every_control_has_a_name(name: str) -> None:
    assert drawn(GALLERY[name]).nameless() == []


@pytest.mark.parametrize("name", GALLERY)
def test_fields_never_clash_with_what_the_form_carries(name: str) -> None:
    names = drawn(GALLERY[name]).values("name")

    assert {name for name in names if not name.startswith("f.")} <= {"token", "action"}


def test_card_without_controls_has_no_form() -> None:
    assert drawn(card(text("x"))).tags("form") == []


def test_widget_outside_of_forms_is_one_form() -> None:
    html = drawn(ORDER)

    (form,) = html.tags("form")
    assert form.attributes["method"] == "post"
    assert {button.form for button in html.tags("button")} == {form.attributes["id"]}


def test_form_in_a_card_keeps_its_controls_apart() -> None:
    html = drawn(MAIL)
    outer, inner = (form.attributes["id"] for form in html.tags("form"))
    send, again = html.button("Send"), html.button("Start again")

    assert (send.form, again.form) == (inner, outer)
    assert (send.attributes["value"], again.attributes["value"]) == (
        "0.onSubmitAction",
        "1.onClickAction",
    )


def test_nested_forms_are_one() -> None:
    inner = {"type": "Form", "onSubmitAction": action("b"), "children": [button("B", submit=True)]}
    html = drawn(card(inner, asForm=True, confirm={"label": "A", "action": action("a")}))

    assert len(html.tags("form")) == 1
    assert html.button("B").attributes["value"] == "0.onSubmitAction"
    assert html.button("A").attributes["value"] == "confirm"


def test_enter_sets_off_what_sends_the_form_or_nothing() -> None:
    first = [read_form(tree) for tree in (TASK, ORDER)]

    assert [button.get("value") for button in first] == ["confirm", None]
    assert "disabled" in first[1]


def read_form(tree: Tree) -> dict[str, str]:
    return drawn(tree).tags("button")[0].attributes


def test_only_what_sends_a_form_checks_its_fields() -> None:
    html = drawn(TASK)

    assert "formnovalidate" not in html.button("Save").attributes
    assert "formnovalidate" in html.button("Discard").attributes


def test_form_without_a_submit_button_gets_ours() -> None:
    form = {"type": "Form", "onSubmitAction": action("a"), "children": []}

    assert drawn(form).button("frame.form.submit").attributes["value"] == "onSubmitAction"


def test_form_that_does_nothing_gets_none() -> None:
    assert len(drawn({"type": "Form", "children": []}).tags("button")) == 1


def test_button_that_does_nothing_is_switched_off() -> None:
    button_ = drawn(card(button("Idle"))).button("Idle")

    assert (button_.attributes["type"], "disabled" in button_.attributes) == ("button", True)


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"label": "Rate", "iconStart": "star"}, "Rate"),
        ({"iconStart": "star-filled"}, "star filled"),
        ({"iconStart": "vendor:acme", "iconEnd": "lucide:plus"}, "plus"),
        ({"iconStart": "rocket"}, "frame.form.submit"),
        ({}, "frame.form.submit"),
    ],
)
def test_button_without_a_label_is_called_by_its_icon(own: Tree, name: str) -> None:
    html = drawn({"type": "Button", "onClickAction": action("go"), **own})

    assert html.button(name).attributes["value"] == "onClickAction"


def test_client_actions_are_marked() -> None:
    assert drawn(MAIL).button("Start again").attributes["data-handler"] == "client"


def test_change_of_a_choice_is_told_to_scripts_and_has_a_button_without() -> None:
    html = drawn(TASK)
    (select,) = html.tags("select")

    assert select.attributes["data-change"] == "10.onChangeAction"
    assert html.button("frame.form.apply").attributes["value"] == "10.onChangeAction"


# Components


def test_card_ends_in_its_buttons() -> None:
    html = drawn(ORDER)

    assert [html.button(name).attributes["value"] for name in ("Not now", "Track it")] == [
        "cancel",
        "confirm",
    ]


def test_ending_without_a_label_has_ours_and_without_an_action_is_left_out() -> None:
    html = drawn(card(confirm={"action": action("a")}, cancel={"label": "Never"}))

    assert html.button("frame.form.confirm").attributes["value"] == "confirm"
    assert "Never" not in html.text


def test_collapsed_card_is_folded_under_its_status() -> None:
    html = drawn(GALLERY["folded"])

    assert html.tags("details")[0].attributes["class"].startswith("w-card")
    assert html.tags("summary")[0].text == "Done"
    assert drawn(card(collapsed=True)).tags("summary")[0].text == "frame.widget.details"


@pytest.mark.parametrize(
    ("limit", "first"), [(2, 2), (1, 1), (0, 1), (-5, 1), (99, 3), ("auto", 3), (None, 3)]
)
def test_list_shows_its_first_items_and_folds_the_rest(limit: Any, first: int) -> None:
    html = drawn({**SHOPS, "limit": limit})
    lists = [one.text.count("Call") for one in html.tags("ul")]

    assert lists == ([first, 3 - first] if first < 3 else [3])


def test_item_of_a_list_is_pressed_as_a_whole_and_named_by_its_content() -> None:
    html = drawn(SHOPS)
    cover = next(b for b in html.tags("button") if b.attributes.get("class") == "w-cover")

    assert cover.attributes["value"] == "0.onClickAction"
    assert "Old Town" in html.by_id(cover.attributes["aria-labelledby"]).text


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (text("a <b>&\"'"), '<p class="w-text w-text-md">a &lt;b&gt;&amp;"\'</p>'),
        (text("x", size="xl", weight="bold"), '<p class="w-text w-text-xl w-weight-bold">x</p>'),
        (text("x", size="huge", weight=700), '<p class="w-text w-text-md">x</p>'),
        (text("x", color="red-500"), '<p class="w-text w-text-md w-c-danger">x</p>'),
        (text("x", truncate=True), '<p class="w-text w-text-md w-truncate" title="x">x</p>'),
        (
            text("x", maxLines=99),
            '<p class="w-text w-text-md w-lines w-lines-10" title="x">x</p>',
        ),
        (text("x", editable=False), '<p class="w-text w-text-md">x</p>'),
        ({"type": "Title", "value": "x"}, '<h3 class="w-title w-title-md">x</h3>'),
        ({"type": "Caption", "value": 7}, '<p class="w-caption w-caption-md">7</p>'),
        (
            {"type": "Badge", "label": "x", "color": "danger", "variant": "solid", "pill": True},
            '<span class="w-badge w-t-danger w-solid w-badge-sm w-pill">x</span>',
        ),
        ({"type": "Divider", "flush": True}, '<hr class="w-divider w-flush">'),
        (
            {"type": "Divider", "size": 3, "spacing": 2},
            '<hr class="w-divider w-thick w-mt-8 w-mb-8">',
        ),
        ({"type": "Spacer"}, '<div class="w-spacer"></div>'),
        ({"type": "Spacer", "minSize": 4}, '<div class="w-spacer w-p-16"></div>'),
        ({"type": "Icon", "name": "rocket"}, ""),
        ({"type": "Icon", "name": "vendor:acme"}, ""),
        ({"type": "Icon", "name": 7}, ""),
        (
            {"type": "Icon", "name": "lucide:plus", "size": "lg", "color": "success"},
            '<svg class="w-icon w-icon-lg w-c-success" viewBox="0 0 24 24" aria-hidden="true">'
            '<path d="M12 5v14M5 12h14"></path></svg>',
        ),
        (
            {
                "type": "Box",
                "gap": 3,
                "padding": {"x": 2, "y": "16px"},
                "background": "surface-secondary",
            },
            '<div class="w-col w-g-12 w-px-8 w-pt-16 w-pb-16 w-bg-muted"></div>',
        ),
        ({"type": "Box", "direction": "row"}, '<div class="w-row"></div>'),
        (
            {"type": "Row", "justify": "between", "wrap": "wrap", "border": 1},
            '<div class="w-row w-align-center w-justify-between w-wrap w-border"></div>',
        ),
        (
            {"type": "Col", "border": {"top": 1, "x": {"size": 2}, "bottom": 0}, "flex": "1 1 0"},
            '<div class="w-col w-border-t w-border-s w-border-e w-grow"></div>',
        ),
        (
            {
                "type": "Col",
                "width": "50%",
                "height": 100,
                "maxWidth": 9e9,
                "radius": "full",
                "margin": 2,
            },
            '<div class="w-col w-w-half w-h-96 w-mw-400 w-mt-8 w-mb-8 w-r-full"></div>',
        ),
        ({"type": "Transition", "children": text("x")}, None),
        ({"type": "Hologram", "children": [text("x")]}, '<p class="w-text w-text-md">x</p>'),
        ({"children": ["x"]}, '<p class="w-text w-text-md">x</p>'),
        ({"type": "Input"}, ""),
        ({"type": "Select", "name": 0.5j}, ""),
        ({"type": "DatePicker"}, ""),
        ({"type": "Checkbox"}, ""),
        ({"type": "RadioGroup", "name": ""}, ""),
        ({"type": "Image"}, ""),
        ({"type": "Chart", "data": [{"a": 1}]}, ""),
        ({"type": "Table.Cell", "children": ["x"]}, '<p class="w-text w-text-md">x</p>'),
    ],
)
def test_component(component: Tree, expected: str | None) -> None:
    expected = (
        '<div class="w-transition"><p class="w-text w-text-md">x</p></div>'
        if expected is None
        else expected
    )

    assert inside(component) == expected


def inside(component: Any, **options: Any) -> str:
    """What a component becomes, without the card around it."""
    before, after = widget_html(card("\0", "\0"), **options).split(
        '<p class="w-text w-text-md"></p><p class="w-text w-text-md"></p>'
    )
    html = widget_html(card(component), **options)
    return html.removeprefix(before).removesuffix(after)


def test_markdown_is_our_own_document() -> None:
    assert inside({"type": "Markdown", "value": "**a** <b>"}) == (
        '<div class="prose" data-prose="0"><p><strong>a</strong> &lt;b&gt;</p></div>'
    )


@pytest.mark.parametrize(
    ("own", "kind", "value"),
    [
        ({"defaultValue": "a"}, "text", "a"),
        ({"inputType": "number", "defaultValue": 1.5}, "number", "1.5"),
        ({"inputType": "email"}, "email", ""),
        ({"inputType": "file"}, "text", ""),
        ({"inputType": "hidden"}, "text", ""),
    ],
)
def test_input(own: Tree, kind: str, value: str) -> None:
    (field,) = drawn({"type": "Input", "name": "n", **own}).fields()

    assert (field.attributes["type"], field.attributes["value"]) == (kind, value)


def test_settings_of_a_field_are_native() -> None:
    own = {"required": True, "pattern": "[0-9]+", "placeholder": "Zip", "disabled": True}
    (field,) = drawn({"type": "Input", "name": "a.b_c", **own}).fields()

    assert {
        name: field.attributes[name]
        for name in ("required", "pattern", "placeholder", "disabled", "aria-label", "name")
    } == {
        "required": "",
        "pattern": "[0-9]+",
        "placeholder": "Zip",
        "disabled": "",
        "aria-label": "Zip",
        "name": "f.a.b_c",
    }


def test_field_without_any_label_is_called_by_its_name() -> None:
    (field,) = drawn({"type": "Input", "name": "order.street_name"}).fields()

    assert field.attributes["aria-label"] == "street name"


@pytest.mark.parametrize("value", ["", "one", "\none", "\n\none\n", "</textarea><b>"])
def test_text_area_keeps_its_text(value: str) -> None:
    (area,) = drawn({"type": "Textarea", "name": "n", "defaultValue": value, "rows": 999}).tags(
        "textarea"
    )

    assert (area.text, area.attributes["rows"]) == ("\n" + value, "20")


def test_editable_text_is_a_field_of_its_lines() -> None:
    html = drawn(MAIL)

    assert [(one.tag, one.attributes["name"]) for one in html.fields()] == [
        ("input", "f.subject"),
        ("textarea", "f.body"),
    ]


def test_select_offers_its_options() -> None:
    html = drawn(TASK)

    assert [
        (one.attributes.get("value"), one.text, "disabled" in one.attributes)
        for one in html.tags("option")
    ] == [
        ("", "Somebody", False),
        ("ada", "Ada", False),
        ("bob", "Bob – on holiday", False),
        ("eve", "Eve", True),
    ]


@pytest.mark.parametrize(
    ("own", "values"),
    [
        ({}, ["", "a"]),
        ({"defaultValue": "a"}, ["a"]),
        ({"defaultValue": "a", "clearable": True}, ["", "a"]),
    ],
)
def test_select_can_be_empty_until_it_has_a_value(own: Tree, values: list[str]) -> None:
    select = {"type": "Select", "name": "s", "options": [{"value": "a", "label": "A"}], **own}

    assert [one.attributes["value"] for one in drawn(select).tags("option")] == values


def test_date_is_the_day_of_a_date_time() -> None:
    own = {"defaultValue": "2026-11-20T10:00:00Z", "min": "2026-01-01", "max": "soon"}
    (field,) = drawn({"type": "DatePicker", "name": "d", **own}).fields()

    assert (field.attributes["value"], field.attributes["min"]) == ("2026-11-20", "2026-01-01")
    assert "max" not in field.attributes


def test_checkbox_without_words_is_called_by_its_name() -> None:
    (box,) = drawn({"type": "Checkbox", "name": "send_copy"}).fields()

    assert box.attributes["aria-label"] == "send copy"


def test_radio_group_is_named_by_its_label() -> None:
    html = drawn(TASK)
    group = next(one for one in html.tags("div") if one.attributes.get("role") == "radiogroup")

    assert html.by_id(group.attributes["aria-labelledby"]).text == "How urgent"
    assert [("checked" in one.attributes) for one in html.radios()] == [True, False]


# Pictures


def test_picture_from_elsewhere_is_a_link_that_names_it() -> None:
    (link,) = drawn({"type": "Image", "src": "https://cdn.example/a%20b.png"}).tags("a")

    assert link.attributes == {
        "class": "w-picture",
        "href": "https://cdn.example/a%20b.png",
        "target": "_blank",
        "rel": "noopener noreferrer nofollow",
    }
    assert link.text == "a b.pngcdn.example"


def test_picture_without_a_name_has_ours() -> None:
    assert drawn({"type": "Image", "src": "https://cdn.example/"}).text == (
        "frame.widget.picturecdn.example"
    )


@pytest.mark.parametrize(
    "src",
    [
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "/frame/acme",
        "//cdn.example/a.png",
        "https:/\\evil.example",
        "https://",
        "https://[::1",
        "ftp://cdn.example/a.png",
        "https://cdn.example/" + "a" * 2_000,
        7,
    ],
)
def test_picture_without_an_address_is_its_text_alone(src: Any) -> None:
    html = drawn({"type": "Image", "src": src, "alt": "A lamp"})

    assert (html.tags("a"), html.tags("img"), html.text) == ([], [], "A lamp")


def test_picture_of_an_allowed_host_shows() -> None:
    own = {"fit": "contain", "position": "top left", "width": 120, "height": "80px", "frame": True}
    html = drawn(
        {"type": "Image", "src": "https://our.example/a.png", "alt": "A", **own},
        allowed_image_hosts=["our.example"],
    )

    (image,) = html.tags("img")
    assert image.attributes == {
        "class": "w-image w-fit-contain w-at-top-left w-framed w-w-120 w-h-80",
        "src": "https://our.example/a.png",
        "alt": "A",
        "width": "120",
        "loading": "lazy",
    }


# Bounds


def deep(levels: int) -> Tree:
    tree: Tree = text("bottom")
    for _ in range(levels):
        tree = {"type": "Box", "children": [tree]}
    return tree


def test_deep_tree_ends_where_it_is_too_deep() -> None:
    assert "bottom" in widget_html(deep(MAX_DEPTH))
    assert "bottom" not in widget_html(deep(MAX_DEPTH + 1))
    assert len(widget_html(deep(100_000))) < 2_000


def test_wide_tree_ends_where_it_is_too_wide() -> None:
    html = widget_html(card(*(text("x") for _ in range(100_000))))

    assert html.count("<p ") == MAX_NODES


def test_long_texts_end_where_they_are_too_long() -> None:
    html = widget_html(card(*(text("x" * 1_000_000) for _ in range(100))))

    assert len(html) < 250_000


def test_tree_that_holds_itself_ends() -> None:
    tree: Tree = {"type": "Box", "children": []}
    tree["children"] = [tree, tree, text("x")]

    assert len(list(grown(tree).walk())) <= MAX_NODES + 1
    assert len(widget_html(tree)) < 200_000


def test_payload_that_is_deep_or_holds_itself_is_carried_but_not_walked() -> None:
    deep_payload: Tree = {}
    for _ in range(5_000):
        deep_payload = {"inner": deep_payload}
    own: Tree = {}
    own["own"] = own
    for payload in (deep_payload, own):
        tree = card(
            {"type": "Input", "name": "a.b"},
            asForm=True,
            confirm={"action": action("go", payload=payload)},
        )
        assert drawn(tree).button("frame.form.confirm").attributes["value"] == "confirm"
        go = find_action(tree, "confirm")
        assert go is not None
        assert merged(go.payload, {"a.b": ["x"]}, go.fields)["a"] == {"b": "x"}


@pytest.mark.parametrize(
    "tree",
    [
        *({}, [], None, "text", 7, {"type": None}, {"type": []}, {"type": "Card", "children": 7}),
        {"type": "Card", "children": [None, 7, [], [[]], {"type": "Card", "children": {}}]},
        {"type": "Card", "children": {"type": "Text", "value": "only"}},
        {"type": "Card", "confirm": 7, "cancel": [], "status": "x", "padding": [], "size": {}},
        {"type": "ListView", "children": [text("x")], "limit": float("nan")},
        {"type": "Table", "children": [text("x"), {"type": "Table.Row", "children": ["y"]}]},
        {"type": "Table", "children": [{"type": "Table.Row", "header": True}]},
        {"type": "Row", "gap": "9" * 400, "padding": 10**400, "width": float("inf"), "flex": "x"},
        {"type": "Text", "value": {"a": 1}, "color": {"light": 7}, "maxLines": -1},
        {"type": "Text", "value": "\ud800", "color": "rgb(999,999,999)"},
        {"type": "Input", "name": "\ud800", "pattern": "(", "defaultValue": True},
        {"type": "Select", "name": "s", "options": {"a": 1}},
        {"type": "Select", "name": "s", "options": [7, {"value": None}]},
        {"type": "Widget", "widgets": 7},
    ],
)
def test_broken_tree_shows_what_it_can(tree: Any) -> None:
    assert drawn(tree).flaws == []


def test_text_among_children_and_a_single_child_are_shown() -> None:
    tree = {"type": "Card", "children": {"type": "Col", "children": ["one", text("two")]}}

    assert drawn(tree).text == "onetwo"


def test_key_tells_equal_widgets_apart() -> None:
    one, two = (set(drawn(TASK, key=key).values("id")) for key in ("part1", "part2"))

    assert one & two == set()
    assert widget_html(TASK) == widget_html(TASK)


def test_nothing_in_a_widget_styles_or_acts_by_itself() -> None:
    for tree in GALLERY.values():
        html = drawn(tree)
        attributes = {name for one in html.elements for name in one.attributes}
        assert not [name for name in attributes if re.match(r"on|style$|src|formaction", name)]
