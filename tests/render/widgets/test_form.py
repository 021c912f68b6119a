"""Input requests as forms, and what was answered to them."""

from __future__ import annotations

import pytest

from tests.render.widgets.reading import Read, read
from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Action, Choice, Field, FieldKind, Form
from widget.render.widgets.form import FEW, form_html

AB = (Choice("a", "Alpha", "the first"), Choice("b", "Beta"))
KINDS: tuple[FieldKind, ...] = (
    *("text", "paragraph", "number", "choice", "choices", "file", "files"),
)
WHOLE = Form(
    title="Refund <2046>",
    text="Please *check* the sum.",
    fields=tuple(
        Field(kind, f"A {kind}", kind, AB, is_required=kind != "files", help=f"Help {kind}")
        for kind in KINDS
    ),
    actions=(Action("go", "Refund", "primary"), Action("no", "Reject", "danger")),
    may_skip=True,
)


def pending(form: Form, part_id: str = "part") -> Read:
    return read(form_html(InputRequestPart(part_id, form)))


def one_field(kind: FieldKind, **more: object) -> Read:
    return pending(Form(fields=(Field("f", "Size", kind, **more),)))  # type: ignore[arg-type]


def test_form_is_well_formed_and_every_field_is_named() -> None:
    html = pending(WHOLE)

    assert html.flaws == []
    assert html.duplicates("id") == []
    assert html.nameless() == []
    described = {
        *html.values("for"),
        *html.values("aria-labelledby"),
        *html.values("aria-describedby"),
    }
    assert described - set(html.values("id")) == set()


@pytest.mark.parametrize(
    ("kind", "tags"),
    [
        ("text", [("input", "text")]),
        ("paragraph", [("textarea", None)]),
        ("number", [("input", "number")]),
        ("choice", [("input", "radio"), ("input", "radio")]),
        ("choices", [("input", "checkbox"), ("input", "checkbox")]),
        ("file", [("input", "file")]),
        ("files", [("input", "file")]),
    ],
)
def test_every_kind_has_its_field(kind: FieldKind, tags: list[tuple[str, str | None]]) -> None:
    fields = one_field(kind, choices=AB).fields()

    assert [(one.tag, one.attributes.get("type")) for one in fields] == tags
    assert {one.attributes["name"] for one in fields} == {"f.f"}


def test_many_choices_are_a_list_to_open() -> None:
    many = tuple(Choice(str(n), f"Number {n}", "odd" if n % 2 else "") for n in range(FEW + 1))
    html = one_field("choice", choices=many, default=("3",))

    assert [one.text for one in html.tags("option")][:3] == [
        "frame.form.choose",
        "Number 0",
        "Number 1 – odd",
    ]
    assert [one.text for one in html.tags("option") if "selected" in one.attributes] == [
        "Number 3 – odd"
    ]


def test_required_is_checked_by_the_browser_where_it_can() -> None:
    required = {
        one.attributes["name"] for one in pending(WHOLE).fields() if "required" in one.attributes
    }

    # Browsers have no "at least one of these boxes": the answer is checked when it arrives.
    assert required == {"f.text", "f.paragraph", "f.number", "f.choice", "f.file"}


def test_defaults_are_filled_in() -> None:
    form = Form(
        fields=(
            Field("t", "T", default=("one",)),
            Field("p", "P", "paragraph", default=("\ntwo",)),
            Field("c", "C", "choices", AB, default=("b",)),
        )
    )
    html = pending(form)

    assert html.fields()[0].attributes["value"] == "one"
    assert html.tags("textarea")[0].text == "\n\ntwo"
    assert ["checked" in one.attributes for one in html.fields()[2:]] == [False, True]


def test_actions_send_the_form_and_skipping_checks_nothing() -> None:
    html = pending(WHOLE)
    skip = html.button("frame.form.skip").attributes

    assert [
        (html.button(name).attributes["name"], html.button(name).attributes["value"])
        for name in ("Refund", "Reject")
    ] == [("action", "go"), ("action", "no")]
    assert (skip["name"], skip["value"], "formnovalidate" in skip) == ("skip", "1", True)


def test_form_without_actions_is_submitted() -> None:
    html = pending(Form(title="Sure?"))

    assert html.button("frame.form.submit").attributes["value"] == ""
    assert len(html.tags("button")) == 2


def test_enter_in_a_field_submits_and_never_skips_or_chooses() -> None:
    chosen, skipped = (
        pending(form).tags("button")[0].attributes
        for form in (Form(actions=(Action("go", "Go"),)), Form(may_skip=True))
    )

    assert "disabled" in chosen
    assert (skipped["name"], skipped["value"], "disabled" in skipped) == ("action", "", False)
    assert skipped["aria-hidden"] == chosen["aria-hidden"] == "true"


def test_form_with_files_is_posted_in_parts() -> None:
    kinds = [
        pending(form).tags("form")[0].attributes.get("enctype")
        for form in (WHOLE, Form(title="Sure?"))
    ]

    assert kinds == ["multipart/form-data", None]


def test_label_and_action_without_words_show_their_ids() -> None:
    form = Form(fields=(Field("size", ""),), actions=(Action("go", ""),))
    html = pending(form)

    assert (html.tags("label")[0].text, html.tags("button")[-1].text) == ("size", "go")


def test_answered_form_shows_what_was_answered() -> None:
    values = {
        "text": ("<b>",),
        "choices": ("a", "b"),
        "choice": ("gone",),
        "files": ("att_1", "att_2"),
    }
    html = read(form_html(InputRequestPart("p", WHOLE, "answered", "go", values)))

    assert (html.flaws, html.fields(), html.tags("form"), html.tags("button")) == ([], [], [], [])
    assert [one.text.strip() for one in html.elements if one.tag in ("dt", "dd")] == [
        *("A text", "<b>"),
        *("A choice", "gone"),
        *("A choices", "Alpha", "Beta"),
        *("A files", "2"),
    ]
    assert html.text.endswith("frame.form.answered Refund")


def test_skipped_form_says_so() -> None:
    html = read(form_html(InputRequestPart("p", Form(), "skipped")))

    assert html.text == "frame.form.skipped"


def test_forms_of_two_parts_share_no_ids() -> None:
    one, two = (set(pending(WHOLE, part).values("id")) for part in ("a", "b"))

    assert one & two == set()


def test_broken_characters_are_replaced() -> None:
    form = Form(title="\ud800", text="\ud800", fields=(Field("\ud800", "x"),))

    assert pending(form).flaws == []
